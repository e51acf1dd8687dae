"""Lines of a workbook get a dataset, how surely is said, and nothing else of the workbook changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from itertools import zip_longest
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from footprint import assigning, early, learned, mappings, matches
from footprint.cli import main
from footprint.errors import FootprintError
from footprint.intake.find import CANDIDATES
from footprint.matching.candidates import ACCEPTED
from footprint.model.matched import Choice, Doubt, How, Offered, Wanted
from footprint.publish.wording import percent
from footprint.tables.read import read

Bill = Callable[..., Path]
ON = dt.date(2026, 1, 1)
KNOWN: dict[str, list[tuple[str, How, float]]] = {
    "plate": [("steel-cold-rolled-cn", How.DESIGNATION, 0.99), ("steel-plate-cn", How.WORDS, 0.2)],
    "cover": [("pp-granulate-cn", How.WORDS, 0.6), ("pc-granulate", How.WORDS, 0.3)],
    "cap": [("abs-granulate", How.WORDS, 0.5), ("gold", How.WORDS, 0.01)],
    "screw": [("steel-wire-rod-cn", How.NAME, 0.99)],
    "coded": [("brass", How.CODE, 1.0)],
    "acid": [("citric-acid", How.NAME, 0.99)],
    "doubtful": [("urea", How.NAME, 0.9)],
    "alloy": [("aluminium-casting-glo", How.NAME, 0.98), ("aluminium-casting-cn", How.NAME, 0.02)],
    "board": [("steel-cold-rolled-cn", How.NAME, 0.98), ("steel-cold-rolled-coil-cn", How.NAME, 0.4)],
    "alike": [("bronze", How.WORDS, 1.0)],
}
"""What the databases offer for a name in these tests."""
BOM = """
L1 | plate | 2 kg
L2 | cover | 3 kg
L3 | cap   | 1 kg
L4 | screw | 4 item
L5 | nothing like it | 1 kg
L6 | kept  | 1 kg | brass
L7 | box   | 2 item
  L8 | cover | 0.5 kg
