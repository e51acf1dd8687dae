"""What a rule file may hold: no key nobody reads, no name of what is not there, no name twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from footprint import gwp
from footprint.model.pcr import Pcr

VERBS = ("stage", "exclude", "derive", "note")
_CITED = frozenset({"clause", "source", "status"})
_FILE = (
    "id", "version", "title", "scope", "status", "sources", "gwp_set", "headline", "figures", "product_fields",
    "declared_units", "stages", "boundaries", "parameters", "electricity", "rules", "checks", "mass_tolerance", "cases",
)  # fmt: skip
_FIELD = ("key", "en", "zh", "type", "unit", "required", "choices", "example", "meaning_en", "meaning_zh")
_KEYS: Mapping[str, frozenset[str]] = {
    "file": frozenset(_FILE),
    "sources": frozenset({"id", "title", "status"}),
    "product_fields": frozenset(_FIELD),
    "declared_units": _CITED | {"id", "title", "unit", "amount"},
    "stages": frozenset({"id", "title"}),
    "boundaries": _CITED | {"id", "title", "stages"},
    "parameters": _CITED | {"id", "title", "unit", "values"},
    "values": frozenset({"value", "valid_from", "valid_to"}),
    "electricity": _CITED | {"accepted"},
    "rules": _CITED | {"id", "when", "reason", *VERBS},
    "derive": frozenset({"coefficient", "dataset", "title"}),
    "checks": _CITED | {"id", "when", "test", "sentence"},
}


def known(raw: Any, part: str) -> Any:
    """Return ``raw``; ValueError for a key nobody reads: a rule with a misspelt ``when`` would hold always."""
    strange = sorted(set(raw) - _KEYS[part]) if isinstance(raw, Mapping) else ()
    if strange:
        raise ValueError(f"{strange[0]}: none of {', '.join(sorted(_KEYS[part]))}")
    return raw


def inconsistencies(pcr: Pcr) -> Iterable[tuple[str, str]]:
    """Yield part and fact of all in ``pcr`` that names what is not there, or that bears another's name."""
    yield from _unknown_stages(pcr)
    yield from _unknown_sources(pcr)
    for parts in (pcr.stages, pcr.sources, pcr.declared_units, pcr.boundaries, pcr.parameters, pcr.rules, pcr.checks):
        ids = [part.id for part in parts]
        yield from ((id_, f"{id_}: twice") for id_ in sorted({i for i in ids if ids.count(i) > 1}))


def _unknown_stages(pcr: Pcr) -> Iterable[tuple[str, str]]:
    if pcr.headline == "-1/+1" and not gwp.gas("co2-uptake").factors.get(pcr.gwp_set):
        yield "headline", f"-1/+1: {pcr.gwp_set} counts biogenic CO2 as nothing"
    stages = {stage.id for stage in pcr.stages}
    named = [(b.id, stage) for b in pcr.boundaries for stage in b.stages]
    named += [(rule.id, rule.stage) for rule in pcr.rules if rule.verb == "stage"]
    yield from ((part, f"{stage}: no such stage") for part, stage in named if stage not in stages)


def _unknown_sources(pcr: Pcr) -> Iterable[tuple[str, str]]:
    sources = {source.id for source in pcr.sources}
    cited = [(u.id, u.cited) for u in pcr.declared_units] + [(b.id, b.cited) for b in pcr.boundaries]
    cited += [(p.id, p.cited) for p in pcr.parameters] + [("electricity", pcr.electricity_cited)]
    cited += [(r.id, r.cited) for r in pcr.rules] + [(c.id, c.cited) for c in pcr.checks]
    yield from ((part, f"{c.source}: no such source") for part, c in cited if c.source not in sources)
