"""An import that takes from databases of the store what its file lacks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from footprint import gwp, holdings
from footprint.background import folders, importers, source, systems
from footprint.background.importers.asked import Asked
from footprint.background.open import open_background
from footprint.engine.compile import intensities
from footprint.errors import DatabaseError, RequestError

HEADER = ("name", "reference product", "amount", "unit", "location", "categories", "type", "input")
BASE = (
    ("Activity", "making steel"), ("code", "s1"), ("reference product", "steel"), ("location", "CN"),
    ("unit", "kilogram"), ("Exchanges",), HEADER,
    ("making steel", "steel", 1, "kilogram", "CN", "", "production"),
    ("Carbon dioxide, fossil", "", 1.5, "kilogram", "", "air", "biosphere"),
    ("Methane, fossil", "", 0.01, "kilogram", "", "air", "biosphere"),
    ("coke", "coke", 0.3, "kilogram", "CN", "", "technosphere"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


def written(path: Path, name: str, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (("Database", name), *rows):
        page.append(list(row))
    book.save(path / f"{name}.xlsx")
    return path / f"{name}.xlsx"


def pump(*how: object) -> tuple[tuple[object, ...], ...]:
    """Return an activity that consumes 2000 g of steel, named as ``how`` says."""
    return (
        ("Activity", "pump"), ("location", "CN"), ("unit", "unit"), ("Exchanges",), HEADER,
        ("pump", "pump", 1, "unit", "CN", "", "production"), (*how,),
    )  # fmt: skip


OPEN = Asked("fg", "1", allow_unlinked=True)
BY_NAME = ("making steel", "steel", 2000, "gram", "CN", "", "technosphere")
BY_CODE = ("anything", "", 2000, "gram", "CN", "", "technosphere", "('base', 's1')")


@pytest.mark.parametrize("how", [BY_NAME, BY_CODE], ids=["name", "code"])
def test_what_a_file_lacks_is_taken_from_the_store(tmp_path: Path, how: tuple[object, ...]) -> None:
    """By code or by name, product and place; grams become kilograms; every GWP set keeps its own result."""
    holdings.take_in(written(tmp_path, "base", *BASE), Asked("base", "1", allow_unlinked=True), "auto", "en")
    path = written(tmp_path, "fg", *pump(*how))
    with pytest.raises(DatabaseError, match="no dataset makes"):
        importers.read(path, Asked("fg", "1"))
    done, _ = holdings.take_in(path, Asked("fg", "1", link=("base",), allow_unlinked=True), "auto", "en")
    assert "1 to databases of the store" in done
    (there,) = open_background(["fg"]).databases
    (base,) = open_background(["base"]).databases
    for gwp_set in gwp.SETS:
        expected = {key: 2 * value for key, value in base.intensity("s1", gwp_set).impact.items()}
        assert dict(there.intensity(_code(there), gwp_set).impact) == pytest.approx(expected)


def _code(database: object) -> str:
    return next(d.code for d in database.datasets() if d.name_en == "pump")  # type: ignore[attr-defined]


def test_gaps_of_the_other_are_gaps_here(tmp_path: Path) -> None:
    """Steel lacks its coke: so does the pump, twice as much."""
    holdings.take_in(written(tmp_path, "base", *BASE), Asked("base", "1", allow_unlinked=True), "auto", "en")
    path = written(tmp_path, "fg", *pump(*BY_NAME))
    with pytest.raises(DatabaseError, match="the chain of what base@1 supplies lacks 'coke'"):
        importers.read(path, Asked("fg", "1", link=("base",)))
    read = importers.read(path, Asked("fg", "1", link=("base",), allow_unlinked=True))
    assert read.counts["gaps"] == 1
    solved = intensities(systems.system(read.source, "AR6"))
    pump_code = next(row["code"] for row in read.source.activities if row["name_en"] == "pump")
    names = {row["code"]: row["name_en"] for row in read.source.activities}
    assert {names[code]: amount for code, amount in solved.gaps[pump_code].items()} == pytest.approx({"coke": 0.6})


def test_the_link_is_kept_with_its_checksum_and_its_licence(tmp_path: Path) -> None:
    """An import of licensed results is licensed; where they came from stands in the database."""
    asked = Asked("base", "1", allow_unlinked=True, licensed=True)
    holdings.take_in(written(tmp_path, "base", *BASE), asked, "auto", "en")
    linked = Asked("fg", "1", link=("base",), allow_unlinked=True)
    holdings.take_in(written(tmp_path, "fg", *pump(*BY_NAME)), linked, "auto", "en")
    (base,) = open_background(["base"]).databases
    found = source.read(tmp_path / "home" / "databases" / "fg@1")
    assert found.meta["links"] == {"base@1": base.info.checksum}
    assert found.meta["licensed"] == "yes"
    again = importers.read(written(tmp_path, "fg", *pump(*BY_NAME)), linked)
    (notice,) = [n for n in again.notices if "licensed" in n.code]
    assert (notice.code, notice.facts) == ("inventory-linked-licensed", {"names": "base@1"})
    assert holdings.databases("en").count("\tlicensed\t") == 2


def test_what_two_linked_databases_have_under_one_code_is_told(tmp_path: Path) -> None:
    """The first that can supply it is taken: one that lacks it, or has it in another unit, stands in nobody's way."""
    other = tuple(row if row[0] != "Carbon dioxide, fossil" else (row[0], "", 9, *row[3:]) for row in BASE)
    odd = tuple(("unit", "item") if row[0] == "unit" else row for row in SOUND)
    odd = (odd[0], ("code", "s1"), *odd[1:])
    for version, rows in (("1", BASE), ("2", other)):
        asked = Asked("base", version, allow_unlinked=True)
        holdings.take_in(written(tmp_path, f"base{version}", *rows), asked, "auto", "en")
    holdings.take_in(written(tmp_path, "odd", *odd), Asked("odd", "1"), "auto", "en")
    for first, second, co2 in (("1", "2", 1.5), ("2", "1", 9.0)):
        links = ("odd", f"base@{first}", f"base@{second}")
        read = importers.read(written(tmp_path, "fg", *pump(*BY_CODE)), OPEN._replace(link=links))
        (notice,) = [n for n in read.notices if n.code == "inventory-linked-twice"]
        assert (str(notice.place), notice.facts["others"]) == (f"base@{first}:s1", f"base@{second}")
        solved = intensities(systems.system(read.source, "AR6"))
        code = next(row["code"] for row in read.source.activities if row["name_en"] == "pump")
        assert sum(solved.impact[code].values()) == pytest.approx(2 * (co2 + 0.01 * 29.8))


