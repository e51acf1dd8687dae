"""What a line asks for besides its material: how it is worked, and what a packaged component may be counted as."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from footprint import words
from footprint.model.background import Dataset
from footprint.model.matched import Wanted

PROCESSING, ARCHETYPE = "processing", "archetype"
_TABLE = Path(__file__).parents[1] / "data" / "processing.csv"


class Proposed(NamedTuple):
    """What a line may need besides: a treatment, or what stands for a component.

    ``dataset``: a code, "" where nothing that can be cited is at hand; ``least`` and ``most``: the codes of the lowest
    and the highest cited datasets of comparable goods, as far as there are any.
    """

    id: str
    kind: str
    dataset: str
    least: str
    most: str
    en: str
    zh: str

    def name(self, lang: str) -> str:
        """Return what it is, in ``lang``."""
        return self.zh if lang == "zh" else self.en


class _Rule(NamedTuple):
    words: tuple[str, ...]
    of: tuple[str, ...]
    unless: tuple[str, ...]
    proposed: Proposed


@cache
def _rules() -> tuple[_Rule, ...]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(_rule(row) for row in csv.DictReader(file))


def _rule(row: dict[str, str]) -> _Rule:
    proposed = Proposed(**{field: row[field] for field in Proposed._fields})
    return _Rule(_listed(row["words"]), _listed(row["of"]), _listed(row["unless"]), proposed)


def _listed(texts: str) -> tuple[str, ...]:
    return tuple(map(_plain, filter(None, texts.split("|"))))


def _plain(text: str) -> str:
    """Return a text as its words stand in another: apart, in the singular, in one case."""
    return f" {' '.join(words.words(words.folded(text)))} "


def proposals(wanted: Wanted, dataset: Dataset | None) -> Iterator[Proposed]:
    """Yield what a line says it needs besides its ``dataset``, which may hold it already.

    Treatments are told by any of its words, components by its name alone, and only where its dataset has no number.
    """
    named, said = _plain(wanted.name), _plain(f"{wanted.name} ; {wanted.specification} ; {wanted.category}")
    known = "" if dataset is None else _plain(f"{dataset.name_en} ; {dataset.name_zh} ; {dataset.category}")
    is_open = dataset is None or dataset.kind == "gap"
    for rule in _rules():
        is_component = rule.proposed.kind == ARCHETYPE
        fits = is_open if is_component else bool(known) and _is_of(known, rule)
        if fits and _has(named if is_component else said, rule.words):
            yield rule.proposed


def _is_of(known: str, rule: _Rule) -> bool:
    """Tell whether a treatment is one of a dataset, and not in it already."""
    return (not rule.of or _has(known, rule.of)) and not _has(known, rule.unless)


def _has(text: str, any_of: tuple[str, ...]) -> bool:
    """Tell whether one of some words stands in a text: Chinese anywhere, others as whole words."""
    return any((word.strip() if words.is_han(word.strip()) else word) in text for word in any_of)
