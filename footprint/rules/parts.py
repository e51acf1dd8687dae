"""The parts of a rule file that hold no expression: read strictly, ValueError where something does not fit."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Any

from footprint.model.expressions import Scalar
from footprint.model.fields import Field
from footprint.model.pcr import (
    Boundary,
    Cited,
    CutOff,
    Dated,
    Electricity,
    FunctionalUnit,
    Named,
    Parameter,
    SourceDocument,
    Stage,
    Statement,
    Subtotal,
)
from footprint.provenance import Status
from footprint.rules.strict import both, items, known, scalar, text, texts, within, yes
from footprint.rules.vocabulary import terms
from footprint.rules.words import type_of_value

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
FIELD_TYPES = ("text", "number", "positive", "share", "date", "period", "choice", "unit", "reference", "level", "list")


def cited(raw: Mapping[str, Any]) -> Cited:
    """Return clause, source and status of a part."""
    return Cited(text(raw, "clause"), text(raw, "source"), Status(text(raw, "status")))


def topic(raw: Mapping[str, Any], otherwise: str = "") -> str:
    """Return what a part is about, one of the topics of the vocabulary."""
    given = text(raw, "topic", otherwise)
    return one_of(given, terms("topic"), "topic") if given else ""


def identifier(raw: Mapping[str, Any]) -> str:
    """Return the id of the file, which names folders too: a letter or digit, then also dots, hyphens, underscores."""
    found = text(raw, "id")
    if not _ID.fullmatch(found):
        raise ValueError(f"id: '{found}' is no id; letters, digits, '.', '-' and '_', a letter or digit first")
    return found


def one_of(value: str, options: Iterable[str], key: str = "") -> str:
    """Return ``value``, which must be one of ``options``."""
    if value not in options:
        raise ValueError(f"{key + ': ' if key else ''}'{value}' is none of {', '.join(options)}")
    return value


def number(written: str, least: float, most: float) -> float:
    """Return a number from ``least`` to ``most``."""
    value = float(written)
    if not least <= value <= most:
        raise ValueError(f"{written}: not from {least} to {most}")
    return value


def source(raw: Mapping[str, Any]) -> SourceDocument:
    """Return a document the rules rest on."""
    return SourceDocument(text(raw, "id"), text(raw, "title"), Status(text(raw, "status")))


def stage(raw: Mapping[str, Any]) -> Stage:
    """Return a stage."""
    also = texts(raw, "also") if "also" in raw else ()
    mandatory = "mandatory" in raw and yes(raw, "mandatory")
    return Stage(text(raw, "id"), both(raw, "title"), text(raw, "module", ""), mandatory, also)


def named(raw: Mapping[str, Any]) -> Named:
    """Return a component or a material."""
    return Named(text(raw, "id"), both(raw, "title"))


def boundary(raw: Mapping[str, Any]) -> Boundary:
    """Return a system boundary."""
    return Boundary(text(raw, "id"), both(raw, "title"), texts(raw, "stages"), cited(raw))


def subtotal(raw: Mapping[str, Any]) -> Subtotal:
    """Return a sum over stages."""
    return Subtotal(text(raw, "id"), both(raw, "title"), texts(raw, "stages"), cited(raw))


def functional_unit(raw: Mapping[str, Any]) -> FunctionalUnit:
    """Return the functional unit by its four questions."""
    what, how_much, how_well, how_long = (both(raw, key) for key in ("what", "how_much", "how_well", "how_long"))
    return FunctionalUnit(what, how_much, how_well, how_long, cited(raw))


def statement(raw: Mapping[str, Any]) -> Statement:
    """Return a sentence of the rules."""
    return Statement(text(raw, "id"), topic(raw, text(raw, "topic")), both(raw, "sentence"), cited(raw))


def cut_off(raw: Mapping[str, Any]) -> CutOff:
    """Return the permission to leave lines out."""
    return CutOff(both(raw, "reason"), cited(raw))


def electricity(raw: Mapping[str, Any]) -> Electricity:
    """Return which supplies of electricity count with a factor of their own."""
    known(raw, "electricity")
    accepted = frozenset(one_of(type_, terms("supply"), "accepted") for type_ in texts(raw, "accepted"))
    wanted = texts(raw, "criteria") if "criteria" in raw else ("certificate", "cancelled")
    criteria = frozenset(one_of(each, terms("criterion"), "criteria") for each in wanted)
    return Electricity(accepted, criteria, one_of(text(raw, "untracked", "grid"), terms("untracked")), cited(raw))


def field(raw: Mapping[str, Any]) -> Field:
    """Return a field that the rules add to the Product sheet."""
    type_ = one_of(text(raw, "type"), FIELD_TYPES)
    return Field(
        "Product",
        text(raw, "key"),
        text(raw, "en"),
        text(raw, "zh"),
        type_,
        text(raw, "unit", ""),
        bool(raw.get("required")) and yes(raw, "required"),
        text(raw, "choices") if type_ == "choice" else text(raw, "choices", ""),
        text(raw, "example", ""),
        text(raw, "meaning_en"),
        text(raw, "meaning_zh"),
    )


def parameter(raw: Mapping[str, Any]) -> Parameter:
    """Return a number of the rules; one without values says what is to be looked up."""
    about = text(raw, "id"), both(raw, "title"), text(raw, "unit", "-")
    if "values" not in raw:
        is_table = text(raw, "kind", "value") == "table"
        return Parameter(*about, (), cited(raw), topic(raw), both(raw, "todo"), is_table)
    values = tuple(_dated(known(value, "values")) for value in items(raw, "values"))
    types = {type_of_value(part) for dated in values for part in _parts(dated.value)}
    tables = {isinstance(dated.value, Mapping) for dated in values}
    if len(tables) > 1:
        raise ValueError("values: a table and a single value")
    if len(types) != 1:
        raise ValueError(f"values: {' and '.join(sorted(types)) or 'missing'}")
    return Parameter(*about, values, cited(raw), topic(raw), None, tables.pop())


def _dated(raw: Mapping[str, Any]) -> Dated:
    return Dated(_parameter_value(raw), _day(text(raw, "valid_from", "")), _day(text(raw, "valid_to", "")))


def _parts(value: Scalar | Mapping[str, Scalar]) -> Iterable[Scalar]:
    return value.values() if isinstance(value, Mapping) else (value,)


def _day(written: str) -> datetime.date | None:
    return datetime.date.fromisoformat(written) if written else None


def _parameter_value(raw: Mapping[str, Any]) -> Scalar | Mapping[str, Scalar]:
    table = raw.get("value")
    if not isinstance(table, Mapping):
        return scalar(text(raw, "value"))
    if not table:
        raise ValueError("value: empty")
    return {key: scalar(text(table, key)) for key in table}


def optional(raw: Mapping[str, Any], key: str, part: str, read: Any) -> Any:
    """Return what ``read`` makes of the mapping at ``key``, which holds known keys only; None when there is none."""
    if key not in raw:
        return None
    return within(key, lambda: read(known(raw[key], part)))
