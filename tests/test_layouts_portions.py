"""Parts of a whole beside masses: asked which counts; kilograms against another mass of the row are told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported
from footprint.layouts.gaps import known_mass

Taken = Callable[..., Imported]
SHOE = "Component,Material,weight_g,percent\nupper,polyester,180,1\nmidsole,EVA,220,1\n"


def mass(made: Imported) -> float:
    return known_mass(lines.rows(made, {"bom.csv": "F1"}, ""))[0]


def told(made: Imported) -> str:
    return "\n".join(account(made, lines.rows(made, {"bom.csv": "F1"}, ""), "en"))


@pytest.mark.parametrize("shares", ["1 1", "45 55", "0.45 0.55", "45% 55%"])
def test_masses_beside_parts_are_asked_about_at_once(taken: Taken, shares: str) -> None:
    """Not answered one by one, which would make kilograms of the parts; both answers are read as they are stated."""
    one, two = shares.split()
    text = f"Component,Material,Weight (g),Percent\nupper,polyester,180,{one}\nmidsole,EVA,220,{two}\n"
    with pytest.raises(FootprintError) as raised:
        taken(text)
    assert str(raised.value).count("[import-") == 1
    assert '--set "columns.Percent=ignore"' in str(raised.value)
    assert mass(taken(text, {"columns.Percent": "ignore"})) == pytest.approx(0.4)
    with pytest.raises(FootprintError, match="import-part"):
        taken(text, {"columns.Percent": "quantity"})


def test_kilograms_against_another_mass_of_the_row_are_told(taken: Taken) -> None:
    """With the cell; not where the mass is that of one unit, of one of several pieces, or of what a yield leaves."""
    given = {"columns.percent": "quantity"}
    assert "D2: the row is counted as 1 kg, and 'weight_g' says 0.18 kg" in told(
        taken(SHOE.replace("Component,", "No,Component,").replace("upper", "1,upper").replace("midsole", "2,midsole"),
              given, parts="fraction", unit="kg"))  # fmt: skip
    for head, row in (("Qty,Unit,Weight (kg)", "5,kg,5"), ("Qty,Unit,Weight (kg)", "5000,g,5"),
                      ("Qty,Unit,Unit weight (kg)", "5,kg,1"), ("Qty,Unit,Pcs,Weight per piece (kg)", "5,kg,2,2.5"),
                      ("Qty,Unit,Yield %,Net weight (kg)", "5,kg,50,2.5"), ("Qty,Unit,Weight (kg)", "5,pcs,3")):
        assert "import-weighs-otherwise" not in told(taken(f"Code,{head}\nA,{row}\nB,{row}\n", quantities="net"))
    assert "import-weighs-otherwise" in told(taken("Code,Qty,Unit,Weight (kg)\nA,5,kg,3\nB,1,kg,1\n"))
