"""How a process splits its burdens: stated once in its product row, and held by its co-products."""

from __future__ import annotations

from footprint.tables.typed.table import Table


def stated_allocations(processes: Table | None) -> dict[str, str]:
    """Return the allocation method in the product row of each process that states one."""
    rows = processes.rows if processes else ()
    stated = ((row.text("process"), row.text("allocation")) for row in rows if row.text("direction") == "product")
    return {process: method for process, method in stated if method}