L9 | given up | 1 kg | cut_off=no-estimate
"""


class Fixed:
    """Candidates of these tests, by the name of a line."""

    def __init__(self, offered: Iterable[Offered]) -> None:
        self._database = next(iter(offered)).key.partition(":")[0]

    def choices(self, wanted: Wanted, limit: int = 10) -> tuple[Choice, ...]:
        found = KNOWN.get(wanted.name, [])[:limit]
        against = (Doubt("content", "32 %"),) if wanted.name == "doubtful" else ()
        return tuple(
            Choice(f"{self._database}:{code}", how, sure, (wanted.name,), against) for code, how, sure in found
        )


@pytest.fixture(autouse=True)
def _fixed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assigning, "Candidates", Fixed)
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


def matched(book: Path, name: str = "matched.xlsx", lang: str = "en", **asked: Any) -> tuple[Path, str]:
    output = book.with_name(name)
    return output, matches.match(matches.Request(book, output, **asked), lang, force=True)


def cells(path: Path) -> dict[str, dict[str, Any]]:
    return {
        sheet.name: {sheet.place(i, j).cell: cell for i, row in enumerate(sheet.rows) for j, cell in enumerate(row)
                     if cell is not None}
        for sheet in read(path).sheets
    }  # fmt: skip


def rows(path: Path, sheet: str = "BOM") -> list[dict[str, Any]]:
    """Return the rows of a sheet by the first line of their headers."""
    _, _, head, *body = next(found for found in read(path).sheets if found.name == sheet).rows
    heads = [str(cell).splitlines()[0].removesuffix(" *") for cell in head]
    return [dict(zip_longest(heads, row)) for row in body if row[0]]


def told(path: Path) -> dict[str, tuple[Any, ...]]:
    """Return dataset, how, and confidence of each line of the BOM."""
    return {row["Line id"]: (row["Dataset"], row["Matched by"], row["Match confidence"]) for row in rows(path)}


def test_what_is_sure_is_filled_in_and_the_rest_left_open(bill: Bill) -> None:
    """A dataset is filled in from the threshold on; what needs none, or has one, or lacks its mass, is left alone."""
    path, said = matched(bill(BOM))
    found = told(path)
    assert found["L1"] == ("steel-cold-rolled-cn", "designation", 0.99)
    assert found["L2"] == (None, None, 0.6)
    assert found["L4"] == (None, None, 0.99), "a dataset by mass cannot be counted in pieces of unknown mass"
    assert found["L5"] == (None, None, None)
    assert [found[line] for line in ("L6", "L7", "L9")] == [("brass", None, None), (None,) * 3, (None,) * 3]
    assert f"9 lines. Filled in from a confidence of {percent(ACCEPTED, 0)}: 1 (by designation 1)." in said
    assert "With a dataset already: 1. Made of other lines: 2." in said
    reasons = {row["Line id"]: row["Reason of the match"] for row in rows(path)}
    assert reasons["L1"] == "standard designation: plate"
    assert "the mass of one unit of the line is not known" in reasons["L4"]


def test_what_stays_open_says_what_is_against_it(bill: Bill) -> None:
    """The reason says why the likeliest is not taken, or which other comes near it, and not its praise alone."""
    for lang, words in (("en", "to be confirmed, for the line is a solution"), ("zh", "须确认：该行是溶液")):
        path, _ = matched(bill("L1 | doubtful | 1 kg\nL2 | cover | 1 kg"), lang=lang)
        reasons = [str(cell) for cell in cells(path)["BOM"].values()]
        assert [text for text in reasons if words in text and "32 %" in text]
        assert [text for text in reasons if "pc-granulate 30 %" in text]


def test_what_is_called_alike_and_differs_widely_is_asked(bill: Bill) -> None:
    """A name of several datasets fills in none where one of them causes twice as much; where they agree, the first."""
    path, _ = matched(bill("L1 | alloy | 1 kg\nL2 | board | 1 kg"), limit=1)
    assert told(path) == {"L1": (None, None, 0.9), "L2": ("steel-cold-rolled-cn", "name", 0.98)}
    assert "differ widely (aluminium-casting-glo 13.2, aluminium-casting-cn 2.92 kg CO2e/kg)" in str(rows(path)[0])


def test_matching_changes_no_other_cell_and_the_second_time_none(bill: Bill) -> None:
    """All cells besides those of matching stay; matching the copy once more gives the same bytes."""
    book = bill(BOM)
    before, path = cells(book), matched(book)[0]
    after = cells(path)
    own = {"Dataset", "Matched by", "Dataset found", "Match confidence", "Reason of the match"}
    heads = {cell[:-1]: str(text).splitlines()[0].removesuffix(" *") for cell, text in before["BOM"].items()
             if cell.rstrip("0123456789") + "3" == cell}  # fmt: skip
    changed = {cell for cell in before["BOM"].keys() | after["BOM"].keys()
               if before["BOM"].get(cell) != after["BOM"].get(cell)}  # fmt: skip
    assert {heads[cell.rstrip("0123456789")] for cell in changed} <= own
    others = before.keys() - {"BOM", "Candidates"}
    assert {name: before[name] for name in others} == {name: after[name] for name in others}
    assert matched(path, "again.xlsx")[0].read_bytes() == path.read_bytes()


def test_every_line_is_counted_once(bill: Bill) -> None:
    """Filled in, with a dataset, made of others and open: together all lines, open ones left out by people included."""
    said = matched(bill(BOM), lang="zh")[1]
    assert f"共 9 行。置信度达 {percent(ACCEPTED, 0)} 的已填写 1 行（按标准牌号 1）" in said
    assert "原有数据集 1 行，由其他行构成 2 行，待处理 5 行" in said


@pytest.mark.parametrize(("threshold", "filled"), [(0.0, {"L1", "L2", "L3", "L8"}), (0.9, {"L1"}), (1.0, set())])
def test_the_threshold_decides_what_is_filled_in(bill: Bill, threshold: float, filled: set[str]) -> None:
    """A lower threshold fills in more; at 1 words alone are never enough."""
    found = told(matched(bill(BOM), threshold=threshold)[0])
    assert {line for line, (dataset, how, _) in found.items() if how} == filled
    assert all(found[line][0] for line in filled)


def test_a_code_is_taken_at_any_threshold(bill: Bill) -> None:
    """At a threshold of 1 the code of a dataset is taken, and the same words are not."""
    found = told(matched(bill("L1 | coded | 1 kg\nL2 | alike | 1 kg"), threshold=1.0)[0])
    assert [found[line][:2] for line in ("L1", "L2")] == [("brass", "code"), (None, None)]


def test_the_candidates_of_a_line_are_offered_in_its_drop_down(bill: Bill) -> None:
    """The Candidates sheet lists them best first, and the list of the dataset column refers to those of the line."""
    path, _ = matched(bill(BOM, whole=True))
    listed = [(row["Line id"], row["Rank"], row["Dataset"], row["Kind"]) for row in rows(path, "Candidates")]
    assert listed[:3] == [
        ("L1", 1, "steel-cold-rolled-cn", "material"), ("L1", 2, "steel-plate-cn", "material"),
        ("L2", 1, "pp-granulate-cn", "material"),
    ]  # fmt: skip
    assert {line for line, *_ in listed} == {"L1", "L2", "L3", "L4", "L8"}
    sheet = openpyxl.load_workbook(path)["BOM"]
    (rule,) = (rule for rule in sheet.data_validations.dataValidation if "Candidates" in str(rule.formula1))
    column = next(cell.column_letter for cell in sheet[3] if str(cell.value).startswith("Dataset\n"))
    assert str(rule.sqref).startswith(f"{column}4:")
    assert not rule.showErrorMessage
    assert len(rule.formula1) < 255


def test_the_candidates_sheet_is_no_input_and_no_unknown_sheet(bill: Bill) -> None:
    """A matched workbook is checked as before: nothing is said of the sheet, and its rows are in no account."""
    book = bill("L1 | plate | 2 kg")
    path, _ = matched(book)
    said = [CliRunner().invoke(main, ["check", str(each), "--lang", "en"]).output for each in (book, path)]
    assert "Candidates" not in said[1]
    assert [line for line in said[0].splitlines() if "rows" in line] == [
        line for line in said[1].splitlines() if "rows" in line
    ]


def test_a_calculation_does_not_read_the_candidates(bill: Bill) -> None:
    """What begins to read a workbook leaves the sheet out, and finds all others as they are."""
    path, _ = matched(bill(BOM))
    assert {CANDIDATES} == early.UNREAD
    found, every = early._read(path), read(path)
    assert [*found.sheets] == [sheet for sheet in every.sheets if sheet.name != CANDIDATES]
    assert found.sha256 == every.sha256


def test_open_lines_stand_by_what_is_at_stake(bill: Bill) -> None:
    """By how much the likeliest is off on average in one product: its distance to others by their chance, the rest."""
    said = matched(bill(BOM))[1]
    table = [line for line in said.splitlines() if line.startswith("BOM!")]
    assert [line.split()[1] for line in table] == ["L3", "L2", "L8"]
    cover = 0.3 * (7.62 - 1.587) + 0.1 * 1.587  # kg CO2e/kg: the other one is right, none of them is
    cap = (12500 - 3.76) * 0.01 + 0.49 * 3.76
    stakes = [cap, 3 * cover, 2 * 0.5 * cover]
    assert [float(line.split()[-4]) for line in table] == pytest.approx(stakes, rel=1e-3)
    assert "L4 screw" in said.partition("Of 1 open lines nobody can tell")[2]
    assert "L5 nothing like it" in said.partition("For 1 lines no dataset comes near")[2]


def test_what_a_person_picks_is_learned_and_wins_next_time(bill: Bill, tmp_path: Path) -> None:
    """A dataset picked from the list, or another in the place of what was found, is confirmed; what was found not."""
    path, _ = matched(bill(BOM))
    book = openpyxl.load_workbook(path)
    sheet = book["BOM"]
    dataset = next(cell.column for cell in sheet[3] if str(cell.value).startswith("Dataset\n"))
    sheet.cell(4, dataset).value = "steel-plate-cn"
    sheet.cell(5, dataset).value = "pc-granulate"
    book.save(tmp_path / "picked.xlsx")
    said = mappings.learn(tmp_path / "picked.xlsx", "", (), ON, "en")
    assert said.splitlines()[0] == "Example Co.: 3 choices are new, of 3 that a person made. Version 1."
    again, told_ = matched(bill(BOM, name="next.xlsx"), "next-matched.xlsx", threshold=1.0)
    found = told(again)
    assert "[mapping-" not in told_
    assert found["L1"] == ("steel-plate-cn", "learned", 1)
    assert found["L2"] == found["L8"] == ("pc-granulate", "learned", 1)
    assert "confirmed before 3" in told_
    other = told(matched(bill(BOM, name="other.xlsx"), "other-matched.xlsx", company="Another Co.")[0])
    assert other["L1"][1] == "designation", "what is learned stays with its company"


def test_what_matching_found_is_no_confirmation_until_a_person_says_so(bill: Bill, tmp_path: Path) -> None:
    """A found dataset that nobody touched is not learned; one that somebody calls confirmed is."""
    path, _ = matched(bill("L1 | plate | 2 kg"))
    assert "0 choices are new, of 0" in mappings.learn(path, "", (), ON, "en")
    book = openpyxl.load_workbook(path)
    sheet = book["BOM"]
    column = next(cell.column for cell in sheet[3] if str(cell.value).startswith("Matched by\n"))
    sheet.cell(4, column).value = "人工确认"
    book.save(tmp_path / "confirmed.xlsx")
    assert "1 choices are new, of 1" in mappings.learn(tmp_path / "confirmed.xlsx", "", (), ON, "en")


def test_a_learned_dataset_that_is_gone_is_told_and_not_used(bill: Bill) -> None:
    """Where no open database has it any more, the line is matched as if nothing were known, and that is said."""
    learned.learn("Example Co.", [learned.Known("", "plate", "", "mass", "open-cn:no-more")], ON)
    path, said = matched(bill("L1 | plate | 2 kg"))
    assert told(path)["L1"][1] == "designation"
    assert "BOM!P4: 'open-cn:no-more' was confirmed for this material before" in said


def test_what_was_learned_of_another_dataset_is_told(bill: Bill) -> None:
    """A dataset of another name than was confirmed is offered first, not filled in; one of another version, filled in
    and told, once for all lines.
    """
    before = learned.Known("", "plate", "", "mass", "open-cn:brass", "gold", "2026.2")
    learned.learn("Example Co.", [before, before._replace(name="cover", called="brass", edition="2019")], ON)
    path, said = matched(bill("L1 | plate | 2 kg\nL2 | cover | 2 kg\nL3 | cover | 1 kg"))
    assert told(path)["L1"] == (None, None, 0.5)
    assert "confirmed for this material before; to be confirmed, for the dataset was called gold" in str(rows(path)[0])
    assert "'open-cn:brass' was called 'gold' when it was confirmed for this material" in said
    assert told(path)["L2"] == told(path)["L3"] == ("brass", "learned", 1)
    assert said.count("[mapping-edition]") == 1
    assert "2 lines have a dataset that was confirmed with version 2019 of open-cn" in said


def test_a_part_number_under_another_name_is_asked_for_again(bill: Bill) -> None:
    """What was learned of a part is offered first, not filled in, where the part is called something else now."""
    learned.learn("Example Co.", [learned.Known("P1", "resin", "", "", "open-cn:brass")], ON)
    path, said = matched(bill("L1 | plate | 2 kg | part=P1\nL2 | Resin | 1 kg | part=P1"))
    assert told(path)["L1"][0] is None
    assert "the part was called resin when it was confirmed" in rows(path)[0]["Reason of the match"]
    assert rows(path, "Candidates")[0]["Dataset"] == "brass"
    assert told(path)["L2"] == ("brass", "learned", 1)
    assert "part P1 was 'resin' when open-cn:brass was confirmed for it" in said


def test_what_has_no_number_is_not_filled_in_unasked(bill: Bill) -> None:
    """A named gap that fits is left open and said to have no number: somebody may know one."""
    path, _ = matched(bill("L1 | acid | 2 kg"))
    assert told(path)["L1"][0] is None
    assert "no number that can be cited" in rows(path)[0]["Reason of the match"]


def test_nothing_is_remembered_of_a_company_that_nobody_names(bill: Bill) -> None:
    """Without a manufacturer or a name nothing is learned, and what stands under no name is not used."""
    book = bill("L1 | plate | 2 kg | brass", product={"manufacturer": ""})
    with pytest.raises(FootprintError) as refused:
        mappings.learn(book, "", (), ON, "en")
    assert [each.code for each in refused.value.problems] == ["mapping-nobody"]
    assert "1 choices are new" in mappings.learn(book, "A Company", (), ON, "en")
    learned.learn(learned.NOBODY, [learned.Known("", "plate", "", "mass", "open-cn:brass")], ON)
    path, _ = matched(bill("L1 | plate | 2 kg", name="next.xlsx", product={"manufacturer": ""}))
    assert told(path)["L1"][1] == "designation"


@pytest.fixture
def old(bill: Bill, tmp_path: Path) -> Path:
    """Return a workbook from before there were columns and a sheet for matching, with a column of its user's own."""
    book = openpyxl.load_workbook(bill("L1 | plate | 2 kg\nL2 | cover | 1 kg", whole=True))
    del book["Candidates"]
    sheet = book["BOM"]
    first = next(cell.column for cell in sheet[3] if str(cell.value).startswith("Part number\n"))
    sheet.delete_cols(first, sheet.max_column)
    sheet.cell(3, first + 1).value = "mine"
    (rule,) = (rule for rule in sheet.data_validations.dataValidation if "Candidates" in str(rule.formula1))
    rule.formula1, rule.showErrorMessage = "$A$4:$A$9", True
    book.save(tmp_path / "old.xlsx")
    return tmp_path / "old.xlsx"


