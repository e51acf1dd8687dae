"""Headers by their words, and what is said where no header is known for one: what it may be, and what to state."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from footprint.errors import WorkbookError
from footprint.layouts import lines
from footprint.layouts.bill import Imported
from footprint.layouts.gaps import known_mass
from footprint.layouts.naming import headers

Taken = Callable[..., Imported]


@pytest.mark.parametrize(("captions", "field"), [
    ("bom_parent|parent_product_id|ParentPartNo|mother|Father Code|PARENT_ITEM_CODE", "parent"),
    ("bom_child|component_product_id|ChildSKU|child_id|BomChildItem", "code"),
    ("bom_child_name|child_description|ChildPartDesc", "name"),
    ("QTY_PER_ROBOT|QtyPerKit|quantity per device|MengeJeFahrzeug|qty_required|qty_req", "quantity"),
])  # fmt: skip
def test_a_header_is_known_by_its_words(captions: str, field: str) -> None:
    """However they are joined."""
    assert {headers.meant(caption).fields[0] for caption in captions.split("|")} == {field}


@pytest.mark.parametrize("caption", [
    "bom_parent_name", "Qty per box", "qty_per_cartons", "Motherboard", "Qty per order", "Components left",
])  # fmt: skip
def test_words_that_say_something_else_are_not_known(caption: str) -> None:
    """The name of what is above is none of a part, and packages and orders are nothing that is made."""
    assert headers.meant(caption).fields == ()


def test_pairs_are_read_by_such_headers(taken: Taken) -> None:
    """Numbers as codes, too."""
    made = taken("bom_id,parent_product_id,component_product_id,qty_required,uom\n1,1,117,5,pcs\n2,117,11,3,pcs\n",
                 counted_for="parent")
    assert [(row.id, row.values.get("parent"), row.quantity) for row in lines.rows(made, {"bom.csv": "F1"}, "")] == [
        ("117", None, 5.0), ("11", "117", 3.0)]  # fmt: skip


def test_what_was_not_known_for_a_header_is_named_with_what_to_state(taken: Taken) -> None:
    """What is printed is what reads it: the column of numbers that do not only number the rows is the quantity."""
    text = "my list,,\nLfd,Widget,Foo count\n1,A1,5\n2,B2,6\n3,C3,6\n"
    with pytest.raises(WorkbookError) as raised:
        taken(text)
    said = str(raised.value)
    assert "The likeliest one says: Lfd, Widget, Foo count" in said
    given = dict(re.findall(r'--set "(columns\.[^=]+)=(\w+)"', said))
    made = taken(text, {**given, "unit": "item"})
    assert [(row.id, row.quantity) for row in lines.rows(made, {"bom.csv": "F1"}, "")] == [
        ("A1", 5.0), ("B2", 6.0), ("C3", 6.0)]  # fmt: skip
    with pytest.raises(WorkbookError, match="no column is called 'Widgett'"):
        taken(text, {"columns.Widgett": "code"})


def test_text_without_numbers_below_has_no_header(taken: Taken) -> None:
    """Nothing is offered that would not work."""
    with pytest.raises(WorkbookError, match=r"a header row with a name or code and a quantity\. State the columns"):
        taken("Dear all,please read\nthis,text\nand,that\n")
    many = [chr(code) * 3 for code in range(ord("a"), ord("p"))]
    with pytest.raises(WorkbookError, match=r"State which of its columns names the parts"):
        taken(f"cake,{','.join(many)}\nx,{','.join('1' * len(many))}\n")


@pytest.mark.parametrize(("text", "listed"), [
    ("Part\nBolt\nNut\nSheet\n", 3), ("item,item-url\nBolt,http://a\nNut,http://b\n", 2),
    ("名称,备注\n螺栓,甲\n螺母,乙\n", 2),
    ("My robot\n\nPart No,Lead time\nA-1,two weeks\nB-2,one week\n", 2),
])  # fmt: skip
def test_a_list_of_one_known_column_may_be_one_of_each_row(taken: Taken, text: str, listed: int) -> None:
    """What is printed reads it; nothing is taken for one piece unless that is stated."""
    with pytest.raises(WorkbookError) as raised:
        taken(text)
    [problem] = raised.value.problems
    assert problem.code == "import-no-table-list"
    given = {f"columns.{problem.facts['one']}": str(problem.facts["field"])}
    made = taken(text, {**given, "blank_quantity": "1"})
    assert [row.quantity for row in lines.rows(made, {"bom.csv": "F1"}, "")] == [1.0] * listed
    with pytest.raises(WorkbookError, match="blank_quantity=1"):
        taken(text, given)


def test_what_quantities_are_per_names_the_product_of_each_row(taken: Taken) -> None:
    """The parts of two are not added up; a unit is no product."""
    text = "ROBOT_NO,PARTNO,QTY_PER_ROBOT\nR1,A-10,1\nR1,B-10,2\nR2,A-10,3\n"
    with pytest.raises(WorkbookError, match=r"'ROBOT_NO' names several products: R1, R2"):
        taken(text)
    assert [row.quantity for row in lines.rows(taken(text, product="R2"), {"bom.csv": "F1"}, "")] == [3.0]
    made = taken("Unit,Part no,Qty per unit\nkg,A-10,1\nm,B-10,2\n")
    assert [row.unit for row in lines.rows(made, {"bom.csv": "F1"}, "")] == ["kg", "m"]


def _printed(said: str) -> dict[str, str]:
    return dict(re.findall(r'--set "(columns\.[^=]+)=(\w+)"', said))


@pytest.mark.parametrize(("text", "wanted", "unit"), [
    ("Item,Qty\nA,1\nB,2\nC,1 set\n", {"Item": "code", "Qty": "quantity"}, ""),
    ("Wire No.,Kind,From,To,Length\nW1,H05 1x2,X1,F1,12\nW2,H05 1x2,F1,Q1,3\n",
     {"Wire No.": "code", "Length": "quantity"}, "m"),
    (("producto,pieza,texto,medida,cuanto,precio\nP1,VA-1,Vaso alto,un,0.5,9\nP1,PL-2,Plato hondo,un,1,8\n"
      "P1,CE-3,Cera blanca,kg,0.25,7\n"),
     {"pieza": "code", "texto": "name", "medida": "unit", "cuanto": "quantity"}, ""),
    (("bautä,typ,sumt,stav\ngrön skiva,PX-20 a,1,som förr\nröd skiva,PX-20 b,1,som förr\n"
      "kort bult,M5x12,6,ny sort\n"), {"bautä": "name", "sumt": "quantity"}, ""),
])  # fmt: skip
def test_columns_are_offered_as_what_they_look_like(
    taken: Taken, text: str, wanted: dict[str, str], unit: str
) -> None:
    """Amounts with a unit among numbers, measures where nothing counts, names, units; what is printed reads them."""
    with pytest.raises(WorkbookError, match="import-no-table-but") as raised:
        taken(text)
    given = _printed(str(raised.value))
    assert {f"columns.{caption}": field for caption, field in wanted.items()}.items() <= given.items()
    made = taken(text, {**given, "columns.producto": "ignore"} if "producto" in text else given, unit=unit)
    assert not made.problems
    assert len(made.lines) == text.count("\n") - 1


@pytest.mark.parametrize("header", [
    "Descripción;Cantidad;Unidad;Peso (kg);Observaciones", "Désignation;Qté;Unité;Poids (kg);Remarques",
    "Descrizione;Quantità;Unità di misura;Peso (kg);Note", "Descrição;Quantidade;Unidade;Peso (kg);Observações",
    "Omschrijving;Aantal;Eenheid;Gewicht (kg);Opmerkingen", "Nazwa;Ilość;Jednostka;Waga (kg);Uwagi",
    "Наименование;Кол-во;Ед. изм.;Масса (kg);Примечание", "品名;員数;単位;質量 (kg);備考",
    "품명;수량;단위;중량 (kg);비고",
])  # fmt: skip
def test_captions_of_other_languages_are_known(taken: Taken, header: str) -> None:
    """What a part is called, how much of it there is, in what unit and how heavy it is."""
    made = taken(f"{header}\nA;2;pcs;0.5;x\nB;3;kg;;y\n")
    (table,) = (part.table for part in made.parts)
    assert {"name", "quantity", "unit", "mass", "note"} <= table.columns.keys()
    assert known_mass(lines.rows(made, {"bom.csv": "F1"}, ""))[0] == pytest.approx(4)


@pytest.mark.parametrize("text", [
    "Elem,Szel,Vast,Szin\nlap,400,19,a\nfal,300,16,b\n", "Elem,Sorsz,Szin\nlap,1,a\nfal,2,b\nlec,3,c\n",
])  # fmt: skip
def test_no_column_is_proposed_that_may_be_anything(taken: Taken, text: str) -> None:
    """Of several columns of numbers, or those of the rows, none is said to be the quantity."""
    with pytest.raises(WorkbookError, match="import-no-table-amounts") as raised:
        taken(text)
    assert '"columns.CAPTION=quantity"' in str(raised.value)
    assert '"columns.Elem=' in str(raised.value)
