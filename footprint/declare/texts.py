"""Sentences and captions in both languages, as the document carries them."""

from __future__ import annotations

from footprint.messages import LANGUAGES, label, message
from footprint.model.bill import Notice

Both = dict[str, str]
READING = frozenset({
    "column-unknown", "field-unknown", "sheet-unknown", "sheet-hidden", "rows-hidden", "rows-outside", "levels-nested",
    "formulas-stored", "period-outside", "period-differs", "net-mass-of-mass", "factor-expired", "factor-draft",
    "factor-lower-bound", "factor-deprecated", "factor-contradictory", "adapted-boundary", "adapted-choice",
    "adapted-declared-unit", "adapted-stage", "adapted-word", "adapted-scenarios", "scenario-negative",
    "estimate-unused", "substitution-credit", "recycled-unused", "match-unconfirmed",
})  # fmt: skip
"""The notices that a person must see even before the report: something was read otherwise than it looks."""


def said(code: str, **facts: object) -> Both:
    """Return the message of ``code`` in both languages."""
    return {lang: message(code, lang, **facts) for lang in LANGUAGES}


def caption(code: str) -> Both:
    """Return the caption of ``code`` in both languages."""
    return {lang: label(code, lang) for lang in LANGUAGES}


def noticed(notice: Notice) -> Both:
    """Return the sentence of a notice; one of a rule carries its own."""
    if notice.code == "rule-note":
        return {lang: str(notice.facts[lang]) for lang in LANGUAGES}
    return said(notice.code, **notice.facts)


def same(text: str) -> Both:
    """Return a text that is the same in both languages: a name as written in the workbook."""
    return dict.fromkeys(LANGUAGES, text)
