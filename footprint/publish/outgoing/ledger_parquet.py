"""``ledger.parquet``: each posting of the ledger in a row with typed columns, for analysts.

Rounding: none, 12 significant digits as in the declaration. Units: kg CO2e per amount of the declared unit.
"""

from __future__ import annotations

import io
from decimal import Decimal

from footprint.publish.outgoing.ledger_csv import columns
from footprint.publish.outgoing.statement import Stated, Statement
from footprint.publish.outgoing.written import exactly, needed

FORMAT = "ledger.parquet"
LEAST = "verifier"
NEEDS: tuple[str, ...] = ()


def render(statement: Statement, lang: str) -> bytes:  # noqa: ARG001  columns have the names of the declaration
    """Return the ledger as a Parquet file; product, unit and draft stand in its metadata."""
    needed("pyarrow", FORMAT, "tables")
    import pyarrow as pa
    from pyarrow import parquet

    document = statement.document
    about = {
        "product": document["product"]["id"],
        "unit": document["declared_unit"]["unit"],
        "pcr": document["study"]["pcr"]["id"],
        "id": statement.id,
        "draft": "yes" if statement.draft else "no",
    }
    columns_ = {
        name: pa.array(values, pa.float64() if numeric else pa.string())
        for name, (numeric, values) in columns(document["ledger"]).items()
    }
    out = io.BytesIO()
    table = pa.table(columns_).replace_schema_metadata({f"footprint:{k}": v for k, v in about.items()})
    parquet.write_table(table, out, compression="zstd", store_schema=False)
    return out.getvalue()


def stated(content: bytes) -> Stated:
    """Return what the rows add up to, by stage and class, and what the metadata says."""
    from pyarrow import parquet

    table = parquet.read_table(io.BytesIO(content))
    found: dict[str, Decimal | str] = {}
    sums: dict[str, Decimal] = {}
    for row in table.to_pylist():
        for key in (key for key, value in row.items() if key.startswith("class:") and value is not None):
            sums[key] = sums.get(key, Decimal()) + exactly(row[key])
        stage = f"stage:{row['stage']}"
        sums[stage] = sums.get(stage, Decimal()) + exactly(row["value"])
    for key, value in (table.schema.metadata or {}).items():
        name = key.decode().removeprefix("footprint:")
        if name in {"product", "unit", "pcr", "id", "draft"}:
            found[name] = value.decode()
    return found | sums
