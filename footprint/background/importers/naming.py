"""What datasets are called: by their activity, and by product and activity where those of one name make several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from footprint.background.identity import PARTED, folded
from footprint.background.source import Row


def told_apart(own: Sequence[Row], copies: Sequence[Row] = ()) -> list[Row]:
    """Return datasets with names by which the products of activities of one name and place are told apart.

    ``copies``: what was taken from other databases; it is told apart from what has its name here at other places, too.
    """
    both = {_called(row)[0] for row in own} & {_called(row)[0] for row in copies}
    products: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in (row for row in (*own, *copies) if row["product"]):
        products[_known(row, both)].add(folded(row["product"]))
    return [
        _with_product(row) if row["product"] and len(products[_known(row, both)]) > 1 else row
        for row in (*own, *copies)
    ]


def _known(row: Row, anywhere: Collection[str]) -> tuple[str, str]:
    """Return the name of an activity and its place, without the place where the name is one of ``anywhere``."""
    name, place = _called(row)
    return (name, "") if name in anywhere else (name, place)


def _called(row: Row) -> tuple[str, str]:
    return folded(row["name_en"].removeprefix(f"{row['product']}{PARTED}")), folded(row["region"])


def _with_product(row: Row) -> Row:
    before = f"{row['product']}{PARTED}"
    return Row(row | {key: f"{before}{row[key].removeprefix(before)}" for key in ("name_en", "name_zh")})
