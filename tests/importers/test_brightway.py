"""Brightway's workbooks and packages: what its own importer drops, halves or multiplies is told, or counted right."""

from __future__ import annotations

import bz2
import json
import runpy
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from footprint.background import exporters, importers, source, systems
from footprint.background.importers.asked import Asked, Read
from footprint.engine.compile import intensities
from footprint.errors import DatabaseError, FootprintError

ROOT = Path(__file__).parents[2]
PREMISE = ROOT.parent / "shared" / "data" / "premise-inventories"
LINE = SimpleNamespace(**runpy.run_path(str(ROOT / "tests" / "data" / "line.py")))
HEADER = ("name", "reference product", "amount", "unit", "location", "categories", "type", "uncertainty type", "scale")
LARGE = 200_000
STEEL = ("steel", "steel", 2.0, "kilogram", "CN", "", "technosphere")
CO2 = ("Carbon dioxide, fossil", "", 0.5, "kilogram", "", "air::urban air close to ground", "biosphere")
MADE = ("widget", "widget", 1.0, "unit", "CN", "", "production")
Row = Sequence[Any]


def block(name: str, unit: str, *rows: Row, header: Row = HEADER) -> list[Row]:
    """Return the rows of one activity."""
    about = [("Activity", name), ("reference product", name), ("location", "CN"), ("unit", unit)]
    return [*about, ("Exchanges",), header, *rows, (None,)]


SUPPLY = block(
    "steel", "kilogram", ("steel", "steel", 1.0, "kilogram", "CN", "", "production"),
    ("Carbon dioxide, fossil", "", 1.8, "kilogram", "", "air", "biosphere"),
)  # fmt: skip