def test_a_workbook_without_columns_and_sheet_gets_them(old: Path) -> None:
    """An older workbook gets the columns beyond all others, the sheet, and its list with the one it had behind it."""
    path, _ = matched(old)
    assert told(path)["L1"] == ("steel-cold-rolled-cn", "designation", 0.99)
    book = openpyxl.load_workbook(path)
    heads = [str(cell.value).splitlines()[0] for cell in book["BOM"][3]]
    assert heads[-5:] == ["mine", "Matched by", "Dataset found", "Match confidence", "Reason of the match"]
    assert [row["Dataset"] for row in rows(path, "Candidates")][:2] == ["steel-cold-rolled-cn", "steel-plate-cn"]
    (rule,) = (rule for rule in book["BOM"].data_validations.dataValidation if "Candidates" in str(rule.formula1))
    assert rule.formula1.startswith("IF(COUNTIF(Candidates!$A:$A,$A4),OFFSET(")
    assert rule.formula1.endswith(",$A$4:$A$9)")
    assert not rule.showErrorMessage
    others = cells(old)
    assert {name: sheet for name, sheet in cells(path).items() if name in others.keys() - {"BOM"}} == {
        name: sheet for name, sheet in others.items() if name != "BOM"
    }
    assert matched(path, "again.xlsx")[0].read_bytes() == path.read_bytes()


