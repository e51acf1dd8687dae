"""Quantities and masses before and after an import agree, or the account says what the source comes to, and why."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.errors import FootprintError
from footprint.layouts import balance, lines
from footprint.layouts.account import account, sums
from footprint.layouts.bill import Imported, imported
from footprint.layouts.gaps import known_mass
from footprint.layouts.naming.layout import Layout
from footprint.tables.read import parse

ON = dt.date(2026, 1, 1)
Taken = Callable[..., Imported]
TREE = "Level,Code,{},Unit,Unit Mass (kg)\n1,A,2,pcs,\n2,B,6,pcs,0.5\n1,C,1,pcs,1\n"


def rows(made: Imported) -> Sequence[lines.Row]:
    return lines.rows(made, {"bom.csv": "F1"}, "")


def mass(made: Imported) -> float:
    return known_mass(rows(made))[0]


def said(made: Imported) -> str:
    return "\n".join(account(made, rows(made), "en"))


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["", "Y"])), min_size=1, max_size=8))
def test_the_source_less_what_is_left_out_is_what_the_lines_come_to(each: list[tuple[int, str]]) -> None:
    """Of a flat bill the rows that count add up to the lines; they are told as soon as any is left out."""
    text = "Code,Qty,Unit,Disabled\nX,1,kg,\n" + "".join(f"C{at},{n},kg,{off}\n" for at, (n, off) in enumerate(each))
    made = imported([parse(text.encode(), Path("bom.csv"))], Layout(), ON)
    after, kept = sums(rows(made)), 1 + sum(n for n, off in each if not off)
    told = balance.written(made, after)
    assert after == {"kg": kept}
    assert (told is None) == all(not off for _, off in each)
    if told:
        assert told.all["kg"] - told.out["kg"] == kept
        assert told.why == ()


def test_what_levels_make_of_masses_is_said(taken: Taken) -> None:
    """The mass of the rows as they are written is told where parts of several count as often as these."""
    assert "as written, each once: 4 kg; in one product 7 kg" in said(taken(TREE.format("Qty")))
    assert "as written" not in said(taken("Level,Code,Qty,Unit\n0,P,1,pcs\n1,A,2,kg\n"))
    assert "as written" not in said(taken("Code,Qty,Unit\nA,2,kg\nB,1,kg\n"))


@pytest.mark.parametrize(("text", "why"), [
    ("Level,Code,Total Qty,Unit\n1,A,2,pcs\n2,B,6,kg\n", "6 kg; left .* 3 kg .totals parted among"),
    ("Code,Base quantity,Qty,Unit\nA,100,200,kg\n", "200 kg; left .* 2 kg .divided by what"),
    ("Parent,Code,Qty,Unit\nP,A,1,pcs\nP,B,1,pcs\nA,C,1,pcs\nB,C,1,pcs\nC,D,3,kg\n", "3 kg; .* 6 kg .each use of"),
])  # fmt: skip
def test_why_the_lines_come_to_something_else_is_said(taken: Taken, text: str, why: str) -> None:
    """Totals, bases and repeated uses change the quantities of the rows, and are named."""
    assert re.search(f"as written, each row once: .*{why}", said(taken(text)))


@pytest.mark.parametrize(("text", "found"), [
    ("Level,Code,Qty,Unit,Mass (kg)\n1,X,1,pcs,1\n1,A,1,pcs,9\n2,B,2,pcs,1\n2,C,1,pcs,1\n", "E3: .* 9 kg .* 3 kg"),
    ("Level,Code,Qty,Unit,Mass (kg)\n0,P,1,pcs,9\n1,B,2,pcs,1\n1,C,1,pcs,1\n", "E2: .* 9 kg .* 3 kg"),
    ("Name,Qty,Unit\nsteel,6,kg\n  al,2,kg\ncu,2,kg\n", "1 kg .* 2 kg"),
])  # fmt: skip
def test_an_assembly_that_weighs_something_else_than_its_parts_is_named(taken: Taken, text: str, found: str) -> None:
    """What a row states of its mass is compared with its parts; of some of them only whether they are too heavy."""
    assert re.search(f"{found}.*so in 1 rows", said(taken(text)))
    heavy = "Level,Code,Qty,Unit,Mass (kg)\n1,A,1,pcs,3\n2,B,2,pcs,{}\n2,D,1,pcs,\n"
    assert ["its parts weigh" in said(taken(heavy.format(each))) for each in (2, 1)] == [True, False]
    agreeing = said(taken("Level,Code,Qty,Unit,Mass (kg)\n1,A,1,pcs,3.1\n2,B,2,pcs,1\n2,C,1,pcs,1\n2,D,1,pcs,\n"))
    assert "its parts weigh" not in agreeing


def test_what_has_no_place_weighs_nothing_yet(taken: Taken) -> None:
    """A row that is rejected for its level is in no product: its mass is not among those of the lines."""
    made = taken("Level,Code,Qty,Unit\n1,A,2,kg\n,B,3,kg\n")
    assert (mass(made), "B3" in said(made) or "A3" in said(made)) == (2, True)
    assert "once: 5 kg; left out, merged or rejected: 3 kg; in the lines: 2 kg" in said(made)


def test_totals_beside_quantities_are_those_of_these(taken: Taken) -> None:
    """A total that is not the quantity times those above is named; totals of an order of a hundred are all so much."""
    text = "Level,Code,Qty,Extended Quantity,Unit\n1,A,2,{},pcs\n2,B,{},{},kg\n"
    assert "D3: 'Extended Quantity' says 6, and the quantities of the row" in said(taken(text.format(2, 6, 6)))
    for alike in (text.format(2, 3, 6), text.format(200, 3, 600)):
        assert "Extended Quantity' says" not in said(taken(alike))


@pytest.mark.parametrize("caption", ["Required Qty", "需求数量", "Comp. Qty (CUn)", "MNGKO"])
def test_what_a_required_quantity_is_for_is_asked(taken: Taken, caption: str) -> None:
    """A quantity by order may be for what it is part of, or for the product; where that differs it is asked."""
    with pytest.raises(FootprintError, match=r"C2: .*counted_for=parent, or --set counted_for=product"):
        taken(TREE.format(caption))
    assert [mass(taken(TREE.format(caption), counted_for=each)) for each in ("parent", "product")] == [7, 4]
    assert mass(taken(TREE.format(caption).replace("A,2", "A,1"))) == 4
    with pytest.raises(FootprintError, match=r"C2: .*counted_for=parent"):
        taken(f"Parent,Code,{caption},Unit\nP,A,2,pcs\nA,B,6,kg\n")
