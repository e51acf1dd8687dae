"""Exports of other systems become the guided workbook: every row accounted for, every cell with its source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from footprint import importing
from footprint.cli import main
from footprint.errors import FootprintError, WorkbookError
from footprint.importing import Import
from footprint.layouts import lines
from footprint.layouts.bill import Imported, imported
from footprint.layouts.naming.captions import Captions
from footprint.layouts.naming.layout import Layout
from footprint.model.sheets import Book, Sheet
from footprint.tables.read import read

ON = dt.date(2026, 1, 1)
PLAIN = Layout()
KINGDEE = """BOM单级展开
父项物料代码:,BOARD-1,名称:,控制板
数量:,1
顺序号,子项物料代码,物料名称,规格型号,材质,基本单位,用量,损耗率(%),生效日期,失效日期,是否禁用,单重(g),创建人
1,1.01.0001,支架,1.2mm,SPCC,PCS,２,.3,2020-01-01,2100/1/1,否,"1,250.5",甲
2,1.01.0002,套管,Φ3,,MM,10.00,.3,2020-01-01,2100/1/1,否,,甲
3,1.01.0003,螺钉,M3,,PCS,4,.3,2020-01-01,2100/1/1,是,1.2,甲
4,1.01.0004,螺母,M3,,PCS,4,.3,2020-01-01,2021/1/1,否,1.2,甲
,,,加厚,,,,,,,,,
5,1.01.0005,焊锡,,,kg,0.05,1,2020-01-01,2100/1/1,否,,甲
6,1.01.0006,=cmd|calc,,,托,1,1,2020-01-01,2100/1/1,否,,甲
合计,,,,,,21.05
制表: 某某
"""
SAP = """Level;Component;Component description;Comp. Qty;BUn;Base quantity;Net weight;Weight unit;Alternative
1;100;Gehäuse;1.000,0;ST;1000;12,5;KG;1
2;110;Blech DC01;2,5;KG;1;;;1
1;120;Schraube;4;ST;1;5;G;1
1;130;Dichtung;2;ST;1;3;G;2
"""
PAIRS = """父件编码,子件编码,子件名称,用量,单位
P,A,组件甲,2,个
P,B,组件乙,1,个
A,C,铜线,0.3,kg
B,C,铜线,0.5,kg
B,A,组件甲,1,个
X,Z,别的,1,个
"""


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, name: str = "bom.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def taken(path: Path, layout: Layout = PLAIN, product: str = "") -> Imported:
    return imported([read(path)], layout, ON, product)


def told(made: Imported) -> dict[str, int]:
    return {f"{state} {why}".strip(): count for (state, why), count in made.counts().items()}


def bom(made: Imported) -> list[dict[str, object]]:
    files = {part.table.sheet.file: "F1" for part in made.parts}
    return [dict(row.values) for row in lines.rows(made, files, "")]


def said(action: Callable[[], object]) -> str:
    with pytest.raises(FootprintError) as caught:
        action()
    return str(caught.value)


def test_every_row_of_an_export_is_accounted_for(file: Callable[..., Path]) -> None:
    """Disabled, expired, sums, headings, texts carried on are named; what cannot be read is rejected with its cell."""
    made = taken(file(KINGDEE))
    assert told(made) == {
        "used": 3, "excluded disabled": 1, "excluded not-effective": 1, "merged continued": 1,
        "rejected import-unit": 1, "excluded total-row": 1, "excluded heading": 1,
    }  # fmt: skip
    assert [str(found.place) for found in made.problems] == ["bom.csv:bom!F11"]


def test_amounts_masses_and_losses_come_in_their_units(file: Callable[..., Path]) -> None:
    """Full-width digits, thousands marks, grams in the header, per cent: the workbook has them in its own units."""
    first, second, third, _ = bom(taken(file(KINGDEE)))
    assert (first["quantity"], first["unit"], first["net_mass"], first["loss"]) == (2, "item", 1.2505, 0.003)
    assert first["specification"] == "1.2mm; SPCC"
    assert (second["quantity"], second["unit"]) == (10, "mm")
    assert "net_mass" not in second
    assert (third["quantity"], third["unit"], third["loss"]) == (0.05, "kg", 0.01)


def test_what_cannot_be_read_stays_in_the_workbook_as_it_stands(file: Callable[..., Path], tmp_path: Path) -> None:
    """A rejected row is a line whose cell the check refuses: nobody calculates without it."""
    importing.write(Import((file(KINGDEE),), ON), tmp_path / "made.xlsx", "en")
    checked = CliRunner().invoke(main, ["check", str(tmp_path / "made.xlsx"), "--pcr", "iso-14067", "--lang", "en"])
    assert "unit '托' is not known" in checked.output
    assert checked.exit_code == 3


def test_texts_of_a_source_are_never_formulas(file: Callable[..., Path], tmp_path: Path) -> None:
    """A name that begins like a formula is a text in every sheet of the workbook made."""
    importing.write(Import((file(KINGDEE),), ON), tmp_path / "made.xlsx", "en")
    made = read(tmp_path / "made.xlsx")
    cells = [cell for sheet in made.sheets for row in sheet.rows for cell in row]
    assert "=cmd|calc" in cells
    assert not any(sheet.uncached for sheet in made.sheets)


def test_every_cell_leads_to_its_source(file: Callable[..., Path]) -> None:
    """The addresses beside a value are those of filled cells, and the quantity's is where the quantity stands."""
    made = taken(file(KINGDEE))
    rows = lines.rows(made, {"bom.csv": "F1"}, "")
    assert rows[0].sources["quantity"] == "G5"
    assert rows[0].sources["net_mass"] == "L5"
    assert rows[0].sources["specification"] == "D5, E5"
    assert all(row.sources for row in rows)


