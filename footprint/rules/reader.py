"""One rule file becomes a `Pcr`: its expressions parsed and typed, each where it may ask what it asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from footprint import gwp, units
from footprint.errors import PcrError, Problem, problem
from footprint.model.expressions import Node
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
from footprint.provenance import Place, Status
from footprint.rules import parts
from footprint.rules.cases import case
from footprint.rules.expressions import ExpressionError, names, parse, type_of
from footprint.rules.layers import Layered
from footprint.rules.strict import both, inconsistencies, items, known, mapping, text, verb_of, within
from footprint.rules.vocabulary import Word, terms
from footprint.rules.words import words_with

DEFAULT_MASS_TOLERANCE = "0.01"
_REQUIRED_LISTS = ("sources", "declared_units", "stages", "boundaries")
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

    def read(self) -> Pcr:
        """Return the rules; `PcrError` with all that is wrong."""
        raw = self.layered.raw
        fields = self.each(raw, "product_fields", parts.field)
        parameters = self.each(raw, "parameters", parts.parameter)
        self.words = words_with(fields, parameters)
        pcr = self.part("file", lambda: self.pcr(raw, fields, parameters))
        if pcr is not None and not self.problems:
            self.problems += [problem("pcr-part", Place(self.file, part), part=part, said=said)
                              for part, said in inconsistencies(pcr)]  # fmt: skip
        if self.problems or pcr is None:
            raise PcrError(*self.problems)
        return pcr

    def pcr(self, raw: Mapping[str, Any], fields: tuple[Field, ...], parameters: tuple[Parameter, ...]) -> Pcr:
        """Return the whole file."""
        known(raw, "file")
        for key in (key for key in _REQUIRED_LISTS if key not in raw):
            raise ValueError(f"{key}: missing")
        return Pcr(
            id=parts.identifier(raw),
            version=text(raw, "version"),
            title=both(raw, "title"),
            scope=both(raw, "scope"),
            status=Status(text(raw, "status")),
            sources=self.each(raw, "sources", parts.source),
            gwp_set=parts.one_of(text(raw, "gwp_set"), gwp.SETS),
            headline=parts.one_of(text(raw, "headline"), ("0/0", "-1/+1")),
            figures=int(parts.number(text(raw, "figures", "3"), 1, 12)),
            fields=fields,
            declared_units=self.each(raw, "declared_units", self.declared_unit),
            stages=self.each(raw, "stages", parts.stage),
            boundaries=self.each(raw, "boundaries", parts.boundary),
            parameters=parameters,
            electricity=within("electricity", lambda: parts.electricity(mapping(raw, "electricity"))),
            rules=self.each(raw, "rules", self.rule),
            checks=self.each(raw, "checks", self.check),
            mass_tolerance=parts.number(text(raw, "mass_tolerance", DEFAULT_MASS_TOLERANCE), 0, 1),
            cases=self.each(raw, "cases", lambda part: case(part, self.words)),
            layers=self.layered.layers,
            round_to=parts.number(text(raw, "round_to", "0"), 0, 1e9),
            classes=self.each(raw, "classes", self.product_class),
            functional_unit=parts.optional(raw, "functional_unit", "functional_unit", parts.functional_unit),
            subtotals=self.each(raw, "subtotals", parts.subtotal),
            components=self.each(raw, "components", parts.named),
            materials=self.each(raw, "materials", parts.named),
            statements=self.each(raw, "statements", parts.statement),
            allocation=parts.optional(raw, "allocation", "allocation", self.allocation),
            cut_off=parts.optional(raw, "cut_off", "cut_off", parts.cut_off),
            scenarios=self.each(raw, "scenarios", self.scenario),
            benchmarks=self.each(raw, "benchmarks", self.benchmark),
        )

    def each(self, raw: Mapping[str, Any], key: str, read: Callable[[Any], T]) -> tuple[T, ...]:
        """Return every part of a list that could be read."""
        listed = self.part(key, lambda: items(raw, key)) if key in raw else None
        found = (
            self.part(f"{key}[{i}]", lambda item=item: read(known(item, key)), self.layered.places.get((key, i)))  # type: ignore[misc]
            for i, item in enumerate(listed or ())
        )
        return tuple(part for part in found if part is not None)

    def part(self, name: str, read: Callable[[], T], place: Place | None = None) -> T | None:
        """Return what ``read`` gives; None, and a problem at ``place``, where something does not fit."""
        try:
            return read()
        except ValueError as exc:
            at = place or Place(self.file, name)
            self.problems.append(problem("pcr-part", at, part=at.sheet, said=str(exc)))
            return None

    def expression(self, raw: Mapping[str, Any], key: str, wanted: str, about: frozenset[str]) -> Node:
        """Return the expression at ``key``; it must give a ``wanted`` and ask ``about`` what is known there."""
        written = text(raw, key)
        node = parse(written)
        given = type_of(node, self.words)
        if given != wanted:
            raise ExpressionError(f"'{written}' gives a {given}, a {wanted} is needed")
        strange = sorted(name for name in names(node) if name.partition(".")[0] not in about)
        if strange:
            raise ExpressionError(f"{key}: {strange[0]} is not known here, only {', '.join(sorted(about))}")
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
        unit = text(raw, "unit")
        units.unit(unit)
        amount = self.expression(raw, "amount", "number", _PRODUCT)
        flow = both(raw, "reference_flow") if "reference_flow" in raw else NOTHING
        return DeclaredUnit(text(raw, "id"), both(raw, "title"), unit, amount, flow, parts.cited(raw))

    def rule(self, raw: Mapping[str, Any]) -> Rule:
        """Return a rule for lines."""
        verb = verb_of(raw)
        derived = tuple(self.derived(known(part, "derive")) for part in raw.get("derive", ()))
        stage = text(raw, "stage") if verb == "stage" else ""
        when = self.expression(raw, "when", "truth", ABOUT_A_LINE)
        topic = parts.topic(raw, {"exclude": "boundary", "derive": "recycling", "stage": "stages"}.get(verb, ""))
        return Rule(text(raw, "id"), when, verb, stage, derived, both(raw, "reason"), parts.cited(raw), topic)

    def derived(self, raw: Mapping[str, Any]) -> Derived:
        """Return a line that replaces another."""
        coefficient = self.expression(raw, "coefficient", "number", ABOUT_A_LINE)
        per = self.optional(raw, "per", "number", ABOUT_A_LINE)
        of, unit = (text(raw, key) if per is not None else text(raw, key, "") for key in ("of", "unit"))
        if per is not None:
            units.unit(of), units.unit(unit)
        elif of or unit:
            raise ValueError("per: missing beside of and unit")
        stage = text(raw, "stage", "")
        return Derived(coefficient, text(raw, "dataset"), both(raw, "title"), stage, of, per, unit)

    def allocation(self, raw: Mapping[str, Any]) -> Allocation:
        """Return the decision on co-products."""
        ignored = self.optional(raw, "ignore_below", "number", _PRODUCT)
        steps = tuple(self.step(known(part, "steps")) for part in items(raw, "steps"))
        return Allocation(ignored, steps)

    def step(self, raw: Mapping[str, Any]) -> Step:
        """Return one step of the decision on co-products."""
        when = self.expression(raw, "when", "truth", ABOUT_A_PROCESS)
        method = parts.one_of(text(raw, "method"), terms("method"), "method")
        return Step(text(raw, "id"), when, method, both(raw, "reason"), parts.cited(raw))

    def scenario(self, raw: Mapping[str, Any]) -> Scenario:
        """Return a line that the rules add."""
        units.unit(text(raw, "unit"))
        if ("dataset" in raw) == ("gas" in raw):
            raise ValueError("one of dataset, gas is needed")
        when = self.expression(raw, "when", "truth", ABOUT_A_SCENARIO)
        gas, country, year = (self.optional(raw, key, "text", ABOUT_A_SCENARIO) for key in ("gas", "country", "year"))
        return Scenario(
            id=text(raw, "id"),
            when=when,
            stage=text(raw, "stage"),
            name=both(raw, "name"),
            amount=self.expression(raw, "amount", "number", ABOUT_A_SCENARIO),
            unit=text(raw, "unit"),
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
        return Benchmark(text(raw, "id"), both(raw, "title"), test, parts.cited(raw), todo)