def test_runners_up_stand_behind_the_reason_where_they_have_no_sheet(old: Path, tmp_path: Path) -> None:
    """A sheet of the user's own that is called Candidates is left alone, and that is said."""
    book = openpyxl.load_workbook(old)
    book.create_sheet("candidates")["A1"] = "Anna"
    book.save(tmp_path / "own.xlsx")
    path, said = matched(tmp_path / "own.xlsx")
    assert "[match-no-candidates]" in said
    assert rows(path)[1]["Reason of the match"].endswith("words in common: cover; then pc-granulate 30 %")
    assert cells(path)["candidates"] == {"A1": "Anna"}


def failed(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, [*words, "--lang", "en"])
    return done.exit_code, done.output


def test_the_workbook_is_never_written_over(bill: Bill, tmp_path: Path) -> None:
    """The copy has another name, an ending that fits, and takes the place of nothing unless forced."""
    book = bill("L1 | plate | 2 kg")
    before = book.read_bytes()
    assert failed("match", str(book), "-o", str(book), "--force")[0] == 2
    assert failed("match", str(book), "-o", str(tmp_path / "copy.csv"))[0] == 2
    assert failed("match", str(book))[0] == 0
    assert failed("match", str(book))[0] == 2, "pump-matched.xlsx is there"
    assert failed("match", str(book), "--force")[0] == 0
    assert failed("match", str(tmp_path / "none.xlsx"))[0] == 2
    assert book.read_bytes() == before


