"""Units in headers, ``Distance [mile]``, ``单位净质量（g）``, ``Loss rate / %``: none of them is ignored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from footprint import units
from footprint.errors import Problem, problem
from footprint.model.fields import Field
from footprint.model.sheets import Cell
from footprint.provenance import Place
from footprint.tables.typed.names import Nearest, clean, plain

SHARE_WORDS = frozenset({"%", "‰", "percent", "per cent", "pct", "百分比", "百分数", "百分率"})
_BRACKETED = re.compile(r"\(([^)]*)\)|\[([^\]]*)\]|【([^】]*)】|〔([^〕]*)〕|\{([^}]*)\}")
_TAIL = re.compile(r"[/:,;、]\s*([^/:,;、\n*]+?)\s*\*?\s*(?=\n|$)")
_MARKS = frozenset("([{【〔/:,;、")
"""What a unit begins after."""
_LEAD_IN = re.compile(r"^(?:units?\b|单位|in\b|按|以)[\s:]*(?=\S)", re.IGNORECASE)
_WORD = re.compile(r"[^\s()\[\]{}【】〔〕,;，；/]+")
_PER = re.compile(r"/|每|\bper\b", re.IGNORECASE)
_PARTS = re.compile(r"[,;、]")
_RATIO = 2
_LONGEST = 300
"""What is longer is no header, and what it ends with no unit."""


def named(cell: Cell, names: Mapping[str, Field]) -> Field | None:
    """Return the field that a header names, with or without a unit after it in brackets or after a slash."""
    if not isinstance(cell, str):
        return names.get(plain(str(cell)))
    field = names.get(plain(cell))
    if field is not None or not _TAIL.search(_narrow(cell)):
        return field
    field = names.get(plain(_TAIL.sub("", _narrow(cell))))
    return field if field and [*units_in(cell)] else None


def units_in(header: str) -> Iterator[str]:
    """Yield what stands in brackets or after a slash and can be a unit, as it is written."""
    narrow = _narrow(header)
    if _MARKS.isdisjoint(narrow):
        return
    inside = [next(filter(None, found.groups()), "") for found in _BRACKETED.finditer(narrow)]
    tails = _TAIL.findall(_BRACKETED.sub("", narrow))
    for text in (part.strip() for each in (*inside, *tails) for part in _PARTS.split(each)):
        written = _LEAD_IN.sub("", text, count=1).removesuffix("计").strip()
        if written and (written.casefold() in SHARE_WORDS or _is_unit(written)):
            yield written


def unit_problems(header: str, field: Field, place: Place) -> Iterator[Problem]:
    """Yield the units in a header that are not the one in which the numbers of ``field`` are read."""
    for written in units_in(header):
        if field.type == "share" and _scales(written):
            yield problem("header-share", place, en=field.en, zh=field.zh, text=written)
        elif field.unit and not fits(written, field.unit):
            yield problem("header-unit", place, en=field.en, zh=field.zh, text=written, unit=field.unit)


def fits(written: str, wanted: str) -> bool:
    """Tell whether a unit in a header, ``kg`` or ``kg/item``, is ``wanted``, or a word like no unit of its kind."""
    own, meant = units.unit(wanted), _meant(_counted(written))
    if clean(written) == clean(wanted) or own in meant:
        return True
    return not _known(_counted(written)) and all(other.dimension != own.dimension for other in meant)


def near_field(header: str, missing: Mapping[str, Field]) -> Field | None:
    """Return the field among the ``missing``, by their captions, that an unknown header may mean."""
    close = Nearest(missing, cutoff=0.6)(clean(header).casefold())
    return missing[close[0]] if close else None


def denominators_in(header: str) -> Iterator[str]:
    """Yield the units that a header says its numbers are per one of: the t of ``Total (kg CO2e/t)``."""
    for written in _PER.split(_narrow(header))[1:]:
        text = _WORD.match(written.strip())
        if text and _known(text[0]):
            yield text[0]


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:_LONGEST])


def _counted(written: str) -> str:
    """Return the unit counted: the kg of ``kg/item``."""
    return _PER.split(written, maxsplit=1)[0].strip()


def _known(written: str) -> bool:
    try:
        return bool(units.unit(written))
    except units.UnknownUnitError:
        return False


def _meant(written: str) -> tuple[units.Unit, ...]:
    """Return the unit written, or those it may mean where it is ambiguous or misspelt."""
    try:
        return (units.unit(written),)
    except units.UnknownUnitError as unknown:
        return tuple(units.unit(symbol) for symbol in unknown.near)


def _is_unit(written: str) -> bool:
    """Tell whether a text is a unit, more than a mark such as (1) or (-)."""
    return any(unit.symbol != "-" for unit in _meant(_counted(written)))


def _scales(written: str) -> bool:
    """Tell whether a share under this unit may be no fraction: % and every unit but those of itself (kg/kg)."""
    if written.casefold() in SHARE_WORDS:
        return True
    parts = [_meant(part.strip()) for part in _PER.split(written)]
    return _known(_counted(written)) and not (len(parts) == _RATIO and parts[0] == parts[1])
