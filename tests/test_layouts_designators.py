"""A quantity that is not that of the designators beside it is told, with its place; ranges count all they hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]


def told(made: Imported, lang: str = "en") -> str:
    return "\n".join(account(made, lines.rows(made, {"bom.csv": "F1"}, ""), lang))


def test_quantities_against_their_designators_are_told(taken: Taken) -> None:
    """With the first cell and all rows; the quantity counts, as one remark for all."""
    rows = ('12,10k,"R1, R2, R3"', '4,1u,C1-C4', '2,100n,"C5,C6"', '1,LED,"D1,D2"')
    made = taken("\n".join(("Qty,Value,Designator", *rows)))
    assert "C2: the quantity is 12, and the designators of the row are 3." in told(made)
    assert "in these rows: 2, 5." in told(made)
    assert "用量为 12" in told(made, "zh")
    assert made.parts[0].quantities.values[0] == 12


@pytest.mark.parametrize("rows", [
    ('6,10k,"R1, R2, R3"', '8,1u,C1-C4'), ('5,10k,"R1-R3 R7,R9"', '4,1u,C1 - C4'), ('1,op,"U1A, U1B"', '2,x,"U2,U3"'),
    ('3,10k,"left, right"', "1,1u,C1"), ('0,10k,"R1,R2"', "1,1u,C1"), (',10k,"R1,R2"', "1,1u,C1"),
    ("1,hdr,J1-2", "1,1u,C1"), ('2,10k,"R1, R2, ..."', "1,1u,C1"), ('9,10k,"R1, R2 and more"', "1,1u,C1"),
])  # fmt: skip
def test_what_agrees_or_says_something_else_is_not(taken: Taken, rows: tuple[str, str]) -> None:
    """Several products, ranges, units of one part, words, rows that are not fitted, and rows without a quantity."""
    made = taken("\n".join(("Qty,Value,Designator", *rows, "4,fuse,F1 F2" if rows[0][0] == "6" else "1,fuse,F1")))
    assert made.parts[0].table.has("designator")
    assert "the designators of the row are" not in told(made)


def test_a_column_nobody_knows_may_hold_designators(taken: Taken) -> None:
    """Where its texts are nothing else and mostly agree; codes that happen to look so do not agree."""
    rows = ("1,crystal,Y2", "8,LED,LED1-8", "3,resistor,R1 R2", '2,coil,"L1, L2"')
    assert "C4: the quantity is 3" in told(taken("\n".join(("Count,Name,Identifier", *rows)), unit="item"))
    rows = ("4,crystal,Y2", "8,LED,X1 X2", "3,resistor,R1", "2,coil,L1")
    assert "the designators of the row" not in told(taken("\n".join(("Count,Name,Shelf", *rows)), unit="item"))


def test_parts_that_are_named_are_designators(taken: Taken) -> None:
    """Long names, values in brackets and marks of any kind under ``Parts``, beside a quantity and without one."""
    rows = ("1,cap,C7(22PF)", '4,pad,"SENSOR_A1, SENSOR_A2, SENSOR_A3, SENSOR_A4"', '3,plug,"AUX, MIC_1, MIC_2"')
    made = taken("\n".join(("Qty,Value,Parts", *rows, '3,10k,"R1, R2"')))
    assert "Parts = designator" in told(made)
    assert "C5: the quantity is 3, and the designators of the row are 2." in told(made)
    assert [line.amount for line in taken("\n".join(("Name,Parts", *(row[2:] for row in rows)))).lines] == [1, 4, 3]


def test_parts_that_are_counted_or_called_are_none(taken: Taken) -> None:
    """Numbers are those of a recipe or of parts, and words are no places."""
    assert taken("Name,Parts\nrubber,100\noil,5\n", unit="g").lines[0].amount == 100
    made = taken("Name,Qty,Parts\nframe,1,Left side\nwheel,2,Front wheel\n", unit="item")
    assert not made.parts[0].table.has("designator")


@pytest.mark.parametrize("header", ["Designator,Value", "Reference,Value", "位号,规格", "Designator,Comment"])
def test_a_row_with_designators_of_its_own_carries_on_none(taken: Taken, header: str) -> None:
    """A list of places and values alone has a part in each row, with a value or without."""
    made = taken(f'{header}\n"R1,R2",10k\nC1,1u\nTP1,\nU2,MCU\n')
    assert [line.amount for line in made.lines] == [2, 1, 1, 1]
    made = taken('Designator,Value,MPN\nR1,10k,RC1\nC1,1u,CC1\nU2,MCU,\n')
    assert [line.amount for line in made.lines] == [1, 1, 1]


@pytest.mark.parametrize(("text", "amounts"), [
    ('Designator,Value\n"R1,R2,",10k\nR3,\nC1,1u\n', [3, 1]),
    ('Designator,Value,Qty\n"R1,R2",10k,4\n"R3,R4",1 %,\nC1,1u,1\n', [4, 1]),
    ('Designator,Value,Qty\n"R1,R2",10k,2\n"C3,C4",1u,\nC1,2u,1\n', [2, 2, 1]),
    ('Designator,Value,Qty\n"R1,R2",10k,\nR3,,\nC1,2u,1\n', [3, 1]),
])  # fmt: skip
def test_a_list_of_designators_that_goes_on_is_one_part(taken: Taken, text: str, amounts: list[float]) -> None:
    """Above it ends with a comma, fewer are named than counted, or nothing but designators stands in the row."""
    assert [line.amount for line in taken(text).lines] == amounts


@pytest.mark.parametrize(("text", "count"), [
    ("R1..R3", 3), ("R1 & R2", 2), ("R1 and R2", 2), ("R1 + R3", 2), ("R1 to R4", 4),
    ("R1 bis R4", 4), ("R1 und R2", 2), ("R1至R4", 4), ("R1 至 R4", 4), ("R1和R2", 2),
    ("C1/C2/C3", 3), ("R1–R3", 3), ("J1 (USB)", 1), ("C2(0.1UF)", 1),
    ("R?", 1), ("PCB", 1), ("TP", 1), ('"R1, R2 & R5-R7"', 5), ('"left, right"', 2), ("R1 R2", 2),
])  # fmt: skip
@pytest.mark.parametrize("header", ["Designator,Value", "位号,规格", "RefDes,Value"])
@pytest.mark.parametrize("others", ["C9,1u\n", "C9,1u\nC10,2u\nU3,M\n"])
def test_a_list_of_places_counts_them_as_it_joins_them(
    text: str, count: int, header: str, others: str, taken: Taken
) -> None:
    """Ranges and joins in words and signs; the first row is never one of the header, whatever it looks like."""
    for rows in (f"{text},10k\n{others}", f"{others}{text},10k\n"):
        made = taken(f"{header}\n{rows}")
        amounts = [line.amount for line in made.lines]
        assert sorted(filter(None, amounts)) == sorted([count, *(1 for _ in others.splitlines())])


@pytest.mark.parametrize("text", [
    "PCB blank", "Mounting hole", "R1-R4 (not fitted R2)", "R2 (DNP)", "R4-R1", '"R1,R2 and more"', '"R1, ..."',
    "安装 孔",
])  # fmt: skip
def test_words_count_nothing(text: str, taken: Taken) -> None:
    """Such a row is refused by its cell; stated to be one each, those of words are one, and no other is changed."""
    rows = f"Designator,Value\n{text},10k\nC9-C10,1u\n"
    made = taken(rows)
    assert [line.amount for line in made.lines] == [None, 2]
    assert [str(each.code) for each in made.problems] == ["import-no-quantity"]
    assert [line.amount for line in taken(rows, blank_quantity="1").lines] == [1, 2]


@pytest.mark.parametrize("text", [
    "Designator,Value,Qty\nR1 & R2,10k,two\nC9,1u,1\n",
    "MPN,RefDes,Note\nLM358,R1/R2,zinc\nABC123,Mounting hole,x\n",
    "Designator,Value\nR1/R3,10k\nC9/C10,1u\nU1/U2,M\n", "Designator,Value\n1,10k\n2,1u\n",
    "Name,Part No\nthe frame\nPart,Qty,Unit\nBolt,some,pcs\nNut,4,pcs\n",
])  # fmt: skip
def test_a_row_without_a_caption_is_no_further_row_of_the_header(text: str, taken: Taken) -> None:
    """Each row below what is a header alone is accounted for."""
    made = taken(text)
    assert sum(made.counts().values()) == len(text.splitlines()) - 1 - 2 * text.startswith("Name")
