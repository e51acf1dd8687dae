"""Long cells cost no more than their bytes, and a message tells the two ends of a long cell."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]
SOLID = "物料编码,名称,规格,用量,单位,密度(g/cm3)\n"


def said(made: Imported) -> str:
    return "\n".join(account(made, lines.rows(made, {"bom.csv": "F1"}, ""), "en"))


@pytest.mark.parametrize("cell", ["1*" * 15000 + "2", "φ1 x " * 6000, "钢板" * 15000, "1.2 " * 8000])
def test_long_texts_are_not_searched_through(taken: Taken, cell: str) -> None:
    started = time.process_time()
    said(taken(SOLID + "".join(f'A{n},钢板,"{cell}",1,个,7.8\n' for n in range(50))))
    assert time.process_time() - started < 1.5


@pytest.mark.parametrize(("letters", "mass"), [(10, 0.00078), (600, None)])
def test_a_size_counts_in_a_specification_and_not_in_a_story(taken: Taken, letters: int, mass: float | None) -> None:
    """No part of a long text is taken for all of it: it states no size, and the mass is asked for."""
    made = taken(SOLID + f'A,钢板,"1*10*10mm {"x" * letters}",1,个,7.8\nB,螺钉,,1,个,\n')
    (found, _) = (row.mass for row in lines.rows(made, {"bom.csv": "F1"}, ""))
    assert found == (mass and pytest.approx(mass))


def test_a_message_tells_the_ends_of_a_long_cell(taken: Taken) -> None:
    number, unit = "1,1" * 9000 + "x", "千" * 9000 + "个"
    told = said(taken(f'物料编码,名称,用量,单位\nA,a,"{number}",kg\nB,b,1,{unit}\n'))
    assert told.count(" … ") >= 2
    assert max(map(len, told.splitlines())) < 700
