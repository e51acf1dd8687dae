"""A rule file in words, from the trees that run."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.messages import label
from footprint.model.pcr import Cited, Pcr
from footprint.rules.load import words_of
from footprint.rules.sentences import sentence


def shown(pcr: Pcr, lang: str) -> str:
    """Return title, units, boundaries, rules and checks of ``pcr`` as sentences with clause and status."""
    return "\n".join(_lines(pcr, lang))


def _lines(pcr: Pcr, lang: str) -> Iterator[str]:
    words = words_of(pcr)
    yield f"{pcr.id} {pcr.version}  {pcr.title[lang]}  [{label(f'report-status-{pcr.status.value}', lang)}]"
    yield pcr.scope[lang]
    for unit in pcr.declared_units:
        yield f"- {unit.id}: {unit.title[lang]} = {sentence(unit.amount, lang, words)}  {_cited(unit.cited, lang)}"
    for boundary in pcr.boundaries:
        titles = {s.id: s.title[lang] for s in pcr.stages}
        listed = ", ".join(titles[s] for s in boundary.stages)
        yield f"- {boundary.id}: {boundary.title[lang]} ({listed})  {_cited(boundary.cited, lang)}"
    for rule in pcr.rules:
        yield f"- {rule.id} [{rule.verb}{' ' + rule.stage if rule.stage else ''}]: {sentence(rule.when, lang, words)}"
        for derived in rule.derived:
            yield f"    × {sentence(derived.coefficient, lang, words)} → {derived.title[lang]}"
        yield f"    {rule.reason[lang]}  {_cited(rule.cited, lang)}"
    for check in pcr.checks:
        test = "" if check.test is None else f": {sentence(check.test, lang, words)}"
        yield f"- {check.id}{test}"
        yield f"    {check.sentence[lang]}  {_cited(check.cited, lang)}"


def _cited(cited: Cited, lang: str) -> str:
    return f"({cited.clause}; {cited.source}; {label(f'report-status-{cited.status.value}', lang)})"
