"""Columns S, M and L are sizes of a product, not lengths; a column of units of lengths is read for what it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported
from footprint.layouts.gaps import known_mass

Taken = Callable[..., Imported]
ROWS = "cell,kg,0.5,1,2\nboard,kg,0.1,0.2,0.4\n"


def mass(made: Imported) -> float:
    return known_mass(lines.rows(made, {"bom.csv": "F1"}, ""))[0]


@pytest.mark.parametrize("sizes", ["S,M,L", "M,L,XL", "XL,L,M"])
def test_sizes_are_asked_about_as_variants(taken: Taken, sizes: str) -> None:
    """With all that makes one of them count; no unit of a length is asked for."""
    first, second, third = sizes.split(",")
    text = f"Name,Unit,{sizes}\n{ROWS}"
    with pytest.raises(FootprintError) as raised:
        taken(text)
    assert str(raised.value).count("[import-") == 1
    assert f'--set "columns.{first}=quantity" --set "columns.{second}=ignore"' in str(raised.value)
    one = {f"columns.{first}": "quantity", f"columns.{second}": "ignore", f"columns.{third}": "ignore"}
    assert mass(taken(text, one)) == pytest.approx(0.6)
    one |= {f"columns.{first}": "ignore", f"columns.{third}": "quantity"}
    assert mass(taken(text, one)) == pytest.approx(2.4)


def test_letters_of_measures_are_no_sizes(taken: Taken) -> None:
    """Length, breadth and strength, and a length beside a mass."""
    text = "Name,Qty,Unit,L,B,S\nplate,1,pcs,500,100,2\n"
    assert taken(text, {"length_unit": "mm"}).parts[0].table.has("length")
    assert taken("Name,Qty,Unit,L,M\nplate,1,pcs,500,2\n", {"length_unit": "mm"}).parts[0].table.has("length")


def test_one_size_is_asked_about_no_more_than_one_quantity(taken: Taken) -> None:
    """A single column of numbers is not told from others; texts below a size are no amounts."""
    for text in ("Name,Qty,Unit,M\ncell,0.5,kg,3\n", "Name,Qty,Unit,M,XL\ncell,0.5,kg,3,red\n"):
        assert mass(taken(text)) == pytest.approx(0.5)


def test_the_unit_of_masses_holds_for_all_of_them_wherever_it_stands(taken: Taken) -> None:
    """Beside the mass, or before all that it is of."""
    for text in (
        "Part,Mass unit,Qty,Unit,Unit mass\nA,g,2,pcs,500", "Part,Qty,Unit,Unit mass,Mass unit\nA,2,pcs,500,g",
    ):
        assert mass(taken(text)) == pytest.approx(1)


@pytest.mark.parametrize(("head", "one", "two"), [
    ("Length,length_unit,Linear mass (kg/m)", "600,mm,2", "0.6,m,1"),
    ("Length,Width,Thickness,Length UOM,Density (g/cm3)", "1000,100,2,mm,6", "1,0.1,0.002,m,3"),
    ("长度,宽度,厚度,密度(g/cm3),尺寸单位", "1000,100,2,6,mm", "1,0.1,0.002,3,m"),
    ("Length,Length unit,Width (mm),Thickness (mm),Density (g/cm3)", "1000,mm,100,2,6", "1,m,100,2,3"),
])  # fmt: skip
def test_a_column_of_units_of_lengths_is_that_of_the_measures_before_it(
    taken: Taken, head: str, one: str, two: str
) -> None:
    """Row by row, without a question; a unit in the header of another measure stays its own."""
    made = taken(f"Code,Qty,Unit,{head}\nP-1,1,pcs,{one}\nP-2,2,pcs,{two}\n")
    assert mass(made) == pytest.approx(2.4)
    assert made.parts[0].table.has("length_unit")


def test_a_unit_of_the_length_is_not_that_of_the_width(taken: Taken) -> None:
    """Which stands apart and has none: it is asked for."""
    text = "Code,Qty,Unit,Length,Length unit,Width,Thickness,Density (g/cm3)\nP-1,1,pcs,1,m,100,2,6\n"
    with pytest.raises(FootprintError, match="unit of 'Width'"):
        taken(text)
    assert mass(taken(text, {"length_unit": "mm"})) == pytest.approx(1.2)
