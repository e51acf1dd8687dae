"""Workbooks whose burden is electricity, and what became of it: for tests. They load this file with ``runpy``."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background.open import Background
from footprint.declare.texts import noticed
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("line.py"))))
Bill = Callable[..., Path]
CLAIMED = "certificate=C-1, cancelled_on=2025-02-01, cancelled_for=pump 2024, market=CN"
EVERY = frozenset({"certificate", "cancelled", "period", "market"})


def background(folder: Path) -> Background:
    """Return China as in the small database, and Germany, which has a residual mix and no 2023."""
    more = "grid-de | kWh | grid DE | region=DE\nresidual-de | kWh | residual DE | region=DE"
    emitted = "grid-de | emission | co2e-unsplit | 0.4\nresidual-de | emission | co2e-unsplit | 0.7"
    made = LINE.activities(f"{LINE.ACTIVITIES}\n{more}")
    units = {row["code"]: row["unit"] for row in made}
    table = {**LINE.ELECTRICITY, "DE": {"2024": {"grid": "grid-de", "residual": "residual-de"}}}
    exchanged = LINE.exchanges(f"{LINE.EXCHANGES}\n{emitted}", units)
    return LINE.opened(LINE.write_database(folder / "small", made, exchanged, table))


def rules(**electricity: Any) -> Any:
    """Return the rules for arithmetic, with another electricity section."""
    found = LINE.rules()
    return found._replace(electricity=found.electricity._replace(**electricity))


def book(
    bill: Bill, supplies: str, rows: str = "p | input | electricity | 10 kWh | supply=E", **product: object
) -> Any:
    """Return a workbook whose only burden is electricity."""
    made = "" if "product |" in rows else "p | product | PUMP | 1 item\n"
    listed = f"[Electricity]\n{supplies}" if supplies else ""
    text = f"L1 | plate | 1 kg | steel | role=product\n[Processes]\n{made}{rows}\n{listed}"
    return read(bill(text, product=LINE.plain_product(**product)))


def run(cells: Any, background: Background, pcr: Any = None) -> Any:
    """Return the line from cells to ledger."""
    return LINE.run(cells, background, pcr or LINE.rules())


def kilowatt_hours(solved: Any) -> dict[str, float]:
    """Return the electricity of each dataset [kWh]."""
    found: dict[str, list[float]] = {}
    for posted in solved.ledger.postings:
        if posted.exchange.facts.get("electricity"):
            found.setdefault(posted.exchange.dataset.code, []).append(posted.quantity)
    return {code: pytest.approx(fsum(kwh), rel=1e-12) for code, kwh in found.items()}


def told(solved: Any) -> list[str]:
    """Return what is said of electricity, in English, with its cell; each is told in Chinese too."""
    said = []
    for notice in solved.graph.notices:
        both = noticed(notice)
        assert "{" not in both["zh"]
        assert both["zh"] != both["en"]
        if notice.code.split("-")[0] in {"electricity", "residual"}:
            said.append(f"{notice.place.address}: {both['en']} [{notice.code}]")
    return said
