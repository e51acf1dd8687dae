"""The rules of exported bills: phantoms, losses, shares of usage, substitutes, alternatives, each in the account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]


def codes(made: Imported) -> list[str]:
    return [str(line.part.table.field("code")[line.at]) for line in made.lines]


def bom(made: Imported) -> dict[str, Mapping[str, Any]]:
    return {str(row.values["line"]): row.values for row in lines.rows(made, {"bom.csv": "F1"}, "")}


def told(made: Imported) -> dict[str, int]:
    return {f"{state} {why}".strip(): count for (state, why), count in made.counts().items()}


def said(made: Imported) -> str:
    return "\n".join(account(made, lines.rows(made, {"bom.csv": "F1"}, ""), "en"))


PHANTOMS = """Level,Component,Description,Qty,Unit,Scrap %,{}
1,A,Frame,2,pc,0,
2,B,Kit of screws,3,pc,10,{}
3,C,Screw,4,pc,10,
3,D,Inner kit,5,pc,0,{}
4,E,Washer,6,pc,0,
1,F,Empty kit,1,pc,0,{}
"""


@pytest.mark.parametrize(("caption", "word"), [
    ("Phantom", "X"), ("Special procurement", "50"), ("供应类型", "虚拟件"), ("Line type", "Phantom"),
    ("物料属性", "虚拟"), ("是否跳层", "是"), ("Supply Type", "Phantom"), ("BoM Type", "Kit"), ("Dummybaugruppe", "ja"),
])  # fmt: skip
def test_the_parts_of_a_phantom_count_in_its_parent(taken: Taken, caption: str, word: str) -> None:
    """A phantom is merged: its parts hang on what it is part of, times its quantity, with its loss besides theirs."""
    made = taken(PHANTOMS.format(caption, word, word, word), loss_formula="multiply")
    found = bom(made)
    assert {key: (row.get("parent"), row["quantity"]) for key, row in found.items()} == {
        "A": (None, 2), "C": ("A", 12), "E": ("A", 90), "F": (None, 1),
    }  # fmt: skip
    assert [found[key].get("loss") for key in "CE"] == [pytest.approx(0.21, rel=1e-12), 0.1]
    assert told(made) == {"used": 4, "merged phantom": 2}
    assert "rows: 2; a phantom assembly" in said(made)


def test_a_phantom_leads_to_its_cells(taken: Taken) -> None:
    """The quantity of a part names the cells of the phantoms that it was multiplied by."""
    made = taken(PHANTOMS.format("Phantom", "X", "X", ""), loss_formula="multiply")
    sources = {str(row.values["line"]): row.sources["quantity"] for row in lines.rows(made, {"bom.csv": "F1"}, "")}
    assert sources["E"] == "D6, D3, D5"


def test_losses_that_come_together_need_their_formula(taken: Taken) -> None:
    """Two losses are two of x(1+r) or of /(1-r), and nobody guesses which; one alone is written as it stands."""
    with pytest.raises(FootprintError, match="--set loss_formula=multiply"):
        taken(PHANTOMS.format("Phantom", "X", "X", ""))
    divided = taken(PHANTOMS.format("Phantom", "X", "X", ""), loss_formula="divide")
    assert bom(divided)["C"]["loss"] == pytest.approx(1 - 0.9 * 0.9, rel=1e-12)
    plain = taken("Code,Name,Qty,Unit,Loss %\nA,Bolt,4,pc,3\n")
    assert (bom(plain)["A"]["loss"], plain.loss_formula) == (0.03, "")
    assert "choose on the sheet Product" in said(plain)


@pytest.mark.parametrize(("text", "constants", "loss", "formula"), [
    ("Code,Name,Qty,Unit,Yield\nA,Bolt,4,pc,0.8\n", {}, 0.2, "divide"),
    ("编码,名称,用量,单位,成品率(%)\nA,螺栓,4,件,80\n", {}, 0.2, "divide"),
    ("编码,名称,用量,单位,成品率\nA,螺栓,4,件,80\n", {"loss_formula": "multiply"}, 0.25, "multiply"),
    ("产品,P,成品率,80\n编码,名称,用量,单位\nA,螺栓,4,件\n", {}, 0.2, "divide"),
    ("Code,Name,Qty,Unit,Loss %,Yield\nA,Bolt,4,pc,10,0.8\n", {"loss_formula": "multiply"}, 0.375, "multiply"),
    ("Code,Name,Qty,Unit,Loss %,Assembly scrap %\nA,Bolt,4,pc,10,10\n", {"loss_formula": "multiply"}, 0.21, "multiply"),
    ("编码,名称,用量,单位,变动损耗率%,固定损耗,生产批量\nA,螺栓,4,件,10,8,100\n", {"loss_formula": "multiply"},
     0.12, "multiply"),
    ("编码,名称,用量,单位,固定损耗\nA,螺栓,4,件,8\n", {"lot_size": "100", "loss_formula": "multiply"},
     0.02, "multiply"),
])  # fmt: skip
def test_losses_are_those_that_the_systems_mean(
    taken: Taken, text: str, constants: dict[str, str], loss: float, formula: str
) -> None:
    """Yields divide, scrap of the assembly and of the component multiply, a fixed loss is shared by its order."""
    made = taken(text, **constants)
    assert bom(made)["A"]["loss"] == pytest.approx(loss, rel=1e-12)
    assert made.loss_formula == formula


def test_a_fixed_loss_without_the_size_of_its_order_is_asked_for(taken: Taken) -> None:
    """What is lost in each order is not known per piece before somebody says how many an order makes."""
    with pytest.raises(FootprintError, match="--set lot_size=1000"):
        taken("编码,名称,用量,单位,固定损耗\nA,螺栓,4,件,8\n")


def test_each_rule_that_changes_an_amount_is_in_the_account(taken: Taken) -> None:
    """Yields, fixed losses and shares of usage are named with the number of their rows."""
    made = taken(
        "编码,名称,用量,单位,成品率,固定损耗,批量大小,使用比例\nA,螺栓,4,件,0.8,8,,50%\nB,螺母,4,件,1,,,\n",
        lot_size="100",
    )
    assert [line for line in said(made).splitlines() if line.startswith("rows:")] == [
        "rows: 1; a fixed loss of each order, shared by what the order makes",
        "rows: 1; the quantity counts with its share of usage",
        "rows: 1; divided by a yield",
    ]
    assert bom(made)["A"]["quantity"] == 2


@pytest.mark.parametrize("value", ["150", "-5"])
def test_a_share_that_is_none_is_rejected(taken: Taken, value: str) -> None:
    """A yield above all of it, or below none, stays in the workbook for its check to point at."""
    made = taken(f"Code,Name,Qty,Unit,Yield %\nA,Bolt,4,pc,{value}\n")
    assert told(made) == {"rejected import-share": 1}
    assert bom(made)["A"]["loss"] == value


GROUPS = """Level,Component,Description,Qty,Unit,Alt item group,Priority,Usage probability
1,A,Frame,1,pc,,,
2,B,Steel,2,kg,01,1,{}
2,C,Steel of another mill,2,kg,01,2,{}
1,D,Lid,1,pc,,,
2,E,Plastic,3,kg,01,2,
2,F,Plastic of another maker,3,kg,01,1,
"""


def test_of_substitutes_the_first_counts_in_each_assembly(taken: Taken) -> None:
    """Groups of one name in two assemblies are two groups; each keeps its likeliest, or its first."""
    made = taken(GROUPS.format(30, 60))
    assert {key: row["quantity"] for key, row in bom(made).items()} == {"A": 1, "C": 2, "D": 1, "F": 3}
    assert told(made) == {"used": 4, "excluded substitute": 2}


def test_substitutes_used_side_by_side_count_with_their_shares(taken: Taken) -> None:
    """Shares that make up all of a quantity part it; nothing is left out."""
    found = bom(taken(GROUPS.format(40, 60)))
    assert [found[key]["quantity"] for key in "BC"] == [0.8, 1.2]


def test_substitutes_named_in_columns_are_left_out_and_told(taken: Taken) -> None:
    """What may stand in for a row is named in the account and on the sheet of what is left out; it is no row."""
    made = taken("编码,名称,用量,单位,替代料1,替代料2,替代料3\nA,电阻,4,个,A-2,A-3,\nB,电容,2,个,无,,\n")
    assert told(made) == {"used": 2}
    assert "2 substitutes are named in columns beside the rows and left out: A-2, A-3." in said(made)


def test_each_assembly_has_its_own_alternatives(taken: Taken) -> None:
    """An assembly of which only the second alternative is listed keeps it, unless the one wanted is there."""
    text = (
        "Level,Component,Name,Qty,Unit,Alternative BOM\n1,A,Frame,1,pc,\n2,B,Steel,2,kg,1\n2,C,Iron,2,kg,2\n"
        "1,D,Lid,1,pc,\n2,E,Plastic,3,kg,2\n"
    )
    assert [*bom(taken(text))] == ["A", "B", "D", "E"]
    assert [*bom(taken(text, alternative="2"))] == ["A", "C", "D", "E"]


@pytest.mark.parametrize("caption", ["用量(每1000件)", "Qty per 1000 pcs", "Menge je 1000 Stück", "用量/千件"])
def test_a_header_may_say_for_how_many(taken: Taken, caption: str) -> None:
    """Quantities per 1000 are divided by it."""
    found = bom(taken(f"编码,名称,{caption},单位\nA,Lack,350,kg\n"))
    assert (found["A"]["quantity"], found["A"]["unit"]) == (0.35, "kg")


def test_what_stands_above_a_table_is_a_source(taken: Taken) -> None:
    """A base quantity, a yield or an order above the table, and what is stated, stand among the sources of a line."""
    above = "产品编码：,P,基准批量,100\n成品率,98%\n"
    made = taken(f"{above}编码,名称,用量,单位,固定损耗\nA,螺栓,400,件,8\n", lot_size="50")
    (row,) = lines.rows(made, {"bom.csv": "F1"}, "")
    assert (row.sources["quantity"], row.sources["loss"]) == ("C4, D1", "E4, B2, lot_size = 50")
    assert (row.values["quantity"], row.values["loss"]) == (4, pytest.approx(1 - 1 / (1 / 0.98 + 0.04), rel=1e-12))


def test_a_loss_is_written_without_what_floats_add(taken: Taken) -> None:
    """A yield of 98 % is a loss of 0.02, not of 0.020000000000000018."""
    assert bom(taken("编码,名称,用量,单位,成品率\nA,螺栓,4,件,98\n"))["A"]["loss"] == 0.02


@pytest.mark.parametrize(("values", "losses"), [(("1.03", "1"), (0.03, None)), (("0.03", "0"), (0.03, None))])
def test_a_loss_factor_multiplies(taken: Taken, values: tuple[str, str], losses: tuple[float, float | None]) -> None:
    """A factor of 1.03 is no loss of 1.03 per cent; a column of less than one says what is lost besides."""
    text = "编码,名称,用量,单位,损耗系数\nA,板,4,kg,{}\nB,管,2,kg,{}\n".format(*values)
    found = bom(taken(text, loss_formula="multiply"))
    assert [row.get("loss") for row in found.values()] == [pytest.approx(losses[0], rel=1e-12), losses[1]]


def test_a_factor_below_one_among_others_is_rejected(taken: Taken) -> None:
    """No loss makes less of a quantity."""
    made = taken("编码,名称,用量,单位,损耗系数\nA,板,4,kg,1.03\nB,管,2,kg,0.97\n", loss_formula="multiply")
    assert told(made) == {"used": 1, "rejected import-factor": 1}


def test_a_column_of_substitutes_may_be_of_flags(taken: Taken) -> None:
    """Yes in a column that names none marks the row itself."""
    made = taken("编码,名称,用量,单位,替代料\nA,板,4,kg,否\nB,板,4,kg,是\n")
    assert told(made) == {"used": 1, "excluded substitute": 1}


@pytest.mark.parametrize("caption", ["用量/台", "Usage/set", "耗用量/套"])
def test_what_a_quantity_is_for_is_no_unit(taken: Taken, caption: str) -> None:
    """Per machine or set says nothing of the unit: it is asked for."""
    with pytest.raises(FootprintError, match="--set unit=item"):
        taken(f"编码,名称,{caption}\nA,板,4\n")
    assert bom(taken(f"编码,名称,{caption}\nA,板,4\n", unit="kg"))["A"]["unit"] == "kg"


@pytest.mark.parametrize(
    ("caption", "word"), [("Fixe Menge", "X"), ("用量类型", "固定"), ("Consumption is", "Constant")]
)
def test_a_fixed_quantity_is_shared_by_its_order(taken: Taken, caption: str, word: str) -> None:
    """What an order takes once, whatever it makes, is divided by the size of the order, not by a base quantity."""
    text = f"Code,Name,Qty,Unit,Base quantity,{caption}\nA,Cleaner,5,kg,100,{word}\nB,Resin,5,kg,100,\n"
    with pytest.raises(FootprintError, match="--set lot_size"):
        taken(text)
    made = taken(text, lot_size="1,000")
    assert [row["quantity"] for row in bom(made).values()] == [0.005, 0.05]
    assert "rows: 1; taken once in each order" in said(made)


def test_the_sums_of_a_list_are_those_of_its_rows(taken: Taken) -> None:
    """A printed sum that the rows do not add up to is told with its cell; one of a group, or rounded, is right."""
    head = "编码,名称,用量,单位,是否禁用\n"
    right = f"{head}A,板,4,kg,\n小计,,4,,\nB,管,2.5,kg,\nC,旧管,1,kg,是\n合计,,{{}},,\n"
    for total in ("7.5", "6.5", "3.5", "2.5", "8"):
        assert "the list itself says" not in said(taken(right.format(total)))
    assert "bom.csv:bom!C6: the list itself says 9 in all, its rows add up to 7.5." in said(taken(right.format("9")))


@pytest.mark.parametrize("caption", [
    "second_source", "Second source", "2nd source", "Substitutes", "Alternative parts", "Replacement part",
])  # fmt: skip
@pytest.mark.parametrize("said", [("Yes", "No", "Yes"), ("No", "Yes", "Yes"), ("", "Y", "")])
def test_that_another_source_exists_makes_no_substitute(taken: Taken, caption: str, said: tuple[str, str, str]) -> None:
    """Yes says that the part may be had elsewhere, too: it counts."""
    rows = (f"{code},1,pcs,{each}" for code, each in zip("ABC", said, strict=True))
    assert codes(taken("\n".join((f"Part number,Qty,Unit,{caption}", *rows)))) == ["A", "B", "C"]


def test_what_a_row_stands_for_may_be_told_by_yes(taken: Taken) -> None:
    """``Replaces: yes`` is a substitute, ``Main part: no`` another."""
    rows = "A,1,pcs,{}\nB,1,pcs,{}\n"
    assert codes(taken("Part number,Qty,Unit,Replaces\n" + rows.format("No", "Yes"))) == ["A"]
    assert codes(taken("Part number,Qty,Unit,Main part\n" + rows.format("Yes", "No"))) == ["A"]
