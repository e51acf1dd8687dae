"""Columns that say of a product what others say of its parts, and those that name the product of each row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from footprint.layouts.locating import titles
from footprint.layouts.naming import headers
from footprint.layouts.naming.cells import as_text, text_at
from footprint.layouts.naming.fits import FITS, is_number
from footprint.layouts.naming.headers import Meant
from footprint.layouts.naming.once import Row

NAMES = frozenset({"name", "outline", "code", "specification", "material", "inci", "cas"})
"""Fields of what rows are called by."""
_PRODUCTS = frozenset({"product", "产品", "成品", "erzeugnis"})


def of_wholes(captions: Mapping[int, str], said: Mapping[int, Meant], below: Sequence[Row]) -> dict[int, Meant]:
    """Return the columns that say of a product what others, right of them, say of its parts: the product's, with each.

    ``产品代码, 产品名称, 物料代码, 物料名称``, ``Material, Component``: the code of the one on the left is the parent,
    and so is one on the right that comes again in the rows ``below``.
    """
    ranks = {at: headers.rank(caption) for at, caption in captions.items()}
    if any(ranks[at] == "component" for at in said):
        products = (at for at, caption in captions.items() if headers.normal(caption) in _PRODUCTS)
        said = {**said, **dict.fromkeys(products, Meant(("code",)))}
    found: dict[int, Meant] = {}
    known = any("parent" in meant.fields for meant in said.values())
    is_told = any(meant.fields[:1] == (titles.OF_PRODUCT,) for meant in said.values())
    for field in ("code", "name", "specification", "unit", "quantity"):
        others = FITS.keys() - {field}
        same = [at for at, meant in said.items() if field in meant.fields and not {*meant.fields[:1]} & others]
        for at in same:
            parts = [other for other in same if headers.is_part_of(ranks[other], ranks[at])]
            if at not in found and any(other > at or _come_again(at, other, below) for other in parts):
                is_parent = not known and (field == "code" or (field == "name" and not is_told))
                of = ("parent",) if is_parent else ("base_quantity",) if field == "quantity" else ()
                found[at] = Meant(of)
                known |= is_parent
    return found


def _come_again(at: int, other: int, below: Sequence[Row]) -> bool:
    """Tell whether the texts of a column come again, in one piece each or more often than those of another."""
    owners, parts = ([text for row in below if (text := text_at(row, each))] for each in (at, other))
    count, runs = len({*owners}), sum(1 for _ in groupby(owners))
    return count < len(owners) and (runs == count or count < len({*parts}))


def of_numbers(captions: Mapping[int, str], said: Mapping[int, Meant], below: Sequence[Row]) -> dict[int, Meant]:
    """Return the columns of a product and its parts whose numbers are their codes, and no places.

    ``product_id, part_id``: where products come again in the rows ``below``, or the numbers do not count these.
    """
    may = {at: meant.fields[0] for at, meant in said.items() if "code" in meant.fields and not meant.is_stated}
    products = [at for at in may if headers.rank(captions[at]) == "product"]
    if len(products) != 1:
        return {}
    others = [at for at in may if at > products[0] or (at != products[0] and _come_again(products[0], at, below))]
    parts = [at for at in others if may[at] == "code"] or [
        at for at in others if may[at] == "position" and _NUMBER.fullmatch(headers.normal(captions[at]))]  # fmt: skip
    owners, numbers = ([as_text(row[at]) for row in below if at < len(row) and as_text(row[at])]
                       for at in (products[0], (parts or products)[0]))  # fmt: skip
    counts = numbers == [str(number) for number in range(1, len(numbers) + 1)]
    is_again = len({*owners}) < len(owners) and (may[products[0]] == "code" or all(map(str.isdecimal, owners)))
    is_told = len(parts) == 1 and (is_again or (may[products[0]] == "code" and not counts))
    numbered = [at for at in (products[0], *parts) if may[at] == "position"]
    return dict.fromkeys(numbered, Meant(("code",))) if is_told else {}


_NUMBER = re.compile(r"(?:bom|raw|sub)?(?:part|component|comp|material|child|article|零件|组件|物料|材料|子件)"
                     r"(?:id|no|number|num|nr|key)")  # fmt: skip
"""Captions of what may number the rows, or be the code of a part."""


def of_products(said: Mapping[int, Meant], below: Sequence[Row]) -> dict[int, Meant]:
    """Return the columns that may name the product of each row: left of what names its part they do.

    Elsewhere what they mean besides counts, and where nothing else names a part, or they call each code by a name of
    its own in the rows ``below``, they do.
    """
    may = {at: meant for at, meant in said.items() if titles.OF_PRODUCT in meant.fields}
    naming = [at for at, meant in said.items() if at not in may and NAMES & {*meant.fields[:1]}]
    found = {}
    for at, meant in may.items():
        others = tuple(field for field in meant.fields if field != titles.OF_PRODUCT)
        is_left = all(at < other for other in naming)
        if _names_parts(at, said, below):
            found[at] = Meant(("parent",))
            continue
        is_name = not naming or _call_codes(at, said, below)
        found[at] = Meant(("name",) if is_name else (titles.OF_PRODUCT,) if is_left or not others else others)
    return found


def _names_parts(at: int, said: Mapping[int, Meant], below: Sequence[Row]) -> bool:
    """Tell whether a column names products that are parts of others: with the codes of some, and no other parent."""
    codes = [other for other, meant in said.items() if other != at and meant.fields[:1] == ("code",)]
    if len(codes) != 1 or any(meant.fields[:1] in _NESTING for meant in said.values()):
        return False
    own = {as_text(row[at]) for row in below if at < len(row)} - {""}
    return len(own) > 1 and not own.isdisjoint(as_text(row[codes[0]]) for row in below if codes[0] < len(row))


_NESTING = {("parent",), ("level",)}


def _call_codes(at: int, said: Mapping[int, Meant], below: Sequence[Row]) -> bool:
    """Tell whether a column holds a name for each code, and each its own: those of levels, or with their codes in them.

    What is part of the row above is of the same product, so that rows of several levels do not each name another.
    """
    fields = {field: other for other, meant in said.items() if at != other for field in meant.fields[:1]}
    code = fields.get("code", -1)
    if code < 0 or {"name", "outline"} & fields.keys():
        return False
    pairs = {(as_text(row[at]), as_text(row[code])) for row in below if max(at, code) < len(row)} - {("", "")}
    names, codes = {name for name, _ in pairs}, {code for _, code in pairs}
    if not len(pairs) == len(names) == len(codes) > 1 or "" in names | codes:
        return False
    return all(code in name for name, code in pairs) or "level" in fields


def of_counted(captions: Mapping[int, str], said: Mapping[int, Meant], below: Sequence[Row]) -> dict[int, Meant]:
    """Return the columns that name what the quantities are per: ``robot_no, part_no, qty_per_robot``.

    One called a base that holds numbers tells how many: ``qty_per_base, base``.
    """
    counts = [captions[at] for at, meant in said.items() if "quantity" in meant.fields and not meant.is_stated]
    open_ = {at: caption for at, caption in captions.items()
             if at not in said or {"code", "name"} & {*said[at].fields}}  # fmt: skip
    told = [at for at, caption in open_.items() if any(headers.tells_product(caption, each) for each in counts)]
    return {at: Meant(("base_quantity",) if _tells_base(at, captions[at], below) else (titles.OF_PRODUCT,))
            for at in told}  # fmt: skip


def _tells_base(at: int, caption: str, below: Sequence[Row]) -> bool:
    cells = [row[at] for row in below if at < len(row) and row[at] is not None and row[at] != ""]
    return headers.normal(caption) in {"base", "basis"} and bool(cells) and all(map(is_number, cells))


def of_shares(captions: Mapping[int, str], said: Mapping[int, Meant]) -> dict[int, Meant]:
    """Return a column called but per cent as quantities, beside one of ingredients, where nothing else tells any."""
    if any(not _COUNTS.isdisjoint(meant.fields) for meant in said.values()):
        return {}
    is_recipe = any({"inci", "cas"} & {*said[at].fields} or _INGREDIENT.fullmatch(headers.normal(captions[at]))
                    for at in said if NAMES & {*said[at].fields})  # fmt: skip
    shares = [at for at, caption in captions.items() if at not in said and _SHARE.fullmatch(caption.strip())]
    return {shares[0]: Meant(("quantity",), "%")} if is_recipe and len(shares) == 1 else {}


_COUNTS = frozenset({"quantity", "total_quantity", "mass", "total_mass", "gross_mass"})
_SHARE = re.compile(r"[(（\[]?\s*[%％]\s*[)）\]]?")
_INGREDIENT = re.compile(
    r"ingredients?(?:name)?|substances?(?:name)?|原料|原辅料|物质|物质名称|原料名称|成分|成分名称|inhaltsstoffe?|zutat(?:en)?|stoff"
)