def test_columns_without_use_keep_their_place_beside_the_bill(file: Callable[..., Path], tmp_path: Path) -> None:
    """What no column of the workbook takes stands on a sheet of its own, by line."""
    importing.write(Import((file(KINGDEE),), ON), tmp_path / "made.xlsx", "en")
    unused = next(sheet for sheet in read(tmp_path / "made.xlsx").sheets if sheet.name == "Unused")
    assert "创建人" in unused.rows[0]
    assert "甲" in unused.rows[1]


def test_decimal_commas_base_quantities_and_alternatives(file: Callable[..., Path]) -> None:
    """One cell settles the decimal mark of its column; quantities are per parent; one alternative counts."""
    made = taken(file(SAP))
    rows = bom(made)
    assert [(row["line"], row.get("parent"), row["quantity"], row.get("net_mass")) for row in rows] == [
        ("100", None, 1.0, 12.5), ("110", "100", 2.5, None), ("120", None, 4.0, 0.005),
    ]  # fmt: skip
    assert told(made)["excluded other-alternative"] == 1


def test_pairs_become_a_tree_of_the_product_that_is_named(file: Callable[..., Path]) -> None:
    """Two products in one list are asked about; every use of an assembly is written out with its parts."""
    path = file(PAIRS)
    assert "2 products" in said(lambda: taken(path))
    made = taken(path, product="P")
    assert [(row["name"], row.get("parent")) for row in bom(made)] == [
        ("组件甲", None), ("铜线", "A"), ("组件乙", None), ("铜线", "B"), ("组件甲", "B"), ("铜线", "A-2"),
    ]  # fmt: skip
    assert told(made) == {"used": 5, "excluded not-of-product": 1}


def test_a_unit_that_nobody_states_is_asked_for_once(file: Callable[..., Path]) -> None:
    """A list without units is no list of items, until somebody says so."""
    path = file("Name,Amount\nBolt,4\nNut,4\n")
    assert said(lambda: taken(path)).count("--set unit=item") == 1
    made = taken(path, Layout(constants={"unit": "item"}))
    assert [row["unit"] for row in bom(made)] == ["item", "item"]


@pytest.mark.parametrize(("text", "remedy"), [
    ('Name,Qty,Unit\nBolt,"1,234",pc\n', "--set decimal="), ("Name,Qty,Unit,Loss\nBolt,4,pc,0.3\n", "--set loss="),
    ("Name,Qty,Unit,Weight\nBolt,4,pc,12\n", "--set mass_unit="),
])  # fmt: skip
def test_what_may_be_read_in_two_ways_is_asked(file: Callable[..., Path], text: str, remedy: str) -> None:
    """A doubtful decimal mark, a loss that may be per cent, a weight without unit: the remedy is an option."""
    assert remedy in said(lambda: taken(file(text)))