def written(path: Path, rows: Sequence[Row], sheet: str = "lci") -> Path:
    """Write rows as a workbook of Brightway."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in (("Database", "fg"), (None,), *rows):
        page.append(list(row))
    book.save(path / "fg.xlsx")
    return path / "fg.xlsx"


def taken(path: Path, **asked: Any) -> Read:
    return importers.read(path, Asked(**asked))


def scores(read: Read) -> dict[str, float]:
    """Return kg CO2e of each dataset by its name, with AR6."""
    solved = intensities(systems.system(read.source, "AR6"))
    names = {row["code"]: row["name_en"] for row in read.source.activities}
    return {names[code]: sum(impact.values()) for code, impact in solved.impact.items()}


def widget(path: Path, *rows: Row, header: Row = HEADER) -> float:
    """Return kg CO2e of one widget that is made of ``rows``."""
    return scores(taken(written(path, [*SUPPLY, *block("widget", "unit", *rows, header=header)])))["widget"]


def said(path: Path, *rows: Row, header: Row = HEADER) -> str:
    """Return what is wrong with a widget that is made of ``rows``."""
    with pytest.raises(DatabaseError) as refused:
        widget(path, *rows, header=header)
    return refused.value.text()


def test_a_plain_workbook_is_its_sum(tmp_path: Path) -> None:
    """2 kg of steel at 1.8 and 0.5 of its own."""
    assert widget(tmp_path, MADE, STEEL, CO2) == pytest.approx(4.1)


@pytest.mark.parametrize("kind", ["Technosphere", " technosphere ", "TECHNOSPHERE"])
def test_types_are_known_in_any_case(tmp_path: Path, kind: str) -> None:
    """Brightway drops them without a word."""
    assert widget(tmp_path, MADE, (*STEEL[:6], kind), CO2) == pytest.approx(4.1)


@pytest.mark.parametrize("kind", ["technospere", "input", ""])
def test_a_type_that_is_none_is_told_with_its_cell(tmp_path: Path, kind: str) -> None:
    """The row would be lost."""
    told = said(tmp_path, MADE, (*STEEL[:6], kind), CO2)
    assert told.startswith(f"fg.xlsx:lci!C19: the type '{kind}' is none that an exchange can have")


@pytest.mark.parametrize("amount", [True, "two", "2 kg", "2,5", "1,000", "5%", "n/a", "-", None, "NaN", "inf", "1_0"])
def test_an_amount_that_is_no_number_is_told_with_its_cell(tmp_path: Path, amount: object) -> None:
    """A truth value is not 1, and a comma is not guessed at."""
    told = said(tmp_path, MADE, (*STEEL[:2], amount, *STEEL[3:]), CO2)
    assert told.startswith("fg.xlsx:lci!C19: ")
    assert "[inventory-number]" in told


def test_a_formula_that_was_never_calculated_is_told(tmp_path: Path) -> None:
    """Its cell has no value; it is not executed here."""
    assert "fg.xlsx:lci!C19: the formula has no stored value" in said(tmp_path, MADE, (*STEEL[:2], "=1+1", *STEEL[3:]))


WITH_FORMULA = (*HEADER, "formula")


def parametrised(path: Path, formula: str, amount: object, *own: Row) -> Read:
    """Return a widget that gives off what a formula says, beside parameters of project, database and activity."""
    outer = [
        ("Project parameters",), ("name", "amount", "formula"), ("p", 10.0), (None,),
        ("Database parameters",), ("name", "amount", "formula"), ("a", 2.0), ("b", None, "a*3 + p"), (None,),
    ]  # fmt: skip
    rows = block("widget", "unit", MADE, (*CO2[:2], amount, *CO2[3:], None, None, formula), header=WITH_FORMULA)
    return taken(written(path, [*outer, *rows[:4], *own, *rows[4:]]))


@pytest.mark.parametrize(("formula", "total"), [
    ("a*b", 32.0), ("-a**2 + 2**3**2", 508.0), ("log(exp(a))", 2.0), ("max(a, p) if a > 1 else 0", 10.0), ("B/A", 8.0),
])  # fmt: skip
def test_formulas_count_with_the_parameters_of_the_file(tmp_path: Path, formula: str, total: float) -> None:
    """As Python reads them, whether an amount stands there or not; one that differs is told."""
    read = parametrised(tmp_path, formula, None)
    assert scores(read)["widget"] == pytest.approx(total)
    read = parametrised(tmp_path, formula, 1.0)
    assert scores(read)["widget"] == pytest.approx(total)
    assert "olca-formula-other" in [notice.code for notice in read.notices]


def test_parameters_of_an_activity_come_first_and_keep_its_exchanges(tmp_path: Path) -> None:
    """They stand between what it says of itself and its exchanges."""
    own = [("Parameters", "group"), ("name", "amount", "formula"), ("a", 5.0), ("c", None, "a + p")]
    assert scores(parametrised(tmp_path, "c*2", None, *own)) == {"widget": 30.0}


@pytest.mark.parametrize("formula", ["nobody", "a^2", "__import__('os')", "a.real", "[1][0]", "1/0", "9**9**9**9", "("])
def test_a_formula_that_cannot_be_worked_out_leaves_its_amount(tmp_path: Path, formula: str) -> None:
    """Which is told; without an amount it stops the import."""
    read = parametrised(tmp_path, formula, 4.0)
    assert scores(read)["widget"] == pytest.approx(4.0)
    assert "olca-formula-kept" in [notice.code for notice in read.notices]
    with pytest.raises(DatabaseError, match=r"inventory-formula"):
        parametrised(tmp_path, formula, None)


def test_text_that_is_a_number_counts(tmp_path: Path) -> None:
    """As Brightway takes it."""
    assert widget(tmp_path, MADE, (*STEEL[:2], "2", *STEEL[3:])) == pytest.approx(3.6)


def test_grams_are_not_kilograms(tmp_path: Path) -> None:
    """Brightway converts no unit; here 2000 g are 2 kg, and 2 kWh of steel lead nowhere."""
    assert widget(tmp_path, MADE, (*STEEL[:2], 2000.0, "gram", *STEEL[4:])) == pytest.approx(3.6)
    assert "is consumed in kilowatt hour" in said(tmp_path, MADE, (*STEEL[:3], "kilowatt hour", *STEEL[4:]))


def test_a_production_stated_twice_is_told(tmp_path: Path) -> None:
    """Two rows would halve the result."""
    assert "'widget' states its production twice" in said(tmp_path, MADE, MADE, STEEL)


def test_a_production_of_five_shares_by_five_and_none_is_one(tmp_path: Path) -> None:
    """The amount of the product, not the row, is what inputs belong to."""
    assert widget(tmp_path, (*MADE[:2], 5.0, *MADE[3:]), STEEL) == pytest.approx(3.6 / 5)
    assert widget(tmp_path, STEEL) == pytest.approx(3.6)


def test_a_row_twice_counts_twice_and_is_told(tmp_path: Path) -> None:
    """It may be meant; whoever reads decides."""
    read = taken(written(tmp_path, [*SUPPLY, *block("widget", "unit", MADE, STEEL, STEEL)]))
    assert scores(read)["widget"] == pytest.approx(7.2)
    assert [str(n.place) for n in read.notices if n.code == "brightway-twice"] == ["fg.xlsx:lci!C20"]


@pytest.mark.parametrize("name", ["amount", "type"])
def test_a_column_that_is_missing_is_told(tmp_path: Path, name: str) -> None:
    """Where the header is, and which."""
    header = [f"{column}s" if column == name else column for column in HEADER]
    assert f"fg.xlsx:lci!A17: the exchanges have no column '{name}'" in said(tmp_path, MADE, STEEL, header=header)


def test_columns_may_stand_in_any_order_and_case(tmp_path: Path) -> None:
    """107 header rows are known of one collection alone."""
    order = [6, 2, 0, 4, 3, 1, 5]
    rows = [[row[at] for at in order] for row in (MADE, STEEL, CO2)]
    assert widget(tmp_path, *rows, header=[HEADER[at].title() for at in order]) == pytest.approx(4.1)


def test_an_input_nobody_makes_is_named_once_with_its_uses(tmp_path: Path) -> None:
    """Not dropped, whatever advice says; allowed, it is a gap."""
    path = written(tmp_path, [*SUPPLY, *block("widget", "unit", MADE, ("gold", "gold", *STEEL[2:]), STEEL)])
    with pytest.raises(DatabaseError, match=r"fg\.xlsx:lci!C19: no dataset makes 'gold' \(kilogram, CN\)"):
        taken(path)
    read = taken(path, allow_unlinked=True)
    assert scores(read)["widget"] == pytest.approx(3.6)
    assert [row["name_en"] for row in read.source.activities if row["kind"] == "gap"] == ["gold"]


def test_substitution_is_avoided(tmp_path: Path) -> None:
    """What is replaced is taken off."""
    assert widget(tmp_path, MADE, CO2, (*STEEL[:6], "substitution")) == pytest.approx(0.5 - 3.6)


@pytest.mark.parametrize(("kind", "scale", "gsd"), [(2, 0.1, 1.1051709180756477), (2, None, None), (99, 0.1, None)])
def test_an_uncertainty_nobody_could_draw_from_is_told(
    tmp_path: Path, kind: int, scale: float | None, gsd: float | None
) -> None:
    """A lognormal keeps its sigma; without one, or of no known shape, it is left out and told."""
    read = taken(written(tmp_path, [*SUPPLY, *block("widget", "unit", MADE, (*STEEL, kind, scale))]))
    row = next(row for row in read.source.exchanges if row["direction"] == "input")
    assert (float(row["gsd"]) if row["gsd"] else None) == (pytest.approx(gsd) if gsd else None)
    assert ("brightway-uncertainty" in [n.code for n in read.notices]) == (gsd is None)


def test_sheets_that_begin_with_skip_are_left_out_and_told(tmp_path: Path) -> None:
    """As Brightway does, but said."""
    path = written(tmp_path, SUPPLY)
    from openpyxl import load_workbook

    book = load_workbook(path)
    page = book.create_sheet("notes")
    page.append(["skip"])
    page.append(["Activity", "secret"])
    book.save(path)
    assert [n.code for n in taken(path).notices] == ["brightway-sheet"]


@pytest.mark.skipif(not PREMISE.is_dir(), reason="the collection of inventories is not here")
@pytest.mark.parametrize("path", [
    pytest.param(path, id=path.stem, marks=[pytest.mark.slow] * (path.stat().st_size > LARGE))
    for path in sorted(PREMISE.glob("*.xlsx"))
])  # fmt: skip
def test_inventories_of_the_collection_are_read(path: Path) -> None:
    """Every activity becomes a dataset or is told; what comes from elsewhere is a gap with a name."""
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(str(path))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    kept = [rows for rows in sheets if rows and str(rows[0][0]).strip().casefold() != "skip"]
    activities = sum(str(row[0]).strip().casefold() == "activity" for rows in kept for row in rows)
    read = taken(path, allow_unlinked=True)
    left_out = sum(n.code in {"inventory-twice", "inventory-no-product"} for n in read.notices)
    assert read.counts["processes"] == activities
    assert read.counts["datasets"] + left_out == activities


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.mark.parametrize(("written_as", "ending"), [("excel", "xlsx"), ("bw2package", "bw2package")])
def test_what_is_exported_comes_back_with_the_same_checksum(
    small: Path, tmp_path: Path, written_as: str, ending: str
) -> None:
    """Nothing is lost on the way there and back, in any format for Brightway."""
    src = source.read(small)
    path = tmp_path / f"out.{ending}"
    path.write_bytes(exporters.exporter(written_as).render(src)[""])
    again = taken(path).source
    assert again.checksum() == src.checksum()
    assert again.meta == src.meta


def test_a_package_that_was_changed_counts_as_it_is(small: Path, tmp_path: Path) -> None:
    """Our tables are void when Brightway's data are others than they were written with."""
    src = source.read(small)
    told = json.loads(bz2.decompress(exporters.exporter("bw2package").render(src)[""]))
    text = json.dumps(told).replace('"unit", "', '"unit", "', 1)
    for at, key in enumerate(told[0]["keys"]):
        if key == "data":
            told[0]["values"][at]["values"] = told[0]["values"][at]["values"][:-1]
            told[0]["values"][at]["keys"] = told[0]["values"][at]["keys"][:-1]
    path = tmp_path / "out.bw2package"
    path.write_bytes(bz2.compress(json.dumps(told).encode()))
    assert text
    assert taken(path, allow_unlinked=True).counts


