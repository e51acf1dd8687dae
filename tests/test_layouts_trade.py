"""Words for units, headings and shares of one trade: read where the table tells which they are, else asked about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]
_WORKS = "No,Description,Unit,Quantity\n1,Plaster,sqm,20\n2,Footing,cum,3\n3,Railing,rm,58\n4,Wiring,point,168\n"


def _read(made: Imported) -> list[tuple[float | None, str]]:
    return [(line.amount, line.part.quantities.units[line.at]) for line in made.lines]


def test_running_metres_and_points_of_bills_of_quantities(taken: Taken) -> None:
    """Beside square and cubic metres; what is stated counts before."""
    assert _read(taken(_WORKS)) == [(20, "m2"), (3, "m3"), (58, "m"), (168, "item")]
    assert _read(taken(_WORKS, {"units.rm": "500 pcs"}))[2] == (29000, "pcs")


@pytest.mark.parametrize("text", [
    "Name,Unit,Quantity\nPaper,rm,5\nPen,pcs,3\n", "Name,Unit,Quantity\nPaper,rm,5\nFilm,sqm,3\n",
])  # fmt: skip
def test_reams_are_asked_about(taken: Taken, text: str) -> None:
    """The same word is one of paper elsewhere."""
    assert [problem.facts["unit"] for problem in taken(text).problems] == ["rm"]


def test_parts_are_pieces_beside_pieces_and_lengths(taken: Taken) -> None:
    """Each and individual ones, and inches, leave no other meaning to whole numbers."""
    made = taken("Component,Quantity,Unit\nPlate 1A,2,part\nAxle,9.7,in\nCell,4,individual\nWheel,6,Parts\n")
    assert _read(made) == [(2, "item"), (9.7, "in"), (4, "item"), (6, "item")]


@pytest.mark.parametrize("rows", [
    "EPDM,100,parts\nSulphur,2,parts\n", "Resin,10,part\nBrush,1,pcs\n", "Grit,2.5,part\nBrush,1,pcs\n",
    "A,10,part\nBrush,1,pcs\nOil,2,kg\n", "Resin A,100,part\nHardener B,40,part\nBrush,1,pcs\n",
    "Resin A,2,part\nHardener B,1,part\nBrush,1,pcs\n", "Part A,2,part\nPart B,1,part\nBrush,1,pcs\n",
    "甲组分,2,part\n固化剂,1,part\n刷子,1,个\n", "X1,2,part\nEpoxy kit,1,pcs\n",
    "X1,100,part\nX2,40,part\nBrush,1,pcs\n",
    "Sand A,2,part\nBrush,1,pcs\n", "X1,2,part\nX2,1,part\nWater,1,pcs\n",
])  # fmt: skip
def test_parts_of_recipes_are_asked_about(taken: Taken, rows: str) -> None:
    """Without pieces beside them, of what is poured or mixed, in fractions, tens of them, and beside masses."""
    made = taken(f"Component,Quantity,Unit\n{rows}")
    assert {problem.facts["unit"] for problem in made.problems} in ({"part"}, {"parts"})


def test_a_row_whose_unit_says_heading_is_one(taken: Taken) -> None:
    """Where it has no quantity; with one it is asked about."""
    text = "Code,Description,Qty,Unit\n06.1,CONCRETE,,HEAD\n06.1.1,Footing,3,m3\n"
    made = taken(text)
    assert not made.problems
    assert _read(made) == [(3, "m3")]
    assert [problem.code for problem in taken(text.replace(",,HEAD", ",2,HEAD")).problems] == ["import-unit"]


@pytest.mark.parametrize("text", [
    "Ingredient,%\nFlour,57.5\nWater,42.5\n", "原料名称,%\n面粉,57.5\n水,42.5\n",
    "INCI,（%）,Function\nAqua,57.5,solvent\nGlycerin,42.5,humectant\n",
])  # fmt: skip
def test_per_cent_beside_ingredients_is_their_share(taken: Taken, text: str) -> None:
    """No other question is asked but what it is a share of."""
    with pytest.raises(FootprintError, match="import-part") as raised:
        taken(text)
    assert str(raised.value).count("[import-") == 1
    assert _read(taken(text, unit="kg")) == [(0.575, "kg"), (0.425, "kg")]


def test_per_cent_beside_quantities_or_parts_is_none(taken: Taken) -> None:
    """It may be what is lost, recycled or spent."""
    made = taken("Ingredient,Quantity,Unit,%\nFlour,5,kg,57.5\nWater,4,kg,42.5\n")
    assert _read(made) == [(5, "kg"), (4, "kg")]
    with pytest.raises(FootprintError, match="import-no-table"):
        taken("Part,%\nframe,57.5\nwheel,42.5\n")


@pytest.mark.parametrize("caption", ["Gross weight", "毛重"])
def test_a_gross_weight_stated_to_be_the_quantity_is_asked_for_its_unit_of_mass(taken: Taken, caption: str) -> None:
    """No piece is one."""
    with pytest.raises(FootprintError, match=r"unit=g .*unit=kg") as raised:
        taken(f"Name,{caption}\nPlate,3\nAxle,4\n", {f"columns.{caption}": "quantity"})
    assert [problem.code for problem in raised.value.problems] == ["import-extent-no-unit"]
