"""Rows of a database as an import writes them: exchanges, and gaps with their names."""

from __future__ import annotations

from functools import cache

from footprint import gwp
from footprint.background.importers.codes import cited
from footprint.background.importers.inventory import Flow, Spread
from footprint.background.source import BASIC, GSD_IS, TOTAL, Row
from footprint.model.bill import Notice
from footprint.provenance import Status
from footprint.tables.harmless import cell

_SECONDARY = Status.SECONDARY.value
_STAND_INS = ("AR6", "EF3.1", "AR5")


@cache
def elsewhere(gas: str) -> str:
    """Return the GWP set that stands in where another has no factor for a gas; "" where every set has one."""
    if gas.startswith("co2e-"):
        return "unknown"
    factors = gwp.gas(gas).factors
    return "" if all(name in factors for name in gwp.SETS) else next(name for name in _STAND_INS if name in factors)


def gap_row(code: str, flow: Flow, unit: str, notice: Notice) -> Row:
    """Return the dataset of a gap, in ``unit``; the code of ``notice`` says why."""
    name = cell(flow.name) or cell(flow.id) or code
    return Row({
        "code": code, "name_en": name, "name_zh": name, "unit": unit, "amount": "1", "region": cell(flow.location),
        "period": "", "category": "", "kind": "gap", "boundary": "cradle-to-gate", "gwp_set": "",
        "status": _SECONDARY, "citation": cited(notice.place), "includes_transport": "", "proxy": "",
        "note": notice.code,
    })  # fmt: skip


def exchange_row(
    activity: str, direction: str, flow: str, amount: float, unit: str, spread: Spread, at: str, note: str
) -> Row:
    """Return the row of an exchange; ``amount`` [``unit``]; ``at``: where in the file."""
    gsd = "" if spread.gsd is None else repr(spread.gsd)
    return Row({
        "activity": activity, "direction": direction, "flow": flow, "amount": repr(amount), "unit": unit, "gsd": gsd,
        GSD_IS: (TOTAL if spread.is_total else BASIC) if gsd else "", "pedigree": spread.pedigree,
        "status": _SECONDARY, "citation": cell(at), "gwp_set": "",
        "note": cell(" ".join(filter(None, (spread.said, note)))),
    })  # fmt: skip
