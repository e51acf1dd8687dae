"""What captions leave open: masses of rows, fractions of pieces, levels after dashes, variants that are ticked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import REJECTED, Imported

Taken = Callable[..., Imported]


def amounts(made: Imported) -> dict[str, tuple[object, object]]:
    return {str(row.id): (row.quantity, row.values.get("loss")) for row in lines.rows(made, {"bom.csv": "F1"}, "")}


@pytest.mark.parametrize("caption", ["Net weight (kg)", "净重(kg)", "Gewicht netto kg"])
@pytest.mark.parametrize(("unit", "amount"), [("m", 24), ("L", 5), ("m2", 3)])
def test_net_masses_beside_metres_and_litres_may_be_those_of_rows(
    taken: Taken, caption: str, unit: str, amount: int
) -> None:
    text = f"Part No,Description,Qty,Unit,{caption}\nA,Frame,1,pc,12.5\nB,Wire,{amount},{unit},0.72\n"
    with pytest.raises(FootprintError, match="import-mass-of-row"):
        taken(text)
    masses = [row.values["net_mass"] for row in lines.rows(taken(text, mass_of="row"), {"bom.csv": "F1"}, "")]
    assert masses == [12.5, pytest.approx(0.72 / amount)]


@pytest.mark.parametrize("caption", ["Unit net weight (kg)", "单位净重(kg)", "Net weight (kg/m)"])
def test_masses_of_one_are_not_asked_about(taken: Taken, caption: str) -> None:
    made = taken(f"Part No,Description,Qty,Unit,{caption}\nB,Wire,24,m,0.72\n")
    assert [row.values["net_mass"] for row in lines.rows(made, {"bom.csv": "F1"}, "")] == [0.72]


def test_fractions_beside_designators_are_no_pieces(taken: Taken) -> None:
    """Whole numbers of such a list are; a row of another waits for its unit."""
    text = "Part,Description,Quantity,Reference\nA,PCB,1,\nB,Solder wire,0.5,\nC,Resistor,3,R1-R3\n"
    made = taken(text)
    assert [row.unit for row in lines.rows(made, {"bom.csv": "F1"}, "")] == ["item", "", "item"]
    assert [became.why for became in made.counts() if became.state == REJECTED] == ["import-no-unit"]
    assert amounts(taken(text, unit="item"))["B"][0] == 0.5


def test_levels_after_dashes(taken: Taken) -> None:
    """A spreadsheet reads the first of them as a number below zero."""
    made = taken("Level,Item,Description,Qty,UM\n-1,A,Drawer,2,EA\n--2,B,Front,1,EA\n--2,C,Runner,2,EA\n-1,D,x,1,EA\n")
    assert [row.line.parent for row in lines.rows(made, {"bom.csv": "F1"}, "")] == [-1, 0, 0, -1]


@pytest.mark.parametrize(("caption", "count"), [("je", 1000), ("pro", 100), ("Quantité de base", 1000)])
def test_what_quantities_are_for_in_other_languages(taken: Taken, caption: str, count: int) -> None:
    rows = f"10;A-1;Etikett;1000;Stk;{count}\n20;A-2;Leim;2,5;kg;{count}\n"
    made = taken(f"Pos;Teil;Bezeichnung;Menge;ME;{caption}\n{rows}")
    assert amounts(made)["A-2"][0] == pytest.approx(2.5 / count)


@pytest.mark.parametrize("caption", ["KomponAusschuß", "Komp.-Ausschuss", "烧损率%", "PosAusschuß"])
def test_more_words_for_losses(taken: Taken, caption: str) -> None:
    made = taken(f"Teil;Bezeichnung;Menge;ME;{caption}\nA-1;Leim;2,5;kg;2,5\n")
    assert amounts(made)["A-1"] == (2.5, 0.025)


def test_a_column_of_units_named_in_a_caption_is_no_unit(taken: Taken) -> None:
    made = taken("Teil;Bezeichnung;Menge (KME);KME\nA-1;Kabel;1,5;M\nA-2;Deckel;2;ST\n")
    assert [row.unit for row in lines.rows(made, {"bom.csv": "F1"}, "")] == ["m", "item"]


def test_so_many_grams_per_another_unit_are_offered_first(taken: Taken) -> None:
    text = "Item,Material,g/Ah,Loading (mg/cm2),Yield\nCathode,NMC622,1.95,18,0.97\nAnode,Graphite,1.10,10,0.96\n"
    with pytest.raises(FootprintError, match=r"columns\.g/Ah=quantity"):
        taken(text)
    made = taken(text, {"columns.g/Ah": "quantity"})
    assert [row.unit for row in lines.rows(made, {"bom.csv": "F1"}, "")] == ["g", "g"]


def test_a_row_that_only_another_column_names_is_asked_about(taken: Taken) -> None:
    with pytest.raises(FootprintError, match="import-either-code"):
        taken("部件,零件,数量,单重(g)\n阀,阀体,1,420\n阀,阀芯,1,65\n起泡器,,1,8\n")


@pytest.mark.parametrize("title", [
    "Total weight: 62.5 kg", "总重：62.5kg", "Gesamtgewicht 62,5 kg", "Total mass (kg),62.5", "Total weight: 62500 g",
])  # fmt: skip
def test_a_total_above_the_table_that_adds_masses_up_is_asked_about(taken: Taken, title: str) -> None:
    """As one in the last row: without the quantities, masses may be those of whole rows."""
    first = f'"{title}"' if "," in title and "(" not in title else title
    text = f"{first}\nPart,Qty,Weight kg\nFrame,2,24\nWheel,4,32\nSeat,1,6.5\n"
    with pytest.raises(FootprintError, match="import-mass-added"):
        taken(text)
    made = taken(text, {"columns.Weight kg": "total_mass"})
    assert [row.values["net_mass"] for row in lines.rows(made, {"bom.csv": "F1"}, "")] == [12, 8, 6.5]


def test_a_total_above_the_table_by_the_quantities_agrees(taken: Taken) -> None:
    made = taken("Total weight: 182.5 kg\nPart,Qty,Weight kg\nFrame,2,24\nWheel,4,32\nSeat,1,6.5\n")
    assert [row.values["net_mass"] for row in lines.rows(made, {"bom.csv": "F1"}, "")] == [24, 32, 6.5]


def test_a_base_beside_quantities_per_base(taken: Taken) -> None:
    """It is a number of parents where it is a number; in words it names what parts are of."""
    made = taken("Part No,Name,Qty per base,UoM,Base\nA-1,Resin,2,kg,1000\nB-1,Label,1,pcs,1\n")
    assert amounts(made)["A-1"][0] == 0.002
    made = taken("Part No,Name,Qty,UoM,Base\nA-1,Resin,2,kg,steel\nB-1,Label,1,pcs,wood\n")
    assert amounts(made)["A-1"][0] == 2


@pytest.mark.parametrize(("written", "unit"), [("EA (each)", "item"), ("GR (gram)", "g"), ("kg（千克）", "kg")])
def test_a_unit_that_is_said_twice(taken: Taken, written: str, unit: str) -> None:
    made = taken(f"Part No,Name,Qty,Unit\nA-1,Resin,2,{written}\nA-2,b,3,{written}\n")
    assert [row.unit for row in lines.rows(made, {"bom.csv": "F1"}, "")] == [unit, unit]


@pytest.mark.parametrize("written", ["m (roll)", "EA (gram)", "L (xyz)"])
def test_a_word_that_says_another_in_brackets_is_no_unit(taken: Taken, written: str) -> None:
    made = taken(f"Part No,Name,Qty,Unit\nA-1,Resin,2,{written}\nA-2,b,1,kg\n")
    assert [found.code for found in made.problems] == ["import-unit"]
