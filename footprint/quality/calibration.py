"""The calibration of an instrument over the days it was used: valid, traceable, with its uncertainty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from footprint import units
from footprint.messages import LANGUAGES, label
from footprint.model.bill import EvidenceRow, InstrumentRow
from footprint.model.findings import Finding
from footprint.model.spans import Span
from footprint.provenance import Place, numbered

_TRACED = ("certificate", "laboratory", "accreditation")
_DAY = dt.timedelta(days=1)
PER_CENT = "%"


def lapsed(calibrations: Sequence[InstrumentRow], document: EvidenceRow, days: Span) -> Iterator[Finding]:
    """Yield the ``days`` of use for which the instrument of ``document`` has no valid calibration, if all are dated."""
    spans = [(r.calibrated_on, r.valid_until) for r in calibrations if r.calibrated_on and r.valid_until]
    lapse = uncovered(days, spans) if spans and len(spans) == len(calibrations) else None
    if lapse is not None:
        facts = {"instrument": document.instrument, "document": document.id, "start": days[0], "end": days[1],
                 "first": lapse[0], "last": lapse[1]}  # fmt: skip
        yield Finding("calibration-lapsed", _nearest(calibrations, lapse), facts)


def _nearest(dated: Sequence[InstrumentRow], lapse: Span) -> Place:
    """Return where the last calibration before the days without one ends, else where the first of all begins."""
    before = [row for row in dated if row.valid_until and row.valid_until < lapse[0]]
    if before:
        return _cell(max(before, key=lambda row: row.valid_until or dt.date.min), "valid_until")
    return _cell(min(dated, key=lambda row: row.calibrated_on or dt.date.max), "calibrated_on")


def uncovered(days: Span, spans: Sequence[Span]) -> Span | None:
    """Return the first run of ``days`` that none of ``spans`` holds, None where they hold all of them."""
    first, last = days
    for start, end in sorted(spans):
        if start > first:
            return first, min(last, start - _DAY)
        if end >= last:
            return None
        first = max(first, end + _DAY)
    return first, last


def incomplete(row: InstrumentRow, documents: Sequence[EvidenceRow]) -> Iterator[Finding]:
    """Yield what a calibration lacks to be traced, and to give what ``documents`` read an uncertainty."""
    id_ = {"instrument": row.id}
    if row.calibrated_on is None or row.valid_until is None:
        yield Finding("calibration-open", row.place, id_)
    missing = [key for key in _TRACED if not getattr(row, key)]
    if missing:
        named = {f"missing_{lang}": _named(missing, lang) for lang in LANGUAGES}
        yield Finding("calibration-untraced", row.place, {**id_, **named})
    if row.expanded is None or not row.expanded_unit or row.k is None:
        yield Finding("uncertainty-missing", _cell(row, "expanded"), id_)
    else:
        units_read = {document.unit: document.place.address for document in documents if document.unit}
        for unit, cell in units_read.items():
            if row.expanded_unit != PER_CENT and not units.convertible(row.expanded_unit, unit):
                facts = {**id_, "unit": row.expanded_unit, "wanted": unit, "cells": cell}
                yield Finding("uncertainty-unit", _cell(row, "expanded_unit"), facts)


def _named(keys: Sequence[str], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(label(f"instrument-{key}", lang) for key in keys)


def _cell(row: InstrumentRow, key: str) -> Place:
    return row.places.get(key, row.place)


def shared(rows: Sequence[InstrumentRow]) -> Iterator[Finding]:
    """Yield the calibration certificates that stand at an instrument they were not issued for."""
    first: dict[str, InstrumentRow] = {}
    for row in rows:
        number = numbered(row.certificate)
        seen = first.setdefault(number, row)
        if number and seen.id != row.id:
            facts = {"certificate": row.certificate, "instrument": row.id, "other": seen.id}
            yield Finding("calibration-shared", _cell(row, "certificate"), {**facts, "first": seen.place.address})
