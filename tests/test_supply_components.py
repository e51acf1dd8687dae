"""Components from above: what names none is part of what its assembly, or what it is made for, is part of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]
CELL = """
A  | anode  | 1 kg | component=anode
  A1 | foil   | 1 kg | copper
  A2 | tab    | 1 kg | steel | component=casing
B  | box    | 1 kg
  B1 | plate  | 2 kg | steel
"""


def components(solved: Any) -> dict[str, str]:
    """Return the component of each line that leaves the bill, by its name or what flows."""
    return {e.facts.get("flow") or e.name: e.facts.get("component", "") for e in solved.ruled.exchanges if e.crossing}


def test_a_line_is_part_of_what_its_assembly_is_part_of(run: Run) -> None:
    """Its own word comes first; below an assembly without a word there is none."""
    assert components(run(CELL)) == {"foil": "anode", "tab": "casing", "plate": ""}


def test_a_bill_without_components_stays_without(run: Run) -> None:
    """Nothing is added where nothing is stated."""
    assert set(components(run(CELL.replace("component=", "note="))).values()) == {""}


def test_a_process_is_part_of_what_it_makes(run: Run) -> None:
    """All its rows are, those that say otherwise excepted, and those of the process before it as well."""
    made = run(f"""{CELL}
    [Processes]
    coating | product | A | 1 kg
    coating | input | slurry | 1 kg
    coating | input | stamping | 1 kg | destination=product
    coating | emission | sf6 | 1 g | component=casing
    mixing | product | slurry | 1 kg
    mixing | input | paint | 1 kg | destination=product
    """)
    found = components(made)
    assert (found["stamping"], found["paint"], found["sf6"]) == ("anode", "anode", "casing")


def test_a_component_named_in_the_product_row_is_that_of_all_rows(run: Run) -> None:
    """The row of what a process makes speaks for the process."""
    made = run("""
    B | box | 1 kg
    [Processes]
    bending | product | B | 1 kg | component=casing
    bending | input | stamping | 1 kg | destination=product
    """)
    assert components(made) == {"stamping": "casing"}


def test_what_two_components_need_is_of_neither(run: Run) -> None:
    """A shared process cannot be told to one of them."""
    made = run("""
    A | anode | 1 kg | copper | component=anode
    C | cathode | 1 kg
    [Processes]
    pressing | product | C | 1 kg | component=cathode
    pressing | input | air | 1 kg
    winding | product | wound | 1 kg | component=anode
    winding | input | air | 1 kg
    assembly | product | PUMP | 1 item
    assembly | input | wound | 1 kg
    compressor | product | air | 1 kg
    compressor | input | stamping | 1 kg | destination=product
    """)
    assert components(made)["stamping"] == ""
