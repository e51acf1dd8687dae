"""What a rule file may hold: texts where texts belong, no key nobody reads, no name of what is not there or twice."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Any, TypeVar

from footprint import gwp
from footprint.model.expressions import Scalar
from footprint.model.pcr import Cited, Parameter, Pcr, Text
from footprint.rules.vocabulary import keys_of, terms

_T = TypeVar("_T")
TESTED = ("rule", "check", "declared_unit", "scenario", "allocation", "benchmark", "product_class")


def known(raw: Any, part: str) -> Mapping[str, Any]:
    """Return the mapping ``raw``; ValueError for a key nobody reads: a rule with a misspelt ``when`` would hold always.

    Here and below a ValueError says what stands in the way, beginning with the key.
    """
    if not isinstance(raw, Mapping):
        raise ValueError("a mapping is needed")  # noqa: TRY004 - what a file says is a value
    keys = keys_of(part)
    strange = sorted(set(raw) - keys)
    if strange:
        raise ValueError(f"{strange[0]}: none of {', '.join(sorted(keys))}")
    return raw


def text(raw: Mapping[str, Any], key: str, otherwise: str | None = None) -> str:
    """Return the text at ``key``; only with ``otherwise``, its value where the key is absent, may it be empty."""
    value = raw.get(key, otherwise)
    if value is None:
        raise ValueError(f"{key}: missing")
    if not isinstance(value, str):
        raise ValueError(f"{key}: a text is needed")  # noqa: TRY004 - what a file says is a value
    if not value.strip() and otherwise is None:
        raise ValueError(f"{key}: empty")
    return value


def mapping(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return the mapping at ``key``."""
    if key not in raw:
        raise ValueError(f"{key}: missing")
    value = raw[key]
    if not isinstance(value, Mapping):
        raise ValueError(f"{key}: a mapping is needed")  # noqa: TRY004 - what a file says is a value
    return value


def both(raw: Mapping[str, Any], key: str) -> Text:
    """Return the text at ``key`` in both languages; a third key is the end of a text cut off at a comma."""
    found = mapping(raw, key)
    strange = sorted(set(found) - {"zh", "en"})
    if strange:
        raise ValueError(f"{key}: '{strange[0]}' is neither zh nor en; put texts with a comma in quotation marks")
    return within(key, lambda: {lang: text(found, lang) for lang in ("zh", "en")})


def items(raw: Mapping[str, Any], key: str) -> list[Any]:
    """Return the list at ``key``."""
    if key not in raw:
        raise ValueError(f"{key}: missing")
    value = raw[key]
    if not isinstance(value, list):
        raise ValueError(f"{key}: a list is needed")  # noqa: TRY004 - what a file says is a value
    return value