def test_a_file_without_a_bill_is_refused(file: Callable[..., Path]) -> None:
    """A table that names no material, or nothing at all, is told so."""
    assert "import-no-table" in said(lambda: taken(file("a,b\n1,2\n")))


def test_two_units_at_odds_are_refused(file: Callable[..., Path]) -> None:
    """A unit in the cell wins over none; against another unit beside it the row is rejected."""
    made = taken(file("Name,Qty,Unit\nTape,1 m,kg\nBolt,2 pcs,pc\n"))
    assert told(made) == {"used": 1, "rejected import-two-units": 1}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_encodings_are_told_by_the_bytes(file: Callable[..., Path], encoding: str) -> None:
    """The same list reads the same in each of its encodings."""
    assert told(taken(file(KINGDEE, encoding=encoding))) == told(taken(file(KINGDEE)))


def test_a_map_reads_the_next_export_as_this_one(file: Callable[..., Path], tmp_path: Path) -> None:
    """The map that is proposed, passed back, gives the same lines; a word changed in it changes them."""
    path = file(KINGDEE)
    text = importing.explain(Import((path,), ON), "en")
    map_ = file(text, "map.yaml")
    request = Import((path,), ON, map_)
    assert bom(taken(path)) == bom(imported([read(path)], importing.layout(request), ON))
    map_.write_text(text.replace("units: {}", "units: {托: 20 pcs}"), encoding="utf-8")
    assert told(imported([read(path)], importing.layout(request), ON))["used"] == 4


MAP = """footprint-map: "1.0"
sheets: [bom]
columns: {顺序号: position, 子项物料代码: code, 物料名称: name, 用量: quantity, 基本单位: unit, 单重(g): mass}
constants: {loss_formula: divide, lot_size: "500", origin: CN}
structure: flat
units: {托: 20 pcs}
materials: {SPCC: 7.85 g/cm3, M3: 0.5 g}
rows:
  - {rule: made by B, column: 创建人, is: [乙]}
"""


def test_a_map_is_proposed_with_all_that_it_says(file: Callable[..., Path]) -> None:
    """What a map states besides columns comes back, word for word, when it is written out again."""
    request = Import((file(KINGDEE),), ON, file(MAP, "map.yaml"))
    known = importing.layout(request)
    again = importing.layout(request._replace(map=file(importing.explain(request, "en"), "map.yaml")))
    assert again._replace(columns=Captions()) == known._replace(columns=Captions())
    assert {key: field for key, field in again.columns.written.items() if field != "ignore"} == known.columns.written


@pytest.mark.parametrize(("text", "said_of"), [
    ("footprint-map: '9'\n", "map-unknown"),
    ("footprint-map: '1.0'\ncolumns: {Name: nam}\n", "map-value"),
    ("footprint-map: '1.0'\nmore: 1\n", "map-key"),
    ("footprint-map: '1.0'\nunits: {roll: 3 furlongs}\n", "unit-unknown"),
    ("footprint-map: '1.0'\nrows: [1]\n", "map-filter"),
    ("footprint-map: '1.0'\ncolumns: [a]\n", "map-mapping"),
])
def test_a_map_is_refused_with_what_is_wrong(file: Callable[..., Path], text: str, said_of: str) -> None:
    """Each part of a map that cannot be is named."""
    map_ = file(text, "map.yaml")
    assert f"[{said_of}]" in said(lambda: importing.layout(Import((), ON, map_)))


def test_the_command_writes_the_workbook_and_the_account(file: Callable[..., Path], tmp_path: Path) -> None:
    """The account adds up on the screen; what is there is kept unless forced."""
    made = tmp_path / "product.xlsx"
    command = ["import", str(file(KINGDEE)), "-o", str(made), "--on", "2026-01-01", "--lang", "en"]
    first = CliRunner().invoke(main, command)
    assert first.exit_code == 0
    assert "9 source rows: 3 used, 1 merged, 4 left out, 1 rejected; 4 lines." in first.output
    assert "sum of the quantities: 2 item, 10 mm, 0.05 kg" in first.output
    assert CliRunner().invoke(main, command).exit_code != 0


