"""Rows that a cell withdraws do not count; those of which one only speaks so are named in the account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported, imported
from footprint.layouts.naming.layout import Layout
from footprint.tables.read import read_any

Taken = Callable[..., Imported]


def counted(made: Imported) -> set[str]:
    return {row.id for row in lines.rows(made, {"bom.csv": "F1"}, "")}


def said(made: Imported) -> str:
    return "\n".join(account(made, lines.rows(made, {"bom.csv": "F1"}, ""), "en"))


@pytest.mark.parametrize("note", [
    "取消", "已取消", "已作废", "此料取消", "此行作废", "该件已删除", "（已取消）", "作废料", "不用", "暂不使用",
    "不装", "不贴", "修改前",
    "not used", "Do not fit", "Obsolete", "deleted", "entfällt",
])  # fmt: skip
def test_a_note_that_says_nothing_else_takes_its_row_out(taken: Taken, note: str) -> None:
    made = taken(f"物料编码,名称,用量,单位,备注\nA,a,1,kg,\nB,b,1,kg,{note}\nC,c,1,kg,见图\n")
    assert counted(made) == {"A", "C"}
    assert "rows: 1; disabled, withdrawn or not fitted" in said(made)


@pytest.mark.parametrize("caption", ["变更类型", "使用情况", "ECN动作", "修改状态", "Change type", "Status"])
@pytest.mark.parametrize("others", [("新增", "不变"), ("在用", "试制")])
def test_a_column_of_states_takes_out_what_it_withdraws_however_many_words_it_has(
    taken: Taken, caption: str, others: tuple[str, str]
) -> None:
    made = taken(f"物料编码,名称,用量,单位,{caption}\nA,a,1,kg,{others[0]}\nB,b,1,kg,已作废\nC,c,1,kg,{others[1]}\n")
    assert counted(made) == {"A", "C"}


@pytest.mark.parametrize("value", ["DNP", "DNI", "NC", "10k (DNP)", "10k/NC", "100nF, DNI", "DNF"])
def test_what_is_not_fitted_in_a_list_with_designators_does_not_count(taken: Taken, value: str) -> None:
    made = taken(f'Value,Designator,Footprint,Quantity\n100nF,"C1,C2",0402,2\n"{value}",R5,0402,1\n1k,R6,0402,1\n')
    assert len(counted(made)) == 2
    assert "not fitted" in said(made)


@pytest.mark.parametrize("value", ["SPST NC", "NCP1117", "10k/NCR", "relay NO/NC", "DNPH"])
def test_what_only_looks_so_is_fitted(taken: Taken, value: str) -> None:
    made = taken(f'Value,Designator,Footprint,Quantity\n100nF,"C1,C2",0402,2\n"{value}",R5,0402,1\n')
    assert len(counted(made)) == 2


@pytest.mark.parametrize(("caption", "cell"), [
    ("备注", "与A1二选一"), ("备注", "ECN123取消"), ("备注", "停产"), ("备注", "DNP"), ("备注", "NC"),
    ("名称", "电阻（已取消）"), ("规格型号", "作废: 见新图"),
])  # fmt: skip
def test_what_only_speaks_of_it_counts_and_is_named(taken: Taken, caption: str, cell: str) -> None:
    """In a name only in brackets; in a column that nobody knows among any number of other words."""
    other = "说明" if caption == "名称" else "名称"
    made = taken(f"物料编码,{other},用量,单位,{caption}\nA,a,1,kg,甲\nB,b,1,kg,{cell}\nC,c,1,kg,丙\nD,d,1,kg,丁\n")
    assert counted(made) == {"A", "B", "C", "D"}
    known = f"speak in '{caption}' of being withdrawn, not fitted or one of several: 1 x {cell}."
    assert known in said(made) or f"were not read: {caption}" in said(made)


def test_names_of_things_say_nothing(taken: Taken) -> None:
    made = taken("物料编码,名称,用量,单位,备注\nA,取消按钮,1,个,\nB,删除键帽,1,个,黑\nC,DNP 试剂,1,kg,\n")
    assert len(counted(made)) == 3
    assert "withdrawn" not in said(made)


def test_rows_that_are_struck_through_count_and_are_named(tmp_path: Path) -> None:
    """Whoever changes a list strikes out what goes: the formats of a workbook tell. One unit struck out is no row."""
    book = Workbook()
    for row in (["物料编码", "名称", "用量", "单位"], ["A", "a", 1, "kg"], ["B", "b", 1, "kg"], ["C", "c", 1, "kg"]):
        book.active.append(row)
    for address in ("A3", "B3", "C3", "D3", "D4", "F2"):
        book.active[address].font = Font(strike=True)
    book.active["A2"].font = Font(strike=False)
    book.save(tmp_path / "bom.xlsx")
    made = imported([read_any(tmp_path / "bom.xlsx")], Layout(), dt.date(2026, 1, 1))
    rows = lines.rows(made, {"bom.xlsx": "F1"}, "")
    assert [row.id for row in rows] == ["A", "B", "C"]
    assert "rows that are struck through count: 3. If they do not" in "\n".join(account(made, rows, "en"))
