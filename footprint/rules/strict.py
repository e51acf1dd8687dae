"""What a rule file may hold: texts where texts belong, no key nobody reads, no name of what is not there or twice."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Any, TypeVar

from footprint import gwp
from footprint.errors import UnfitError
from footprint.model.expressions import Scalar
from footprint.model.pcr import Cited, Parameter, Pcr, Text
from footprint.rules.vocabulary import TRUTHS, keys_of, like, terms

_T = TypeVar("_T")
TESTED = ("rule", "check", "declared_unit", "scenario", "allocation", "benchmark", "product_class")


def known(raw: Any, part: str) -> Mapping[str, Any]:
    """Return the mapping ``raw``; `UnfitError`, here and below, says what stands in the way, and at which key.

    A key nobody reads stands in the way: a rule with a misspelt ``when`` would hold always.
    """
    if not isinstance(raw, Mapping):
        raise UnfitError("unfit-mapping")
    keys = keys_of(part)
    strange = sorted(set(raw) - keys)
    if strange:
        raise UnfitError("unfit-key", near=like(strange[0], keys), key=strange[0], options=", ".join(sorted(keys)))
    return raw


def text(raw: Mapping[str, Any], key: str, otherwise: str | None = None) -> str:
    """Return the text at ``key``; only with ``otherwise``, its value where the key is absent, may it be empty."""
    value = raw.get(key, otherwise)
    if value is None:
        raise UnfitError("unfit-missing", key)
    if not isinstance(value, str):
        raise UnfitError("unfit-text", key)
    if not value.strip() and otherwise is None:
        raise UnfitError("unfit-empty", key)
    return value


def mapping(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return the mapping at ``key``."""
    if key not in raw:
        raise UnfitError("unfit-missing", key)
    value = raw[key]
    if not isinstance(value, Mapping):
        raise UnfitError("unfit-mapping", key)
    return value


def both(raw: Mapping[str, Any], key: str) -> Text:
    """Return the text at ``key`` in both languages; a third key is the end of a text cut off at a comma."""
    if isinstance(raw.get(key), str):
        raise UnfitError("unfit-both", key)
    found = mapping(raw, key)
    strange = sorted(set(found) - {"zh", "en"})
    if strange:
        raise UnfitError("unfit-language", key, key=strange[0])
    return within(key, lambda: {lang: text(found, lang) for lang in ("zh", "en")})


def items(raw: Mapping[str, Any], key: str, least: int = 0) -> list[Any]:
    """Return the list at ``key``, of at least so many."""
    if key not in raw:
        raise UnfitError("unfit-missing", key)
    value = raw[key]
    if not isinstance(value, list):
        raise UnfitError("unfit-list", key)
    if len(value) < least:
        raise UnfitError("unfit-empty", key)
    return value


def texts(raw: Mapping[str, Any], key: str, least: int = 0) -> tuple[str, ...]:
    """Return the list of texts at ``key``."""
    found = items(raw, key, least)
    if not all(isinstance(item, str) and item.strip() for item in found):
        raise UnfitError("unfit-texts", key)
    return tuple(found)


def each(raw: Mapping[str, Any], key: str, read: Callable[[Mapping[str, Any]], _T]) -> tuple[_T, ...]:
    """Return what ``read`` makes of every part listed at ``key``, of which there is one at least."""
    listed = enumerate(items(raw, key, 1))
    return tuple(within(name_of(key, i, item), lambda item=item: read(known(item, key))) for i, item in listed)  # type: ignore[misc]


def name_of(key: str, number: int, part: Any) -> str:
    """Return how a part of a list is called: by its own name, else its number."""
    named = part.get("id", part.get("key")) if isinstance(part, Mapping) else None
    return f"{key}[{named if isinstance(named, str) and named else number}]"


def verb_of(raw: Mapping[str, Any]) -> str:
    """Return the one verb of a rule; ``exclude`` and ``note`` say ``yes``, for a rule that does nothing misleads."""
    verbs = [verb for verb in terms("verb") if verb in raw]
    if len(verbs) != 1:
        raise UnfitError("unfit-one-of-these", options=", ".join(terms("verb")))
    verb = verbs[0]
    if verb in {"exclude", "note"} and not yes(raw, verb):
        raise UnfitError("unfit-idle", verb)
    if verb == "derive" and not items(raw, verb):
        raise UnfitError("unfit-without-successor", verb)
    return verb


def yes(raw: Mapping[str, Any], key: str) -> bool:
    """Tell whether a truth stands at ``key``: other spellings than those of `TRUTHS` are refused, not guessed."""
    value = text(raw, key)
    if value not in TRUTHS:
        raise UnfitError("unfit-truth", key, value=value)
    return TRUTHS[value]


def scalar(written: str) -> Scalar:
    """Return a truth, a finite number, or the text itself."""
    if written in TRUTHS:
        return TRUTHS[written]
    try:
        value = float(written)
    except ValueError:
        return written
    if not math.isfinite(value):
        raise UnfitError("unfit-finite", value=written)
    return value


def within(name: str, read: Callable[[], _T]) -> _T:
    """Return what ``read`` gives, and its `UnfitError` with ``name`` before the path to it."""
    try:
        return read()
    except UnfitError as exc:
        exc.at = (name, *exc.at)
        raise