def package(path: Path, nodes: Mapping[str, Mapping[str, Any]], database: str = "fg") -> Path:
    """Write nodes as a package, as older versions of Brightway do."""

    def marked(value: Any) -> Any:
        if isinstance(value, tuple):
            return {"__tuple__": True, "data": [marked(each) for each in value]}
        if isinstance(value, dict):
            return {"__dict__": True, "keys": [*map(marked, value)], "values": [*map(marked, value.values())]}
        return [marked(each) for each in value] if isinstance(value, list) else value

    data = {(database, code): dict(node) for code, node in nodes.items()}
    whole = {
        "metadata": {"format": "x"},
        "name": database,
        "class": {"module": "bw2data.backends.peewee.database", "name": "SQLiteBackend"},
        "data": data,
    }
    (path / "fg.bw2package").write_bytes(bz2.compress(json.dumps([marked(whole)]).encode()))
    return path / "fg.bw2package"


def node(*moved: Mapping[str, Any], **said: Any) -> dict[str, Any]:
    return {"name": "x", "unit": "kilogram", "location": "CN", "type": "process", "exchanges": [*moved], **said}


FOSSIL = ("biosphere3", "f9749677-9c9f-4678-ab55-c607dfdc2cb9")
NODES = {
    "steel": node({"input": ("fg", "steel"), "type": "production", "amount": 1.0},
                  {"input": FOSSIL, "type": "biosphere", "amount": 1.8}),
    "widget": node({"input": ("fg", "widget"), "type": "production", "amount": 2.0},
                   {"input": ("fg", "steel"), "type": "technosphere", "amount": 3.0},
                   {"input": ("fg", "gas"), "type": "biosphere", "amount": 0.1}, name="widget", unit="unit"),
    "gas": {"name": "Methane, fossil", "type": "emission", "categories": ("air",), "unit": "kilogram", "exchanges": []},
}  # fmt: skip


