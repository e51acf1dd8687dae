"""What exported bills say, piece by piece: headers, amounts, levels, trees."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.layouts.naming import levels
from footprint.layouts.naming.amounts import Amount, amount, decimal_mark, number, sizes
from footprint.layouts.naming.designators import designators
from footprint.layouts.naming.headers import meant
from footprint.layouts.naming.levels import LOST, PRODUCT, by_dots, by_indent, by_level
from footprint.layouts.nesting.trees import Rows, tree


@pytest.mark.parametrize(("caption", "field", "unit"), [
    ("子项物料代码", "code", ""), ("物料名称", "name", ""), ("规格型号", "specification", ""),
    ("损耗率(%)", "loss", "%"), ("基本单位", "unit", ""), ("单重\n（g/pcs）", "mass", "g/pcs"),
    ("长度mm", "length", "mm"), ("数量Qty", "quantity", ""), ("是否禁用", "disabled", ""),
    ("替代料2", "substitute", ""), ("父项物料编码", "parent", ""), ("层级", "level", ""),
    ("Comp. Qty", "quantity", ""), ("Component description", "name", ""), ("BUn", "unit", ""),
    ("Werkstoff", "material", ""), ("Menge", "quantity", ""), ("Baukastenstufe", "level", ""),
    ("Einzelgewicht [g]", "mass", "g"), ("#", "position", ""), ("Net weight (kg/pc)", "mass", "kg/pc"),
    ("ＱＴＹ", "quantity", ""),
])  # fmt: skip
def test_a_header_is_known_in_any_of_its_spellings(caption: str, field: str, unit: str) -> None:
    """Brackets, width, case, a second language and words in front do not hide what a header means."""
    found = meant(caption)
    assert (found.fields[0], found.unit) == (field, unit)


@pytest.mark.parametrize("caption", ["", "  ", "辅助属性", "供应商型号", "x" * 61, "2024-01-01", "Zzz"])
def test_what_is_no_header_means_nothing(caption: str) -> None:
    """A text that the word list does not know is never taken for the nearest field."""
    assert not meant(caption).fields


@pytest.mark.parametrize(("text", "mark", "value", "unit"), [
    ("1,5 kg", ",", 1.5, "kg"), ("３PCS", ".", 3, "PCS"), ("1.234,5", ",", 1234.5, ""), ("12 %", ".", 12, "%"),
    ("1,234.5 kg", ".", 1234.5, "kg"), (".3", ".", 0.3, ""), ("1 234,5", ",", 1234.5, ""),
    ("1e3", ".", 1000, ""), ("10 000", ".", 10000, ""), ("12个/台", ".", 12, "个/台"), ("≈5", ".", 5, ""),
    ("2 m²", ".", 2, "m2"), ("-3", ".", -3, ""),
])  # fmt: skip
def test_an_amount_is_read_as_it_is_typed(text: str, mark: str, value: float, unit: str) -> None:
    """Numbers keep their value whatever the width of digits, the grouping or the unit beside them."""
    assert amount(text, mark) == Amount(value, unit)


@pytest.mark.parametrize(
    "text", ["abc", "1,2,3", "3-4", "1/2", "5±0.1", "1.5.2", "0.3mm*20", "-", "", "1,5", "2 3", "1e999"]
)
def test_what_may_mean_something_else_is_no_amount(text: str) -> None:
    """A text with another sign than one number and one unit is refused, not cut."""
    assert amount(text, ".") is None


@given(st.floats(0, 1e9), st.sampled_from([".", ","]))
def test_a_number_written_with_either_mark_reads_the_same(value: float, mark: str) -> None:
    """Writing a number with groups of three and a decimal mark, and reading it back, changes nothing."""
    other = {".": ",", ",": "."}[mark]
    written = f"{value:,.6f}".translate(str.maketrans({",": other, ".": mark}))
    assert number(written, mark) == pytest.approx(round(value, 6), rel=1e-15)


def test_a_column_tells_its_decimal_mark_or_nobody_does() -> None:
    """One cell that leaves no doubt decides for all; two that disagree, or doubt alone, decide nothing."""
    assert decimal_mark(["1,5", "1,234"]) == ","
    assert decimal_mark(["1,234.5", "7"]) == "."
    assert decimal_mark([1.0, "3 kg", None]) == ""
    assert decimal_mark(["1,234"]) is None
    assert decimal_mark(["1,5", "2.5"]) is None


def test_sizes_share_the_last_unit() -> None:
    """A text of measures gives each with its unit; a thread is none."""
    assert [(size.value, size.unit) for size in sizes("1200*600×2mm")] == [(1200, "mm"), (600, "mm"), (2, "mm")]
    assert sizes("M3x10") == ()


def test_a_level_is_part_of_the_nearest_row_one_level_up() -> None:
    """A level that skips one has no place."""
    assert by_level([0.0, 1.0, 2.0, 2.0, 1.0, 3.0]) == [PRODUCT, 0, 1, 1, 0, LOST]
    assert by_level(["1", "..2", "...3", "L1", "2级"]) == [PRODUCT, 0, 1, PRODUCT, 3]
    assert by_level([1.0, None, 2.0]) == [PRODUCT, LOST, 0]


def test_three_point_ten_is_not_three_point_one() -> None:
    """The number that a spreadsheet made of 3.10 is the tenth where it follows the ninth; else it has no place."""
    ninth = [3.0, *(float(f"3.{n}") for n in range(1, 10))]
    assert by_dots([*ninth, 3.1]) == [PRODUCT, *[0] * 10]
    assert by_dots([3.0, 3.1, 3.1]) == [PRODUCT, 0, LOST]
    assert by_dots(["3", "3.9", "3.10", "3.10.1"]) == [PRODUCT, 0, 0, 2]


def test_a_number_used_twice_begins_anew() -> None:
    """Parts belong to the last row with their number; a part of a part of the first 3 is none of the second."""
    assert by_dots(["3", "3.1", "3", "3.1"]) == [PRODUCT, 0, PRODUCT, 2]
    assert by_dots(["3", "3.1", "3", "3.1.1"]) == [PRODUCT, 0, PRODUCT, LOST]


def test_indentation_tells_parts() -> None:
    """A name moved in further is part of the nearest above that is less so; full-width blanks count two."""
    assert by_indent(["A", "  B", "\u3000\u3000C", "  D", "E"]) == [PRODUCT, 0, 1, 0, PRODUCT]


@given(st.lists(st.integers(1, 6), min_size=1, max_size=60))
def test_levels_never_lose_or_reorder_a_row(depths: list[int]) -> None:
    """Each row has a parent above it that is one level higher, is a part of the product, or is lost."""
    found = by_level([float(depth) for depth in depths])
    least = min(depths)
    for at, parent in enumerate(found):
        if parent >= 0:
            assert parent < at
            assert depths[parent] == depths[at] - 1
            assert min(depths[parent + 1 : at + 1]) >= depths[at]
        elif parent == PRODUCT:
            assert depths[at] == least


def test_pairs_are_written_out_for_every_use() -> None:
    """An assembly used twice stands twice, with all its parts; another product's rows are not reached."""
    rows = Rows(codes=["B", "C", "D", "C", "E", "Y"], above=["A", "A", "B", "B", "C", "X"])
    assert tree([rows]).roots == ("A", "X")
    found = tree([rows], "A")
    assert [rows.codes[at] for _, at in found.rows] == ["B", "D", "C", "E", "C", "E"]
    assert list(found.parents) == [PRODUCT, 0, 0, 2, PRODUCT, 4]
    assert found.unreached == [(0, 5)]


