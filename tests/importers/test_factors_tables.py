"""Own factors: what a row of a table says comes in, from the template to the store."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from footprint import gwp, holdings, units
from footprint.background import importers, readable
from footprint.background.importers import factor_fields
from footprint.background.importers.asked import Asked, id_of
from footprint.model.background import Key
from footprint.provenance import Status

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "factors.py")))
LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "line.py")))
GASES, STEEL = OF.GASES, OF.STEEL
as_csv, as_xlsx, refused, run, taken_in = OF.as_csv, OF.as_xlsx, OF.refused, OF.run, OF.taken_in
Write = Callable[..., Path]
pytestmark = pytest.mark.usefixtures("own_home")


# ------------------------------------------------------------------------------------------------ what comes in


@pytest.mark.parametrize("name", ["factors.xlsx", "factors.csv"])
def test_a_total_keeps_its_set_and_its_source(table: Write, name: str) -> None:
    """One row becomes one dataset: its number, its set, its status, and a citation that says where it stands."""
    row = {**STEEL, "document_number": "EPD-1", "document_date": "2024-06", "page": "[Table 3]", "supplier": "mill A"}
    database = taken_in(table(row, name=name))
    dataset = database.dataset("steel-a")
    assert dataset is not None
    assert dict(database.intensity("steel-a", "AR5").impact) == {Key("unsplit", "AR6", "secondary"): 2.1}
    assert dataset.citation == "mill A, Declaration A, EPD-1, 2024-06; (Table 3)"
    assert (dataset.name_en, dataset.name_zh, dataset.unit, dataset.kind) == ("steel, mill A",) * 2 + ("kg", "factor")


def test_gases_are_counted_with_the_set_that_is_asked_for(table: Write) -> None:
    """Masses of gases have no set of their own: each set counts them, by class."""
    database = taken_in(table({**GASES, "co2_fossil": 1.5, "ch4_biogenic": 0.01, "sf6": 0.0001}))
    for gwp_set, methane, sf6 in (("AR5", 28, 23500), ("AR6", 27, 24300)):
        assert gwp.gas("ch4-biogenic").factor(gwp_set) == pytest.approx(methane, abs=1.2)
        impact = database.intensity("steel-a", gwp_set).impact
        assert impact[Key("fossil", gwp_set, "secondary")] == pytest.approx(1.5 + 0.0001 * sf6, rel=1e-12)
        biogenic = 0.01 * gwp.gas("ch4-biogenic").factor(gwp_set)
        assert impact[Key("biogenic_non_co2", gwp_set, "secondary")] == pytest.approx(biogenic, rel=1e-12)


@pytest.mark.parametrize("gas", ["HFC-134a (1,1,1,2-tetrafluoroethane)", "hfc-134a", "HFC_134A", "HFC-134a"])
def test_any_gas_of_the_table_may_head_a_column(table: Write, gas: str) -> None:
    """A gas that the template leaves out is read by its id and by its names, in either language."""
    english = table({**GASES, gas: 2.0})
    assert taken_in(english).intensity("steel-a", "AR6").impact == {
        Key("fossil", "AR6", "secondary"): 2 * gwp.gas("hfc-134a").factor("AR6")
    }


@pytest.mark.parametrize("gas", gwp.gases())
def test_every_gas_is_read_by_its_id_as_itself(gas: str) -> None:
    """No gas is taken for another, whatever their names share."""
    from footprint.tables.typed.names import lookup, plain

    names = lookup(factor_fields.readable())
    assert factor_fields.gases()[names[plain(gas)].key] == gas
    for name in (gwp.gas(gas).name_en, gwp.gas(gas).name_zh):
        found = names.get(plain(name))
        assert found is None or factor_fields.gases()[found.key] == gas


def test_a_table_of_a_gas_that_one_set_lacks_is_compiled_for_the_others(table: Write) -> None:
    """AR5 knows no factor of C4F7N; what it cannot count is not counted as nothing."""
    found = importers.read(table({**GASES, "c4f7n": 0.1}), Asked()).source.meta
    assert found["gwp_sets"] == ["AR6"]


def test_everything_a_row_says_is_kept(table: Write) -> None:
    """Names, technology, category, pedigree, spread, synonyms, licence and remarks come through."""
    path = table({
        **STEEL, "name_zh": "钢板", "boundary": "摇篮到大门", "technology": "EAF", "category": "metals", "note": "n",
        "includes_transport": "yes", "uncertainty": 1.2, "pedigree": "(2, 3, 1, -, 2)", "supplier": "A",
        "licence": "own use", "synonyms": "Q235; 碳钢|plate", "publisher": "B",
    })  # fmt: skip
    read = importers.read(path, Asked())
    (row,), (exchange,) = read.source.activities, read.source.exchanges
    said = {key: row[key] for key in ("name_en", "name_zh", "boundary", "pedigree", "synonyms", "supplier", "note")}
    assert said == {"name_en": "steel, mill A", "name_zh": "钢板", "boundary": "cradle-to-gate", "note": "n",
                    "pedigree": "2;3;1;-;2", "synonyms": "Q235|碳钢|plate", "supplier": "A"}  # fmt: skip
    assert (row["includes_transport"], exchange["gsd"], read.source.meta["licence"]) == ("yes", "1.2", "own use")
    assert [d["publisher"] for d in read.source.documents.values()] == ["B"]
    dataset = taken_in(path).dataset("steel-a")
    assert dataset is not None
    assert (dataset.includes_transport, dataset.technology, dataset.pedigree) == (True, "EAF", "2;3;1;-;2")


@pytest.mark.parametrize(
    ("written", "gsd"),
    [("1.1", 1.1), (1.1, 1.1), ("lognormal 1.1", 1.1), ("u=5 %", 1.0512383), ("±10 %", 1.0512383),
     ("U=10 %, k=2", 1.0512383), ("±0.21 kg", 1.0512383), ("uniform 1.9..2.3", 1.0564817)],
)  # fmt: skip
def test_a_factor_table_takes_every_form_of_an_uncertainty(table: Write, written: object, gsd: float) -> None:
    """Of 2.1 kg: kept as the lognormal distribution of the same relative deviation."""
    (exchange,) = importers.read(table({**STEEL, "total": 2.1, "uncertainty": written}), Asked()).source.exchanges
    assert float(exchange["gsd"]) == pytest.approx(gsd, rel=1e-6)


def test_a_removal_says_that_it_is_one(table: Write) -> None:
    """Below zero with a word why, in either language."""
    for note in ("Removal by mineralisation", "替代原生铝"):
        database = taken_in(table({**STEEL, "total": -2, "note": note}), version=str(len(note)))
        assert sum(database.intensity("steel-a", "AR6").impact.values()) == -2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_template_is_read_as_it_is_filled_in(tmp_path: Path, lang: str) -> None:
    """What `db template` writes is a factor table; its example, moved to a row of its own, is a factor."""
    path = tmp_path / "f.xlsx"
    assert run("db", "template", "-o", path, "--lang", lang).output == f"{path}\n"
    assert refused(path) == [
        "f.xlsx:Factors: sheet 'Factors' has no rows. Fill in at least one row below the header. [sheet-empty]"
    ]
    book = load_workbook(path)
    page = book["Factors"]
    for column in range(1, page.max_column + 1):
        page.cell(5, column, page.cell(4, column).value)
    page.cell(5, 1, "steel-plate-a")
    book.save(path)
    database = taken_in(path)
    assert database.info.id == "f"
    assert sum(database.intensity("steel-plate-a", "AR6").impact.values()) == 2.1


def test_a_template_is_not_written_over_a_file(tmp_path: Path) -> None:
    """An existing file stays unless forced, and a table has the name of a workbook."""
    path = tmp_path / "f.xlsx"
    path.write_bytes(b"mine")
    assert run("db", "template", "-o", path, "--lang", "en").exit_code == 2
    assert path.read_bytes() == b"mine"
    assert run("db", "template", "-o", path, "--force").exit_code == 0
    assert run("db", "template", "-o", tmp_path / "f.csv").exit_code == 2


def test_headers_are_read_in_any_order_and_script(table: Write) -> None:
    """English, Chinese, keys, units in brackets; columns in any order, rows above the header, comments between."""
    captions = {"code": "代码", "name_en": "Name (English)", "unit": "单位 *", "total": "总量 [kg CO2e]",
                "gwp_set": "GWP set of the total", "status": "Status\n状态", "document": "文件",
                "region": "region", "period": "Period 期间"}  # fmt: skip
    row = {captions[key]: STEEL[key] for key in reversed(captions)}
    assert len(taken_in(table(row, {**row, "代码": "steel-b"}, {next(iter(row)): "# a remark"})).datasets()) == 2


def test_a_document_has_one_id_however_the_rows_stand(table: Write) -> None:
    """The order of rows and columns is not content: the same factors have the same version and checksum."""
    rows = [STEEL, {**STEEL, "code": "b", "document": "Declaration B"}]
    one = importers.read(table(*rows), Asked()).source
    other = importers.read(table(*[dict(reversed(row.items())) for row in reversed(rows)]), Asked()).source
    assert one.checksum() == other.checksum()
    assert one.meta["version"] == other.meta["version"]


def test_csv_and_xlsx_of_the_same_rows_are_the_same(table: Write) -> None:
    """The file is not content either."""
    kinds = [importers.read(table(STEEL, name=name), Asked()).source for name in ("factors.csv", "factors.xlsx")]
    assert kinds[0].checksum() == kinds[1].checksum()


# ------------------------------------------------------------------------------------------------ laws


amounts = st.one_of(st.floats(1e-30, 1e6), st.just(0.0), st.integers(0, 10**6).map(float))
texts = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12).filter(
    lambda t: not t.lstrip("'").startswith(("#", "＃", "="))
)
plain_gases = st.sampled_from([g for g in gwp.gases() if g != "co2-biogenic"])


@st.composite
def factors(draw: Callable[..., Any]) -> dict[str, Any]:
    """A row of the factor table: a total with a set, or gases."""
    row = {**GASES, "unit": draw(st.sampled_from(units.symbols())), "status": draw(st.sampled_from([*Status])).value,
           "note": draw(texts), "technology": draw(texts)}  # fmt: skip
    if draw(st.booleans()):
        return {**row, "total": draw(amounts), "gwp_set": draw(st.sampled_from(["AR4", "AR5", "AR6", "unknown"]))}
    return {**row, **draw(st.dictionaries(plain_gases, amounts, min_size=1, max_size=4))}


@given(st.lists(factors(), min_size=1, max_size=4), st.sampled_from([as_csv, as_xlsx]))
def test_what_goes_in_comes_out(tmp_path_factory: Any, rows: list[dict[str, Any]], written_by: Any) -> None:
    """Table to store to intensity: every total is itself in its set, every gas its mass times its factor."""
    folder = tmp_path_factory.mktemp("law")
    path = folder / ("f.csv" if written_by is as_csv else "f.xlsx")
    path.write_bytes(written_by([{**row, "code": f"c{i}"} for i, row in enumerate(rows)]))
    used = {gas for row in rows for gas in row if gas in gwp.gases()}
    sets = [name for name in gwp.SETS if all(name in gwp.gas(gas).factors for gas in used)]
    if not sets:
        assert "[factor-gwp-sets]" in LINE.refused(lambda: importers.read(path, Asked()))
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOOTPRINT_HOME", str(folder / "home"))
        database = taken_in(path)
    for number, row in enumerate(rows):
        for name in sets:
            expected: dict[Key, float] = {}
            if "total" in row:
                expected = {Key("unsplit", row["gwp_set"], row["status"]): row["total"]}
            for gas in (gas for gas in row if gas in gwp.gases()):
                found = gwp.gas(gas)
                key = Key(found.ghg, name, row["status"])
                expected[key] = expected.get(key, 0.0) + row[gas] * found.factor(name)
            impact = database.intensity(f"c{number}", name).impact
            assert dict(impact) == pytest.approx({k: v for k, v in expected.items() if v}, rel=1e-12)
        dataset = database.dataset(f"c{number}")
        assert dataset is not None
        assert (dataset.unit, dataset.status) == (row["unit"], row["status"])


contents = st.recursive(
    st.text(max_size=20), lambda inner: st.dictionaries(st.text(max_size=8), inner, max_size=3) | st.lists(
        st.text(max_size=8), max_size=3), max_leaves=6,
)  # fmt: skip


@given(st.dictionaries(st.text(min_size=1, max_size=8), contents, min_size=1, max_size=4))
def test_what_is_written_as_yaml_is_read_back(tmp_path_factory: Any, content: dict[str, Any]) -> None:
    """Whatever texts stand in a database.yaml, reading gives them back."""
    from footprint import yamls
    from footprint.errors import DatabaseError

    path = tmp_path_factory.mktemp("yaml") / "database.yaml"
    path.write_text(readable.yaml(content), encoding="utf-8")
    assert yamls.load(path, DatabaseError) == content


@given(st.text(max_size=40))
def test_every_file_name_gives_an_id_the_store_takes(stem: str) -> None:
    """Whatever a file is called, its id is a name on every system."""
    assert holdings.folders.is_name(id_of(stem))
