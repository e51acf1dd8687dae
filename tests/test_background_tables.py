"""The tables of a database: all that cannot be used is told with its file and line, and stops the compilation."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background import compiled, source
from footprint.background.build import compile_folder
from footprint.background.compiled import Compiled
from footprint.background.open import open_background
from footprint.engine.compile import intensities
from footprint.model.background import Key

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
pytestmark = pytest.mark.usefixtures("own_home")


def written(tmp_path: Path, activities: str, exchanges: str, **meta: Any) -> Path:
    """Write a database without compiling it."""
    from footprint.errors import FootprintError

    units = {row["code"]: row["unit"] for row in LINE.activities()} | {"x": "kg", "y": "kg"}
    try:
        return Path(
            LINE.write_database(
                tmp_path / "mine", LINE.activities(activities), LINE.exchanges(exchanges, units), {}, **meta
            )
        )
    except FootprintError:
        return tmp_path / "mine"


ROWS = "x | kg | x\ny | kg | y"


@pytest.mark.parametrize(
    ("exchange", "said"),
    [
        ("x | input | nothing | 1 | unit=kg",
         "an exchange of 'x' cannot be used: 'nothing' is no code of activities.csv"),
        ("z | emission | co2-fossil | 1", "an exchange of 'z' cannot be used: 'z' is no code of activities.csv"),
        ("x | emission | co3 | 1", "an exchange of 'x' cannot be used: gas 'co3' is not known"),
        ("x | emission | co2e-much | 1", "an exchange of 'x' cannot be used: 'much' is not a valid GhgClass"),
        ("x | input | y | a lot", "an exchange of 'x' cannot be used: could not convert string to float: 'a lot'"),
        ("x | input | y | 1 | unit=kWh",
         "an exchange of 'x' cannot be used: kWh (energy) does not convert to kg (mass)"),
        ("x | input | y | 1 | unit=kgs", "an exchange of 'x' cannot be used: unit 'kgs' is not known"),
        ("x | emission | co2-fossil | 1 | unit=kWh",
         "an exchange of 'x' cannot be used: kWh (energy) does not convert to kg (mass)"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_told_with_its_line(tmp_path: Path, exchange: str, said: str) -> None:
    """Nothing is skipped: what leads nowhere, has no number or no unit stops the compilation."""
    folder = written(tmp_path, ROWS, f"y | emission | co2-fossil | 1\n{exchange}")
    found = LINE.refused(lambda: compile_folder(folder, intensities))
    assert found == f"mine/exchanges.csv:line 3: {said}. Correct the row. [database-exchange]"


def test_all_rows_that_cannot_be_used_are_told_at_once(tmp_path: Path) -> None:
    """Two wrong rows, two sentences."""
    folder = written(tmp_path, ROWS, "x | input | y | a\ny | emission | co3 | 1")
    assert len(LINE.refused(lambda: compile_folder(folder, intensities)).splitlines()) == 2


@pytest.mark.parametrize("amount", ["nan", "inf", "-inf"])
def test_a_number_that_is_none_stops_the_compilation(tmp_path: Path, amount: str) -> None:
    """NaN in a file is not dropped by a solver."""
    folder = written(tmp_path, ROWS, f"x | emission | co2-fossil | {amount}")
    assert "there is a number that is not finite, or an output of zero: x." in LINE.refused(
        lambda: compile_folder(folder, intensities)
    )


def test_a_loop_that_gains_stops_the_compilation(tmp_path: Path) -> None:
    """Two datasets that need more of each other than they make are named."""
    folder = written(tmp_path, ROWS, "x | input | y | 2\ny | input | x | 0.6\ny | emission | co2-fossil | 1")
    assert LINE.refused(lambda: compile_folder(folder, intensities)) == (
        "mine: a loop consumes as much as it makes, or more: x, y. Check the amounts of rework and internal return. "
        "[loop-gain]"
    )


def test_a_code_twice_stops_the_compilation(tmp_path: Path) -> None:
    """Codes are never reused, least of all at once."""
    folder = written(tmp_path, f"{ROWS}\nx | kg | x again", "x | emission | co2-fossil | 1")
    assert LINE.refused(lambda: compile_folder(folder, intensities)) == (
        "mine/activities.csv:line 4: code 'x' appears twice. Codes are never reused. [database-duplicate-code]"
    )


def test_biogenic_release_without_uptake_stops_the_compilation(tmp_path: Path) -> None:
    """A dataset that burns biomass says what the biomass took up."""
    folder = written(tmp_path, ROWS, "x | emission | co2-biogenic | 1")
    assert "[biogenic-without-uptake]" in LINE.refused(lambda: compile_folder(folder, intensities))
    whole = written(tmp_path, ROWS, "x | emission | co2-biogenic | 1\nx | emission | co2-uptake | 1")
    compile_folder(whole, intensities)


@pytest.mark.parametrize("name", ["database.yaml", "activities.csv", "exchanges.csv"])
def test_a_missing_file_is_named(small: Path, tmp_path: Path, name: str) -> None:
    """A database is three files."""
    import shutil

    copy = Path(shutil.copytree(small, tmp_path / "small"))
    (copy / name).unlink()
    assert LINE.refused(lambda: source.read(copy)) == (
        f"small: file {name} is missing from the database. Add it. [database-file-missing]"
    )


def test_gases_follow_the_set_and_aggregates_do_not(small: Path) -> None:
    """Compiled for AR5 and AR6, a gas has a factor of each; a number known only as CO2e says under which set it was."""
    database = open_background((str(small),)).databases[0]
    for gwp_set, methane in (("AR5", 30.0), ("AR6", 29.8)):
        impact = database.intensity("copper", gwp_set).impact
        assert impact == pytest.approx({Key("fossil", gwp_set, "unverified"): 3 + 0.01 * methane}, rel=1e-12)
        assert set(database.intensity("stamping", gwp_set).impact) == {Key("fossil", "AR5", "secondary")}


def test_compiling_leaves_no_half_file(small: Path, tmp_path: Path) -> None:
    """The compiled form is written beside and renamed; compiling twice gives the same bytes."""
    import shutil

    copy = Path(shutil.copytree(small, tmp_path / "small"))
    before = (copy / compiled.NAME).read_bytes()
    compile_folder(copy, intensities)
    assert (copy / compiled.NAME).read_bytes() == before
    assert {path.name for path in copy.iterdir()} == {"database.yaml", "activities.csv", "exchanges.csv", compiled.NAME}
    assert compiled.parse(copy, before).is_intact()


def test_an_empty_database_compiles_to_nothing(tmp_path: Path) -> None:
    """A database of gaps alone holds no numbers, and no solver is asked for them."""
    folder = LINE.write_database(tmp_path / "mine", LINE.activities("x | kg | x | kind=gap"), [], {})
    database = open_background((str(folder),)).databases[0]
    assert database.intensity("x", "AR6").gaps == {"x": 1.0}
    assert isinstance(database.file, Compiled)


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("activities.csv", LINE.swap(",unit,", ",units,"),
         "small/activities.csv: column 'unit' is missing. Add it. [database-column]"),
        ("activities.csv", lambda _: b"",
         "small/activities.csv: column 'code' is missing. Add it. [database-column]"),
        ("exchanges.csv", LINE.swap("activity,", "activities,"),
         "small/exchanges.csv: column 'activity' is missing. Add it. [database-column]"),
        ("exchanges.csv", lambda content: content.rstrip() + b",,,,,,,\n",
         "cannot be read (more cells than the header). Check its quotation marks. [csv-malformed]"),
        ("activities.csv", lambda content: content + b'"' + b"x" * 140_000 + b'"\n',
         "cannot be read (field larger than field limit (131072)). Check its quotation marks. [csv-malformed]"),
        ("database.yaml", lambda _: b"",
         "gwp_sets of the database cannot be used: a list of AR5, AR6, EF3.1 is needed. Correct it. [database-part]"),
        ("database.yaml", lambda _: b"",
         "small/database.yaml: title.zh of the database cannot be used: one text is needed. Correct it. "),
        ("database.yaml", lambda _: b"[1]",
         "database.yaml of the database cannot be used: keys with their values are needed. Correct it. "),
        ("database.yaml", lambda content: content + b"electricity2: [\n", "[yaml-syntax]"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told(small: Path, tmp_path: Path, name: str, change: Any, said: str) -> None:
    """Missing columns and keys, rows that are too long, files that are none: sentences, for opening and compiling."""
    copy = LINE.edited(small, tmp_path, name, change)
    assert said in LINE.refused(lambda: source.read(copy))
    assert said in LINE.refused(lambda: open_background((str(copy),)))
    assert said in LINE.refused(lambda: compile_folder(copy, intensities))


def test_a_file_as_excel_saves_it_in_china_is_told_with_how_to_save_it(small: Path, tmp_path: Path) -> None:
    """GBK is named, with the line where it shows and the remedy; nothing is guessed."""
    copy = LINE.edited(small, tmp_path, "activities.csv", lambda c: c.rstrip() + b"\n" + "钢,steel\n".encode("gbk"))
    line = (small / "activities.csv").read_bytes().rstrip().count(b"\n") + 2
    assert LINE.refused(lambda: open_background((str(copy),))) == (
        f"small/activities.csv:line {line}: the file is not UTF-8. Save it as 'CSV UTF-8'; the plain 'CSV' of Excel in "
        "China is GBK. [database-encoding]"
    )


def test_all_files_are_told_at_once(small: Path, tmp_path: Path) -> None:
    """A column, a key and a second database: three sentences of one error."""
    copy = LINE.edited(small, tmp_path, "exchanges.csv", LINE.swap(",flow,", ",flows,"))
    meta = 'id: small\nversion: "1"\ntitle: {en: a, zh: 钢}\nlicence: l\ngwp_sets: [AR6]\n'
    (copy / "database.yaml").write_text(meta, encoding="utf-8")
    said = LINE.refused(lambda: open_background((str(copy), "no-such-database"))).splitlines()
    assert [line.rpartition("[")[2] for line in said] == ["database-column]", "database-part]", "database-unknown]"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x | kgs | x", "unit 'kgs' is not known"),
        ("x | kg | x | amount=abc", "could not convert string to float: 'abc'"),
        ("x | kg | x | kind=process", "kind 'process' is none of unit-process, factor, gap"),
        ("x | kg | x | status=sure", "'sure' is not a valid Status"),
        ("x y | kg | x", "a code without blanks is needed"),
    ],
)
def test_a_dataset_that_cannot_be_used_is_told_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    """Unit, amount, kind, status and code of every dataset are looked at, its line counted as an editor does."""
    folder = written(tmp_path, f"y | kg | y\n{row}", "y | emission | co2-fossil | 1")
    code = row.partition(" |")[0]
    expected = f"dataset '{code}' cannot be used: {said}. Correct the row. [database-activity]"
    assert LINE.refused(lambda: compile_folder(folder, intensities)) == f"mine/activities.csv:line 3: {expected}"
    text = (folder / "activities.csv").read_text(encoding="utf-8").replace("\n", "\n\n", 1)
    (folder / "activities.csv").write_text(text, encoding="utf-8")
    assert LINE.refused(lambda: compile_folder(folder, intensities)) == f"mine/activities.csv:line 4: {expected}"


def test_an_exchange_says_its_direction_and_status(tmp_path: Path) -> None:
    """What is neither input nor emission is not taken for an input."""
    folder = written(tmp_path, ROWS, "y | emission | co2-fossil | 1\nx | Emission | co2-fossil | 1 | unit=kg")
    assert "direction 'Emission' is none of input, emission" in LINE.refused(
        lambda: compile_folder(folder, intensities)
    )


def test_electricity_leads_to_datasets(small: Path, tmp_path: Path) -> None:
    """A supply whose code is none, or a table that is none, is told with country and year."""
    copy = LINE.edited(small, tmp_path, "database.yaml", lambda c: c)
    import yaml

    meta = yaml.load((copy / "database.yaml").read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    meta["electricity"] = {"CN": {"2024": {"grid": "no-such-code"}}}
    (copy / "database.yaml").write_text(json.dumps(meta), encoding="utf-8")
    assert LINE.refused(lambda: source.read(copy)) == (
        "small/database.yaml: electricity.CN.2024 of the database cannot be used: 'no-such-code' is no code of "
        "activities.csv. Correct it. [database-part]"
    )
    meta["electricity"] = {"CN": ["2024"]}
    (copy / "database.yaml").write_text(json.dumps(meta), encoding="utf-8")
    assert "country, year, supply and code are needed" in LINE.refused(lambda: source.read(copy))


def test_topics_and_documents(small: Path, tmp_path: Path) -> None:
    """Tables in folders per topic are one table; a citation spells its documents out; a row may stand on another."""
    copy = LINE.edited(small, tmp_path, "database.yaml", lambda content: content)
    topic = copy / "topic"
    topic.mkdir()
    for name in ("activities.csv", "exchanges.csv"):
        (copy / name).rename(topic / name)
    assert source.read(copy).checksum() == source.read(small).checksum()
    header = "id,document,number,date,publisher,licence\n"
    (copy / "sources.csv").write_text(f"{header}a-1,A Report,No. 7,2024-05,An Office,CC0\n", encoding="utf-8")
    src = source.read(copy)
    assert src.checksum() != source.read(small).checksum()
    report = "An Office, A Report, No. 7, 2024-05"
    assert src.cited("[a-1] Table 2; [a-1]") == f"{report}; Table 2; {report}"
    assert src.cited("see copper") == "copper: arithmetic test, no real factor"
    assert src.cited("see nobody") == "see nobody"
    (topic / "sources.csv").write_text(f"{header}a-1,Another,,,,\n", encoding="utf-8")
    assert "small/topic/sources.csv:line 2: code 'a-1' appears twice" in LINE.refused(lambda: source.read(copy))
    (topic / "sources.csv").unlink()
    text = (topic / "activities.csv").read_text(encoding="utf-8")
    (topic / "activities.csv").write_text(text.replace("arithmetic test", "[b]", 1), encoding="utf-8")
    assert "[b] of the database cannot be used: no document of sources.csv" in LINE.refused(lambda: source.read(copy))


class Counted(source.Rows):
    """Rows that count how often all of them were gone through."""

    passes = 0

    def __iter__(self) -> Iterator[source.Row]:
        self.passes += 1
        return super().__iter__()


def test_datasets_that_cite_each_other_are_looked_up_once(small: Path) -> None:
    """A database in which everybody cites somebody is opened in time that grows as it does."""
    src = source.read(small)
    assert isinstance(src.activities, source.Rows)
    rows = Counted(src.activities)
    found = [src._replace(activities=rows).cited("see steel, copper") for _ in range(20)]
    assert rows.passes <= 1
    assert found == [src.cited("see copper, steel")] * 20


def test_copies_that_a_tool_keeps_are_not_tables(small: Path, tmp_path: Path) -> None:
    """A hidden folder with a copy of the exchanges adds nothing."""
    copy = LINE.edited(small, tmp_path, "database.yaml", lambda content: content)
    for name in (".ipynb_checkpoints", "_old"):
        (copy / name).mkdir()
        (copy / name / "exchanges.csv").write_bytes((copy / "exchanges.csv").read_bytes())
    assert source.read(copy).checksum() == source.read(small).checksum()
