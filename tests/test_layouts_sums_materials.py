"""Lists whose rows are named by their materials: a row as much as all others is asked about, first or last."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported
from footprint.layouts.gaps import known_mass

Taken = Callable[..., Imported]


def mass(made: Imported) -> float:
    return known_mass(lines.rows(made, {"bom.csv": "F1"}, ""))[0]


@pytest.mark.parametrize("head", ["材料,质量(kg)", "Werkstoff,Masse (kg)", "Material,Weight kg"])
@pytest.mark.parametrize("parts", ["钢,2\nPVC,3\n", "Stahl,2\nKupfer,2\nAlu,1\n"])
@pytest.mark.parametrize("is_first", [True, False])
def test_the_product_among_its_materials(taken: Taken, head: str, parts: str, is_first: bool) -> None:
    """It is asked about by its name, above or below them."""
    text = f"{head}\n" + ("整机,5\n" + parts if is_first else parts + "整机,5\n")
    with pytest.raises(FootprintError, match="'整机' is as much"):
        taken(text)
    assert mass(taken(text, sums="leave")) == pytest.approx(5)
    assert mass(taken(text, sums="count")) == pytest.approx(10)


@pytest.mark.parametrize("is_first", [True, False])
def test_the_product_among_pieces_of_its_materials(taken: Taken, is_first: bool) -> None:
    """So it is where the masses of one piece are told."""
    parts, product = "钢,1,2\n铜,1,2\n铝,1,1\n", "整机,1,5\n"
    text = "材料,数量,单重(kg)\n" + (product + parts if is_first else parts + product)
    with pytest.raises(FootprintError, match="sums=leave"):
        taken(text)
    assert mass(taken(text, sums="leave")) == pytest.approx(5)


def test_a_row_with_a_material_of_its_own_is_a_part(taken: Taken) -> None:
    """Beside a name a material tells that the row is a part; other sums ask nothing."""
    assert len(taken("Name,Material,Mass (kg)\nCase,Alu,2\nWheel,PVC,3\nPump,Steel,5\n").lines) == 3
    assert len(taken("材料,质量(kg)\n钢,2\nPVC,3\n铜,4\n").lines) == 3
