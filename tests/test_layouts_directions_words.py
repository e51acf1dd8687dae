"""Columns and headings of inventories: one word for each way is enough to ask, and no word is left unknown."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported
from footprint.layouts.gaps import known_mass

Taken = Callable[..., Imported]


def mass(made: Imported) -> float:
    return known_mass(lines.rows(made, {"bom.csv": "F1"}, ""))[0]


@pytest.mark.parametrize("caption", ["type", "Category", "流向", "Art"])
@pytest.mark.parametrize("said", [
    ("input", "intermediate", "output", "waste"), ("Input from technosphere", "Stock", "Output", "Waste to treatment"),
    ("投入", "中间品", "产出", "废弃物"), ("Eingang", "Zwischenprodukt", "Ausgang", "Abfall"),
])  # fmt: skip
@pytest.mark.parametrize("backwards", [False, True])
def test_one_word_for_each_way_is_enough(
    taken: Taken, caption: str, said: tuple[str, ...], backwards: bool
) -> None:
    """Whatever other words stand there; what these say is asked in turn, and both answers are read."""
    amounts = zip(said, ("Steel", "Plate", "Bracket", "Scrap"), (10, 1, 9, 2), strict=True)
    rows = [f"{way},{name},{amount},kg" for way, name, amount in amounts]
    text = "\n".join((f"{caption},material,amount,unit", *(rows[::-1] if backwards else rows)))
    with pytest.raises(FootprintError, match="import-directions"):
        taken(text)
    known = {f"columns.{caption}": "direction"}
    with pytest.raises(FootprintError, match="import-direction-words") as asked:
        taken(text, known)
    printed = re.search('"outputs=([^"]*)"', str(asked.value))
    assert printed
    assert mass(taken(text, known, outputs=printed[1])) == pytest.approx(11)
    assert mass(taken(text, known, outputs=f"{printed[1]}, {said[1]}")) == pytest.approx(10)
    assert mass(taken(text, known, outputs="none")) == pytest.approx(22)
    assert mass(taken(text, {f"columns.{caption}": "ignore"})) == pytest.approx(22)


@pytest.mark.parametrize("said", [("input", "energy", "output"), ("投入", "能源", "产出"), ("in", "Rohstoff", "out")])
def test_kinds_of_what_goes_in_are_understood(taken: Taken, said: tuple[str, str, str]) -> None:
    """Energy and auxiliaries beside inputs go in, too."""
    one, other, out = said
    text = f"type,material,amount,unit\n{one},Steel,10,kg\n{other},Coal,1,kg\n{out},Bracket,9,kg\n"
    with pytest.raises(FootprintError, match="import-directions"):
        taken(text)
    assert mass(taken(text, {"columns.type": "direction"})) == pytest.approx(11)


@pytest.mark.parametrize(("caption", "one", "other"), [
    ("In/Out", "I", "O"), ("I/O", "I", "O"), ("Richtung", "E", "A"), ("Direction", "E", "S"),
])  # fmt: skip
def test_letters_for_both_ways_are_understood(taken: Taken, caption: str, one: str, other: str) -> None:
    """In a column known as direction; where none says what goes in, or others stand there, they are asked about."""
    text = f"Name,{caption},Qty,Unit\nSteel,{one},10,kg\nPaint,{one},1,kg\nBracket,{other},9,kg\n"
    assert mass(taken(text)) == pytest.approx(11)
    for wrong in (text.replace(f",{one},", ",Q,"), text.replace(f"Paint,{one}", "Paint,Q")):
        with pytest.raises(FootprintError, match="import-direction-words"):
            taken(wrong)


def test_signs_are_asked_about(taken: Taken) -> None:
    """Plus may be what goes in, or what is made."""
    text = "Name,Direction,Qty,Unit\nSteel,+,10,kg\nBracket,-,9,kg\n"
    with pytest.raises(FootprintError, match="import-direction-words"):
        taken(text)
    assert mass(taken(text, outputs="-")) == pytest.approx(10)
    assert mass(taken(text, outputs="+")) == pytest.approx(9)


@pytest.mark.parametrize(("caption", "said"), [
    ("Kategorie", ("Rohstoff", "Produkt", "Abfall")), ("类别", ("原料", "产品", "废弃物")),
    ("group", ("Materials", "Products", "Waste")), ("Category", ("metal", "Product", "Waste")),
])  # fmt: skip
def test_a_category_may_say_what_is_made_and_wasted(taken: Taken, caption: str, said: tuple[str, str, str]) -> None:
    """Product and waste are no parts."""
    rows = zip(("Stahl", "Bügel", "Schrott"), said, (10, 9, 1), strict=True)
    text = f"Name,{caption},Menge,Einheit\n" + "".join(f"{name},{kind},{n},kg\n" for name, kind, n in rows)
    with pytest.raises(FootprintError, match=f"columns.{caption}=direction"):
        taken(text)
    known = {f"columns.{caption}": "direction"}
    assert mass(taken(text, known, outputs=f"{said[1]},{said[2]}" if said[0] == "metal" else "")) == pytest.approx(10)
    assert mass(taken(text, {f"columns.{caption}": "ignore"})) == pytest.approx(20)


@pytest.mark.parametrize("caption", ["Category", "Type", "Note", "Spec", "Kind"])
@pytest.mark.parametrize("said", [
    ("metal", "waste", "waste"), ("Raw material", "Finished product", "Raw material"), ("Product", "Product", "Part"),
    ("input shaft", "gear", "bearing"), ("Material", "Reference", "Material"),
])  # fmt: skip
def test_kinds_of_parts_ask_nothing(taken: Taken, caption: str, said: tuple[str, ...]) -> None:
    """Words of one way alone, and kinds of what is bought and made, say nothing of directions."""
    rows = zip(("Steel", "Paper", "Nut"), said, strict=True)
    text = f"Name,{caption},Qty,Unit\n" + "".join(f"{name},{kind},2,kg\n" for name, kind in rows)
    try:
        made = taken(text)
    except FootprintError as error:
        assert "import-direction" not in str(error)  # noqa: PT017
    else:
        assert mass(made) == pytest.approx(6 if "Reference" not in said else mass(made))


def test_connectors_are_no_directions(taken: Taken) -> None:
    """Values and names of parts may be called input and output."""
    made = taken("Designator,Value,Qty\nJ1,Input,1\nJ2,Output,1\nR1,10k,1\n")
    assert len(made.lines) == 3
    made = taken("Part,Name,Spec,Qty,Unit\nA,Shaft,Input,1,pcs\nB,Shaft,Output,1,pcs\nC,Gear,z20,1,pcs\n")
    assert len(made.lines) == 3


@pytest.mark.parametrize(("goes_in", "out"), [
    ("Inputs", "Outputs"), ("投入", "产出"), ("Materials", "Waste"), ("Inputs:", "Outputs:"), ("", "Outputs"),
])  # fmt: skip
@pytest.mark.parametrize("backwards", [False, True])
def test_headings_say_so_of_the_rows_below(taken: Taken, goes_in: str, out: str, backwards: bool) -> None:
    """They are asked about; what stands below those that are stated is no part."""
    heads = [f"{goes_in},,\n" if goes_in else "", f"{out},,\n"]
    blocks = [f"{heads[0]}Steel,10,kg\nPaint,1,kg\n", f"{heads[1]}Bracket,9,kg\nScrap,2,kg\n"]
    if backwards and not goes_in:
        return
    text = "Name,Qty,Unit\n" + "".join(blocks[::-1] if backwards else blocks)
    with pytest.raises(FootprintError, match="import-direction-headings") as asked:
        taken(text)
    printed = re.search('"outputs=([^"]*)"', str(asked.value))
    assert printed
    assert mass(taken(text, outputs=printed[1])) == pytest.approx(11)
    assert mass(taken(text, outputs="none")) == pytest.approx(22)


def test_products_and_wastes_in_headings(taken: Taken) -> None:
    """All headings of what comes out are printed; those of parts ask nothing."""
    text = "Name,Qty,Unit\nRaw materials,,\nSteel,10,kg\nProducts,,\nBracket,9,kg\nWaste,,\nScrap,1,kg\n"
    with pytest.raises(FootprintError, match="outputs=Products,Waste"):
        taken(text)
    assert mass(taken(text, outputs="Products,Waste")) == pytest.approx(10)
    assert mass(taken("Name,Qty,Unit\nMechanics,,\nSteel,10,kg\nMaterial,,\nBracket,9,kg\n")) == pytest.approx(19)


def test_several_that_come_out_are_several_products(taken: Taken) -> None:
    """Where a column tells what goes in for each, one of them is chosen, by what is printed."""
    rows = "Make_A,A,Output,1,\nMake_B,B,Output,1,\nMake_A,a1,Input,0.5,\nMake_B,b1,Input,0.75,\n"
    text = f"BOMName,Product,Type,Quantity,BOMUsage\n{rows}Make_a1,a1,Output,1,\nMake_b1,b1,Output,1,\n"
    known = {"columns.Type": "direction", "unit": "item"}
    with pytest.raises(FootprintError, match="import-several-made") as asked:
        taken(text, known)
    printed = dict(each.split("=", 1) for each in re.findall('--set "([^"]*)"', str(asked.value))[:3])
    assert [line.amount for line in taken(text, {**known, **printed}).lines] == [0.5]
    assert [line.amount for line in taken(text, {**known, "columns.BOMName": "ignore"}).lines] == [0.5, 0.75]
