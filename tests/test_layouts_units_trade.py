"""Words for units of other languages, and parts that are pieces unless one of them may be by weight."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]


@pytest.mark.parametrize(("word", "unit"), [
    ("pz", "item"), ("pezzi", "item"), ("ud", "item"), ("Unidades", "item"), ("шт", "item"), ("шт.", "item"),
    ("кг", "kg"), ("г", "g"), ("м", "m"), ("мл", "mL"),
])  # fmt: skip
def test_units_of_other_languages_are_known(taken: Taken, word: str, unit: str) -> None:
    """In the column of units, and as the only unit of one row among others."""
    made = taken(f"Name,Qty,Unit\nA,2,{word}\nB,1,kg\n")
    assert [line.part.quantities.units[line.at] for line in made.lines] == [unit, "kg"]


def test_parts_beside_what_is_weighed_or_in_lengths_are_pieces(taken: Taken) -> None:
    """A wire in pieces beside them, and rods in inches, make no part of wheels one by weight; sand and resin do."""
    head = "Component,Quantity,Unit\n"
    for other in ("22 AWG Wire,1,pcs", "Rods,9.7,inches", "Tape,1,pcs"):
        made = taken(f"{head}Wheels,3,part\n{other}\nCapacitors,5,parts\n")
        assert [line.part.quantities.units[line.at] for line in made.lines if line.at != 1] == ["item", "item"]
    for name, other in (("Sand", "Rods,9.7,inches"), ("Resin A", "Brush,1,pcs"), ("Wheels", "Flour,2,kg"),
                        ("Wheels", "Hardener,1,pcs")):  # fmt: skip
        made = taken(f"{head}{name},3,part\n{other}\n")
        assert any(state.why == "import-unit" for states in made.states for state in states)
