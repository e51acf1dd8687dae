"""Every sentence a user reads, in zh and en, by its code: ``data/messages.csv`` and ``data/labels.csv``."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
_DATA = Path(__file__).parent / "data"


@cache
def _table(name: str) -> dict[str, dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    return {code: {"zh": zh, "en": en} for code, en, zh in rows}


def message(code: str, lang: str, **facts: object) -> str:
    """Return the sentence of ``code`` in ``lang`` with ``facts`` filled in; an unlisted code is a bug (`KeyError`)."""
    return _table("messages.csv")[code][lang].format(**facts)


def label(code: str, lang: str) -> str:
    """Return the short caption of ``code`` in ``lang``; an unlisted code is a bug (`KeyError`)."""
    return _table("labels.csv")[code][lang]


def labels(lang: str) -> dict[str, str]:
    """Return every caption of ``lang`` by code, for templates."""
    return {code: row[lang] for code, row in _table("labels.csv").items()}


@cache
def codes() -> frozenset[str]:
    """Return the codes of all messages."""
    return frozenset(_table("messages.csv"))


@cache
def label_codes() -> frozenset[str]:
    """Return the codes of all captions."""
    return frozenset(_table("labels.csv"))