def test_an_assembly_that_contains_itself_is_named() -> None:
    """A ring is told from itself to itself, whether or not the product is known."""
    rows = Rows(codes=["B", "C", "B"], above=["A", "B", "C"])
    assert set(tree([rows]).ring) == {"B", "C"}
    assert tree([Rows(codes=["B", "A"], above=["A", "B"])]).ring


def test_a_sheet_of_its_own_hangs_below_the_row_that_it_is_the_bill_of() -> None:
    """Tables that others refer to are their parts; the others are parts of the product."""
    main = Rows(codes=["B", "#9", "D"], parents=[PRODUCT] * 3, keys=["main"])
    own = Rows(codes=["x", "y"], parents=[PRODUCT, 0], keys=["#9"])
    found = tree([main, own])
    assert [(t, at) for t, at in found.rows] == [(0, 0), (0, 1), (1, 0), (1, 1), (0, 2)]
    assert list(found.parents) == [PRODUCT, PRODUCT, 1, 2, PRODUCT]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 8)), max_size=15))
def test_every_pair_is_reached_or_told(pairs: list[tuple[int, int]]) -> None:
    """Rows of a tree and rows that are no part of it are all rows, unless there is no telling."""
    rows = Rows(codes=[str(child) for _, child in pairs], above=[str(parent) for parent, _ in pairs])
    found = tree([rows], "0")
    if not (found.ring or found.roots or found.too_many or found.missing):
        assert {*found.rows, *found.unreached} == {(0, at) for at in range(len(pairs))}


