"""The account of every row, after the rules: a row all of whose lines were left out is excluded, by the rule's name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from footprint.declare.texts import Both, caption, said, same
from footprint.messages import codes, label_codes
from footprint.model.bill import RowState
from footprint.model.graph import Ruled
from footprint.provenance import Place

_ROW = re.compile(r"[A-Z]+(\d+)")
STATES = ("used", "merged", "excluded", "rejected")


def account(ruled: Ruled) -> dict[str, Any]:
    """Return the counts by sheet and state, and every row with its reason."""
    kept = {_row(line.place) for line in ruled.exchanges}
    out = {_row(e.exchange.place): e.rule for e in ruled.excluded}
    unused = {_row(n.place): "not-referenced" for n in ruled.notices if n.code == "estimate-unused"}
    rows = [_state(row, kept, out | unused) for row in ruled.graph.linked.bill.account.rows]
    return {
        "counts": counted(rows),
        "rows": [{"cell": row.place.address, "state": row.state, "why": _why(row.why)} for row in rows],
    }


def counted(rows: Iterable[RowState]) -> list[dict[str, Any]]:
    """Return the number of rows in each state, by sheet, in the order of the workbook."""
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        sheet = counts.setdefault(row.place.sheet, dict.fromkeys(STATES, 0))
        sheet[row.state] += 1
    return [{"sheet": sheet, **states} for sheet, states in counts.items()]


def _row(place: Place) -> tuple[str, str]:
    match = _ROW.fullmatch(place.cell)
    return place.sheet, match[1] if match else ""


def _state(row: RowState, kept: set[tuple[str, str]], out: dict[tuple[str, str], str]) -> RowState:
    key = _row(row.place)
    if row.state == "used" and key in out and key not in kept:
        return RowState(row.place, "excluded", out[key])
    return row


def _why(why: str) -> Both:
    if why in label_codes():
        return caption(why)
    return said(why) if why in codes() else same(why)
