"""Several plants that make one product: the consumer draws on each in its share."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum

from footprint.model.bill import ProcessRow
from footprint.model.graph import Activity
from footprint.supply.bench import OUTPUTS, Bench

_TOLERANCE = 1e-6


def add_plants(bench: Bench) -> None:
    """Add one activity for each flow besides the bill that several plants make; problems where shares do not fit."""
    for row in bench.bill.processes:
        if row.output_share is not None and row.direction != "product":
            bench.fail("output-share-elsewhere", row.places["output_share"])
    for flow, rows in bench.pools.items():
        _refuse_mixed(bench, flow, rows)
        _refuse_part(bench, flow, rows)
        if not bench.in_bill(flow):
            bench.activities[flow] = Activity(flow, flow, rows[0].amount.unit, 1.0, rows[0].place)


def _refuse_mixed(bench: Bench, flow: str, rows: Iterable[ProcessRow]) -> None:
    """Refuse an output without a share where other makers of the flow state theirs."""
    cells = ", ".join(row.places["output_share"].address for row in rows)
    for row in bench.bill.processes:
        if row.direction in OUTPUTS and row.flow == flow and row.output_share is None:
            bench.fail("output-share-missing", row.place, flow=flow, cells=cells)


def _refuse_part(bench: Bench, flow: str, rows: list[ProcessRow]) -> None:
    """Refuse shares that do not add to one."""
    total = fsum(row.output_share for row in rows if row.output_share is not None)
    if abs(total - 1) > _TOLERANCE:
        cells = ", ".join(row.places["output_share"].address for row in rows)
        bench.fail("output-shares", rows[0].places["output_share"], flow=flow, cells=cells, sum=f"{100 * total:.6g}")
