"""Load a rule file: typed, checked against the vocabulary, all problems at once."""

from __future__ import annotations

import datetime
import math
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
    Text,
)
from footprint.paths import data_root
from footprint.provenance import Place, Status
from footprint.rules.expressions import ExpressionError, parse, type_of
from footprint.rules.strict import VERBS, inconsistencies, known
from footprint.rules.vocabulary import Word
from footprint.rules.vocabulary import words as fixed_words

ROLES = frozenset({"primary", "secondary"})
DEFAULT_MASS_TOLERANCE = 0.01
SUPPLIES = ("grid", "on_site", "direct_line", "contract", "green_certificate")
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
            id=raw["id"],
            version=raw["version"],
            title=_text(raw["title"]),
            scope=_text(raw["scope"]),
            status=Status(raw["status"]),
            sources=self.each(raw, "sources", _source),
            gwp_set=_one_of(raw["gwp_set"], gwp.SETS),
            headline=_one_of(raw["headline"], ("0/0", "-1/+1")),
            figures=int(_number(raw.get("figures", "3"), 1, 12)),
            fields=fields,
            declared_units=self.each(raw, "declared_units", self.declared_unit),
            stages=self.each(raw, "stages", _stage),
            boundaries=self.each(raw, "boundaries", _boundary),
            parameters=parameters,
            electricity=frozenset(
                _one_of(type_, SUPPLIES) for type_ in known(raw["electricity"], "electricity")["accepted"]
            ),
            electricity_cited=_cited(raw["electricity"]),
            rules=self.each(raw, "rules", self.rule),
            checks=self.each(raw, "checks", self.check),
            mass_tolerance=_number(raw.get("mass_tolerance", DEFAULT_MASS_TOLERANCE), 0, 1),
            cases=tuple(raw.get("cases", ())),
        )

    def each(self, raw: Mapping[str, Any], key: str, read: Callable[[Any], _T]) -> tuple[_T, ...]:
        """Return every part of a list that could be read."""
        found = (
            self.part(f"{key}[{i}]", lambda item=item: read(known(item, key)))  # type: ignore[misc]
            for i, item in enumerate(raw.get(key, ()))
        )
        return tuple(part for part in found if part is not None)

    def part(self, name: str, read: Callable[[], _T]) -> _T | None:
        try:
            return read()
        except KeyError as exc:
            said = f"{exc.args[0]}: missing"
        except (ValueError, TypeError, AttributeError, IndexError) as exc:
            said = str(exc)
        self.problems.append(problem("pcr-part", Place(self.file, name), part=name, said=said))
        return None

    def expression(self, text: str, wanted: str) -> Node:
        node = parse(text)
        given = type_of(node, self.words)
        if given != wanted:
            raise ExpressionError(f"'{text}' gives a {given}, a {wanted} is needed")
        return node

    def field(self, raw: Mapping[str, str]) -> Field:
        required = raw.get("required", "") == "yes"
        return Field(
            "Product",
            raw["key"],
            raw["en"],
            raw["zh"],
            raw["type"],
            raw.get("unit", ""),
            required,
            raw.get("choices", ""),
            raw.get("example", ""),
            raw["meaning_en"],
            raw["meaning_zh"],
        )

    def parameter(self, raw: Mapping[str, Any]) -> Parameter:
        values = tuple(_dated(known(value, "values")) for value in raw["values"])
        types = {_type_of_parameter(part) for dated in values for part in _parts(dated.value)}
        if len({isinstance(dated.value, Mapping) for dated in values}) > 1:
            raise ValueError("values: a table and a single value")
        if len(types) != 1:
            raise ValueError(f"values: {' and '.join(sorted(types)) or 'missing'}")
        return Parameter(raw["id"], _text(raw["title"]), raw.get("unit", "-"), values, _cited(raw))

    def declared_unit(self, raw: Mapping[str, Any]) -> DeclaredUnit:
        units.unit(raw["unit"])
        return DeclaredUnit(
            raw["id"], _text(raw["title"]), raw["unit"], self.expression(raw["amount"], "number"), _cited(raw)
        )

    def rule(self, raw: Mapping[str, Any]) -> Rule:
        verbs = [v for v in VERBS if v in raw]
        if len(verbs) != 1:
            raise ValueError(f"one of {', '.join(VERBS)} is needed")
        verb = verbs[0]
        derived = tuple(
            Derived(self.expression(d["coefficient"], "number"), d["dataset"], _text(d["title"]))
            for d in (known(part, "derive") for part in raw.get("derive", ()))
        )
        stage = raw["stage"] if verb == "stage" else ""
        return Rule(
            raw["id"], self.expression(raw["when"], "truth"), verb, stage, derived, _text(raw["reason"]), _cited(raw)
        )

    def check(self, raw: Mapping[str, Any]) -> Check:
        when = self.expression(raw["when"], "truth") if "when" in raw else None
        test = self.expression(raw["test"], "truth") if "test" in raw else None
        return Check(raw["id"], when, test, _text(raw["sentence"]), _cited(raw))


def _base_fields() -> tuple[Field, ...]:
    """Return the product fields that every workbook has and a rule may ask for."""
    return (
        Field("Product", "net_mass", "Net mass", "净质量", "positive", "kg"),
        Field("Product", "country", "Country", "国家", "text"),
        Field("Product", "boundary", "Boundary", "系统边界", "text"),
        Field("Product", "declared_unit", "Declared unit", "声明单位", "text"),
    )


def _source(raw: Mapping[str, str]) -> SourceDocument:
    return SourceDocument(raw["id"], raw["title"], Status(raw["status"]))


def _stage(raw: Mapping[str, Any]) -> Stage:
    return Stage(raw["id"], _text(raw["title"]))


def _boundary(raw: Mapping[str, Any]) -> Boundary:
    return Boundary(raw["id"], _text(raw["title"]), tuple(raw["stages"]), _cited(raw))


def _cited(raw: Mapping[str, Any]) -> Cited:
    return Cited(raw["clause"], raw["source"], Status(raw["status"]))


def _text(raw: Mapping[str, str]) -> Text:
    return {"zh": raw["zh"], "en": raw["en"]}


def _one_of(value: str, options: tuple[str, ...]) -> str:
    if value not in options:
        raise ValueError(f"'{value}' is none of {', '.join(options)}")
    return value


def _number(text: Any, least: float, most: float) -> float:
    value = float(text)
    if not least <= value <= most:
        raise ValueError(f"{text}: not from {least} to {most}")
    return value


def _dated(raw: Mapping[str, Any]) -> Dated:
    return Dated(_parameter_value(raw["value"]), _day(raw.get("valid_from", "")), _day(raw.get("valid_to", "")))


def _parts(value: Scalar | Mapping[str, Scalar]) -> Iterable[Scalar]:
    return value.values() if isinstance(value, Mapping) else (value,)


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _parameter_value(raw: Any) -> Scalar | Mapping[str, Scalar]:
    if isinstance(raw, dict):
        return {key: _scalar(value) for key, value in raw.items()}
    return _scalar(raw)


def _scalar(text: str) -> Scalar:
    if text in {"true", "false"}:
        return text == "true"
    try:
        value = float(text)
    except ValueError:
        return text
    if not math.isfinite(value):
        raise ValueError(f"{text} is not a finite number")
    return value
