"""Load a rule file: typed, checked against the vocabulary, all problems at once."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from footprint import gwp, units, yamls
from footprint.errors import PcrError, Problem, problem
from footprint.model.expressions import Node, Scalar
from footprint.model.fields import Field
from footprint.model.pcr import (
    Boundary,
    Check,
    Cited,
    Dated,
    DeclaredUnit,
    Derived,
    Parameter,
    Pcr,
    Rule,
    SourceDocument,
    Stage,
)
from footprint.paths import data_root
from footprint.provenance import Place, Status
from footprint.rules.cases import case
from footprint.rules.expressions import ExpressionError, parse, type_of
from footprint.rules.strict import (
    both,
    inconsistencies,
    items,
    known,
    mapping,
    scalar,
    text,
    texts,
    verb_of,
    within,
    yes,
)
from footprint.rules.vocabulary import Word
from footprint.rules.vocabulary import words as fixed_words

ROLES = frozenset({"primary", "secondary"})
DEFAULT_MASS_TOLERANCE = "0.01"
SUPPLIES = ("grid", "on_site", "direct_line", "contract", "green_certificate")
FIELD_TYPES = ("text", "number", "positive", "share", "date", "period", "choice", "unit", "reference", "level", "list")
_FIELD_TYPES = {"number": "number", "positive": "number", "share": "number", "choice": "text", "text": "text"}
_T = TypeVar("_T")


def load(name: str) -> Pcr:
    """Return the rules of ``name``: an id that ships, or the path of a file; `PcrError` with all that is wrong."""
    path = path_of(name)
    return _Reader(path.name).read(yamls.load(path, PcrError))


def ids() -> tuple[str, ...]:
    """Return the ids of the rule files that ship."""
    return tuple(sorted(path.stem for path in (data_root() / "pcr").glob("*.yaml")))


def path_of(name: str) -> Path:
    """Return the file of rules ``name``; `PcrError` with the nearest ids when there is none."""
    own = Path(name)
    if own.suffix in {".yaml", ".yml"} and own.is_file():
        return own
    shipped = data_root() / "pcr" / f"{name}.yaml"
    if name in ids():
        return shipped
    from difflib import get_close_matches

    near = tuple(get_close_matches(name, ids(), n=3, cutoff=0.3)) or ids()[:3]
    raise PcrError(problem("pcr-unknown", Place(name or "-"), near=near, name=name))


def datasets(pcr: Pcr) -> frozenset[str]:
    """Return the codes of the datasets that the rules themselves name."""
    return frozenset(d.dataset for rule in pcr.rules for d in rule.derived) - ROLES


def words_of(pcr: Pcr) -> Mapping[str, Word]:
    """Return the vocabulary of one rule file: the fixed names, its product fields and its parameters."""
    return _words((*_base_fields(), *pcr.fields), pcr.parameters)


def _words(fields: Iterable[Field], parameters: Iterable[Parameter]) -> dict[str, Word]:
    found = dict(fixed_words())
    for field in fields:
        name = f"product.{field.key}"
        found[name] = Word(name, _FIELD_TYPES.get(field.type, "text"), field.unit, field.en, field.zh)
    for parameter in parameters:
        name, value, title = f"parameter.{parameter.id}", parameter.values[0].value, parameter.title
        type_, is_table = _type_of_parameter(value), isinstance(value, Mapping)
        found[name] = Word(name, type_, parameter.unit, title["en"], title["zh"], is_table)
    return found


def _type_of_parameter(value: Scalar | Mapping[str, Scalar]) -> str:
    sample = next(iter(value.values())) if isinstance(value, Mapping) else value
    return "truth" if isinstance(sample, bool) else "number" if isinstance(sample, float) else "text"


class _Reader:
    """Reads one file, collecting problems; a part that fails is left out and the file is refused at the end."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.words: dict[str, Word] = {}

    def read(self, raw: Any) -> Pcr:
        if not isinstance(raw, dict):
            raise PcrError(problem("pcr-part", Place(self.file), part="file", said="mapping expected"))
        fields = self.each(raw, "product_fields", self.field)
        parameters = self.each(raw, "parameters", self.parameter)
        self.words = _words((*_base_fields(), *fields), parameters)
        pcr = self.part("file", lambda: self.pcr(raw, fields, parameters))
        if pcr is not None and not self.problems:
            self.problems += [problem("pcr-part", Place(self.file, part), part=part, said=said)
                              for part, said in inconsistencies(pcr)]  # fmt: skip
        if self.problems or pcr is None:
            raise PcrError(*self.problems)
        return pcr

    def pcr(self, raw: Mapping[str, Any], fields: tuple[Field, ...], parameters: tuple[Parameter, ...]) -> Pcr:
        known(raw, "file")
        return Pcr(
            id=text(raw, "id"),
            version=text(raw, "version"),
            title=both(raw, "title"),
            scope=both(raw, "scope"),
            status=Status(text(raw, "status")),
            sources=self.each(raw, "sources", _source),
            gwp_set=_one_of(text(raw, "gwp_set"), gwp.SETS),
            headline=_one_of(text(raw, "headline"), ("0/0", "-1/+1")),
            figures=int(_number(text(raw, "figures", "3"), 1, 12)),
            fields=fields,
            declared_units=self.each(raw, "declared_units", self.declared_unit),
            stages=self.each(raw, "stages", _stage),
            boundaries=self.each(raw, "boundaries", _boundary),
            parameters=parameters,
            electricity=within("electricity", lambda: _accepted(mapping(raw, "electricity"))),
            electricity_cited=within("electricity", lambda: _cited(mapping(raw, "electricity"))),
            rules=self.each(raw, "rules", self.rule),
            checks=self.each(raw, "checks", self.check),
            mass_tolerance=_number(text(raw, "mass_tolerance", DEFAULT_MASS_TOLERANCE), 0, 1),
            cases=self.each(raw, "cases", lambda part: case(part, self.words)),
        )

    def each(self, raw: Mapping[str, Any], key: str, read: Callable[[Any], _T]) -> tuple[_T, ...]:
        """Return every part of a list that could be read."""
        listed = self.part(key, lambda: items(raw, key)) if key in raw else None
        found = (
            self.part(f"{key}[{i}]", lambda item=item: read(known(item, key)))  # type: ignore[misc]
            for i, item in enumerate(listed or ())
        )
        return tuple(part for part in found if part is not None)

    def part(self, name: str, read: Callable[[], _T]) -> _T | None:
        try:
            return read()
        except ValueError as exc:
            self.problems.append(problem("pcr-part", Place(self.file, name), part=name, said=str(exc)))
            return None

    def expression(self, raw: Mapping[str, Any], key: str, wanted: str) -> Node:
        written = text(raw, key)
        node = parse(written)
        given = type_of(node, self.words)
        if given != wanted:
            raise ExpressionError(f"'{written}' gives a {given}, a {wanted} is needed")
        return node

    def field(self, raw: Mapping[str, Any]) -> Field:
        type_ = _one_of(text(raw, "type"), FIELD_TYPES)
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

    def parameter(self, raw: Mapping[str, Any]) -> Parameter:
        values = tuple(_dated(known(value, "values")) for value in items(raw, "values"))
        types = {_type_of_parameter(part) for dated in values for part in _parts(dated.value)}
        if len({isinstance(dated.value, Mapping) for dated in values}) > 1:
            raise ValueError("values: a table and a single value")
        if len(types) != 1:
            raise ValueError(f"values: {' and '.join(sorted(types)) or 'missing'}")
        return Parameter(text(raw, "id"), both(raw, "title"), text(raw, "unit", "-"), values, _cited(raw))

    def declared_unit(self, raw: Mapping[str, Any]) -> DeclaredUnit:
        unit = text(raw, "unit")
        units.unit(unit)
        amount = self.expression(raw, "amount", "number")
        return DeclaredUnit(text(raw, "id"), both(raw, "title"), unit, amount, _cited(raw))

    def rule(self, raw: Mapping[str, Any]) -> Rule:
        verb = verb_of(raw)
        derived = tuple(self.derived(known(part, "derive")) for part in raw.get("derive", ()))
        stage = text(raw, "stage") if verb == "stage" else ""
        when = self.expression(raw, "when", "truth")
        return Rule(text(raw, "id"), when, verb, stage, derived, both(raw, "reason"), _cited(raw))

    def derived(self, raw: Mapping[str, Any]) -> Derived:
        return Derived(self.expression(raw, "coefficient", "number"), text(raw, "dataset"), both(raw, "title"))

    def check(self, raw: Mapping[str, Any]) -> Check:
        when = self.expression(raw, "when", "truth") if "when" in raw else None
        test = self.expression(raw, "test", "truth") if "test" in raw else None
        return Check(text(raw, "id"), when, test, both(raw, "sentence"), _cited(raw))


