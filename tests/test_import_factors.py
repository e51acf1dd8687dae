"""Own factors: a table of one row each, from the template to the store, with every problem at its cell."""

from __future__ import annotations

import csv
import io
import runpy
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from footprint import gwp, holdings, service, units
from footprint.background import importers, readable, source
from footprint.background.importers import factor_fields
from footprint.background.importers import factors as importer
from footprint.background.importers.asked import Asked, id_of
from footprint.background.open import Database, open_background
from footprint.cli import main
from footprint.errors import WorkbookError
from footprint.model.background import Key
from footprint.provenance import Status

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
STEEL = {
    "code": "steel-a", "name_en": "steel, mill A", "unit": "kg", "region": "CN", "period": "2024", "total": 2.1,
    "gwp_set": "AR6", "status": "secondary", "document": "Declaration A",
}  # fmt: skip
GASES = {key: value for key, value in STEEL.items() if key not in {"total", "gwp_set"}}

Row = Mapping[str, Any]
Write = Callable[..., Path]
FORMATS = ", ".join(f"'{name}'" for name in importers.formats())


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


def as_csv(rows: Sequence[Row]) -> bytes:
    """Return rows as a csv file, their keys as header."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(dict.fromkeys(key for row in rows for key in row)))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def as_xlsx(rows: Sequence[Row], sheet: str = "Factors") -> bytes:
    """Return rows as a workbook, their keys as header."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    keys = list(dict.fromkeys(key for row in rows for key in row))
    page.append(keys)
    for row in rows:
        page.append([row.get(key) for key in keys])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def table(tmp_path: Path) -> Write:
    """Return what writes rows as a file: ``table(row, row, name="factors.xlsx")``."""

    def write(*rows: Row, name: str = "factors.xlsx") -> Path:
        path = tmp_path / name
        path.write_bytes(as_csv(rows) if name.endswith(".csv") else as_xlsx(rows))
        return path

    return write


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def taken_in(path: Path, **asked: Any) -> Database:
    """Import a file and open what it became."""
    done, _ = holdings.take_in(path, Asked(**asked), "auto", "en")
    return open_background((done.partition(":")[0],)).databases[0]


def refused(path: Path) -> list[str]:
    """Return what a file is refused with, after looking that nothing of it came into the store."""
    said = LINE.refused(lambda: holdings.take_in(path, Asked(), "factors", "en"))
    assert not [found for found in holdings.folders.found() if found.own]
    return str(said).splitlines()


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


# ------------------------------------------------------------------------------------------------ what is refused


