"""Columns that are called as others are, but for a word for what is above or below: ``sku, component_sku``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from footprint.layouts.naming import headers
from footprint.layouts.naming.headers import NOTHING, Meant
from footprint.layouts.naming.row_ids import OF_PARTS, without_upper
from footprint.model.sheets import Cell

_NAMING = ("code", "name")
_OWNED = {("parent",), ("of_product",), ("code",), ("level",)}
"""What else tells of a row what it is, or what it is part of."""


def of_codes(captions: Mapping[int, str], said: Mapping[int, Meant]) -> Mapping[int, Meant]:
    """Return the columns of numbers that are codes of parts: as others are of parents, or beside these alone.

    ``Item no, Parent item no``; ``Recipe no, Raw material no``.
    """
    parents = [at for at, meant in said.items() if meant.fields[:1] == ("parent",)]
    called = {without_upper(headers.normal(captions[at])) for at in parents}
    numbers = [at for at, meant in said.items() if meant.fields[:1] == ("position",) and not meant.is_stated
               and OF_PARTS.search(captions[at])]  # fmt: skip
    alike = [at for at in numbers if headers.normal(captions[at]) in called]
    is_named = any(meant.fields[:1] in {("code",), ("name",)} for meant in said.values())
    alone = numbers if parents and not is_named and len(numbers) == 1 else []
    return dict.fromkeys((*alike, *alone), Meant(("code",)))


def of_children(
    captions: Mapping[int, str], said: Mapping[int, Meant], rows: Sequence[Sequence[Cell]]
) -> Mapping[int, Meant]:
    """Return the columns of codes and names of parts that others tell of what is made of them, and these.

    ``sku, component_sku``; ``料号, 品名, 子件料号, 子件品名``: the code of what is made is the parent. A name, or a
    number of the rows, tells that only where it comes again in ``rows``.
    """
    found: dict[int, Meant] = {}
    is_known = any(meant.fields[:1] == ("parent",) for meant in said.values())
    has_codes = any("code" in meant.fields for meant in said.values())
    for at, caption in captions.items():
        written = headers.normal(caption)
        rest = _without_lower(written)
        is_open = rest != written and not said.get(at, NOTHING).is_stated
        own = [each for each in captions if headers.normal(captions[each]) == rest and _tells(each, said, rows)]
        for whole in own if is_open else ():
            field = next(each for each in _NAMING if each in said[whole].fields)
            is_owner = not is_known and (field == "code" or not has_codes)
            found |= {whole: Meant(("parent",)) if is_owner else NOTHING, at: Meant((field,))}
            is_known |= is_owner
    return found


def of_stuff(
    captions: Mapping[int, str], said: Mapping[int, Meant], rows: Sequence[Sequence[Cell]]
) -> Mapping[int, Meant]:
    """Return the columns that name what ingredients are of, and these: ``Name, Ingredient``, where names come again.

    Every part may be one of an own product: nobody can tell that from a list of names with what they are made of.
    """
    named = {at: meant for at, meant in said.items() if meant.fields[:1] == ("name",) and not meant.is_stated}
    stuff = [at for at in named if _is_stuff(captions[at])]
    others = [at for at in named if at not in stuff and _come_again([row[at] for row in rows if at < len(row)])]
    if len(stuff) != 1 or len(others) != 1 or any(meant.fields[:1] in _OWNED for meant in said.values()):
        return {}
    return {others[0]: Meant(("parent",)), stuff[0]: Meant(("name",))}


def _come_again(cells: Sequence[Cell]) -> bool:
    """Tell whether texts come again, or hold for the rows below them."""
    filled = [cell for cell in cells if cell is not None and cell != ""]
    return len({*filled}) < len(cells) and cells[:1] == filled[:1]


def _tells(at: int, said: Mapping[int, Meant], rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether a column may hold the codes or names of what is made."""
    meant = said.get(at, NOTHING)
    if meant.is_stated or not {*_NAMING} & {*meant.fields}:
        return False
    cells = [row[at] for row in rows if at < len(row) and row[at] is not None]
    return meant.fields[0] == "code" or len({*cells}) < len(cells)


def is_of_part(caption: str) -> bool:
    """Tell whether a caption says that it is of what something is made of: ``Child part``, ``BOM component``."""
    words = "|".join(headers.pattern(kind).pattern for kind in ("component", "child", "lower", "stuff"))
    material = r"rm(?=[^a-z]|code|no|id|pn|item|name)"
    return re.match(rf"(?:bom)?(?:{words}|{material}|子)", headers.normal(caption)) is not None


def _without_lower(spelling: str) -> str:
    """Return a header without a word for a part before it; itself where it has none."""
    words = "|".join(headers.pattern(kind).pattern for kind in ("component", "child", "lower"))
    return re.sub(rf"^(?:{words})", "", spelling)


def _is_stuff(caption: str) -> bool:
    """Tell whether a caption says that it names ingredients."""
    stuff, naming = (headers.pattern(kind).pattern for kind in ("stuff", "naming"))
    return re.fullmatch(rf"(?:{stuff})(?:{naming})?", headers.normal(caption)) is not None
