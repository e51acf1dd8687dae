"""The row of the product above all: how many of it there are must be read, or stated."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]
TABLES = (
    "Level,Part,Qty,Unit\n0,Box,{},pcs\n1,Card,10,pcs\n1,Tape,2,pcs\n",
    "层级,物料编码,数量,单位\n0,Box,{},件\n1,Card,10,件\n1,Tape,2,件\n",
    "Ebene,Teil,Menge,Einheit\n1,Box,{},Stk\n2,Card,10,Stk\n2,Tape,2,Stk\n",
    "Parent,Component,Qty,Unit\n,Box,{},pcs\nBox,Card,10,pcs\nBox,Tape,2,pcs\n",
    "Parent,Component,Qty,Unit\nBox,Card,10,pcs\n,Box,{},pcs\nBox,Tape,2,pcs\n",
    "Parent,Component,Qty,Unit\nBox,,{},pcs\n,Card,10,pcs\n,Tape,2,pcs\n",
)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("count", ["10-12", "#N/A", "若干", "many"])
def test_a_count_that_nobody_can_read_is_asked_about(taken: Taken, table: str, count: str) -> None:
    """It is not taken for one: the parts may be for several, until one is stated."""
    with pytest.raises(FootprintError, match="import-head-unread"):
        taken(table.format(count))
    assert sorted(line.amount or 0 for line in taken(table.format(count), base_quantity="1").lines) == [2, 10]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("count", ["1", ""])
def test_one_of_the_product_or_none_told_is_one(taken: Taken, table: str, count: str) -> None:
    """Where nothing stands there, or one, nothing is asked."""
    assert sorted(line.amount or 0 for line in taken(table.format(count)).lines) == [2, 10]