@pytest.mark.parametrize(("text", "count"), [("C7, C8", 2), ("R1-R4", 4), ("R1", 1), ("C1;C2 C3", 3), ("R1-R4, C9", 5)])
def test_designators_are_counted(text: str, count: int) -> None:
    """Each part a list of designators names counts once, ranges in full."""
    assert designators(text) == count


def test_the_kind_of_structure_is_told_by_what_stands_in_the_columns() -> None:
    """Levels before dotted numbers, these before indentation; a plain list is flat."""
    assert levels.kind([1.0, 2.0], (), ()) == levels.LEVEL
    assert levels.kind((), ["1", "1.1", "1.2"], ()) == levels.DOTTED
    assert levels.kind((), ["1", "2", "2.1"], ()) == levels.DOTTED
    assert levels.kind((), ["1", "1.5", "2"], ()) == levels.kind((), ["1", "3.1", "2"], ()) == levels.FLAT
    assert levels.kind((), [1.0, 2.0], ["a", "  b"]) == levels.INDENT
    assert levels.kind((), [1.0, 2.0], ["a", "b"]) == levels.FLAT


def test_assemblies_used_again_and_again_are_counted_before_they_are_written_out():
    """Two uses on each of forty levels are a million million lines: refused without writing any of them."""
    codes = [f"P{level + 1}" for level in range(40) for _ in range(2)]
    above = [f"P{level}" for level in range(40) for _ in range(2)]
    started = time.process_time()
    assert tree([Rows(codes, above=above)]).too_many
    assert time.process_time() - started < 1
    assert len(tree([Rows(codes[:24], above=above[:24])]).rows) == sum(2**level for level in range(1, 13))


@pytest.mark.parametrize(
    ("written", "field"),
    [("Extended Quantity", "total_quantity"), ("Ext. Qty", "total_quantity"), ("单机用量", "total_quantity"),
     ("每台数量", "total_quantity"), ("Qty per assembly", "quantity"), ("单位用量", "quantity"), ("Child", "code"),
     ("Quantity (total)", "total_quantity"), ("Weight (total) (kg)", "total_mass"), ("Weight kg", "mass"),
     ("weight_kg", "mass"), ("单重 kg", "mass"), ("净重量(kg)", "mass")],
)  # fmt: skip
def test_a_header_says_whether_it_counts_per_parent_or_per_product(written: str, field: str) -> None:
    assert meant(written).fields[0] == field


def test_numbers_with_hyphens_are_a_structure_where_each_has_its_parent():
    assert levels.kind((), ["1", "1-1", "1-2", "2"], ()) == levels.DOTTED
    assert by_dots(["1", "1-1", "1-2", "2"]) == [PRODUCT, 0, 0, PRODUCT]
    assert levels.kind((), ["1-2", "3-4", "5-6"], ()) == levels.FLAT


def test_a_tab_moves_a_name_in():
    assert levels.kind((), (), ["pump", "\tcase", "\tseal", "bolt"]) == levels.INDENT
    assert by_indent(["pump", "\tcase", "\tseal", "bolt"]) == [PRODUCT, 0, 0, PRODUCT]


def test_outlines_may_number_the_first_level_with_a_zero():
    assert levels.kind((), ["1.0", "1.1", "2.0"], ()) == levels.DOTTED
    assert by_dots(["1.0", "1.1", "1.10", "2.0"]) == [PRODUCT, 0, 0, PRODUCT]


@pytest.mark.parametrize("written", ["Qty", "Quantity", "Amount", "用量"])
def test_a_plain_quantity_is_no_total(written: str) -> None:
    assert meant(written).fields == ("quantity",)