def _base_fields() -> tuple[Field, ...]:
    """Return the product fields that every workbook has and a rule may ask for."""
    return (
        Field("Product", "net_mass", "Net mass", "净质量", "positive", "kg"),
        Field("Product", "country", "Country", "国家", "text"),
        Field("Product", "boundary", "Boundary", "系统边界", "text"),
        Field("Product", "declared_unit", "Declared unit", "声明单位", "text"),
    )


def _source(raw: Mapping[str, Any]) -> SourceDocument:
    return SourceDocument(text(raw, "id"), text(raw, "title"), Status(text(raw, "status")))


def _stage(raw: Mapping[str, Any]) -> Stage:
    return Stage(text(raw, "id"), both(raw, "title"))


def _boundary(raw: Mapping[str, Any]) -> Boundary:
    return Boundary(text(raw, "id"), both(raw, "title"), texts(raw, "stages"), _cited(raw))


def _accepted(raw: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(_one_of(type_, SUPPLIES) for type_ in texts(known(raw, "electricity"), "accepted"))


def _cited(raw: Mapping[str, Any]) -> Cited:
    return Cited(text(raw, "clause"), text(raw, "source"), Status(text(raw, "status")))


def _one_of(value: str, options: tuple[str, ...]) -> str:
    if value not in options:
        raise ValueError(f"'{value}' is none of {', '.join(options)}")
    return value


def _number(written: str, least: float, most: float) -> float:
    value = float(written)
    if not least <= value <= most:
        raise ValueError(f"{written}: not from {least} to {most}")
    return value


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
