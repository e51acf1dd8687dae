"""One dataset in full, two databases compared, and the hits of a search as a terminal shows them."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import footprint
from footprint import lookup
from footprint.background.compare import compare
from footprint.background.facts import facts
from footprint.background.open import Database, open_background
from footprint.cli import main
from footprint.engine.ledger import HEADLINES
from footprint.messages import label
from footprint.publish.listing import fields, table, wrapped
from footprint.publish.wording import columns_of

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
COUNTED = HEADLINES["0/0"]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


def opened(folder: Path) -> Database:
    (database,) = open_background((f"{folder}/",)).databases
    return database


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def changed(folder: Path, version: str = "2", activities: Any = None, exchanges: Any = None) -> Path:
    """Write the small database again, its rows changed."""
    made, exchanged = LINE.activities(), LINE.exchanges()
    made, exchanged = (activities or list)(made), (exchanges or list)(exchanged)
    return Path(LINE.write_database(folder / "small", made, exchanged, {}, version=version))


def edit(code: str, key: str = "code", **facts: str) -> Any:
    """Return what changes the rows whose ``key`` is ``code``."""
    return lambda rows: [{**row, **facts} if row[key] == code else row for row in rows]


# ------------------------------------------------------------------------------------------------------------ show


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset that makes 4 t at once, of inputs in other units, one of them a credit for a gap."""
    made = LINE.activities("batch | t | batch | amount=4\nore | kg | ore\nslag | kg | slag | kind=gap")
    exchanged = LINE.exchanges(
        "batch | input | ore | 5 | unit=t\nbatch | emission | co2-fossil | 800 | unit=g\n"
        "batch | input | slag | -2 | unit=t\nore | emission | ch4-fossil | 0.01", {"ore": "kg", "slag": "kg"},
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("databases") / "batches"
    return Path(LINE.write_database(folder, made, exchanged, {}))


@pytest.mark.parametrize("name", ["small", "batches"])
def test_the_parts_of_a_dataset_sum_to_it(name: str, request: pytest.FixtureRequest) -> None:
    """Inputs with their chains and emissions give the intensity of the dataset, class by class, in every set."""
    database = opened(request.getfixturevalue(name))
    for dataset in database.datasets():
        told = facts(database, dataset)
        assert told.parts is not None
        assert told.parts or dataset.kind == "gap"
        for gwp_set, intensity in told.intensities.items():
            keys = {key for part in told.parts for key in part.impact[gwp_set]}
            summed = {key: fsum(part.impact[gwp_set].get(key, 0.0) for part in told.parts) for key in keys}
            assert {k: v for k, v in summed.items() if v} == pytest.approx(dict(intensity.impact), rel=1e-9)
            gaps = {code: fsum(part.gaps.get(code, 0.0) for part in told.parts) for code in intensity.gaps}
            assert gaps == pytest.approx(dict(intensity.gaps), rel=1e-9) or dataset.kind == "gap"


def test_amounts_are_per_unit_of_the_dataset(batches: Path) -> None:
    """Of a batch of four tonnes, a quarter; what lacks a credit is no lower bound."""
    told = run("db", "show", "batch", "--database", f"{batches}/", "--lang", "en").stdout
    assert re.search(r"ore +ore +1\.25 t +372\.5", told)
    assert re.search(r"co2-fossil .* 200 g +0\.2000", told)
    assert re.search(r"slag +slag +−500\.0 kg", told)
    assert "372.7 [Incomplete]" in told
    assert "≥" not in told


def test_everything_on_a_dataset_is_printed(tmp_path: Path) -> None:
    """Source, pedigree, synonyms, spread, shares, proxy, both sets, gaps of its chain: nothing is kept back."""
    made = LINE.activities("paint | kg | paint, white\nresin | kg | resin | kind=gap\nbinder | kg | binder")
    made[0] |= {
        "citation": "Book, p. 7", "pedigree": "1;2;3;4;5", "synonyms": "coating|漆", "technology": "milling",
        "note": "Without its tin.", "includes_transport": "yes", "period": "2021",
    }  # fmt: skip
    made[2] |= {"proxy": "Glue stands in.", "status": "secondary"}
    exchanged = LINE.exchanges(
        "paint | input | resin | 400 | unit=g\npaint | input | binder | 0.5\npaint | emission | ch4-fossil | 0.1\n"
        "binder | emission | co2e-unsplit | 2 | gwp_set=AR4",
        {"resin": "kg", "binder": "kg"},
    )
    exchanged[1]["gsd"], exchanged[3]["status"] = "1.3", "secondary"
    folder = LINE.write_database(tmp_path / "mine", made, exchanged, {})
    en = run("db", "show", "paint", "--database", f"{folder}/", "--lang", "en").stdout
    for text in (
        "mine@1:paint", "测试paint, white", "Book, p. 7",
        "reliability 1; completeness 2; time 3; place 4; technology 5",
        "coating; 漆", "milling", "Without its tin.", "transport included", "AR5", "AR6", "binder [stand-in]", "1.3",
        "[gap]", "≥ 3.980", "≥ 4.000", "400 g", "AR4 25.1 %; AR6 74.9 %", "secondary 25.1 %; unverified 74.9 %",
    ):  # fmt: skip
        assert text in en, f"{text}\n{en}"
    assert re.search(r"resin +resin +0\.4000 kg", en)
    zh = run("db", "show", "paint", "--database", f"{folder}/", "--lang", "zh").stdout
    chinese = [" ".join(line.split()) for line in en.splitlines() if CHINESE.search(line)]
    assert chinese == ["测试paint, white", "also called coating; 漆"]
    captions = {label(f"dataset-{code}", "en") for code in ("technology", "citation", "synonyms", "share")}
    assert not [caption for caption in captions if caption in zh]
    assert "可靠性 1、完整性 2、时间 3、地理 4、技术 5" in zh


def test_what_counts_under_one_set_alone_is_shown_so(tmp_path: Path) -> None:
    """A result that was taken over for AR5 is no part of that under AR6: it says so, and has no score and no share."""
    rows = LINE.exchanges(
        "paint | emission | co2e-fossil | 2 | gwp_set=AR5\npaint | emission | co2e-fossil | 3 | gwp_set=AR6\n"
        "paint | emission | co2-fossil | 1", {},
    )  # fmt: skip
    rows[0]["only_for"], rows[1]["only_for"] = "AR5", "AR6"
    folder = LINE.write_database(tmp_path / "mine", LINE.activities("paint | kg | paint"), rows, {})
    told = run("db", "show", "paint", "--database", f"{folder}/", "--lang", "en").stdout
    assert re.search(r"co2e-fossil +fossil \[under AR6 only\] +3 kg +3\.000 +75\.0 %", told), told
    assert re.search(r"co2e-fossil +fossil \[under AR5 only\] +2 kg +— +—", told), told
    assert told.count("only]") == 2
    assert "[仅 AR5]" in run("db", "show", "paint", "--database", f"{folder}/", "--lang", "zh").stdout


def test_a_gap_is_shown_as_a_gap(small: Path) -> None:
    """No intensity, no total of zero: a sentence."""
    told = run("db", "show", "resin", "--database", f"{small}/", "--lang", "en").stdout
    assert "A gap: it is needed, and no number for it can be cited." in told
    assert "Intensity" not in told
    assert not re.search(r"\b0\b", told)


def test_a_biogenic_flow_has_both_headlines(small: Path) -> None:
    """What takes up CO2 is told with and without it; what does not, once."""
    told = run("db", "show", "wood", "--database", f"{small}/", "--lang", "en").stdout
    assert re.search(r"biogenic CO2 0/0 +0\.2000", told)
    assert re.search(r"biogenic CO2 -1/\+1 +−1\.600", told)
    assert "-1/+1" not in run("db", "show", "steel", "--database", f"{small}/", "--lang", "en").stdout


def test_without_source_tables_it_is_said(small: Path, tmp_path: Path) -> None:
    """A database that is only compiled shows what comes of a dataset, and that the rest is not known."""
    (tmp_path / "only").mkdir()
    (tmp_path / "only" / "intensities.jsonl").write_bytes((small / "intensities.jsonl").read_bytes())
    told = run("db", "show", "steel-market", "--database", f"{tmp_path / 'only'}/", "--lang", "en").stdout
    assert "2.050" in told
    assert "holds no source tables" in told
    assert "Inputs" not in told


def test_an_unknown_code_is_told_with_those_that_come_close(small: Path) -> None:
    """Exit code 4, and what a search finds."""
    answer = run("db", "show", "stamp", "--database", f"{small}/", "--lang", "en")
    assert answer.exit_code == 4
    assert answer.stderr.startswith(
        "stamp: there is no dataset 'stamp'. Enter a code of an open database. Did you mean 'stamping'"
    )


def test_a_code_of_two_databases_is_shown_of_both(small: Path, tmp_path: Path) -> None:
    """Nothing is chosen for the reader, unless the whole key is written."""
    other = changed(tmp_path)
    both = run("db", "show", "steel", "--database", f"{small}/", "--database", f"{other}/").stdout
    assert re.findall(r"small@\d:steel", both) == ["small@1:steel", "small@2:steel"]
    one = run("db", "show", "small@2:steel", "--database", f"{small}/", "--database", f"{other}/").stdout
    assert re.findall(r"small@\d:steel", one) == ["small@2:steel"]


# ------------------------------------------------------------------------------------------------------------ diff


def test_a_database_does_not_differ_from_itself(small: Path, tmp_path: Path) -> None:
    """No change from a database to itself, nor to another version with the same content."""
    for other in (small, changed(tmp_path)):
        found = compare(opened(small), opened(other), COUNTED)
        assert (found.added, found.removed, found.changed) == ((), (), ())
        assert found.same == len(opened(small).datasets())


def test_backwards_what_was_added_is_removed(small: Path, tmp_path: Path) -> None:
    """Exchanging the two exchanges added and removed, before and after."""
    other = changed(
        tmp_path, activities=lambda rows: [*edit("steel", note="new")(rows)[:-1], *LINE.activities("new | kg | new")],
        exchanges=lambda rows: [row for row in rows if row["activity"] != "delivery-2024"],
    )  # fmt: skip
    there, back = (compare(*pair, COUNTED) for pair in ((opened(small), opened(other)), (opened(other), opened(small))))
    assert [d.code for d in there.added] == [d.code for d in back.removed] == ["new"]
    assert [d.code for d in there.removed] == [d.code for d in back.added] == ["delivery-2024"]
    assert there.changed[0].fields == {"note": ("", "new")}
    assert back.changed[0].fields == {"note": ("new", "")}


def test_a_changed_number_changes_all_that_rest_on_it(small: Path, tmp_path: Path) -> None:
    """One emission 10 % higher: its dataset by 10 %, those downstream by their share, nobody else; largest first."""
    other = changed(tmp_path, exchanges=edit("steel", "activity", amount="2.2"))
    found = compare(opened(small), opened(other), COUNTED)
    moved = {change.before.code: change.relative("AR6") for change in found.changed}
    assert moved == {"steel": pytest.approx(0.1, rel=1e-12), "steel-market": pytest.approx(0.2 / 2.05, rel=1e-9)}
    assert list(moved) == ["steel", "steel-market"]
    assert not found.changed[0].fields


def test_two_contents_of_one_version_are_told_apart(small: Path, tmp_path: Path) -> None:
    """Where id and version are the same and the content is not, the checksum says which is which."""
    other = changed(tmp_path, version="1", exchanges=edit("steel", "activity", amount="3"))
    first = run("db", "diff", f"{small}/", f"{other}/", "--lang", "en").stdout.splitlines()[0]
    sums = [opened(folder).info.checksum[:8] for folder in (small, other)]
    assert first.startswith(f"small@1 [{sums[0]}] -> small@1 [{sums[1]}]: 0 added")


def test_another_unit_is_no_other_number(small: Path, tmp_path: Path) -> None:
    """Per tonne instead of per kilogram, a thousand times as much: only the unit changed. Per kWh: no comparison."""
    def times_thousand(row: dict[str, str]) -> dict[str, str]:
        return {**row, "amount": str(1000 * float(row["amount"]))} if row["activity"] == "copper" else row

    other = changed(
        tmp_path, activities=lambda rows: edit("copper", unit="t")(edit("chip", unit="kWh")(rows)),
        exchanges=lambda rows: list(map(times_thousand, rows)),
    )  # fmt: skip
    found = {change.before.code: change for change in compare(opened(small), opened(other), COUNTED).changed}
    assert found["copper"].fields == {"unit": ("kg", "t")}
    assert found["copper"].relative("AR6") == pytest.approx(0, abs=1e-12)
    assert found["chip"].scores["AR6"][1] is None
    assert found["chip"].relative("AR6") is None


def test_a_gap_that_is_filled_is_the_largest_change(small: Path, tmp_path: Path) -> None:
    """A number where there was none stands first, without a percentage, and those that lacked it say so."""
    other = changed(
        tmp_path, activities=edit("resin", kind="unit-process"),
        exchanges=lambda rows: [*rows, *LINE.exchanges("resin | emission | co2-fossil | 5", {})],
    )  # fmt: skip
    found = compare(opened(small), opened(other), COUNTED)
    assert [change.before.code for change in found.changed] == ["resin", "paint"]
    assert found.changed[0].scores["AR6"] == (None, 5.0)
    assert found.changed[1].fields == {"gaps": ("resin", "")}
    told = run("db", "diff", f"{small}/", f"{other}/", "--lang", "en").stdout
    assert "small@1 -> small@2: 0 added, 0 removed, 2 changed" in told
    assert re.search(r"AR6 +— +→ +5\.000 +kg CO2e/kg\n", told)
    assert re.search(r"AR6 +1\.000 +→ +3\.000 +kg CO2e/kg +\+200\.0 %", told)
    assert "gaps in its chain: resin → —" in told


def test_differences_are_told_in_both_languages(small: Path, tmp_path: Path) -> None:
    """Exit code 0, counts, datasets with name, unit, region and period; fields by their names."""
    renamed = edit("ship", name_en="vessel", name_zh="轮船", note="n")
    other = changed(tmp_path, activities=lambda rows: renamed(rows[1:]),
                    exchanges=lambda rows: [r for r in rows if "steel" not in (r["activity"], r["flow"])])  # fmt: skip
    answer = run("db", "diff", f"{small}/", f"{other}/", "--lang", "zh")
    assert answer.exit_code == 0
    for text in ("small@1 → small@2：新增 0，删除 1", "测试steel", "英文名称: ship → vessel", "备注: — → n", "轮船"):
        assert text in answer.stdout
    en = run("db", "diff", f"{small}/", f"{other}/", "--lang", "en").stdout
    assert not CHINESE.search(en.replace("测试ship → 轮船", ""))


# ---------------------------------------------------------------------------------------------------------- search


def test_hits_are_a_table(small: Path) -> None:
    """Code, name, unit, region, period, value, status; a lower bound, a gap and a database without AR6 are marked."""
    folder = f"{small}/"
    assert run("db", "search", "copper", "--database", folder, "--lang", "en").stdout.splitlines() == [
        "code    name    unit  region  period  kg CO2e/unit (AR6)  status",
        "copper  copper  kg    CN      2024                 3.298  unverified",
    ]
    assert "≥ 1.000" in run("db", "search", "paint", "--database", folder).stdout
    assert "[缺口]" in run("db", "search", "resin", "--database", folder, "--lang", "zh").stdout
    lines = run("db", "search", "grid 2024", "--database", folder, "--limit", "1", "--lang", "en").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["code", "grid-2024"]


def test_a_database_without_the_set_says_which_it_has(tmp_path: Path) -> None:
    """A value under AR5 is not printed as one under AR6."""
    folder = Path(LINE.small(tmp_path))
    path = folder / "database.yaml"
    meta = json.loads(path.read_text(encoding="utf-8")) | {"gwp_sets": ["AR5"]}
    path.write_text(json.dumps(meta), encoding="utf-8")
    assert run("db", "compile", folder).exit_code == 0
    assert "3.300 (AR5)" in run("db", "search", "copper", "--database", f"{folder}/").stdout


def test_what_is_not_found_is_said(small: Path) -> None:
    """A sentence with what was asked and where; a unit nobody knows is an error of the request."""
    answer = run("db", "search", "unobtainium", "--database", f"{small}/", "--lang", "en")
    assert answer.exit_code == 0
    assert answer.stdout == (
        "nothing in small@1 answers 'unobtainium'. Try other or fewer words, or drop a filter.\n"
    )  # fmt: skip
    answer = run("db", "search", "steel", "--unit", "kgs", "--database", f"{small}/", "--lang", "en")
    assert answer.exit_code == 2
    assert answer.stderr == "--unit: unit 'kgs' is not known. Did you mean 'kg'? [unit-unknown]\n"


def test_filters_reach_the_search(small: Path) -> None:
    """Each option restricts what is found."""
    def codes(*words: str) -> list[str]:
        told = run("db", "search", "gas", "--database", f"{small}/", *words, "--lang", "en").stdout
        return [line.split()[0] for line in told.splitlines()[1:]]

    assert codes() == ["gas-burned", "gas-supply"]
    assert codes("--category", "fuel-supply") == ["gas-supply"]
    assert codes("--unit", "kWh", "--region", "CN", "--kind", "unit-process", "--year", "2024") == codes()
    for none in (("--unit", "kg"), ("--region", "GB"), ("--kind", "gap"), ("--year", "2023")):
        assert codes(*none) == []


def test_several_databases_show_whole_keys(small: Path, tmp_path: Path) -> None:
    """Where a bare code would not say which, the key does."""
    other = changed(tmp_path)
    told = run("db", "search", "copper", "--database", f"{small}/", "--database", f"{other}/", "--lang", "en").stdout
    assert [line.split()[0] for line in told.splitlines()] == ["code", "small@1:copper", "small@2:copper"]


def test_own_databases_are_searched_too(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a name: the database that ships and those of the user."""
    monkeypatch.setattr(lookup, "_SHIPPED", "small")
    home = tmp_path / "home" / "databases"
    for name in ("small", "small@1"):
        shutil.copytree(small, home / name)
    made = LINE.activities("copper-mine | kg | copper of mine")
    LINE.write_database(home / "mine", made, LINE.exchanges("copper-mine | emission | co2-fossil | 1", {}), {})
    (home / "broken").mkdir()
    said = run("db", "search", "copper").stdout
    assert said.count("small@1:copper ") == said.count("mine@1:copper-mine ") == 1
    assert "broken was left out: broken: the database has no usable compiled intensities" in said
    assert "broken" not in run("db", "search", "copper", "--database", "mine").stdout


WATCH = """
import sys
from footprint.cli import main
try:
    main()
except SystemExit as exc:
    assert not exc.code, exc.code
print("loaded:", sorted({"numpy", "scipy", "networkx", "jinja2", "bw2calc", "xlsxwriter", "yaml"} & set(sys.modules)))
"""


@pytest.mark.parametrize("words", [("search", "steel"), ("diff",)], ids=str)
def test_nothing_heavy_is_loaded(small: Path, words: tuple[str, ...]) -> None:
    """Searching and comparing need no numerical library."""
    folder = f"{small}/"
    rest = (folder, folder) if words == ("diff",) else ("--database", folder)
    env = os.environ | {"PYTHONPATH": str(Path(footprint.__file__).parents[1]), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", WATCH, "db", *words, *rest]
    done = subprocess.run(command, env=env, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert "loaded: []" in done.stdout


# --------------------------------------------------------------------------------------------------------- listing

CELLS = st.text("ab 电力，", max_size=6)


TABLES = st.integers(1, 4).flatmap(lambda n: st.lists(st.tuples(*[CELLS] * n), min_size=1, max_size=5))


@given(TABLES, st.integers(0, 3))
def test_columns_of_a_table_stand_below_each_other(rows: list[tuple[str, ...]], right: int) -> None:
    """Every cell begins (or ends) where the one above does, wide characters counted as two."""
    marked = [tuple(f"[{cell}]" for cell in row) for row in rows]
    edges: list[set[int]] = [set() for _ in rows[0]]
    for line, row in zip(table(marked, right={right}), marked, strict=True):
        assert re.findall(r"\[[^\]]*\]", line) == list(row)
        for at, cell in enumerate(re.finditer(r"\[[^\]]*\]", line)):
            edges[at].add(columns_of(line[: cell.end() if at == right else cell.start()]))
    assert {len(found) for found in edges} == {1}


@given(st.text("ab 电力，", max_size=60), st.integers(4, 30))
def test_a_wrapped_text_is_the_text(text: str, width: int) -> None:
    """Nothing is lost, and no line is too wide, long words and stops aside."""
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert columns_of(line.rstrip("，")) <= width or re.fullmatch("[ab]+，*", line)


def test_fields_leave_out_what_is_empty() -> None:
    """Captions line up, in both scripts; a field without a text has no line."""
    assert fields([("单位", "kg"), ("note", ""), ("region", "一二三四五六七八")], 18) == [
        "单位    kg", "region  一二三四五", "        六七八",
    ]  # fmt: skip


def test_a_shift_between_classes_and_other_amounts_of_gaps_are_changes(tmp_path: Path) -> None:
    """The same sum of other gases, and more of a gap that nobody has a number for, are not the same dataset."""
    made = LINE.activities("a | kg | a\nb | kg | b\nc | kg | c\ngap | kg | gap | kind=gap")
    units = {row["code"]: row["unit"] for row in made}
    bases = []
    for version, (fossil, other, gap) in enumerate([("2", "1", "1"), ("1", "2", "3")]):
        text = (
            f"a | emission | co2-fossil | {fossil}\na | emission | co2-luc | {other}\n"
            f"b | input | gap | {gap}\nc | emission | n2o | 1"
        )
        place = tmp_path / str(version) / "mine"
        folder = LINE.write_database(place, made, LINE.exchanges(text, units), {}, str(version))
        bases.append(open_background((str(folder),)).databases[0])
    found = compare(*bases, HEADLINES["0/0"])
    assert [change.before.code for change in found.changed] == ["a", "b"]
    assert all(set(change.fields) == {"classes"} for change in found.changed)


def test_a_hit_shows_its_score_without_biogenic_carbon(tmp_path: Path) -> None:
    """What a search prints is the 0/0 sum: wood that takes up more than it releases is no credit there."""
    made = LINE.activities("wood | kg | wood")
    gases = {"co2-fossil": 0.5, "co2-uptake": 1.8, "co2-biogenic": 0.2}
    text = "\n".join(f"wood | emission | {gas} | {mass}" for gas, mass in gases.items())
    LINE.write_database(tmp_path / "mine", made, LINE.exchanges(text, {"wood": "kg"}), {})
    (hit,) = run("db", "search", "wood", "--database", str(tmp_path / "mine")).stdout.splitlines()[1:]
    assert hit.split()[-2] == "0.5000"
