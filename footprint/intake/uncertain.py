"""The uncertainty and the pedigree of the numbers of a workbook, and what is wrong with them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from footprint.errors import Problem, UnfitError, problem
from footprint.messages import LANGUAGES
from footprint.model.certificate import LEAST_DOF
from footprint.model.gum import type_a
from footprint.model.stated import distribution
from footprint.model.uncertain import NORMAL, Distribution, Spread, scores
from footprint.provenance import Place
from footprint.tables.typed.table import Row, Table

NUMBERS: Mapping[str, tuple[str, str]] = {
    "BOM": ("quantity", ""), "Processes": ("amount", ""), "Electricity": ("kwh", "kWh"), "Transport": ("km", "km"),
    "Use": ("amount", ""), "End of life": ("share", ""), "Parameters": ("value", ""), "Factors": ("total", "kg"),
    "Estimates": ("ratio", ""),
}  # fmt: skip
"""Sheet -> the number a row says the uncertainty of, and its unit ("": that of the row)."""
WITHOUT_UNIT = frozenset({"End of life", "Parameters", "Estimates"})
_MAIN = ("uncertainty", "distribution")
"""Columns that say the uncertainty of the number of a row; the first one filled in counts."""
_OF = "_uncertainty"
"""The ending of a column that says the uncertainty of another number of the row, such as ``loss_uncertainty``."""
_SAYING = r"uncertainty|pedigree|不确定度|谱系|数据质量谱系|.*的不确定度"
_LEAST = 3
_N = r"(\d+(?:\.\d+)?|\.\d+)"


def misfits(table: Table) -> Iterator[Problem]:
    """Yield the uncertainties that cannot be read and the pedigrees that are none."""
    yield from _unmeasured(table)
    yield from unread({n.place: str(n.facts["header"]) for n in table.notices if n.code == "column-unknown"})
    for row in _rows(table):
        for stated in _stating(row):
            try:
                _stated(row, stated)
            except UnfitError as exc:
                yield Problem(exc.code, row.place(stated), exc.facts)
        if scores(row.text("pedigree")) is None:
            yield problem("factor-pedigree", row.place("pedigree"), text=row.text("pedigree"))


def _unmeasured(table: Table) -> Iterator[Problem]:
    """Yield the repeated readings that are none, and degrees of freedom of a calibration that give no interval."""
    for row in table.rows if table.name == "Evidence" else ():
        try:
            repeats(row.text("repeats"))
        except UnfitError as exc:
            yield Problem(exc.code, row.place("repeats"), exc.facts)
    for row in table.rows if table.name == "Instruments" else ():
        dof = row.number("dof")
        if dof is not None and dof < LEAST_DOF:
            yield problem("uncertainty-dof", row.place("dof"), dof=f"{dof:g}")


def unread(headers: Mapping[Place, str]) -> Iterator[Problem]:
    """Yield the columns that say how far numbers may be off where nothing reads it: they would count as exact."""
    for place, header in headers.items():
        if re.match(_SAYING, header.strip(), re.IGNORECASE):
            yield problem("uncertainty-column", place, header=header.strip())


def repeats(written: str) -> tuple[float, ...]:
    """Return repeated readings; `UnfitError` where they are none, or too few for a standard deviation of their mean.

    Of three, the deviation of what is drawn has no bound (JCGM 101:2008, 6.4.9.5), but its interval has, and the law of
    propagation counts two degrees of freedom (JCGM 100:2008, 4.2, G.3); of two, what is drawn has not even a mean.
    """
    texts = [part.strip() for part in re.split("[;；]", unicodedata.normalize("NFKC", written)) if part.strip()]
    if not all(re.fullmatch(_N, text, re.ASCII) for text in texts) or 0 < len(texts) < _LEAST:
        raise UnfitError("repeats-form", text=written)
    found = tuple(map(float, texts))
    if found:
        of = type_a(found)
        if not of.value or Distribution(NORMAL, (of.uncertainty / of.value,), of.dof).is_below_zero:
            raise UnfitError("repeats-wide", text=written)
    return found


def spreads(tables: Mapping[str, Table]) -> dict[Place, Spread]:
    """Return what rows say of their numbers, by the cell of the number; rows are checked."""
    found = {}
    for table in tables.values():
        for row in _rows(table):
            pedigree = scores(row.text("pedigree")) or ""
            number = NUMBERS[table.name][0]
            place = row.place(number)
            found[place] = Spread(place, None, "", pedigree, {}, _entered(row, number))
            for stated in _stating(row):
                number, called = _number_of(row, stated), {} if stated in _MAIN else _called(row, stated)
                told, entered = pedigree if stated in _MAIN else "", _entered(row, number)
                place = row.place(number)
                found[place] = Spread(place, _stated(row, stated), row.text(stated), told, called, entered)
    return found


def _entered(row: Row, number: str) -> tuple[float, str] | None:
    """Return a number of a row as entered, with the unit of its own number."""
    value, sheet = row.number(number), row.table.name
    has_unit = number == NUMBERS[sheet][0] and sheet not in WITHOUT_UNIT
    return None if value is None else (value, (NUMBERS[sheet][1] or row.text("unit")) if has_unit else "")


def of_field(written: str, value: object, unit: str) -> Distribution:
    """Return the distribution that ``written`` states of a field of the Product sheet; `UnfitError` where it cannot."""
    if not isinstance(value, float):
        raise UnfitError("uncertainty-of-nothing")
    return distribution(written, value, unit)


def _rows(table: Table) -> Iterator[Row]:
    """Yield the rows that say anything of their uncertainty."""
    if table.name in NUMBERS:
        columns = [key for key in table.columns if key in {"pedigree", *_MAIN} or key.endswith(_OF)]
        yield from (row for row in table.rows if columns and not row.values.keys().isdisjoint(columns))


def _stating(row: Row) -> Iterator[str]:
    """Yield the filled cells of a row that say how far a number of it may be off."""
    main = [key for key in _MAIN if key in row.values]
    yield from main[:1]
    yield from (key for key in row.values if key.endswith(_OF))


def _number_of(row: Row, stated: str) -> str:
    return NUMBERS[row.table.name][0] if stated in _MAIN else stated.removesuffix(_OF)


def _called(row: Row, stated: str) -> dict[str, str]:
    """Return what number of the row is meant, in both languages."""
    field = row.table.columns[_number_of(row, stated)].field
    name = row.text("name") or row.text("flow")
    return {lang: f"{name}: {field.title(lang)}" for lang in LANGUAGES}


def _stated(row: Row, stated: str) -> Distribution | None:
    """Return the distribution that cell ``stated`` tells, None where its number or unit is wrong anyhow."""
    sheet, number = row.table.name, _number_of(row, stated)
    has_unit = stated in _MAIN and sheet not in WITHOUT_UNIT
    unit = (NUMBERS[sheet][1] or row.text("unit")) if has_unit else ""
    value = row.number(number)
    if value is None and number not in row.values and row.place(number).cell not in row.table.refused:
        raise UnfitError("uncertainty-of-nothing")
    if value is None or (has_unit and not unit):
        return None
    return distribution(row.text(stated), value, unit)
