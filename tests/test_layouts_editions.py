"""Several bills of one assembly in one table, by plant, usage or version: one counts, or which of them is asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported
from footprint.layouts.gaps import known_mass

Taken = Callable[..., Imported]
PLANTS = """Plant,Parent material,Item,Component,Component quantity,Unit of measure
1000,P,0010,A,2,KG
2000,P,0010,A,{},KG
1000,P,0020,C,1,KG
2000,P,0020,C,1,KG
"""
USAGES = "Material,BOM usage,Alternative BOM,Component,Quantity,UoM\nP,1,1,A,2,KG\nP,1,2,B,3,KG\nP,2,1,C,9,KG\n"
VERSIONS = "产品编码,版本,子件编码,用量,单位\nP,V1.0,A,2,kg\nP,V2.0,A,3,kg\n"
FLAT = "工厂,物料编码,名称,用量,单位\n1000,A,铜,2,kg\n1000,B,钢,1,kg\n2000,A,铜,2.5,kg\n"


def mass(made: Imported) -> float:
    return known_mass(lines.rows(made, {"bom.csv": "F1"}, ""))[0]


def test_bills_that_are_alike_count_once(taken: Taken) -> None:
    """The rows of all plants but the first are left out where they tell the same parts, and as much of each."""
    made = taken(PLANTS.format(2))
    assert (mass(made), {why for state, why in made.counts() if state == "excluded"}) == (3, {"other-bill"})


@pytest.mark.parametrize(("text", "field", "masses"), [
    (PLANTS.format(4), "plant", {"1000": 3, "2000": 5, "all": 8}), (USAGES, "bom_usage", {"1": 2, "2": 9, "all": 11}),
    (VERSIONS, "version", {"V1.0": 2, "v2.0": 3, "all": 5}), (FLAT, "plant", {"1000": 3, "2000": 2.5, "all": 5.5}),
])  # fmt: skip
def test_bills_that_differ_are_asked_about(taken: Taken, text: str, field: str, masses: dict[str, float]) -> None:
    """Nobody guesses which of several bills is meant; each of them can be stated, and all together."""
    with pytest.raises(FootprintError, match=rf"several bills of one assembly.*--set {field}="):
        taken(text)
    assert {name: mass(taken(text, **{field: name})) for name in masses} == masses


def test_a_bill_that_is_not_there_is_named(taken: Taken) -> None:
    """What is stated must be in the column; those that are there are listed."""
    with pytest.raises(FootprintError, match=r"A2: no row has what is stated, plant=3000. There are: 1000, 2000"):
        taken(FLAT, plant="3000")


@pytest.mark.parametrize("text", [
    "Plant,Code,Qty,Unit\n1000,A,2,kg\n2000,B,1,kg\n", "Parent,Code,Rev,Qty,Unit\nP,A,1,2,kg\nP,B,2,1,kg\n",
    "Level,Code,Rev,Qty,Unit\n1,A,A,1,pcs\n2,B,A,2,kg\n1,C,B,1,pcs\n2,B,B,1,kg\n",
])  # fmt: skip
def test_plants_and_versions_of_the_parts_themselves_part_no_bill(taken: Taken, text: str) -> None:
    """Parts from several plants, and parts with versions of their own, are parts of one bill."""
    assert mass(taken(text)) == 3