def inconsistencies(pcr: Pcr) -> Iterable[tuple[str, UnfitError]]:
    """Yield part and fact of all in ``pcr`` that names what is not there, or that bears another's name."""
    if pcr.headline == "-1/+1" and not gwp.gas("co2-uptake").factors.get(pcr.gwp_set):
        yield "headline", UnfitError("unfit-headline", set=pcr.gwp_set)
    yield from _unknown_stages(pcr)
    yield from _unknown_checks(pcr)
    sources = [source.id for source in pcr.sources]
    unsourced = [(part, c.source) for part, c in cited_parts(pcr) if c.source not in sources]
    yield from ((part, UnfitError("unfit-source", near=like(name, sources), name=name)) for part, name in unsourced)
    for key, parts in _lists(pcr).items():
        yield from _twice(key, [part.id for part in parts])
    yield from _twice("product_fields", [field.key for field in pcr.fields])
    for field in pcr.fields:
        captions = {caption for other in pcr.fields if other is not field for caption in (other.en, other.zh)}
        taken = captions & {field.en, field.zh}
        yield from ((f"product_fields[{field.key}]", UnfitError("unfit-twice", name=name)) for name in taken)
    yield from _twice("stages", [name for stage in pcr.stages for name in (stage.id, *stage.also)])
    for boundary in pcr.boundaries:
        yield from _twice(f"boundaries[{boundary.id}].apart", [*boundary.stages, *boundary.apart])
    for parameter in pcr.parameters:
        yield from _overlaps(parameter)


def _unknown_checks(pcr: Pcr) -> Iterable[tuple[str, UnfitError]]:
    """Yield the checks that parts name and that are not there, or not of lines where these are asked for."""
    checks = [check.id for check in pcr.checks]
    cells = {check.id for check in pcr.checks if check.for_each is not None and check.test is not None}
    asked = [("data_quality.needs", id_) for id_ in (pcr.data_quality.needs if pcr.data_quality is not None else ())]
    wanted = [*asked, *((f"benchmarks[{b.id}].needs", id_) for b in pcr.benchmarks for id_ in b.needs)]
    for part, id_ in wanted:
        if id_ not in checks:
            yield part, UnfitError("unfit-check", near=like(id_, checks), name=id_)
    yield from ((part, UnfitError("unfit-cell", name=id_)) for part, id_ in asked if id_ in checks and id_ not in cells)


def _lists(pcr: Pcr) -> Mapping[str, Sequence[Any]]:
    keys = ("stages", "sources", "declared_units", "boundaries", "subtotals", "parameters", "rules", "checks",
            "classes", "components", "materials", "statements", "scenarios", "benchmarks")  # fmt: skip
    steps = pcr.allocation.steps if pcr.allocation else ()
    return {**{key: getattr(pcr, key) for key in keys}, "allocation.steps": steps}


def cited_parts(pcr: Pcr) -> Iterable[tuple[str, Cited]]:
    """Yield the place of every part that cites a document, with what it cites."""
    for key, parts in _lists(pcr).items():
        yield from ((f"{key}[{part.id}]", part.cited) for part in parts if hasattr(part, "cited"))
    yield "electricity", pcr.electricity.cited
    if pcr.cut_off is not None:
        yield "cut_off", pcr.cut_off.cited
    if pcr.data_quality is not None:
        yield "data_quality", pcr.data_quality.cited
    if pcr.closure is not None:
        yield "closure", pcr.closure.cited
    if pcr.functional_unit is not None:
        yield "functional_unit", pcr.functional_unit.cited


def _told(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _twice(key: str, ids: list[str]) -> Iterable[tuple[str, UnfitError]]:
    twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
    return ((f"{key}[{id_}]", UnfitError("unfit-twice", name=id_)) for id_ in twice)


def _overlaps(parameter: Parameter) -> Iterable[tuple[str, UnfitError]]:
    """Yield each two values of a parameter that are in force on the same day: nobody could tell which counts."""
    for one, other in combinations(parameter.values, 2):
        begins = max(value.valid_from or date.min for value in (one, other))
        ends = min(value.valid_to or date.max for value in (one, other))
        if begins <= ends:
            day = max(begins, date(1900, 1, 1))
            said = UnfitError("unfit-overlap", one=_told(one.value), other=_told(other.value), day=day)
            yield f"parameters[{parameter.id}]", said


def _unknown_stages(pcr: Pcr) -> Iterable[tuple[str, UnfitError]]:
    stages = [stage.id for stage in pcr.stages]
    named = [(f"boundaries[{b.id}].stages", stage) for b in pcr.boundaries for stage in b.stages]
    named += [(f"boundaries[{b.id}].apart", stage) for b in pcr.boundaries for stage in b.apart]
    named += [(f"subtotals[{s.id}].stages", stage) for s in pcr.subtotals for stage in s.stages]
    named += [(f"rules[{r.id}].stage", r.stage) for r in pcr.rules if r.verb == "stage"]
    named += [(f"rules[{r.id}].derive[{i}].stage", part.stage)
              for r in pcr.rules for i, part in enumerate(r.derived) if part.stage]  # fmt: skip
    named += [(f"scenarios[{s.id}].stage", s.stage) for s in pcr.scenarios]
    named += [(f"benchmarks[{b.id}].stages", stage) for b in pcr.benchmarks for stage in b.stages]
    unknown = ((part, stage) for part, stage in named if stage not in stages)
    yield from ((part, UnfitError("unfit-stage", near=like(stage, stages), name=stage)) for part, stage in unknown)
