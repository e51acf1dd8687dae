"""Steps of the work that weigh 0 by the bill itself are not asked for a mass; parts that weigh 0 in a drawing are."""

from __future__ import annotations

from collections.abc import Callable

from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported
from footprint.layouts.gaps import gaps

Taken = Callable[..., Imported]


def test_a_step_that_weighs_nothing_is_not_asked_for(taken: Taken) -> None:
    """By its words, or by a process without a material; it is told, and a part with a mass of 0 is asked for."""
    text = (
        "Code,Name,Qty,Unit,Material,Process,mass (kg)\nP-1,Body,1,pcs,steel,CNC,4\nP-2,Dynamic balance,1,pcs,NAB,,0\n"
        "P-3,Station 7,1,pcs,,HAND_FIT,0.0\nP-4,Bracket,1,pcs,steel,CNC,0\n"
        "P-5,Leak test,1,pcs,,,\nP-6,Contest cup,1,pcs,tin,,0\n"
    )
    made = taken(text)
    rows = lines.rows(made, {"bom.csv": "F1"}, "")
    assert [gap.row.id for gap in gaps(rows)] == ["P-4", "P-5", "P-6"]
    assert "2 lines state a mass of 0 and are steps without a material, by their words: P-2, P-3." in "\n".join(
        account(made, rows, "en")
    )