CELLS = st.sampled_from([None, 1.0, 0.0, 2.5, "3 pcs", "x", "-1"])


@given(st.lists(st.tuples(st.sampled_from([1.0, 2.0, 3.0, None]), st.sampled_from(["a", "b", None, "合计"]), CELLS,
                          st.sampled_from(["是", "否", None])), max_size=25))  # fmt: skip
def test_the_counts_add_up(rows: list[tuple[object, ...]]) -> None:
    """Used, merged, left out and rejected rows are all rows with anything in them, whatever stands there."""
    header = ("层级", "名称", "用量", "禁用", "单位")
    cells = [header, *((*row, None if all(cell is None for cell in row) else "pcs") for row in rows)]
    sheet = Sheet("b.xlsx", "BOM", tuple(cells))  # type: ignore[arg-type]
    try:
        made = imported([Book("b.xlsx", (sheet,), "0" * 64)], Layout(), ON)
    except WorkbookError:
        return
    filled = sum(any(cell is not None for cell in row) for row in rows)
    counts = made.counts()
    assert sum(counts.values()) == filled
    assert all(became.state for became in counts)
    kept = (n for became, n in counts.items() if became.state in {"used", "rejected"} and became.why != "product-row")
    assert len(made.lines) == sum(kept)


def test_a_code_with_a_number_sign_is_no_comment(file: Callable[..., Path], tmp_path: Path) -> None:
    """``#9002A`` is a part: its row is read from the workbook made, under an id that begins no comment."""
    export = file("编码,名称,用量,单位\n#9002A,臂,1,个\nB,板,2,个\n")
    importing.write(Import((export,), ON), tmp_path / "made.xlsx", "en")
    sheet = next(sheet for sheet in read(tmp_path / "made.xlsx").sheets if sheet.name == "BOM")
    assert [row[0] for row in sheet.rows[3:]] == ["9002A", "B"]


def test_a_formula_without_a_value_beside_the_amounts_costs_no_row(tmp_path: Path) -> None:
    """Prices and remarks are no part of a line: what nobody calculated there is not missed."""
    book = openpyxl.Workbook()
    rows = [("Code", "Name", "Qty", "Unit", "Unit price", "Total price"), ("A", "plate", 2, "kg", 3, "=C2*E2"),
            ("B", "cover", "=1+1", "kg", 3, 6)]  # fmt: skip
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "bom.xlsx")
    first, second = bom(taken(tmp_path / "bom.xlsx"))
    assert (first["quantity"], first["unit"]) == (2, "kg")
    assert second.get("quantity") != 2, "a formula nobody calculated is no amount"


def test_a_total_without_a_value_costs_no_row_that_tells_what_it_is_of(tmp_path: Path) -> None:
    """Quantity times mass tell the total mass; where one of them is missing, too, the row is rejected."""
    book = openpyxl.Workbook()
    rows = [("Code", "Name", "Qty", "Unit weight (kg)", "Total weight (kg)", "Unit"),
            ("A", "a", 2, 0.5, "=C2*D2", "pc"), ("B", "b", "=1+2", 0.25, "=C3*D3", "pc"),
            ("C", "c", 2, None, "=C4*D4", "pc")]  # fmt: skip
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "bom.xlsx")
    made = taken(tmp_path / "bom.xlsx")
    assert [(row["quantity"], row["net_mass"]) for row in bom(made)[:1]] == [(2, 0.5)]
    assert [found.code for found in made.problems] == ["cell-uncached"] * 2