WASTE = (
    ("Activity", "treatment of slag"), ("code", "w1"), ("location", "CN"), ("unit", "kilogram"), ("Exchanges",), HEADER,
    ("treatment of slag", "treatment of slag", -1, "kilogram", "CN", "", "production"),
    ("Carbon dioxide, fossil", "", 3, "kilogram", "", "air", "biosphere"),
)  # fmt: skip


@pytest.mark.parametrize("amount", [-2, -2000])
def test_a_waste_given_to_another_database_is_treated(tmp_path: Path, amount: float) -> None:
    """Negative as Brightway writes what goes to a negative reference: 2 kg cause 6 kg there as here."""
    holdings.take_in(written(tmp_path, "base", *WASTE), Asked("base", "1"), "auto", "en")
    unit = "gram" if amount < -2 else "kilogram"
    how = ("treatment of slag", "", amount, unit, "CN", "", "technosphere")
    read = importers.read(written(tmp_path, "fg", *pump(*how)), Asked("fg", "1", link=("base",)))
    solved = intensities(systems.system(read.source, "AR6"))
    code = next(row["code"] for row in read.source.activities if row["name_en"] == "pump")
    assert sum(solved.impact[code].values()) == pytest.approx(6.0)


def test_what_is_set_aside_is_told_where_it_is_imported(tmp_path: Path) -> None:
    """A process that consumes more of itself than it makes has no result, and the screen says so."""
    eats = ("pump", "pump", 1.5, "unit", "CN", "", "technosphere")
    done, told = holdings.take_in(written(tmp_path, "fg", *pump(*eats), *SOUND), Asked("fg", "1"), "auto", "en")
    assert "1 datasets set aside" in done
    assert "1 remarks" in done
    assert "'pump' (CN) stands in a loop" in told
    assert "[inventory-aside]" in told


def test_a_loop_that_rounding_decides_costs_nothing_else(tmp_path: Path) -> None:
    """It is a gap with its name; a loop that returns less is solved, and so is all beside them."""
    turning = [
        row for one, other in (("pump", "gear"), ("gear", "pump")) for row in (
            ("Activity", one), ("location", "CN"), ("unit", "unit"), ("Exchanges",), HEADER,
            (one, one, 1, "unit", "CN", "", "production"), (other, other, 0.9999999, "unit", "CN", "", "technosphere"),
            ("Carbon dioxide, fossil", "", 1, "kilogram", "", "air", "biosphere"),
        )
    ]  # fmt: skip
    path = written(tmp_path, "fg", *turning, *SOUND)
    done, told = holdings.take_in(path, Asked("fg", "1"), "auto", "en")
    assert "1 datasets set aside" in done
    assert "(CN) stands in a loop that returns almost all it makes" in told
    read = source.read(folders.folder_of("fg@1"))
    assert sorted(row["kind"] for row in read.activities) == ["gap", "unit-process", "unit-process"]
    assert [row["note"].split()[0] for row in read.activities if row["kind"] == "gap"] == ["inventory-inexact"]


SOUND = (
    ("Activity", "sound"), ("location", "CN"), ("unit", "unit"), ("Exchanges",), HEADER,
    ("Carbon dioxide, fossil", "", 1, "kilogram", "", "air", "biosphere"),
)  # fmt: skip


def test_a_waste_stays_one_in_a_copy_of_a_copy(tmp_path: Path) -> None:
    """Taken over into one database and from there into the next, 2 kg given away still cause 6 kg."""
    holdings.take_in(written(tmp_path, "base", *WASTE), Asked("base", "1"), "auto", "en")
    how = ("treatment of slag", "", -2, "kilogram", "CN", "", "technosphere")
    holdings.take_in(written(tmp_path, "fg", *pump(*how)), Asked("fg", "1", link=("base",)), "auto", "en")
    again = (*how[:7], "('fg', 'base.1.w1')")
    read = importers.read(written(tmp_path, "next", *pump(*again)), Asked("next", "1", link=("fg",)))
    solved = intensities(systems.system(read.source, "AR6"))
    code = next(row["code"] for row in read.source.activities if row["name_en"] == "pump")
    assert sum(solved.impact[code].values()) == pytest.approx(6.0)


@pytest.mark.parametrize("asked", [{"method": "GWP100"}, {"link": ("base",)}])
def test_an_option_that_a_format_has_no_use_for_is_refused(tmp_path: Path, asked: dict[str, Any]) -> None:
    """A workbook has no impact categories, a folder of ours lacks nothing: nobody believes that they were counted."""
    path = written(tmp_path, "base", *SOUND)
    holdings.take_in(path, Asked("base", "1"), "auto", "en")
    path = tmp_path / "home" / "databases" / "base@1" if "link" in asked else path
    with pytest.raises(RequestError, match=f"nothing in this file is counted by --{next(iter(asked))}"):
        importers.read(path, Asked("fg", "1", **asked))
