"""Codes and names under headers that pairs of parent and child have, and products of a column that tells pairs."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from footprint.errors import WorkbookError
from footprint.layouts import lines
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]
_TEXT = ("Material,Component,Finished Product,Qty,Unit\nM-1,Cells,Car pack,4,pcs\nM-2,Housing,Car pack,1,pcs\n"
         "M-1,Cells,Home pack,9,pcs\nM-3,Inverter,Home pack,1,pcs\n")  # fmt: skip


def _stated(said: str) -> dict[str, str]:
    """Return the first remedy of a question: what is stated up to the first comma or "if"."""
    first = re.split(r", | if ", said[said.index("--set") :])[0]
    return dict(re.findall(r'--set "?((?:columns\.)?[^="]+)=([^"\s]+(?: [^"\s]+)*?)(?:"|$|\s(?=--))', first))


def _read(made: Imported) -> list[tuple[str, object, object]]:
    return [(row.id, row.values.get("name"), row.quantity) for row in lines.rows(made, {"bom.csv": "F1"}, "")]


def test_a_product_of_a_column_leads_on_where_codes_and_names_are_read_as_pairs(taken: Taken) -> None:
    """The product that is printed is no parent; what it leads to asks what the columns are, and that reads them."""
    with pytest.raises(WorkbookError, match="import-column-products") as first:
        taken(_TEXT)
    given = _stated(str(first.value))
    assert given == {"product": "Car pack"}
    with pytest.raises(WorkbookError, match="import-pairs-or-names") as second:
        taken(_TEXT, given)
    given |= _stated(str(second.value))
    assert given == {"product": "Car pack", "columns.Material": "code", "columns.Component": "name"}
    assert _read(taken(_TEXT, given)) == [("M-1", "Cells", 4.0), ("M-2", "Housing", 1.0)]
    all_ = {**given, "product": "all"}
    assert [row[1:] for row in _read(taken(_TEXT, all_))] == [
        ("Cells", 4.0), ("Housing", 1.0), ("Cells", 9.0), ("Inverter", 1.0)]  # fmt: skip


def test_pairs_of_a_product_that_a_column_names_are_read_from_their_top(taken: Taken) -> None:
    """Stated to be pairs, several tops within the product are told as that, and one top is it."""
    given = {"product": "Car pack", "structure": "pairs"}
    with pytest.raises(WorkbookError, match=r"within 'Car pack' .* tell 2 products.*--set structure=flat"):
        taken(_TEXT, given)
    assert [row[0] for row in _read(taken(_TEXT, {**given, "structure": "flat"}))] == ["Cells", "Housing"]
    text = ("Finished Product,Parent,Child,Qty,Unit\nCar,FG-1,A,1,pcs\nCar,A,B,2,pcs\nCar,A,C,3,pcs\n"
            "Home,FG-2,A,4,pcs\nHome,FG-2,D,5,pcs\n")  # fmt: skip
    assert [(row[0], row[2]) for row in _read(taken(text, {"product": "Car"}))] == [("A", 1.0), ("B", 2.0), ("C", 3.0)]
    assert [(row[0], row[2]) for row in _read(taken(text, {"product": "FG-2"}))] == [("A", 4.0), ("D", 5.0)]


def test_several_parts_of_one_or_parts_of_parts_are_pairs(taken: Taken) -> None:
    """Then nothing is asked but which of several products is meant."""
    text = "Material,Component,Qty,Unit\n"
    with pytest.raises(WorkbookError, match=r"import-products\]"):
        taken(f"{text}P-1,A,2,pcs\nP-1,B,1,pcs\nP-2,C,1,pcs\n")
    assert [row[0] for row in _read(taken(f"{text}P-1,A,2,pcs\nA,B,1,pcs\n"))] == ["A", "B"]
    assert [row[0] for row in _read(taken(f"{text}P-1,A,2,pcs\n"))] == ["A"]


def test_parents_that_are_called_so_are_not_asked_about(taken: Taken) -> None:
    """``Parent`` and ``Product`` leave no doubt, however few their parts are."""
    with pytest.raises(WorkbookError, match=r"import-products\]"):
        taken("Parent,Component,Qty,Unit\nP-1,A,2,pcs\nP-2,B,1,pcs\n")
    with pytest.raises(WorkbookError, match=r"import-products\]"):
        taken("Product code,Component code,Qty,Unit\nP-1,A,2,pcs\nP-2,B,1,pcs\n")
