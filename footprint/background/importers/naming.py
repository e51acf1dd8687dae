"""What datasets are called: by their activity, and by product and activity where those of one name make several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from footprint.background.identity import PARTED, folded
from footprint.background.source import Row


def told_apart(rows: Sequence[Row]) -> list[Row]:
    """Return datasets with names by which the products of activities of one name and place are told apart."""
    products: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in (row for row in rows if row["product"]):
        products[_called(row)].add(folded(row["product"]))
    return [_with_product(row) if row["product"] and len(products[_called(row)]) > 1 else row for row in rows]


def _called(row: Row) -> tuple[str, str]:
    return folded(row["name_en"].removeprefix(f"{row['product']}{PARTED}")), folded(row["region"])


def _with_product(row: Row) -> Row:
    before = f"{row['product']}{PARTED}"
    return Row(row | {key: f"{before}{row[key].removeprefix(before)}" for key in ("name_en", "name_zh")})
