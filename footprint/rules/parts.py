"""The parts of a rule file that hold no expression: read strictly, `UnfitError` where something does not fit."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from footprint import units
from footprint.errors import UnfitError
from footprint.model.expressions import Scalar
from footprint.model.fields import Field
from footprint.model.pcr import (
    MATRIX,
    Boundary,
    Cited,
    Closure,
    CutOff,
    DataQuality,
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
from footprint.rules.strict import both, each, scalar, text, texts, within, yes
from footprint.rules.vocabulary import like, terms, words
from footprint.rules.words import type_of_value

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
FIELD_TYPES = ("text", "number", "positive", "share", "date", "period", "choice", "unit", "reference", "level", "list")


def cited(raw: Mapping[str, Any]) -> Cited:
    """Return clause, source and status of a part."""
    return Cited(text(raw, "clause"), text(raw, "source"), status(raw))


def status(raw: Mapping[str, Any]) -> Status:
    """Return how far a part was checked."""
    return Status(one_of(raw, "status", [*Status]))


def topic(raw: Mapping[str, Any], otherwise: str = "") -> str:
    """Return what a part is about, one of the topics of the vocabulary."""
    return one_of(raw, "topic", terms("topic"), otherwise) if raw.get("topic", otherwise) else ""


def identifier(raw: Mapping[str, Any]) -> str:
    """Return the id of the file, which names folders too: a letter or digit, then also dots, hyphens, underscores."""
    found = text(raw, "id")
    if not _ID.fullmatch(found):
        raise UnfitError("unfit-id", "id", value=found)
    return found


def name(raw: Mapping[str, Any], key: str) -> str:
    """Return what an expression calls a field or parameter after the dot."""
    found = text(raw, key)
    if not found.isidentifier():
        raise UnfitError("unfit-name", key, value=found)
    return found


def one_of(raw: Mapping[str, Any], key: str, options: Sequence[str], otherwise: str | None = None) -> str:
    """Return the text at ``key``, which must be one of ``options``."""
    return among(text(raw, key, otherwise), options, key)


def among(value: str, options: Sequence[str], *at: str) -> str:
    """Return ``value``, which must be one of ``options``."""
    if value not in options:
        raise UnfitError("unfit-none-of", *at, near=like(value, options), value=value, options=", ".join(options))
    return value


def number(raw: Mapping[str, Any], key: str, otherwise: str, least: float, most: float) -> float:
    """Return the number at ``key``, from ``least`` to ``most``."""
    written = text(raw, key, otherwise)
    value = within(key, lambda: scalar(written))
    if not isinstance(value, float):
        raise UnfitError("unfit-number", key, value=written)
    if not least <= value <= most:
        raise UnfitError("unfit-range", key, value=written, least=f"{least:g}", most=f"{most:g}")
    return value


def unit(raw: Mapping[str, Any], key: str) -> str:
    """Return the unit at ``key``, one of the table of units."""
    written = text(raw, key)
    try:
        units.unit(written)
    except units.UnknownUnitError as exc:
        raise UnfitError("unfit-unit", key, near=exc.near, unit=written) from exc
    return written


def source(raw: Mapping[str, Any]) -> SourceDocument:
    """Return a document the rules rest on."""
    return SourceDocument(text(raw, "id"), text(raw, "title"), status(raw))


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
    stages, apart = texts(raw, "stages", 1), texts(raw, "apart") if "apart" in raw else ()
    return Boundary(text(raw, "id"), both(raw, "title"), stages, cited(raw), apart)


def subtotal(raw: Mapping[str, Any]) -> Subtotal:
    """Return a sum over stages."""
    return Subtotal(text(raw, "id"), both(raw, "title"), texts(raw, "stages", 1), cited(raw))


def functional_unit(raw: Mapping[str, Any]) -> FunctionalUnit:
    """Return the functional unit by its four questions."""
    what, how_much, how_well, how_long = (both(raw, key) for key in ("what", "how_much", "how_well", "how_long"))
    return FunctionalUnit(what, how_much, how_well, how_long, cited(raw))


def statement(raw: Mapping[str, Any]) -> Statement:
    """Return a sentence of the rules."""
    return Statement(text(raw, "id"), one_of(raw, "topic", terms("topic")), both(raw, "sentence"), cited(raw))


def cut_off(raw: Mapping[str, Any]) -> CutOff:
    """Return the permission to leave lines out."""
    return CutOff(both(raw, "reason"), cited(raw))


def data_quality(raw: Mapping[str, Any]) -> DataQuality:
    """Return how data are rated."""
    cover = number(raw, "most_relevant", "1", 0, 1)
    needs = texts(raw, "needs", 1) if "needs" in raw else ()
    matrix = one_of(raw, "matrix", terms("matrix")) if "matrix" in raw else MATRIX
    return DataQuality(one_of(raw, "scheme", terms("scheme")), cover, cited(raw), needs, matrix)


def closure(raw: Mapping[str, Any]) -> Closure:
    """Return how well balances must close."""
    return Closure(number(raw, "within", "", 0, 1), cited(raw))


def electricity(raw: Mapping[str, Any]) -> Electricity:
    """Return which supplies of electricity count with a factor of their own."""
    accepted = frozenset(among(type_, terms("supply"), "accepted") for type_ in texts(raw, "accepted"))
    wanted = texts(raw, "criteria") if "criteria" in raw else ("certificate", "cancelled")
    criteria = frozenset(among(wish, terms("criterion"), "criteria") for wish in wanted)
    return Electricity(accepted, criteria, one_of(raw, "untracked", terms("untracked"), "grid"), cited(raw))


def field(raw: Mapping[str, Any]) -> Field:
    """Return a field that the rules add to the Product sheet."""
    type_ = one_of(raw, "type", FIELD_TYPES)
    if f"product.{raw.get('key')}" in words():
        raise UnfitError("unfit-taken", "key", value=raw["key"])
    choices = text(raw, "choices") if type_ == "choice" else text(raw, "choices", "")
    return Field(
        "Product",
        name(raw, "key"),
        text(raw, "en"),
        text(raw, "zh"),
        type_,
        text(raw, "unit", ""),
        bool(raw.get("required")) and yes(raw, "required"),
        within("choices", lambda: _choices(choices)),
        text(raw, "example", ""),
        text(raw, "meaning_en"),
        text(raw, "meaning_zh"),
        bool(raw.get("private")) and yes(raw, "private"),
    )


def _choices(written: str) -> str:
    """Return the choices of a field, each told from every other by its word and by its caption."""
    items = [item.partition("=") for item in written.split("|")] if written else []
    for word, equals, caption in items:
        if not word.strip() or set(word) & set(",，;；、") or (equals and not caption.strip()):
            raise UnfitError("unfit-choice", value=f"{word}{equals}{caption}")
    names = [name.strip().casefold() for word, _, caption in items for name in {word, caption or word}]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise UnfitError("unfit-twice", name=twice[0])
    return written


def parameter(raw: Mapping[str, Any]) -> Parameter:
    """Return a number of the rules; one without values says what is to be looked up."""
    about = name(raw, "id"), both(raw, "title"), text(raw, "unit", "-")
    if "values" not in raw:
        is_table = one_of(raw, "kind", ("value", "table"), "value") == "table"
        return Parameter(*about, (), cited(raw), topic(raw), both(raw, "todo"), is_table)
    if "todo" in raw:
        raise UnfitError("unfit-todo", "todo", key="values")
    values = each(raw, "values", _dated)
    types = {type_of_value(part) for dated in values for part in _parts(dated.value)}
    tables = {isinstance(dated.value, Mapping) for dated in values}
    if len(tables) > 1:
        raise UnfitError("unfit-table-and-value", "values")
    if len(types) != 1:
        one, other, *_ = (UnfitError(f"type-{type_}") for type_ in sorted(types))
        raise UnfitError("unfit-types", "values", one=one, other=other)
    return Parameter(*about, values, cited(raw), topic(raw), None, tables.pop())


def _dated(raw: Mapping[str, Any]) -> Dated:
    begins, ends = _day(raw, "valid_from"), _day(raw, "valid_to")
    if begins and ends and ends < begins:
        raise UnfitError("unfit-days", "valid_to", begins=begins, ends=ends)
    return Dated(within("value", lambda: _parameter_value(raw)), begins, ends)


def _parts(value: Scalar | Mapping[str, Scalar]) -> Iterable[Scalar]:
    return value.values() if isinstance(value, Mapping) else (value,)


def _day(raw: Mapping[str, Any], key: str) -> datetime.date | None:
    written = text(raw, key, "")
    try:
        return datetime.date.fromisoformat(written) if written else None
    except ValueError as exc:
        raise UnfitError("unfit-day", key, value=written) from exc


def _parameter_value(raw: Mapping[str, Any]) -> Scalar | Mapping[str, Scalar]:
    table = raw.get("value")
    if isinstance(table, str):
        return scalar(text(raw, "value"))
    if not isinstance(table, Mapping):
        raise UnfitError("unfit-missing" if table is None else "unfit-value")
    if not table:
        raise UnfitError("unfit-empty")
    return {key: scalar(text(table, key)) for key in table}