def test_a_package_links_by_codes_and_knows_flows_by_their_uuid(tmp_path: Path) -> None:
    """An emission of the biosphere database carries no name; one of its own is a node."""
    read = taken(package(tmp_path, NODES))
    solved = intensities(systems.system(read.source, "AR6")).impact
    assert sum(solved["steel"].values()) == pytest.approx(1.8)
    assert sum(solved["widget"].values()) == pytest.approx((3 * 1.8 + 0.1 * 29.8) / 2)


UPTAKE = {"input": ("biosphere3", "cc6a1abb-b123-4ca6-8f16-38209df609be"), "type": "biosphere", "amount": 1.8}


@pytest.mark.parametrize(
    "more", [{}, {"name": "Carbon dioxide, in air"}, {"categories": ("natural resource", "in air")}]
)
def test_an_uptake_is_one_however_little_is_said_of_it(tmp_path: Path, more: Mapping[str, Any]) -> None:
    """By its UUID, by its name without a compartment, with both: 1.8 kg are taken up."""
    grown = {"wood": node({"input": ("fg", "wood"), "type": "production", "amount": 1.0}, {**UPTAKE, **more})}
    assert scores(taken(package(tmp_path, grown))) == {"x": -1.8}


def test_a_waste_with_a_negative_reference_is_stored_as_what_is_taken(tmp_path: Path) -> None:
    """1 kg of waste treated causes 3 kg, whoever asks; who gives away 2 kg causes 6."""
    treated = {"input": ("fg", "t"), "type": "production", "amount": -1.0}
    nodes = {
        "t": node(treated, {"input": FOSSIL, "type": "biosphere", "amount": 3.0}, name="treatment"),
        "p": node({"input": ("fg", "p"), "type": "production", "amount": 1.0},
                  {"input": ("fg", "t"), "type": "technosphere", "amount": -2.0}, name="pump"),
    }  # fmt: skip
    assert scores(taken(package(tmp_path, nodes))) == {"treatment": 3.0, "pump": 6.0}


