"""Databases: opened by name or folder, found by code, compiled from what stands in them, refused when stale."""

from __future__ import annotations

import json
import runpy
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.background import compiled, source, systems
from footprint.background.build import compile_folder
from footprint.background.compiled import Compiled
from footprint.background.open import open_background
from footprint.engine.compile import intensities
from footprint.errors import DatabaseError
from footprint.model.background import DatabaseInfo, Dataset, Key

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
INFO = DatabaseInfo("d", "1", "t", "t", "l", "c", "0")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


def dataset(code: str) -> Dataset:
    return Dataset(
        f"d@1:{code}", code, code, code, "kg", "CN", "2024", "factor", "cradle-to-gate", "x", "", "verified", "here"
    )  # fmt: skip


@settings(max_examples=150)
@given(st.sets(st.text("ab-0é电", min_size=1, max_size=4), max_size=25), st.sets(st.text("ab-0é电z", max_size=5)))
def test_a_code_is_found_if_and_only_if_it_is_there(codes: set[str], others: set[str]) -> None:
    """The bisection over the bytes finds every code and no other, prefixes and other scripts included."""
    records = [compiled.record(dataset(code), {"AR6": {}}, {}) for code in codes]
    file = compiled.parse(Path("d"), compiled.text(INFO, {}, records).encode())
    for code in codes | others:
        found = file.record(code)
        assert (found is not None) == (code in codes)
        assert found is None or compiled.as_dataset(found) == dataset(code)
    assert sorted(file.codes()) == sorted(codes)


def test_what_was_compiled_is_read_back(folder: Path) -> None:
    """Datasets, intensities and gaps survive the file as they were solved."""
    solved = intensities(systems.system(source.read(folder), "AR6"))
    database = open_background((str(folder),)).databases[0]
    for code, impact in solved.impact.items():
        assert dict(database.intensity(code, "AR6").impact) == impact
        assert dict(database.intensity(code, "AR6").gaps) == solved.gaps[code]
    assert database.intensity("resin", "AR6").gaps == {"resin": 1.0}
    rows = {row["code"]: source.dataset("small@1", row) for row in source.read(folder).activities}
    assert all(asdict(found) == asdict(rows[found.code]) for found in database.datasets())


def test_a_dataset_is_found_by_code_or_by_its_whole_key(folder: Path) -> None:
    """A bare code, or database@version:code; another version or database is another dataset."""
    background = open_background((str(folder),))
    assert [d.key for d in background.find("steel")] == ["small@1:steel"]
    assert [d.key for d in background.find(" small@1:steel ")] == ["small@1:steel"]
    for other in ("small@2:steel", "big@1:steel", "STEEL", "steel-", "", "small@1:", "ste\tel"):
        assert background.find(other) == ()


def test_a_database_is_found_at_home_before_the_one_that_ships(folder: Path, tmp_path: Path) -> None:
    """A user's own database of a name stands in for the one of the program."""
    import shutil

    shutil.copytree(folder, tmp_path / "home" / "databases" / "open-cn")
    assert [info.id for info in open_background(("open-cn",)).infos] == ["small"]


def test_an_unknown_database_is_told_with_those_there_are() -> None:
    """A name nobody has is an error, with what ships beside it."""
    assert LINE.refused(lambda: open_background(("ecoinvent",))) == (
        "ecoinvent: there is no database 'ecoinvent'. Check the name or give the path of its folder. "
        "Did you mean 'open-cn'? [database-unknown]"
    )


@pytest.mark.parametrize("content", [None, b"", b"{}\n", b"[1]\n", b"no json\n", b'{"format":"other/9"}\n'])
def test_a_database_that_was_not_compiled_is_refused(folder: Path, tmp_path: Path, content: bytes | None) -> None:
    """No compiled file, an empty one, or one of another format: told with the command that makes it."""
    import shutil

    copy = Path(shutil.copytree(folder, tmp_path / "small"))
    (copy / compiled.NAME).unlink()
    if content is not None:
        (copy / compiled.NAME).write_bytes(content)
    said = LINE.refused(lambda: open_background((str(copy),)))
    assert said.startswith("small: the database has no usable compiled intensities (")
    assert said.endswith("). Run footprint db compile. [database-not-compiled]")


def test_a_compiled_file_that_was_cut_off_is_refused(folder: Path, tmp_path: Path) -> None:
    """Half a copy is stale, wherever it ends."""
    import shutil

    copy = Path(shutil.copytree(folder, tmp_path / "small"))
    content = (copy / compiled.NAME).read_bytes()
    for end in (len(content) - 1, len(content) // 2, content.index(b"\n") + 1):
        (copy / compiled.NAME).write_bytes(content[:end])
        assert LINE.refused(lambda: open_background((str(copy),))).endswith("[database-stale]")


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
def test_a_missing_file_is_named(folder: Path, tmp_path: Path, name: str) -> None:
    """A database is three files."""
    import shutil

    copy = Path(shutil.copytree(folder, tmp_path / "small"))
    (copy / name).unlink()
    assert LINE.refused(lambda: source.read(copy)) == (
        f"small: file {name} is missing from the database. Add it. [database-file-missing]"
    )


def test_gases_follow_the_set_and_aggregates_do_not(folder: Path) -> None:
    """Compiled for AR5 and AR6, a gas has a factor of each; a number known only as CO2e says under which set it was."""
    database = open_background((str(folder),)).databases[0]
    for gwp_set, methane in (("AR5", 30.0), ("AR6", 29.8)):
        impact = database.intensity("copper", gwp_set).impact
        assert impact == pytest.approx({Key("fossil", gwp_set, "unverified"): 3 + 0.01 * methane}, rel=1e-12)
        assert set(database.intensity("stamping", gwp_set).impact) == {Key("fossil", "AR5", "secondary")}


def test_compiling_leaves_no_half_file(folder: Path, tmp_path: Path) -> None:
    """The compiled form is written beside and renamed; compiling twice gives the same bytes."""
    import shutil

    copy = Path(shutil.copytree(folder, tmp_path / "small"))
    before = (copy / compiled.NAME).read_bytes()
    compile_folder(copy, intensities)
    assert (copy / compiled.NAME).read_bytes() == before
    assert {path.name for path in copy.iterdir()} == {"database.yaml", "activities.csv", "exchanges.csv", compiled.NAME}
    assert json.loads(before.partition(b"\n")[0])["sha256"] == compiled.digest(before.partition(b"\n")[2])


def test_an_empty_database_compiles_to_nothing(tmp_path: Path) -> None:
    """A database of gaps alone holds no numbers, and no solver is asked for them."""
    folder = LINE.write_database(tmp_path / "mine", LINE.activities("x | kg | x | kind=gap"), [], {})
    database = open_background((str(folder),)).databases[0]
    assert database.intensity("x", "AR6").gaps == {"x": 1.0}
    assert isinstance(database.file, Compiled)


def test_a_stale_database_says_so_in_both_languages(folder: Path, tmp_path: Path) -> None:
    """Content and compiled form that differ stop the calculation."""
    import shutil

    copy = Path(shutil.copytree(folder, tmp_path / "small"))
    text = (copy / "activities.csv").read_text(encoding="utf-8")
    (copy / "activities.csv").write_text(text.replace("recycled steel", "second-hand steel"), encoding="utf-8")
    with pytest.raises(DatabaseError) as caught:
        open_background((str(copy),))
    said = "small: 编译结果与数据库内容不符（small）。请运行 footprint db compile。 [database-stale]"
    assert caught.value.text("zh") == said
