"""Rows that tell one place twice: another maker of the part there counts no second time, what may do so is asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]
BOARD = "Part Number,Description,Quantity,Ref Des,Manufacturer\n"
LIST = "序号,料号,品名,用量,单位,供应商,工序\n"


def parts(made: Imported) -> list[tuple[object, object]]:
    rows = lines.rows(made, {"bom.csv": "F1"}, "")
    return [(row.values.get("part"), row.values.get("quantity")) for row in rows]


@pytest.mark.parametrize(("one", "other"), [
    ('A,cap,2,"C1,C2",Murata', 'A,cap,2,"C1,C2",TDK'),
    ('A,cap,2,"C1,C2",Murata', 'A,cap,2,"C2, C1",TDK'),
    ("A,cap,2,C1-C2,Murata", "A,cap,,C1-C2,TDK"),
])  # fmt: skip
def test_another_maker_of_the_part_at_the_same_designators_counts_once(one: str, other: str, taken: Taken) -> None:
    """Two rows with the same designators cannot both be there; a third is no more."""
    made = taken(f"{BOARD}{one}\n{other}\n{other}\nB,res,1,R1,Yageo\n")
    assert parts(made) == [("A", 2), ("B", 1)]
    assert sum(count for (_, why), count in made.counts().items() if why == "same-place") == 2
    assert parts(taken(f"{BOARD}{one}\n{other}\nB,res,1,R1,Yageo\n", repeated="all"))[0] == ("A", 2)


@pytest.mark.parametrize("text", [
    f"{BOARD}A,cap 10uF,2,\"C1,C2\",Murata\nA2,cap 10uF,2,\"C1,C2\",TDK\nB,res,1,R1,Yageo\n",
    f"{LIST}1,A,电阻,2,个,甲,\n1,A,电阻,2,个,乙,\n2,B,胶,1,个,丙,\n",
    f"{BOARD}A,housing,2,\"J1,J2\",TE\nB,seal,2,\"J1,J2\",TE\nC,res,1,R1,Yageo\n",
])  # fmt: skip
def test_what_may_be_another_source_or_another_part_is_asked(text: str, taken: Taken) -> None:
    """The same designators with another code, the same number with the same part: one, or both, as is stated."""
    with pytest.raises(FootprintError, match="repeated=first"):
        taken(text)
    assert [quantity for _, quantity in parts(taken(text, repeated="first"))] == [2, 1]
    assert [quantity for _, quantity in parts(taken(text, repeated="all"))] == [2, 2, 1]


@pytest.mark.parametrize("text", [
    f"{BOARD}A,cap,2,\"C1,C2\",Murata\nA,cap,2,\"C3,C4\",Murata\n",
    f"{BOARD}A,cap,2,left,Murata\nA,cap,2,left,TDK\n",
    f"{LIST}1,A,a,2,个,甲,10\n1,A,a,2,个,甲,20\n",
    f"{LIST}1,A,a,2,个,甲,\n1,A,a,3,个,甲,\n",
    f"{LIST}1,A,a,2,个,甲,\n2,A,a,2,个,甲,\n",
    "序号,料号,品名,用量,单位,使用比例\n1,A,a,2,个,60%\n1,A,a,2,个,40%\n",
])  # fmt: skip
def test_other_parts_places_operations_and_shares_count(text: str, taken: Taken) -> None:
    """Other operations, places or amounts are uses of their own; shares tell all."""
    assert len(parts(taken(text))) == 2


@pytest.mark.parametrize("name", [
    "电阻 风华(替代)", "电阻（备选料）", "或：电阻B", "或 电阻B", "Resistor B (alternative)",
])  # fmt: skip
def test_a_name_that_says_it_is_instead_of_another_is_a_substitute(name: str, taken: Taken) -> None:
    """In brackets behind it, or by ``或`` in front; what may be replaced is none."""
    text = f"序号,料号,品名,用量,单位\n1,A,电阻,2,个\n,A2,{name},2,个\n2,B,b,1,kg\n"
    assert parts(taken(text)) == [("A", 2), ("B", 1)]


@pytest.mark.parametrize("name", ["或门芯片", "电阻(可替代)", "Or gate", "替代能源展板", "(A) alternative power unit"])
def test_other_names_with_such_words_are_parts(name: str, taken: Taken) -> None:
    """The words must stand alone."""
    assert len(parts(taken(f"序号,料号,品名,用量,单位\n1,A,电阻,2,个\n2,A2,{name},2,个\n"))) == 2