def test_a_node_of_another_database_leads_nowhere(tmp_path: Path) -> None:
    """Database and code are told."""
    broken = {**NODES, "widget": node({"input": ("ecoinvent", "abc"), "type": "technosphere", "amount": 1.0})}
    with pytest.raises(DatabaseError, match="no dataset makes 'ecoinvent abc'"):
        taken(package(tmp_path, broken))


ANY = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    """A package that inflates without end is not read to its end."""
    path = tmp_path / "bomb.bw2package"
    path.write_bytes(bz2.compress(b'[{"metadata": "' + b" " * (1 << 22)) * 3)
    with pytest.raises(FootprintError):
        taken(path)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY, st.sampled_from(["input", "type", "amount", "unit", "exchanges", "name", "categories", "location"]))
def test_any_value_anywhere_is_refused_or_read(tmp_path: Path, value: Any, key: str) -> None:
    """A node or an exchange with anything in place of a value: a problem with the file, or a database."""
    worse = {code: dict(node) for code, node in NODES.items()}
    worse["widget"][key] = value
    worse["steel"]["exchanges"] = [{**each, key: value} for each in NODES["steel"]["exchanges"]]
    told = ""
    try:
        taken(package(tmp_path, worse), allow_unlinked=True)
    except FootprintError as exc:
        told = exc.text()
    assert not told or "fg.bw2package" in told


@pytest.mark.parametrize(("written_as", "ending"), [("excel", "xlsx"), ("bw2package", "bw2package")])
def test_an_import_with_gaps_and_odd_numbers_comes_back(tmp_path: Path, written_as: str, ending: str) -> None:
    """A workbook holds sixteen digits of a number; what that leaves away makes our tables no void ones."""
    odd = (*STEEL[:2], 0.0046500000000000005, *STEEL[3:])
    lacking = ("copper", "copper", 1 / 3, "kilogram", "CN", "", "technosphere")
    src = taken(written(tmp_path, [*SUPPLY, *block("widget", "unit", MADE, odd, lacking)]), allow_unlinked=True).source
    path = tmp_path / f"out.{ending}"
    path.write_bytes(exporters.exporter(written_as).render(src)[""])
    assert taken(path).source.checksum() == src.checksum()


@pytest.mark.parametrize(("written_as", "ending"), [("excel", "xlsx"), ("bw2package", "bw2package")])
def test_a_gap_stays_one_where_only_brightway_s_form_is_left(tmp_path: Path, written_as: str, ending: str) -> None:
    """A process without exchanges is none that gives off nothing: whoever uses it lacks it."""
    lacking = ("copper", "copper", 0.25, "kilogram", "CN", "", "technosphere")
    src = taken(
        written(tmp_path, [*SUPPLY, *block("widget", "unit", MADE, STEEL, lacking)]), allow_unlinked=True
    ).source
    path = tmp_path / f"out.{ending}"
    path.write_bytes(exporters.exporter(written_as).render(src)[""])
    if ending == "xlsx":
        from openpyxl import load_workbook

        book = load_workbook(path)
        for name in book.sheetnames[1:]:
            del book[name]
        book.save(path)
    else:
        told = json.loads(bz2.decompress(path.read_bytes()).decode().replace('"footprint"', '"was"'))
        path.write_bytes(bz2.compress(json.dumps(told).encode()))
    read = taken(path, allow_unlinked=True)
    (gap,) = (row["code"] for row in read.source.activities if row["kind"] == "gap")
    widget = next(row["code"] for row in read.source.activities if row["name_en"] == "widget")
    assert intensities(systems.system(read.source, "AR6")).gaps[widget] == {gap: 0.25}