def test_a_file_without_a_bill_is_refused(tmp_path: Path) -> None:
    """What has no BOM with lines, names and datasets is refused with the commands that make one."""
    book = openpyxl.Workbook()
    book.active["A1"] = "a note"
    book.save(tmp_path / "note.xlsx")
    with pytest.raises(FootprintError, match="footprint import") as caught:
        matched(tmp_path / "note.xlsx")
    assert "[match-no-bom]" in str(caught.value)


@pytest.mark.parametrize(("field", "code"), [("open-cn", "match-opens"), (None, "match-opens-not")])
def test_the_copy_opens_the_databases_that_were_chosen_from(bill: Bill, tmp_path: Path, field: Any, code: str) -> None:
    """Beside its own, which keep their place; a workbook that has no such cell is told what to enter."""
    book = openpyxl.load_workbook(bill("L1 | plate | 2 kg"))
    at = next(row[1] for row in book["Product"] if str(row[0].value).startswith("Background"))
    at.value = field
    book.save(tmp_path / "two.xlsx")
    path, said = matched(tmp_path / "two.xlsx", databases=("open-cn", "cn-grid-co2"))
    assert f"[{code}]" in said
    assert "open-cn; cn-grid-co2" in said
    assert cells(path)["Product"].get(at.coordinate) == (field and "open-cn; cn-grid-co2")
    assert "match-opens" not in matched(tmp_path / "two.xlsx", databases=("open-cn",))[1]