CASES = yaml.safe_load((Path(__file__).parent / "data" / "factor_errors.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["said"].rpartition("[")[2])
@pytest.mark.parametrize("name", ["factors.xlsx", "factors.csv"])
def test_a_cell_that_cannot_be_used_is_told(table: Write, name: str, case: dict[str, Any]) -> None:
    """Each fault has its place, its fact and its remedy, in a workbook and in a text file."""
    sheet = {"factors.xlsx": "Factors", "factors.csv": "factors"}[name]
    (found,) = refused(table({**STEEL, **case["change"]}, name=name))
    said = case["said"]
    assert found.endswith(said) if said.startswith("[") else found == f"{name}:{sheet}!{said}"


def test_all_problems_come_at_once(table: Write) -> None:
    """Every row tells its own faults, a code used twice among them, and no fault is told twice."""
    path = table(
        STEEL, {**STEEL, "unit": "kgs", "period": "soon"}, {**STEEL, "code": "b", "total": "x", "document": ""}, STEEL
    )
    places = [line.partition(": ")[0].partition("!")[2] for line in refused(path)]
    assert places == ["C3", "E3", "F4", "I4", "A3", "A5"]


@pytest.mark.parametrize(
    ("drop", "code"),
    [("code", "column-missing"), ("unit", "column-missing"), ("status", "column-missing"),
     ("name_en", "factor-names-missing"), ("total", "factor-numbers-missing")],
)  # fmt: skip
def test_a_column_that_is_needed_is_missed(table: Write, drop: str, code: str) -> None:
    """Without a column that every row needs, that column is told, once."""
    rows = [{k: v for k, v in STEEL.items() if k not in {drop, "gwp_set" if drop == "total" else ""}}] * 2
    found = refused(table(*rows))
    assert [line.rpartition("[")[2] for line in found].count(f"{code}]") == 1
    assert found[0].endswith(f"[{code}]")


def test_columns_of_ones_own_are_told_and_remarks_are_not(table: Write) -> None:
    """Text in a strange column is said not to be read; a header that starts with # asks for silence."""
    path = table({**STEEL, "buyer": "Li", "# price": 12.5})
    done = run("db", "import", path, "--lang", "en")
    assert done.exit_code == 0
    assert done.stderr == (
        "factors.xlsx:Factors!J1: column 'buyer' is not part of the template and was not read. [column-unknown]\n"
    )


def test_a_table_is_known_by_its_headers_not_by_its_name(table: Write, tmp_path: Path) -> None:
    """Under any name, on a sheet of any name, among other sheets."""
    for number, (content, name) in enumerate(((as_csv([STEEL]), "x.dat"), (as_xlsx([STEEL], "S1"), "x.csv"))):
        path = tmp_path / f"{number}{name}"
        path.write_bytes(content)
        assert importers.importer("factors").sniff(path)
        assert [d.code for d in taken_in(path).datasets()] == ["steel-a"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04 no", b"\x00\x01", b"code,unit\nx,kg\n"])
def test_what_is_no_factor_table_is_told(tmp_path: Path, content: bytes) -> None:
    """Other files, broken ones and empty ones: a sentence, and the way to a template."""
    path = tmp_path / "factors.xlsx"
    path.write_bytes(content)
    assert not importers.importer("factors").sniff(path)
    said = LINE.refused(lambda: holdings.take_in(path, Asked(), "auto", "en"))
    none = f"to hear what it lacks. Did you mean {FORMATS}? [import-format-none]"
    assert said.endswith("[bundle-damaged]" if content.startswith(b"PK") else none)
    assert refused(path)


def test_formats_and_files_that_are_none_are_told(tmp_path: Path) -> None:
    """A format nobody reads, a path that leads nowhere."""
    (tmp_path / "x.csv").write_bytes(as_csv([STEEL]))
    said = LINE.refused(lambda: holdings.take_in(tmp_path / "x.csv", Asked(), "spold", "en"))
    assert said.endswith(f"Choose one of those offered. Did you mean {FORMATS}? [import-format-unknown]")
    assert LINE.refused(lambda: holdings.take_in(tmp_path / "y.csv", Asked(), "auto", "en")).endswith("[file-missing]")


def test_two_sheets_of_factors_are_not_guessed_between(tmp_path: Path) -> None:
    """One of them must be called Factors."""
    book = Workbook()
    for name in ("A", "B"):
        page = book.create_sheet(name)
        page.append(list(STEEL))
        page.append(list(STEEL.values()))
    path = tmp_path / "two.xlsx"
    book.save(path)
    assert refused(path) == [
        "two.xlsx: sheets 'A' and 'B' both hold factors. Keep one of them, or call it 'Factors'. [factor-sheets]"
    ]
    book["B"].title = "因子"
    book.save(path)
    assert taken_in(path).info.id == "two"


# ------------------------------------------------------------------------------------------------ the command


def test_an_import_says_what_it_did(table: Write) -> None:
    """Name, datasets, rows, checksum and place; again, that it was there; corrected, how to name which."""
    first = run("db", "import", table(STEEL, name="Mill A.csv"), "--lang", "en").stdout
    assert first.startswith("mill-a@")
    assert ": 1 datasets from 1 rows, checksum " in first
    assert run("db", "import", table(STEEL, name="Mill A.csv"), "--lang", "en").stdout == first.replace(
        "1 datasets from 1 rows, checksum", "the same 1 datasets (from 1 rows, checksum"
    ).replace(", kept in", ") were there already, in")
    corrected = run("db", "import", table({**STEEL, "total": 2.2}, name="Mill A.csv"), "--lang", "en").stdout
    name = corrected.partition(":")[0]
    assert corrected.splitlines()[1] == f"mill-a has several versions: write {name} where you mean this one"
    assert sum(open_background((name,)).databases[0].intensity("steel-a", "AR6").impact.values()) == 2.2


def test_options_decide_over_the_file(table: Write) -> None:
    """Id, version, title, licence and whether it is licensed, as the command line says them."""
    words = ("--name", "suppliers", "--version", "2024.1", "--title", "Mills", "--licence", "NDA 7", "--licensed")
    assert run("db", "import", table(STEEL), *words).exit_code == 0
    info = open_background(("suppliers@2024.1",)).infos[0]
    assert (info.title_en, info.title_zh, info.licence, info.licensed) == ("Mills", "Mills", "NDA 7", "yes")
    listed = run("db", "list", "--lang", "en").stdout.splitlines()
    assert listed[0] == f"suppliers@2024.1\t1\t{info.checksum[:12]}\tlicensed\town\tMills"
    assert any(line.startswith("open-cn@") and "\topen\tshipped\t" in line for line in listed)
    assert "授权数据\t自有\tMills" in run("db", "list", "--lang", "zh").stdout
    assert run("db", "list", "suppliers", "--lang", "en").stdout == "steel-a\tkg\tCN\t2024\tsteel, mill A\n"
    removed = run("db", "remove", "suppliers@2024.1", "--lang", "en")
    assert removed.stdout.startswith("removed: ")
    assert run("db", "list", "suppliers").exit_code == 4


def test_other_content_of_a_version_says_how_to_keep_both(table: Write) -> None:
    """The same --version for corrected factors is refused."""
    assert run("db", "import", table(STEEL), "--version", "1").exit_code == 0
    again = run("db", "import", table({**STEEL, "total": 3}), "--version", "1", "--lang", "en")
    assert again.exit_code == 4
    assert "[database-other-content]" in again.stderr


@pytest.mark.parametrize("words", [("--name", "A b"), ("--version", "1/2"), ("--name", "x@y"), ("--version", "1:2")])
def test_names_that_cannot_be_kept_are_refused(table: Write, words: tuple[str, str]) -> None:
    """An id or version that is no name of a folder ends in a sentence."""
    answer = run("db", "import", table(STEEL), *words, "--lang", "en")
    assert answer.exit_code == 4
    assert answer.stderr.rstrip().endswith(("[database-name]", "[database-part]"))


def test_a_database_folder_is_taken_in_as_it_is(tmp_path: Path) -> None:
    """Our readable form, by topic too: same content, same checksum, whatever was compiled beside it."""
    folder = LINE.small(tmp_path)
    (folder / "topic").mkdir()
    (folder / "exchanges.csv").rename(folder / "topic" / "exchanges.csv")
    (folder / "intensities.jsonl").write_text("broken", encoding="utf-8")
    database = taken_in(folder)
    assert (database.info.id, database.info.version) == ("small", "1")
    assert database.info.checksum == source.read(folder).checksum()
    assert taken_in(folder, version="2").info.version == "2"


def test_problems_of_a_folder_are_told_where_they_stand(tmp_path: Path) -> None:
    """The file and line are those of the user's folder, not of a copy."""
    folder = LINE.small(tmp_path)
    path = folder / "exchanges.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:4], lines[4].replace("steel", "steal"), *lines[5:]]), encoding="utf-8")
    said = LINE.refused(lambda: holdings.take_in(folder, Asked(), "auto", "en"))
    assert said.startswith("small/exchanges.csv:line 5: ")


# ------------------------------------------------------------------------------------------------ in a calculation


def test_several_databases_count_together(table: Write, bill: Callable[..., Path], tmp_path: Path) -> None:
    """A bill takes from the store and from a folder at once; Brightway agrees; the licence is told of the one used."""
    small = LINE.small(tmp_path)
    taken_in(table({**STEEL, "code": "plate"}, {**GASES, "code": "gas", "n2o": 0.001}), id="suppliers", licensed=True)
    path = bill(
        "L1 | plate | 2 kg | plate\nL2 | gas | 1 kg | gas\nL3 | steel | 3 kg | steel", product=LINE.plain_product()
    )
    request = service.Request(path, str(LINE.RULES), (str(small), "suppliers"), reference=True)
    document = service.calculate(request).document
    gwp_set = document["study"]["gwp_set"]
    expected = 2 * 2.1 + 0.001 * gwp.gas("n2o").factor(gwp_set) + 3 * 2
    assert document["result"]["total"] == pytest.approx(expected, rel=1e-9)
    assert {d["id"]: d["licensed"] for d in document["databases"]} == {"small": False, "suppliers": True}
    (mine,) = [d for d in document["datasets"] if d["key"].endswith(":plate")]
    assert (mine["gwp_set"], mine["status"], mine["factor"]) == ("AR6", "secondary", 2.1)


def test_a_code_that_two_databases_have_is_written_whole(
    table: Write, bill: Callable[..., Path], tmp_path: Path
) -> None:
    """A bare code is ambiguous; database@version:code is not."""
    small = LINE.small(tmp_path)
    taken_in(table({**STEEL, "code": "steel"}), id="suppliers", version="1.0")

    def total(code: str) -> float:
        path = bill(f"L1 | steel | 2 kg | {code}", product=LINE.plain_product())
        request = service.Request(path, str(LINE.RULES), (str(small), "suppliers"))
        return float(service.calculate(request).document["result"]["total"])

    assert "[dataset-ambiguous]" in LINE.refused(lambda: total("steel"))
    assert total("suppliers@1.0:steel") == pytest.approx(4.2)
    assert total("small@1:steel") == pytest.approx(4)


@pytest.mark.parametrize(
    ("header", "unit", "is_wrong"),
    [
        ("Total (kg CO2e/t)", "kg", True), ("Total (kg CO2e/kg)", "kg", False), ("Total (kg CO2e/kWh)", "MWh", True),
        ("Total [kg per t]", "kg", True), ("总量（kg CO2e/吨）", "kg", True), ("总量（kg CO2e/吨）", "t", False),
    ],
)  # fmt: skip
def test_what_a_total_is_per_is_the_unit_column(tmp_path: Path, header: str, unit: str, is_wrong: bool) -> None:
    """A header per tonne over rows in kilograms would be a thousand times off: it is an error at the header."""
    path = tmp_path / "a.csv"
    columns = f"code,name_en,unit,region,period,{header},gwp_set,status,document"
    path.write_text(f"{columns}\nx,x,{unit},CN,2024,2,AR6,secondary,a report\n", encoding="utf-8")
    try:
        importer.read(path, Asked("a", "", "", "", False))
    except WorkbookError as exc:
        codes = {p.code for p in exc.problems}
    else:
        codes = set()
    assert ("header-unit-row" in codes) == is_wrong, codes


def test_an_uptake_is_entered_as_it_is(tmp_path: Path) -> None:
    """Its column carries the sign: a negative one would turn round, whatever the note says."""
    path = tmp_path / "a.csv"
    columns = "code,name_en,unit,region,period,co2_biogenic,co2_uptake,status,document,note"
    path.write_text(f"{columns}\nx,x,kg,CN,2024,1.8,-1.8,secondary,a report,removal\n", encoding="utf-8")
    with pytest.raises(WorkbookError, match="amount-negative"):
        importer.read(path, Asked("a", "", "", "", False))


def test_a_misspelt_gas_is_refused_whatever_it_holds(tmp_path: Path) -> None:
    """Texts under 'CH4 fosil' are no numbers, and yet methane that nobody would count."""
    path = tmp_path / "a.csv"
    columns = "code,name_en,unit,region,period,co2_fossil,CH4 fosil,status,document"
    path.write_text(f"{columns}\nx,x,kg,CN,2024,1.8,0.5 kg,secondary,a report\n", encoding="utf-8")
    with pytest.raises(WorkbookError, match="factor-column"):
        importer.read(path, Asked("a", "", "", "", False))
