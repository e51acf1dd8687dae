"""Inventories that list inputs and outputs in one table: what comes out of a process is no part of its product."""

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


@pytest.mark.parametrize("caption", ["type", "Flow", "Category", "类别"])
@pytest.mark.parametrize(("goes_in", "out"), [
    ("input", ("output", "waste", "emission")), ("Input", ("Reference flow", "Output", "By-product")),
    ("投入", ("产出", "废弃物", "排放")),
])  # fmt: skip
def test_what_comes_out_is_no_part(taken: Taken, caption: str, goes_in: str, out: tuple[str, str, str]) -> None:
    """Product, waste and emission are asked about by the words of their column, and left out where it is stated."""
    one, two, three = out
    rows = f"{goes_in},Steel,10,kg\n{goes_in},Paint,1,kg\n{one},Bracket,9,kg\n{two},Scrap,2,kg\n{three},Fumes,3,kg\n"
    text = f"{caption},Material,Amount,Unit\n{rows}"
    with pytest.raises(FootprintError, match="import-directions"):
        taken(text)
    assert mass(taken(text, {f"columns.{caption}": "direction"})) == pytest.approx(11)
    assert mass(taken(text, {f"columns.{caption}": "ignore"})) == pytest.approx(25)


def test_other_words_are_no_directions(taken: Taken) -> None:
    """Kinds of parts, one direction for all, and words nobody knows ask nothing."""
    for one, other in (("metal", "waste"), ("input", "input"), ("in", "stock"), ("waste", "output")):
        assert mass(taken(f"Type,Material,Amount,Unit\n{one},Steel,10,kg\n{other},Paint,1,kg\n")) == pytest.approx(11)


def test_two_columns_of_which_one_names_each_part_are_asked_about(taken: Taken) -> None:
    """Materials and assemblies in columns of their own are parts alike: no row is one without a code."""
    head = "parent_id,child_material_id,child_component_id,quantity,unit\n"
    with pytest.raises(FootprintError, match="import-either-code"):
        taken(f"{head}5001,101,,2,kg\n5001,,1001,1,pcs\n1001,102,,3,kg\n", product="5001")
    assert len(taken("code,position,quantity,unit\nA,1,2,kg\nB,2,1,pcs\n").lines) == 2
