"""Columns that say yes of alternatives: beside another row of its place a row is one, alone it is asked about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]


def codes(made: Imported) -> list[str]:
    return [str(line.part.table.field("code")[line.at]) for line in made.lines]


@pytest.mark.parametrize(("caption", "yes", "no"), [
    ("Second Source", "Yes", "No"), ("Alternative", "ja", "nein"), ("替代料", "是", "否"), ("2nd source", "x", ""),
])  # fmt: skip
@pytest.mark.parametrize(("place", "other"), [("C1", "R1"), ('"C1,C2"', "R1"), ("C1-C4", "R1-R4")])
def test_a_substitute_beside_another_row_of_its_place(
    taken: Taken, caption: str, yes: str, no: str, place: str, other: str
) -> None:
    """It does not count, in any order, where there are several, and where one is the alternative of a few places."""
    head = f"Designator,Part,Name,Qty,{caption}\n"
    main, more, last = f"{place},A,Cap,1,{no}\n", f"{place},B,Cap Murata,1,{yes}\n", f"{other},C,Res,1,{no}\n"
    again = more.replace(",B,", ",D,")
    for rows in (main + more + last, last + main + more, more + last + main, main + more + again + last):
        assert sorted(codes(taken(head + rows))) == ["A", "C"]
    assert sorted(codes(taken(f"{head}{place},A,Cap,1,{yes}\n{again}{last}"))) == ["A", "C"]
    blank = f",B,Cap Murata,1,{yes}\n"
    assert sorted(codes(taken(head + main + blank + last))) == ["A", "C"]


def test_a_substitute_of_one_of_several_places(taken: Taken) -> None:
    """Places that are all told by rows that count are not told again."""
    head = "Designator,Part,Name,Qty,Second Source\n"
    assert codes(taken(f'{head}"C1,C2",A,Cap,2,No\nC2,B,Cap Murata,1,Yes\nR1,C,Res,1,No\n')) == ["A", "C"]


def test_a_substitute_of_one_number(taken: Taken) -> None:
    """A number of a row that comes again is its place, and one left blank that of the row above."""
    head = "Pos,Part,Name,Qty,Unit,Second source\n"
    for second in ("1", ""):
        made = taken(f"{head}1,A,Cap,1,pcs,No\n{second},B,Cap Murata,1,pcs,Yes\n2,C,Res,1,pcs,No\n")
        assert codes(made) == ["A", "C"]


@pytest.mark.parametrize(("caption", "yes", "no"), [
    ("Alternative", "Yes", "No"), ("Alternate", "x", ""), ("替代料", "是", "否"), ("Alternativmaterial", "ja", "nein"),
])  # fmt: skip
@pytest.mark.parametrize("said", [(0, 1, 0), (1, 0, 0), (0, 0, 1), (1, 1, 1)])
def test_a_yes_that_stands_for_no_row_is_asked_about(
    taken: Taken, caption: str, yes: str, no: str, said: tuple[int, ...]
) -> None:
    """Nobody knows whether it says that the row is an alternative, or that there is one: both may be stated."""
    rows = "".join(f"{code},{name},1,pcs,{yes if each else no}\n"
                   for code, name, each in zip("ABC", ("Board", "Battery", "Box"), said, strict=True))  # fmt: skip
    text = f"Part,Name,Qty,Unit,{caption}\n{rows}"
    if not any(said):
        return
    with pytest.raises(FootprintError, match=f"columns.{caption}=substitute_flag"):
        taken(text)
    assert codes(taken(text, {f"columns.{caption}": "substitute"})) == ["A", "B", "C"]
    left = [code for code, each in zip("ABC", said, strict=True) if not each]
    assert codes(taken(text, {f"columns.{caption}": "substitute_flag"})) == left


def test_a_substitute_of_the_same_name(taken: Taken) -> None:
    """A part called as another, as much of it, is its alternative; not where parts are said to be had elsewhere."""
    text = "编码,名称,用量,单位,替代料\nA,板,4,kg,否\nC,管,1,kg,否\nB,板,{},kg,是\n"
    assert codes(taken(text.format(4))) == ["A", "C"]
    with pytest.raises(FootprintError, match="import-alternate-yes"):
        taken(text.format(5))
    assert codes(taken(text.format(4).replace("替代料", "可替代料"))) == ["A", "C", "B"]