def test_a_workbook_that_cannot_be_calculated_yet_is_matched(bill: Bill, tmp_path: Path) -> None:
    """Faults of other cells do not keep lines from being matched: they are for the check."""
    book = openpyxl.load_workbook(bill("L1 | plate | 2 kg\nL2 | plate | 1 kg"))
    book["BOM"]["F4"].value = "two"
    book["Product"]["C5"].value = None
    book.save(tmp_path / "faulty.xlsx")
    assert {how for _, how, _ in told(matched(tmp_path / "faulty.xlsx")[0]).values()} == {"designation"}


def test_matching_from_the_command_line(bill: Bill, tmp_path: Path) -> None:
    """``footprint match`` and ``footprint mapping`` speak both languages."""
    book = bill("L1 | cover | 3 kg | pp-granulate-cn\nL2 | plate | 1 kg")
    run = lambda *words: CliRunner().invoke(main, [*map(str, words), "--lang", "zh"])  # noqa: E731
    assert "已填写 1 行" in run("match", book, "-o", tmp_path / "m.xlsx", "--threshold", "0.5").output
    assert "其中新记忆 1 项" in run("mapping", "learn", book).output
    assert "pp-granulate-cn" in run("mapping", "list", "--company", "Example Co.").output
    assert run("mapping", "export", "--company", "Example Co.", "-o", tmp_path / "mapping.csv").exit_code == 0
    assert "已删除 1 项" in run("mapping", "forget", "cover", "--company", "Example Co.").output
    assert "新增 1 项" in run("mapping", "import", tmp_path / "mapping.csv").output
    assert "版本 3" in run("mapping", "list", "--company", "Example Co.").output

