"""What a part is part of, however an export says it: parents left blank, levels, marks, indentation, captions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported, imported
from footprint.layouts.gaps import known_mass
from footprint.layouts.naming.layout import Layout
from footprint.tables.read import read, read_any

ON = dt.date(2026, 1, 1)
Taken = Callable[..., Imported]


def bom(made: Imported) -> list[tuple[object, ...]]:
    rows = lines.rows(made, {"bom.csv": "F1"}, "")
    return [(row.values["line"], row.values.get("parent"), row.values.get("quantity")) for row in rows]


def told(made: Imported) -> dict[str, int]:
    return {f"{state} {why}".strip(): count for (state, why), count in made.counts().items()}


PAIRS = "Parent,Component,Qty,Unit\n"


def test_a_pair_without_a_parent_is_part_of_the_product(taken: Taken) -> None:
    """Where the first row names no parent, or all parents are parts themselves, a blank means the product."""
    whole = [("A", None, 2), ("B", "A", 2), ("C", None, 3)]
    assert bom(taken(f"{PAIRS},A,2,pcs\nA,B,2,kg\n,C,3,kg\n")) == whole
    assert sorted(bom(taken(f"{PAIRS}A,B,2,kg\n,C,3,kg\n,A,2,pcs\n"))) == whole


def test_the_only_pair_without_a_parent_is_the_product(taken: Taken) -> None:
    """One of it, with all others below, is no part: the product itself; two of it are."""
    made = taken(f"{PAIRS},PUMP,1,pcs\nPUMP,A,2,pcs\nA,B,2,kg\nPUMP,C,3,kg\n")
    assert bom(made) == [("A", None, 2), ("B", "A", 2), ("C", None, 3)]
    assert (made.product, told(made)) == ("PUMP", {"used product-row": 1, "used": 3})
    assert bom(taken(f"{PAIRS},PUMP,2,pcs\nPUMP,A,2,kg\n")) == [("PUMP", None, 2), ("A", "PUMP", 2)]


def test_a_parent_is_written_once_for_all_its_parts(taken: Taken) -> None:
    """A blank below a parent that has no row of its own means that parent, unless parents are repeated: then ask."""
    assert bom(taken(f"{PAIRS}P,A,2,pcs\n,C,3,kg\nA,B,2,kg\n")) == [("A", None, 2), ("B", "A", 2), ("C", None, 3)]
    with pytest.raises(FootprintError, match=r"A4: the row names no parent.*B as above|A4: .*: P as above"):
        taken(f"{PAIRS}P,A,2,pcs\nP,B,2,kg\n,C,3,kg\n")


def test_products_beside_rows_without_a_parent_are_asked_about(taken: Taken) -> None:
    """A parent that is no part of anything is a product beside that of the rows that name none."""
    text = f"{PAIRS},A,2,pcs\nA,B,2,kg\nX,Z,1,kg\n"
    with pytest.raises(FootprintError, match="2 products"):
        taken(text)
    assert bom(taken(text, product="X")) == [("Z", None, 1)]


def test_levels_count_before_the_parents_they_agree_with(taken: Taken) -> None:
    """An exploded bill that names parents besides tells each use once; a product named in each row is no parent."""
    text = "Level,Parent,Component,Qty,Unit\n1,P,A,2,pcs\n2,A,S,1,kg\n1,P,B,1,pcs\n2,B,A,3,pcs\n3,A,S,1,kg\n"
    assert bom(taken(text)) == [("A", None, 2), ("S", "A", 1), ("B", None, 1), ("A-2", "B", 3), ("S-2", "A-2", 1)]
    constant = "Level,Parent,Component,Qty,Unit\n1,P,A,2,pcs\n2,P,S,1,kg\n"
    assert bom(taken(constant)) == [("A", None, 2), ("S", "A", 1)]


def test_one_odd_level_costs_its_row_a_place_and_no_more(taken: Taken) -> None:
    """A cell that is no level is rejected with its address, and what it might contain; the other rows keep theirs."""
    made = taken("Level,Code,Qty,Unit\n1,A,2,pcs\n2,B,3,kg\n2*,C,3,kg\n1,D,1,kg\n")
    assert sorted(bom(made)) == [("A", None, 2), ("B", "A", 3), ("C", "?", 3), ("D", None, 1)]
    assert [problem.place.cell for problem in made.problems] == ["A4"]


@pytest.mark.parametrize("captions", ["L1,L2,L3", "Level 1,Level 2,Level 3", "一级,二级,三级", "第1层,第2层,第3层"])
@pytest.mark.parametrize("mark", ["X", "1", "●"])
def test_a_level_may_be_the_column_that_is_marked(taken: Taken, captions: str, mark: str) -> None:
    """Columns called by levels tell the level of a row by their mark; lengths called alike are none."""
    text = f"{captions},零件号,用量,单位\n{mark},,,A,2,EA\n,{mark},,B,3,EA\n,,{mark},C,1,kg\n{mark},,,D,1,m\n"
    assert bom(taken(text)) == [("A", None, 2), ("B", "A", 3), ("C", "B", 1), ("D", None, 1)]


def test_lengths_called_by_numbers_are_no_levels(taken: Taken) -> None:
    """Columns of numbers beside each other stay what they are."""
    made = taken("L1,L2,零件号,用量,单位\n20,30,A,2,kg\n25,35,B,3,kg\n", length_unit="mm")
    assert bom(made) == [("A", None, 2), ("B", None, 3)]


@pytest.mark.parametrize("head", [
    "物料,组件,数量,单位", "Material,Component,Quantity,Unit", "物料编码,组件编码,数量,单位",
    "Material,Komponente,Menge,ME", "Assembly,Component,Qty,Unit", "上级物料,下级物料,数量,单位",
    "产品代码,物料代码,用量,单位", "Product code,Part number,Qty,Unit",
])  # fmt: skip
def test_a_code_left_of_that_of_a_component_is_its_parent(taken: Taken, head: str) -> None:
    """Of two codes with each row the one of the product or the material above is what the other is part of."""
    made = taken(f"{head}\nF1,G1,2,PCS\nF1,G2,6,kg\nG1,G3,4,kg\n")
    assert bom(made) == [("G1", None, 2), ("G3", "G1", 4), ("G2", None, 6)]


def test_what_is_said_of_the_product_with_each_row_is_not_said_of_the_part(taken: Taken) -> None:
    """Code and name of the product repeated before those of the item leave these as they are, and levels, too."""
    head = "产品代码,产品名称,层次,物料代码,物料名称,单位,用量"
    made = taken(f"{head}\nP,配电箱,1,A,箱体,套,2\nP,配电箱,2,B,冷轧板,KG,3\nP,配电箱,1,C,导轨,PCS,1\n")
    assert bom(made) == [("A", None, 2), ("B", "A", 3), ("C", None, 1)]
    assert [row.values["name"] for row in lines.rows(made, {"bom.csv": "F1"}, "")] == ["箱体", "冷轧板", "导轨"]


def test_a_material_right_of_a_component_or_beside_a_part_number_is_none_above(taken: Taken) -> None:
    """A component and what it is made of are one row each."""
    for head in ("Component,Material,Qty,Unit", "Part number,Component,Qty,Unit"):
        assert [parent for _, parent, _ in bom(taken(f"{head}\nA,PP,2,kg\nB,ABS,6,kg\n"))] == [None, None]


@pytest.mark.parametrize("codes", [("200020", "300010", "300020", "200030"), ("A20", "A30", "A31", "A40")])
@pytest.mark.parametrize("blanks", ["  ", "    ", "\u3000"])
def test_codes_of_digits_may_be_moved_in(taken: Taken, codes: tuple[str, ...], blanks: str) -> None:
    """Those at the margin are numbers, the others texts."""
    one, two, three, four = codes
    rows = f"{one},a,1,EA\n{blanks}{two},b,2,EA\n{blanks}{three},c,3,EA\n{four},d,4,EA\n"
    made = taken(f"Part Number,Description,Qty,UoM\n{rows}")
    assert bom(made) == [(one, None, 1), (two, one, 2), (three, one, 3), (four, None, 4)]


@pytest.mark.parametrize("caption", ["Part Number", "物料", "Description"])
def test_any_column_that_names_a_row_may_be_moved_in(taken: Taken, caption: str) -> None:
    """Blanks before codes tell parts as those before names do."""
    made = taken(f"{caption},Qty,Unit\nA,2,pcs\n  B,3,pcs\n    C,1,kg\nD,1,kg\n")
    assert [quantity for *_, quantity in bom(made)] == [2, 3, 1, 1]
    assert [line.parent for line in made.lines] == [-1, 0, 1, -1]


def test_a_blank_before_a_code_is_a_slip(taken: Taken) -> None:
    """One blank moves a code in no more than none does."""
    assert [line.parent for line in taken("Part Number,Qty,Unit\nA,2,kg\n B,3,kg\n").lines] == [-1, -1]


def test_a_group_is_no_group_of_substitutes(taken: Taken) -> None:
    """Rows of one group of parts all count."""
    assert told(taken("Part Number,Group,Qty,Unit\nA,Mech,2,kg\nB,Mech,3,kg\nC,Elec,1,kg\n")) == {"used": 3}


def test_alternatives_of_a_bill_and_parts_named_beside_are_told_apart(taken: Taken) -> None:
    """Numbers are alternatives, of which the first counts, 9 before 10; codes of parts are substitutes beside."""
    head = "Part Number,Alternative,Qty,Unit\n"
    assert [line for line, *_ in bom(taken(f"{head}A,10,2,kg\nB,9,3,kg\nC,9,1,kg\n"))] == ["B", "C"]
    made = taken(f"{head}A,X1,2,kg\nB,Y2,3,kg\nC,GRM188-22,1,kg\nD,,1,kg\n")
    assert (told(made), len([*lines.beside(made)])) == ({"used": 4}, 3)


@pytest.mark.parametrize("name", ["小计数器", "累计器", "Total Quartz", "Sum-Filter", "Summenzähler"])
def test_a_part_may_be_called_like_a_sum(taken: Taken, name: str) -> None:
    """A name that only begins with a word for a sum is that of a part."""
    assert told(taken(f"Name,Qty,Unit\nA,2,kg\n{name},3,kg\n")) == {"used": 2}


@pytest.mark.parametrize("name", [
    "合计", "合 计:", "Total (kg)", "总计金额", "Total weight", "小计1", "Summe Gewicht", "合计数", "Total kg",
    "Total:", "总计重量(kg)",
])  # fmt: skip
def test_a_sum_is_known_with_what_it_is_of(taken: Taken, name: str) -> None:
    """Behind the word for a sum may stand what is added up, its unit, a number, or a sign."""
    assert told(taken(f"Name,Qty,Unit\nA,2,kg\n{name},2,kg\n")) == {"used": 1, "excluded total-row": 1}


def test_a_slip_before_a_name_is_asked_about(taken: Taken) -> None:
    """One blank makes a part of the row above, or none: whoever knows says so; signs of a name say nothing."""
    text = 'Name,Qty,Unit\nsteel,6,kg\n" al",1,kg\ncu,2,kg\n'
    with pytest.raises(FootprintError, match=r"A3: .*--set structure=indent"):
        taken(text)
    flat, moved = (taken(text, structure=kind) for kind in ("flat", "indent"))
    assert ([line.parent for line in flat.lines], [line.parent for line in moved.lines]) == ([-1] * 3, [-1, 0, -1])
    for name in ("-20C grease", ".5 mm wire", ">PP< cover", "+5V wire"):
        assert [line.parent for line in taken(text.replace('" al"', name)).lines] == [-1] * 3
    inside = taken("Name,Qty,Unit\nA,2,pcs\n  B,1,kg\n  -20C grease,1,kg\n")
    assert [line.parent for line in inside.lines] == [-1, 0, 0]


@pytest.mark.parametrize("signs", [("+", "++"), (".", ".."), ("*", "**"), ("-", "--")])
def test_levels_may_be_rows_of_a_sign(taken: Taken, signs: tuple[str, str]) -> None:
    """The more signs, the deeper."""
    made = taken("层次,料号,用量,单位\n{0},A,2,个\n{1},B,3,kg\n{0},C,1,kg\n".format(*signs))
    assert bom(made) == [("A", None, 2), ("B", "A", 3), ("C", None, 1)]


def test_levels_of_words_are_asked_about(taken: Taken) -> None:
    """A column of levels that nobody understands never makes a bill flat without a word."""
    text = "Level,Code,Qty,Unit\nTop,A,2,pcs\nSub,B,3,kg\n"
    with pytest.raises(FootprintError, match=r"A2: 'Top' is no level.*--set structure=flat"):
        taken(text)
    assert [line.parent for line in taken(text, structure="flat").lines] == [-1, -1]


def test_one_dotted_number_tells_a_part(taken: Taken) -> None:
    """1, 1.1, 2 is a tree, though a spreadsheet takes 1.1 for a number; 3.10 of a text table is no 3.1."""
    assert bom(taken("No.,Code,Qty,Unit\n1,A,2,pcs\n1.1,B,3,kg\n2,C,1,kg\n")) == [
        ("A", None, 2), ("B", "A", 3), ("C", None, 1),
    ]  # fmt: skip
    made = taken("No.,Code,Qty,Unit\n3,A,2,pcs\n3.1,B,3,kg\n3.10,C,1,kg\n3.10.1,D,1,kg\n")
    assert [line.parent for line in made.lines] == [-1, 0, 0, 2]


@pytest.mark.parametrize("caption", ["物料描述", "Part Number"])
def test_formats_may_move_rows_in(tmp_path: Path, caption: str) -> None:
    """The indent of an alignment tells parts as blanks do; that of all cells alike, or of numbers, tells nothing."""
    for steps, parents in (((0, 1, 1, 0), [-1, 0, 0, -1]), ((1, 1, 1, 1), [-1] * 4)):
        book = xlsxwriter.Workbook(str(tmp_path / "bom.xlsx"))
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, (caption, "数量", "单位"))
        for at, step in enumerate(steps, 1):
            sheet.write(at, 0, f"N{at}", book.add_format({"indent": step}) if step else None)
            sheet.write(at, 1, 2, book.add_format({"align": "right", "indent": at}))
            sheet.write(at, 2, "kg")
        book.close()
        made = imported([read_any(tmp_path / "bom.xlsx")], Layout(), ON)
        assert [line.parent for line in made.lines] == parents


def test_a_substitute_named_beside_that_has_a_row_counts_once(taken: Taken) -> None:
    """What may replace a row of its assembly is none besides it; of two that name each other the first counts."""
    text = "料号,用量,单位,替代料号\nA,10,kg,A2\nA2,10,kg,A\nB,1,kg,\n"
    assert told(taken(text)) == {"used": 2, "excluded substitute": 1}
    assert [line for line, *_ in bom(taken(text))] == ["A", "B"]


@pytest.mark.parametrize(("caption", "said"), [("备注", "替代料"), ("备注", "A的替代料"), ("替代关系", "替代")])
def test_a_row_may_say_of_itself_that_it_is_a_substitute(taken: Taken, caption: str, said: str) -> None:
    """In a note, in the place of its number, or in a column of its own; a note that says more is a note."""
    text = f"料号,用量,单位,{caption}\nA,10,kg,\nA2,10,kg,{{}}\n"
    assert told(taken(text.format(said))) == {"used": 1, "excluded substitute": 1}
    assert told(taken("序号,料号,用量,单位\n1,A,10,kg\n替,A2,10,kg\n2,B,1,kg\n"))["excluded substitute"] == 1
    assert told(taken("料号,用量,单位,备注\nA,10,kg,\nA2,10,kg,替代料见图纸\n")) == {"used": 2}


@pytest.mark.parametrize(("until", "counts"), [("2020", 0), ("2026", 1), ("43831", 0), ("73050", 1)])
def test_a_year_is_a_date(taken: Taken, until: str, counts: int) -> None:
    """What is valid to a year is so to its end; larger numbers are days of a spreadsheet."""
    assert len(taken(f"Part Number,Qty,Unit,Valid to\nA,2,kg,{until}\nB,2,kg,\n").lines) == counts + 1


def test_signatures_side_by_side_are_no_part(taken: Taken) -> None:
    """Captions with what they say, and no amount, are no row of the bill; a name with a colon and an amount is one."""
    text = "料号,品名,用量,单位\nA,壳: 上,1,kg\n制表：张三,审核：李四,,\n"
    assert told(taken(text)) == {"used": 1, "excluded heading": 1}


def test_an_exploded_list_of_pairs_without_levels_is_asked_about(taken: Taken) -> None:
    """An assembly told as often as it is used, each time alike, would have its parts twice in each use."""
    with pytest.raises(FootprintError, match=r"A6: the parts of A are told 2 times"):
        taken(f"{PAIRS}P,A,2,pcs\nA,S,1,kg\nP,B,1,pcs\nB,A,3,pcs\nA,S,1,kg\n")
    twice = taken(f"{PAIRS}P,A,2,pcs\nA,S,1,kg\nA,S,2,kg\n")
    assert [quantity for *_, quantity in bom(twice)] == [2, 1, 2]


@pytest.mark.parametrize("text", [
    "Level 1,Level 2,Level 3,Qty,Unit\nmodule M8,,,2,pcs\n,cu,,3,kg\n,fe 2,,1,kg\ncase,,,1,kg\n",
    "一级,二级,三级,用量,单位\n模块,,,2,个\n,铜,,3,kg\n,钢,,1,kg\n壳,,,1,kg\n",
    "一级,二级,用量,单位\n模块,,2,个\n模块,铜,3,kg\n模块,钢,1,kg\n壳,,1,kg\n",
    "层级,名称,用量,单位\n一级,模块,2,个\n二级,铜,3,kg\n二级,钢,1,kg\n一级,壳,1,kg\n",
])  # fmt: skip
def test_levels_are_told_by_columns_of_names_and_in_words(taken: Taken, text: str) -> None:
    """What stands in the column of a level is the name of a row of that level."""
    made = taken(text)
    rows = lines.rows(made, {"bom.csv": "F1"}, "")
    assert known_mass(rows)[0] == 9
    assert [row.values["name"][0] for row in rows] in (["m", "c", "f", "c"], ["模", "铜", "钢", "壳"])


@pytest.mark.parametrize("captions", ["1,2,3", "0,1,2"])
@pytest.mark.parametrize("tick", ["●", "*", "√", "x"])
def test_ticks_below_1_2_3_are_levels(captions: str, tick: str, taken: Taken) -> None:
    """One in each row, never more than a step deeper, and back again."""
    rows = f"{tick},,,A,壳,2,个\n,{tick},,B,环,3,个\n,,{tick},D,销,3,个\n{tick},,,C,盖,1,个\n"
    made = taken(f"{captions},物料编码,名称,数量,单位\n{rows}")
    assert bom(made) == [("A", None, 2), ("B", "A", 3), ("D", "B", 3), ("C", None, 1)]


def test_other_columns_of_ticks_are_asked_about(taken: Taken) -> None:
    """Variants are ticked as well: levels where that is stated, else all rows are parts of the product."""
    text = "甲,乙,物料编码,名称,数量,单位\n●,,A,壳,2,个\n,●,B,环,3,个\n●,,C,盖,1,个\n"
    with pytest.raises(FootprintError, match="structure=level"):
        taken(text)
    assert [parent for _, parent, _ in bom(taken(text, structure="level"))] == [None, "A", None]
    assert [parent for _, parent, _ in bom(taken(text, structure="flat"))] == [None, None, None]


@pytest.mark.parametrize("rows", [
    "●,,A,壳,2,个\n●,●,B,环,3,个\n", ",●,A,壳,2,个\n●,,B,环,3,个\n", "●,,A,壳,2,个\n,,B,环,3,个\n",
    "A1,,A,壳,2,个\n,A2,B,环,3,个\n",
])  # fmt: skip
def test_ticks_that_are_no_levels_are_none(rows: str, taken: Taken) -> None:
    """Two in a row, none in one, a deeper one first, or words: variants, notes, codes."""
    assert [parent for _, parent, _ in bom(taken(f"甲,乙,物料编码,名称,数量,单位\n{rows}"))] == [None, None]


@pytest.mark.parametrize("date", ["2026/1/1", "1月1日", "1-Jan", "Jan-01", "2026-01-01"])
def test_numbers_of_rows_that_are_dates_are_asked_about(date: str, taken: Taken) -> None:
    """A spreadsheet makes a date of 1-1: no structure, and no flat list either, unless that is stated."""
    text = f"序号,物料编码,名称,用量,单位\n1,A,壳,2,个\n{date},B,环,3,个\n2,C,盖,1,个\n"
    with pytest.raises(FootprintError, match=rf"'{date}' in '序号' is a date.*as text"):
        taken(text)
    assert [parent for _, parent, _ in bom(taken(text, structure="flat"))] == [None, None, None]


def test_numbers_of_columns_are_headers_of_levels(tmp_path: Path) -> None:
    """1, 2, 3 as numbers above ticks, beside captions of words."""
    with xlsxwriter.Workbook(tmp_path / "bom.xlsx") as book:
        sheet = book.add_worksheet("B")
        for at, row in enumerate(((1, 2, "物料编码", "名称", "数量", "单位"), ("○", None, "A", "壳", 2, "个"),
                                  (None, "○", "B", "环", 3, "个"), ("○", None, "C", "盖", 1, "个"))):  # fmt: skip
            sheet.write_row(at, 0, row)
    made = imported([read(tmp_path / "bom.xlsx")], Layout(), ON)
    assert [*made.parts[0].parents] == [-1, 0, -1]


IN_PAIRS = "父项编码,子项编码,子项名称,用量,单位\nP,S,总成,2,个\nP,A,铜,1,kg\nS,C,铁,3,kg\n"
IN_LEVELS = "层次,物料编码,名称,用量,单位\n1,S,总成,2,个\n2,A,铜,1,kg\n1,B,铁,1,kg\n"


@pytest.mark.parametrize(("text", "product", "near"), [
    (IN_PAIRS, "NOSUCH", "'P', 'S'"), (IN_PAIRS, "C", "'P', 'S'"), (IN_LEVELS, "B", "'S'"),
    (f"产品编码：P-1,,产品名称：水泵\n{IN_LEVELS}", "B", "'P-1', 'S'"),
    ("物料编码,名称,用量,单位\nA,铜,1,kg\n", "A", ""),
])  # fmt: skip
def test_a_product_that_is_not_told_is_refused(text: str, product: str, near: str, taken: Taken) -> None:
    """What does not exist, and what has no parts, is no product; what has is offered."""
    with pytest.raises(FootprintError, match=f"nothing that has parts is called '{product}'") as raised:
        taken(text, product=product)
    assert all(each in str(raised.value) for each in near.split(", "))


@pytest.mark.parametrize(("text", "product", "count"), [
    (IN_PAIRS, "P", 3), (IN_PAIRS, "S", 1), (IN_LEVELS, "S", 1),
    (f"产品编码：P-1,,产品名称：水泵\n{IN_LEVELS}", "P-1", 3),
    (f"产品编码：P-1,,产品名称：水泵\n{IN_LEVELS}", "水泵", 3), ("物料编码,名称,用量,单位\nA,铜,1,kg\n", "NEW-1", 1),
    (IN_LEVELS, "NEW-1", 3), (f"产品编码：P-1\n{IN_LEVELS}", "NEW-1", 3),
])  # fmt: skip
def test_a_product_is_chosen_by_code_or_name_or_called_anything(
    text: str, product: str, count: int, taken: Taken
) -> None:
    """An assembly, the product by its name, and any name for a list that is one: how it is called is no question."""
    assert len(bom(taken(text, product=product))) == count


@pytest.mark.parametrize(("groups", "parents"), [
    ((0, 1, 2, 0), [None, "A1", "A2", None]), ((0, 1, 1, 0), [None, "A1", "A1", None]),
    ((0, 0, 0, 0), None), ((1, 1, 0, 0), None), ((0, 2, 2, 0), None),
])  # fmt: skip
def test_rows_that_are_only_grouped_are_asked_about(
    groups: tuple[int, ...], parents: list[str | None] | None, tmp_path: Path
) -> None:
    """Groups of rows below a row are its parts, or folded for reading only; rows before their first are no parts."""
    with xlsxwriter.Workbook(tmp_path / "bom.xlsx") as book:
        sheet = book.add_worksheet("B")
        sheet.write_row(0, 0, ("物料编码", "名称", "用量", "单位"))
        for at, level in enumerate(groups, 1):
            sheet.write_row(at, 0, (f"A{at}", f"件{at}", at, "个"))
            sheet.set_row(at, None, None, {"level": level})
    files = [read_any(tmp_path / "bom.xlsx")]
    if parents is None:
        assert [*imported(files, Layout(), ON).parts[0].parents] == [-1] * 4
        return
    with pytest.raises(FootprintError, match="rows from 3 are grouped"):
        imported(files, Layout(), ON)
    for structure, wanted in (("level", parents), ("flat", [None] * 4)):
        rows = lines.rows(imported(files, Layout(structure=structure), ON), {"bom.xlsx": "F1"}, "")
        assert [row.values.get("parent") for row in rows] == wanted
