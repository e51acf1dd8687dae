"""The uncertainty of a number as people write it, and the five scores of its pedigree: one table of forms."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from footprint import units
from footprint.errors import Problem, UnfitError, problem
from footprint.model.uncertain import LOGNORMAL, NORMAL, TRIANGULAR, UNIFORM, WIDEST, Distribution, Spread, scores
from footprint.provenance import Place
from footprint.tables.typed.table import Row, Table

NUMBERS: Mapping[str, tuple[str, str]] = {
    "BOM": ("quantity", ""), "Processes": ("amount", ""), "Electricity": ("kwh", "kWh"), "Transport": ("km", "km"),
    "Use": ("amount", ""), "End of life": ("share", ""), "Parameters": ("value", ""), "Factors": ("total", "kg"),
}  # fmt: skip
"""Sheet -> the number a row says the uncertainty of, and its unit ("": that of the row)."""
WITHOUT_UNIT = frozenset({"End of life", "Parameters"})
_LEAST = 4
_N = r"(\d+(?:\.\d+)?|\.\d+)"
_TO = r"\s*(?:\.{2,3}|~|～|–|至|to)\s*"
_UNIT = r"\s*([^\d\s,;=][^\s,;]*)?"


class _Form(NamedTuple):
    """One way of writing an uncertainty: what it looks like, and what it means for a number in a unit."""

    pattern: str
    read: Callable[[tuple[str | None, ...], float, str], Distribution]


def _expanded(found: tuple[str | None, ...], value: float, unit: str) -> Distribution:
    """``±2 %``, ``±0.5 kg k=3``: an expanded uncertainty, of k = 2 unless stated."""
    half, own, k, dof = found
    return _normal(_of(half, own, value, unit) / _number(k or "2"), dof)


def _standard(found: tuple[str | None, ...], value: float, unit: str) -> Distribution:
    """``u=1 %``, ``u=0.2 kg dof=9``: a standard uncertainty."""
    width, own, dof = found
    return _normal(_of(width, own, value, unit), dof)


def _normal(deviation: float, dof: str | None) -> Distribution:
    if deviation >= WIDEST:
        raise UnfitError("uncertainty-wide", share=f"{deviation:.0%}")
    return Distribution(NORMAL, (deviation,), math.inf if dof is None else max(_number(dof), 1.0))


def _lognormal(found: tuple[str | None, ...], *_: object) -> Distribution:
    """``lognormal 1.15``: the geometric standard deviation, not its square."""
    gsd = _number(found[0])
    if gsd < 1:
        raise UnfitError("uncertainty-gsd", gsd=found[0])
    return Distribution(LOGNORMAL, (math.log(gsd),))


def _between(found: tuple[str | None, ...], value: float, unit: str) -> Distribution:
    """``uniform 3..5``, ``triangular 3..4..5 kg``: limits, and the most likely number between them."""
    *limits, own = found
    ratios = tuple(_of(limit, own or unit, value, unit) for limit in limits)
    if list(ratios) != sorted(ratios) or ratios[0] == ratios[-1]:
        raise UnfitError("uncertainty-order", limits="..".join(map(str, limits)))
    if not ratios[0] <= 1 <= ratios[-1]:
        raise UnfitError("uncertainty-outside", limits="..".join(map(str, limits)), value=f"{value:g}")
    return Distribution(UNIFORM if len(ratios) == 2 else TRIANGULAR, ratios)


_FORMS = (
    _Form(rf"(?:±|\+/?-)\s*{_N}{_UNIT}(?:[\s,;]*k\s*=\s*{_N})?(?:[\s,;]*dof\s*=\s*{_N})?", _expanded),
    _Form(rf"u\s*=\s*{_N}{_UNIT}(?:[\s,;]*dof\s*=\s*{_N})?", _standard),
    _Form(rf"(?:lognormal|对数正态)\s*(?:GSD\s*=?\s*)?{_N}", _lognormal),
    _Form(rf"(?:uniform|均匀)\s*{_N}{_TO}{_N}{_UNIT}", _between),
    _Form(rf"(?:triangular|三角)\s*{_N}{_TO}{_N}{_TO}{_N}{_UNIT}", _between),
)


def _number(text: str | None) -> float:
    return float(text or "nan")


def _of(text: str | None, own: str | None, value: float, unit: str) -> float:
    """Return a number in per cent, in a unit of its own or in that of ``value`` over ``value`` [-]."""
    if own in {"%", "percent"}:
        return _number(text) / 100
    if own is None and unit:
        raise UnfitError("uncertainty-unit-missing", text=text, unit=unit)
    if not value:
        raise UnfitError("uncertainty-of-zero")
    if own in {None, ""} or own == unit:
        return _number(text) / value
    try:
        return _number(text) * units.factor(str(own), unit) / value
    except ValueError as exc:
        raise UnfitError("uncertainty-unit", unit=own, wanted=unit or "%") from exc


@cache
def distribution(written: str, value: float, unit: str) -> Distribution:
    """Return the distribution that ``written`` states of ``value`` [``unit``]; `UnfitError` where it states none."""
    text = unicodedata.normalize("NFKC", written).replace("−", "-").strip()
    for form in _FORMS:
        match = re.fullmatch(form.pattern, text, re.ASCII | re.IGNORECASE)
        if match is not None:
            if not value:
                raise UnfitError("uncertainty-of-zero")
            return form.read(match.groups(), value, unit)
    raise UnfitError("uncertainty-form", text=written)


def misfits(table: Table) -> Iterator[Problem]:
    """Yield the uncertainties that cannot be read and the pedigrees that are none."""
    for row in table.rows if table.name == "Evidence" else ():
        try:
            repeats(row.text("repeats"))
        except UnfitError as exc:
            yield Problem(exc.code, row.place("repeats"), exc.facts)
    for row in _rows(table):
        try:
            _stated(row, table.name)
        except UnfitError as exc:
            yield Problem(exc.code, row.place("uncertainty"), exc.facts)
        if scores(row.text("pedigree")) is None:
            yield problem("factor-pedigree", row.place("pedigree"), text=row.text("pedigree"))


def repeats(written: str) -> tuple[float, ...]:
    """Return repeated readings; `UnfitError` where they are none, or too few for a standard deviation of their mean.

    References: JCGM 101:2008, 6.4.9.5: with three readings or less the deviation of their mean has no bound.
    """
    texts = [part.strip() for part in re.split("[;；]", unicodedata.normalize("NFKC", written)) if part.strip()]
    if not all(re.fullmatch(_N, text, re.ASCII) for text in texts) or 0 < len(texts) < _LEAST:
        raise UnfitError("repeats-form", text=written)
    found = tuple(map(float, texts))
    if found:
        mean = math.fsum(found) / len(found)
        squares = math.fsum((x - mean) ** 2 for x in found)
        if not mean or math.sqrt(squares / (len(found) - 1) / len(found)) >= WIDEST * mean:
            raise UnfitError("repeats-wide", text=written)
    return found


def spreads(tables: Mapping[str, Table]) -> dict[Place, Spread]:
    """Return what rows say of their numbers, by the cell of the number; rows are checked."""
    found = {}
    for table in tables.values():
        for row in _rows(table):
            place = row.place(NUMBERS[table.name][0])
            told = _stated(row, table.name), row.text("uncertainty"), scores(row.text("pedigree")) or ""
            found[place] = Spread(place, *told)
    return found


def _rows(table: Table) -> Iterator[Row]:
    """Yield the rows that say anything of their uncertainty."""
    if table.name in NUMBERS and not table.columns.keys().isdisjoint({"uncertainty", "pedigree"}):
        yield from (row for row in table.rows if "uncertainty" in row.values or "pedigree" in row.values)


def _stated(row: Row, sheet: str) -> Distribution | None:
    """Return the distribution a row states, None without one, or where its number or unit is wrong anyhow."""
    key, fixed = NUMBERS[sheet]
    value, unit = row.number(key), "" if sheet in WITHOUT_UNIT else fixed or row.text("unit")
    if "uncertainty" not in row.values or value is None or (not unit and sheet not in WITHOUT_UNIT):
        return None
    return distribution(row.text("uncertainty"), value, unit)
