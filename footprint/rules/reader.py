"""One rule file becomes a `Pcr`: its expressions parsed and typed, each where it may ask what it asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from footprint import gwp
from footprint.errors import PcrError, Problem, UnfitError, problem
from footprint.model.expressions import Literal, Node
from footprint.model.fields import Field
from footprint.model.pcr import (
    Allocation,
    Benchmark,
    Check,
    DeclaredUnit,
    Derived,
    Parameter,
    Pcr,
    ProductClass,
    Rule,
    Scenario,
    Step,
)
from footprint.provenance import Place
from footprint.rules import parts
from footprint.rules.cases import case
from footprint.rules.choices import GASES, Choices, choices_of, refuse, refuse_strange
from footprint.rules.expressions import ExpressionError, names, parse, type_of
from footprint.rules.layers import Layered
from footprint.rules.strict import (
    both,
    each,
    inconsistencies,
    items,
    known,
    mapping,
    name_of,
    text,
    texts,
    verb_of,
    within,
)
from footprint.rules.vocabulary import Word, required_of, terms
from footprint.rules.words import words_with

DEFAULT_MASS_TOLERANCE = "0.01"
NOTHING = {"zh": "", "en": ""}
_PRODUCT = frozenset({"product", "parameter"})
ABOUT_A_LINE = _PRODUCT | {"line", "bill"}
ABOUT_A_SCENARIO = _PRODUCT | {"bill"}
ABOUT_A_PROCESS = _PRODUCT | {"process"}
ABOUT_A_RESULT = _PRODUCT | {"result", "bill"}
T = TypeVar("T")


class Reader:
    """Reads one file, collecting problems; a part that fails is left out and the file is refused at the end."""

    def __init__(self, file: str, layered: Layered) -> None:
        self.file = file
        self.layered = layered
        self.problems: list[Problem] = []
        self.words: dict[str, Word] = {}
        self.choices: Choices = {}
        self.unread: set[str] = set()

    def read(self) -> Pcr:
        """Return the rules; `PcrError` with all that is wrong."""
        raw = self.layered.raw
        fields = self.each(raw, "product_fields", parts.field)
        parameters = self.each(raw, "parameters", parts.parameter)
        self.words = words_with(fields, parameters)
        self.unread = {*_named(raw, "product_fields", "product", "key"), *_named(raw, "parameters", "parameter", "id")}
        self.unread -= {*self.words}
        self.choices = choices_of(raw, fields, parameters)
        pcr = self.pcr(raw, fields, parameters)
        if not self.problems:
            files = {place.sheet: place.file for place in self.layered.places.values()}
            for part, said in inconsistencies(pcr):
                place = Place(files.get(part.partition(".")[0], self.file), part)
                self.problems.append(problem("pcr-part", place, near=said.near, said=said))
        if self.problems:
            raise PcrError(*self.problems)
        return pcr

    def pcr(self, raw: Mapping[str, Any], fields: tuple[Field, ...], parameters: tuple[Parameter, ...]) -> Pcr:
        """Return the whole file, None in the place of what could not be read."""
        self.part("", lambda: known(raw, "file"))
        scalars: Mapping[str, Callable[[], object]] = {
            "id": lambda: parts.identifier(raw),
            "version": lambda: text(raw, "version"),
            "title": lambda: both(raw, "title"),
            "scope": lambda: both(raw, "scope"),
            "status": lambda: parts.status(raw),
            "gwp_set": lambda: parts.one_of(raw, "gwp_set", gwp.SETS),
            "headline": lambda: parts.one_of(raw, "headline", ("0/0", "-1/+1")),
            "figures": lambda: int(parts.number(raw, "figures", "3", 1, 12)),
            "round_to": lambda: parts.number(raw, "round_to", "0", 0, 1e9),
            "mass_tolerance": lambda: parts.number(raw, "mass_tolerance", DEFAULT_MASS_TOLERANCE, 0, 1),
            "electricity": lambda: _mapping(raw, "electricity", parts.electricity),
            "functional_unit": lambda: _optional(raw, "functional_unit", parts.functional_unit),
            "allocation": lambda: _optional(raw, "allocation", self.allocation),
            "cut_off": lambda: _optional(raw, "cut_off", parts.cut_off),
            "data_quality": lambda: _optional(raw, "data_quality", parts.data_quality),
            "closure": lambda: _optional(raw, "closure", parts.closure),
        }
        lists: Mapping[str, Callable[[Any], object]] = {
            "sources": parts.source,
            "declared_units": self.declared_unit,
            "stages": parts.stage,
            "boundaries": parts.boundary,
            "rules": self.rule,
            "checks": self.check,
            "cases": lambda part: case(part, self.words),
            "classes": self.product_class,
            "subtotals": parts.subtotal,
            "components": parts.named,
            "materials": parts.named,
            "statements": parts.statement,
            "scenarios": self.scenario,
            "benchmarks": self.benchmark,
        }
        found: dict[str, Any] = {key: self.part("", read) for key, read in scalars.items()}
        found |= {key: self.each(raw, key, read) for key, read in lists.items()}
        return Pcr(**found, fields=fields, parameters=parameters, layers=self.layered.layers)

    def each(self, raw: Mapping[str, Any], key: str, read: Callable[[Any], T]) -> tuple[T, ...]:
        """Return every part of a list that could be read; of a list that is required there is one at least."""
        required = key in required_of("file")
        listed = self.part("", lambda: items(raw, key, least=required)) if required or key in raw else None
        places = self.layered.places
        found = (
            self.part(name_of(key, i, item), lambda item=item: read(known(item, key)), places.get((key, i)))  # type: ignore[misc]
            for i, item in enumerate(listed or ())
        )
        return tuple(part for part in found if part is not None)

    def part(self, name: str, read: Callable[[], T], place: Place | None = None) -> T | None:
        """Return what ``read`` gives; None, and a problem at ``place``, where something does not fit.

        Whoever asks for a field or parameter that could not be read itself is not to blame.
        """
        try:
            return read()
        except UnfitError as exc:
            if exc.facts.get("name") not in self.unread:
                at = ".".join(filter(None, (place.sheet if place else name, *exc.at)))
                file = place.file if place else self.file
                self.problems.append(problem("pcr-part", Place(file, at), near=exc.near, said=exc))
            return None

    def expression(self, raw: Mapping[str, Any], key: str, wanted: str, about: frozenset[str]) -> Node:
        """Return the expression at ``key``; it must give a ``wanted`` and ask ``about`` what is known there."""
        written = text(raw, key)
        return within(key, lambda: self.parsed(written, wanted, about))

    def parsed(self, written: str, wanted: str, about: frozenset[str]) -> Node:
        """Return ``written`` as an expression."""
        node = parse(written)
        given = type_of(node, self.words)
        if given != wanted:
            raise ExpressionError("unfit-given", wanted=UnfitError(f"type-{wanted}"), given=UnfitError(f"type-{given}"))
        strange = sorted(name for name in names(node) if name.partition(".")[0] not in about)
        if strange:
            raise ExpressionError("unfit-here", asked=strange[0], options=", ".join(sorted(about)))
        refuse_strange(node, self.choices)
        return node

    def optional(self, raw: Mapping[str, Any], key: str, wanted: str, about: frozenset[str]) -> Node | None:
        """Return the expression at ``key``, None when there is none."""
        return self.expression(raw, key, wanted, about) if key in raw else None

    def product_class(self, raw: Mapping[str, Any]) -> ProductClass:
        """Return a class of products."""
        when = self.optional(raw, "when", "truth", _PRODUCT)
        return ProductClass(text(raw, "id"), both(raw, "title"), when, parts.cited(raw))

    def declared_unit(self, raw: Mapping[str, Any]) -> DeclaredUnit:
        """Return a declared unit."""
        unit = parts.unit(raw, "unit")
        amount = self.expression(raw, "amount", "number", _PRODUCT)
        flow = both(raw, "reference_flow") if "reference_flow" in raw else NOTHING
        return DeclaredUnit(text(raw, "id"), both(raw, "title"), unit, amount, flow, parts.cited(raw))

    def rule(self, raw: Mapping[str, Any]) -> Rule:
        """Return a rule for lines."""
        verb = verb_of(raw)
        derived = each(raw, "derive", self.derived) if verb == "derive" else ()
        stage = text(raw, "stage") if verb == "stage" else ""
        when = self.expression(raw, "when", "truth", ABOUT_A_LINE)
        topic = parts.topic(raw, {"exclude": "boundary", "derive": "recycling", "stage": "stages"}.get(verb, ""))
        return Rule(text(raw, "id"), when, verb, stage, derived, both(raw, "reason"), parts.cited(raw), topic)

    def derived(self, raw: Mapping[str, Any]) -> Derived:
        """Return a line that replaces another."""
        coefficient = self.expression(raw, "coefficient", "number", ABOUT_A_LINE)
        per = self.optional(raw, "per", "number", ABOUT_A_LINE)
        of, unit = ("", "") if per is None else (parts.unit(raw, "of"), parts.unit(raw, "unit"))
        if per is None and ("of" in raw or "unit" in raw):
            raise UnfitError("unfit-missing", "per")
        stage = text(raw, "stage", "")
        return Derived(coefficient, text(raw, "dataset"), both(raw, "title"), stage, of, per, unit)

    def allocation(self, raw: Mapping[str, Any]) -> Allocation:
        """Return the decision on co-products."""
        ignored = self.optional(raw, "ignore_below", "number", _PRODUCT)
        return Allocation(ignored, each(raw, "steps", self.step))

    def step(self, raw: Mapping[str, Any]) -> Step:
        """Return one step of the decision on co-products."""
        when = self.expression(raw, "when", "truth", ABOUT_A_PROCESS)
        method = parts.one_of(raw, "method", terms("method"))
        return Step(text(raw, "id"), when, method, both(raw, "reason"), parts.cited(raw))

    def scenario(self, raw: Mapping[str, Any]) -> Scenario:
        """Return a line that the rules add."""
        if ("dataset" in raw) == ("gas" in raw):
            raise UnfitError("unfit-one-of-these", options="dataset, gas")
        when = self.expression(raw, "when", "truth", ABOUT_A_SCENARIO)
        if "gas" in raw and isinstance(node := parse(text(raw, "gas")), Literal):
            within("gas", lambda: refuse(GASES, str(node.value), self.choices))
        gas, country, year = (self.optional(raw, key, "text", ABOUT_A_SCENARIO) for key in ("gas", "country", "year"))
        return Scenario(
            id=text(raw, "id"),
            when=when,
            stage=text(raw, "stage"),
            name=both(raw, "name"),
            amount=self.expression(raw, "amount", "number", ABOUT_A_SCENARIO),
            unit=parts.unit(raw, "unit"),
            dataset="" if gas is not None else text(raw, "dataset"),
            gas=gas,
            country=country,
            year=year,
            reason=both(raw, "reason"),
            cited=parts.cited(raw),
            topic=parts.topic(raw, "use"),
        )

    def check(self, raw: Mapping[str, Any]) -> Check:
        """Return a clause."""
        each = self.optional(raw, "for_each", "truth", ABOUT_A_LINE | ABOUT_A_RESULT)
        about = ABOUT_A_RESULT if each is None else ABOUT_A_RESULT | ABOUT_A_LINE
        when = self.optional(raw, "when", "truth", ABOUT_A_RESULT)
        test = self.optional(raw, "test", "truth", about)
        return Check(text(raw, "id"), when, each, test, both(raw, "sentence"), parts.cited(raw), parts.topic(raw))

    def benchmark(self, raw: Mapping[str, Any]) -> Benchmark:
        """Return a value to hold the result against."""
        test = self.optional(raw, "test", "truth", ABOUT_A_RESULT)
        todo = both(raw, "todo") if test is None else None
        if test is not None and "todo" in raw:
            raise UnfitError("unfit-todo", "todo", key="test")
        listed = (texts(raw, key, 1) if key in raw else () for key in ("stages", "needs"))
        return Benchmark(text(raw, "id"), both(raw, "title"), test, parts.cited(raw), todo, *listed)


def _named(raw: Mapping[str, Any], key: str, prefix: str, name: str) -> Iterator[str]:
    """Yield the names that the parts of a list give to expressions, those that cannot be read too."""
    listed = raw.get(key)
    found = (part.get(name) for part in listed if isinstance(part, Mapping)) if isinstance(listed, list) else ()
    return (f"{prefix}.{each}" for each in found)


def _mapping(raw: Mapping[str, Any], key: str, read: Callable[[Any], T]) -> T:
    """Return what ``read`` makes of the mapping at ``key``, which holds known keys only."""
    found = mapping(raw, key)
    return within(key, lambda: read(known(found, key)))


def _optional(raw: Mapping[str, Any], key: str, read: Callable[[Any], T]) -> T | None:
    return _mapping(raw, key, read) if key in raw else None