def texts(raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return the list of texts at ``key``."""
    found = items(raw, key)
    if not all(isinstance(item, str) and item.strip() for item in found):
        raise ValueError(f"{key}: a list of texts is needed")
    return tuple(found)


def verb_of(raw: Mapping[str, Any]) -> str:
    """Return the one verb of a rule; ``exclude`` and ``note`` say ``yes``, for a rule that does nothing misleads."""
    verbs = [verb for verb in terms("verb") if verb in raw]
    if len(verbs) != 1:
        raise ValueError(f"one of {', '.join(terms('verb'))} is needed")
    verb = verbs[0]
    if verb in {"exclude", "note"} and not yes(raw, verb):
        raise ValueError(f"{verb}: no: a rule that does nothing")
    if verb == "derive" and not items(raw, verb):
        raise ValueError("derive: a line without a successor would be lost")
    return verb


def yes(raw: Mapping[str, Any], key: str) -> bool:
    """Tell whether ``yes`` or ``no`` stands at ``key``: other spellings of a truth are refused, not guessed."""
    value = text(raw, key)
    if value not in {"yes", "no"}:
        raise ValueError(f"{key}: '{value}' is neither yes nor no")
    return value == "yes"


def scalar(written: str) -> Scalar:
    """Return a truth, a finite number, or the text itself."""
    if written in {"true", "false"}:
        return written == "true"
    try:
        value = float(written)
    except ValueError:
        return written
    if not math.isfinite(value):
        raise ValueError(f"{written} is not a finite number")
    return value


def within(name: str, read: Callable[[], _T]) -> _T:
    """Return what ``read`` gives, and its ValueError with ``name`` before it."""
    try:
        return read()
    except ValueError as exc:
        said = str(exc)
        begins_with_key = said.partition(":")[0].replace(".", "").isidentifier()
        raise ValueError(f"{name}{'.' if begins_with_key else ': '}{said}") from exc


def inconsistencies(pcr: Pcr) -> Iterable[tuple[str, str]]:
    """Yield part and fact of all in ``pcr`` that names what is not there, or that bears another's name."""
    yield from _unknown_stages(pcr)
    yield from ((part, f"{c.source}: no such source") for part, c in _unsourced(pcr))
    for parts in _lists(pcr):
        yield from _twice([part.id for part in parts])
    yield from _twice([field.key for field in pcr.fields])
    yield from _twice([name for stage in pcr.stages for name in (stage.id, *stage.also)])
    for parameter in pcr.parameters:
        yield from _overlaps(parameter)


def _lists(pcr: Pcr) -> tuple[Sequence[Any], ...]:
    steps = pcr.allocation.steps if pcr.allocation else ()
    return (
        pcr.stages, pcr.sources, pcr.declared_units, pcr.boundaries, pcr.subtotals, pcr.parameters, pcr.rules,
        pcr.checks, pcr.classes, pcr.components, pcr.materials, pcr.statements, pcr.scenarios, pcr.benchmarks, steps,
    )  # fmt: skip


def cited_parts(pcr: Pcr) -> Iterable[tuple[str, Cited]]:
    """Yield the name of every part that cites a document, with what it cites."""
    for part in (part for parts in _lists(pcr) for part in parts):
        if hasattr(part, "cited"):
            yield part.id, part.cited
    yield "electricity", pcr.electricity.cited
    if pcr.cut_off is not None:
        yield "cut_off", pcr.cut_off.cited
    if pcr.functional_unit is not None:
        yield "functional_unit", pcr.functional_unit.cited


def _unsourced(pcr: Pcr) -> Iterable[tuple[str, Cited]]:
    sources = {source.id for source in pcr.sources}
    return ((part, cited) for part, cited in cited_parts(pcr) if cited.source not in sources)


def _twice(ids: list[str]) -> Iterable[tuple[str, str]]:
    return ((id_, f"{id_}: twice") for id_ in sorted({i for i in ids if ids.count(i) > 1}))


def _overlaps(parameter: Parameter) -> Iterable[tuple[str, str]]:
    """Yield each two values of a parameter that are in force on the same day: nobody could tell which counts."""
    for one, other in combinations(parameter.values, 2):
        begins = max(value.valid_from or date.min for value in (one, other))
        ends = min(value.valid_to or date.max for value in (one, other))
        if begins <= ends:
            yield parameter.id, f"{one.value} and {other.value} are both in force on {max(begins, date(1900, 1, 1))}"


def _unknown_stages(pcr: Pcr) -> Iterable[tuple[str, str]]:
    if pcr.headline == "-1/+1" and not gwp.gas("co2-uptake").factors.get(pcr.gwp_set):
        yield "headline", f"-1/+1: {pcr.gwp_set} counts biogenic CO2 as nothing"
    stages = {stage.id for stage in pcr.stages}
    named = [(b.id, stage) for b in pcr.boundaries for stage in b.stages]
    named += [(s.id, stage) for s in pcr.subtotals for stage in s.stages]
    named += [(rule.id, rule.stage) for rule in pcr.rules if rule.verb == "stage"]
    named += [(rule.id, part.stage) for rule in pcr.rules for part in rule.derived if part.stage]
    named += [(scenario.id, scenario.stage) for scenario in pcr.scenarios]
    yield from ((part, f"{stage}: no such stage") for part, stage in named if stage not in stages)