@pytest.mark.parametrize("stated", [{"product": "A"}, {}])
def test_the_product_that_is_stated_names_the_workbook(tmp_path: Path, stated: dict[str, str]) -> None:
    """Whether by the option or among the constants: it is the wanted assembly, and the product of the workbook."""
    (tmp_path / "bom.csv").write_text("Parent,Code,Qty,Unit\nA,B,2,kg\nC,D,3,kg\n", encoding="utf-8")
    given = Import((tmp_path / "bom.csv",), ON, stated=stated, product="" if stated else "A")
    importing.write(given, tmp_path / "made.xlsx", "en")
    rows = next(sheet for sheet in read(tmp_path / "made.xlsx").sheets if sheet.name == "Product").rows
    assert any("A" in row for row in rows)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("料号,用量,单位,替代组\nA,1,kg,-\nB,1,kg,-\nC,1,kg,-\n", ["A", "B", "C"]),
        ("料号,用量,单位,是否主料\nA,1,kg,是\nB,1,kg,否\nC,1,kg,\n", ["A", "C"]),
        ("料号,用量,单位,主料\nA,1,kg,是\nB,1,kg,否\n", ["A"]),
        ("料号,用量,单位,主料\nA,1,kg,\nB,1,kg,A\n", ["A"]),
        ("料号,用量,单位,主料\n1,1,kg,\n2,1,kg,1\n", ["1"]),
        ("料号,名称,用量,单位\nA,a,1,kg\nB,b,1,kg\n,一、金属小计,2,kg\n", ["A", "B"]),
        ("料号,名称,用量,单位,Effectivity To\nA,a,1,kg,2020-01-01\nB,b,1,kg,2099-01-01\n", ["B"]),
    ],
)
def test_rows_count_that_are_neither_substitutes_sums_nor_expired(tmp_path: Path, text: str, kept: list[str]) -> None:
    """What fills empty cells is no group; yes and no say which is the main part; sums may end with their word."""
    (tmp_path / "bom.csv").write_text(text, encoding="utf-8")
    assert [row["line"] for row in bom(taken(tmp_path / "bom.csv"))] == kept


def test_losses_per_thousand_are_no_losses_per_cent(tmp_path: Path) -> None:
    (tmp_path / "bom.csv").write_text("料号,用量,单位,损耗率(‰)\nA,1,kg,5\n", encoding="utf-8")
    stated = PLAIN._replace(constants={"loss_formula": "multiply"})
    assert bom(taken(tmp_path / "bom.csv", stated))[0]["loss"] == 0.005


def test_a_bill_without_a_line_is_none(tmp_path: Path) -> None:
    """A list of which rules leave out every row is refused, and nothing is written."""
    (tmp_path / "bom.csv").write_text("料号,用量,单位,是否禁用\nA,1,kg,是\nB,2,kg,是\n", encoding="utf-8")
    with pytest.raises(FootprintError) as refused:
        importing.write(Import((tmp_path / "bom.csv",), ON), tmp_path / "made.xlsx", "en")
    assert [problem.code for problem in refused.value.problems] == ["import-no-lines"]
    assert not (tmp_path / "made.xlsx").exists()


def test_a_list_of_which_no_row_is_used_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """Each reason once, with its remedy, and nothing is written; one row that is used is enough."""
    source, made = tmp_path / "bom.csv", tmp_path / "made.xlsx"
    source.write_text("Code,Name,Qty,Unit\nA,frame,1,blob\nB,wheel,2,blob\nC,bell,,pcs\nD,x,1,glob\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["import", str(source), "-o", str(made)])
    assert result.exit_code
    assert not made.exists()
    assert "none of the 4 rows can be used" in result.output
    remedies = ("--set units.blob=UNIT", "--set units.glob=UNIT", "--set blank_quantity=1")
    assert [result.output.count(each) for each in remedies] == [1, 1, 1]
    assert importing.account_of(Import((source,), ON, stated={"blank_quantity": "1"}), "en").count("1 used") == 1


@pytest.mark.parametrize("product", ["", "0,Box,1,pcs\n"])
def test_a_list_of_which_no_part_can_be_used_is_refused_with_each_reason(
    file: Callable[..., Path], product: str
) -> None:
    """The row of the product itself is no part of it."""
    text = f"Level,Part,Qty,Unit\n{product}1,Card,10-12,pcs\n1,Bolt,12-14,pcs\n"
    with pytest.raises(WorkbookError) as raised:
        importing.account_of(Import((file(text),), dt.date(2026, 1, 1)), "en")
    first, *reasons = (each.code for each in raised.value.problems)
    assert (first, {*reasons}) == ("import-none-used", {"import-range"})
    used = file(text.replace("Bolt,12-14", "Bolt,2"), "used.csv")
    assert "1 rejected" in importing.account_of(Import((used,), dt.date(2026, 1, 1)), "en")
