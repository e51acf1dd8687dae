"""The datasets that lines of a bill may take, the likeliest first, each with its reason and its confidence.

What speaks for a dataset is weighed (``data/match_weights.csv``): weights of rank say which is the likeliest, weights
of certainty how likely that one is right. They were fitted on labelled lines, but for a few that are declared
(``tests/matching/fitting.py``); nothing is learned while it runs.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from footprint.matching.beside import beside
from footprint.matching.doubts import doubts
from footprint.matching.evidence import FEATURES, Evidence
from footprint.matching.index import Floats
from footprint.matching.terms import folded, key
from footprint.matching.vocabulary import designations, is_blend
from footprint.model.matched import Choice, Doubt, How, Offered, Wanted

ACCEPTED = 0.96
"""Confidence from which a choice is taken without being asked for [-]."""
LOOKED_AT = 50
"""Datasets that are weighed against each other."""
SIGNS = (
    "score", "lead", "share", "apart", "called so", "piece called so", "specification called so", "designation", "all",
    "anywhere", "name holds", "other thing", "contrary", "gap", "aside", "unlisted", "unmet", "constant",
)  # fmt: skip
"""What decides how sure the first of the candidates is."""
DOUBTED = 0.9
"""The most that confidence is where something forbids taking a choice without asking [-]."""
COMPARED = 10
"""Candidates among which a contrary of the first is looked for."""
WEIGHTS = Path(__file__).parents[1] / "data" / "match_weights.csv"
"""What each feature and each sign counts."""

_DESIGNATED, _HARDLY = 0.8, 0.5
_CODE = re.compile(r"(?=.*[a-z])[^\W_]+(?:[-_.][^\W_]+)+")
"""Words with a sign inside and a letter: no number, no plain word."""


class Found(NamedTuple):
    """The datasets that come closest, best first: their places, their evidence (`FEATURES` of each) and scores [-]."""

    places: tuple[int, ...]
    rows: Floats
    scores: Floats


class Candidates:
    """Datasets ready to be chosen from, any number of times."""

    def __init__(self, offered: Iterable[Offered]) -> None:
        self.offered = tuple(offered)
        self._evidence = Evidence(self.offered)
        self._codes = {folded(one.code): place for place, one in reversed(list(enumerate(self.offered)))}

    def choices(self, wanted: Wanted, limit: int = 10) -> tuple[Choice, ...]:
        """Return up to ``limit`` datasets for a line, the best first; none where nothing speaks for any."""
        coded = self._coded(wanted)
        found = self.found(wanted)
        if not found.places:
            return coded
        chance, against = (0.0, ()) if coded else self._chance(wanted, found)
        odds = np.exp(found.scores - found.scores[0])
        named = (
            Choice(self.offered[place].key, how, float(chance * ratio), why, () if rank else against)
            for rank, (place, row, ratio) in enumerate(zip(found.places, found.rows, odds, strict=True))
            for how, why in (self._why(wanted, row, place),)
        )
        known = {one.key for one in coded}
        return (*coded, *islice((one for one in named if one.key not in known), limit - len(coded)))

    def _coded(self, wanted: Wanted) -> tuple[Choice, ...]:
        """Return the dataset whose code is the part code, or all that a line says.

        Codes are plain words and designations, too: within a text one is a name like others, and doubted like them.
        """
        whole = folded(wanted.name).strip() if not wanted.specification.strip() else ""
        for word in (folded(wanted.part).strip(), whole if _CODE.fullmatch(whole) else ""):
            if word in self._codes and not word.isdecimal():
                return (Choice(self.offered[self._codes[word]].key, How.CODE, 1.0, (word,)),)
        return ()

    def found(self, wanted: Wanted) -> Found:
        """Return the datasets that come closest to a line, with what speaks for each."""
        places, rows = self._evidence.table(wanted)
        scores = rows @ weights("rank", FEATURES)
        best = np.argsort(-scores, kind="stable")[:LOOKED_AT]
        return Found(tuple(map(int, places[best])), rows[best], scores[best])

    def _chance(self, wanted: Wanted, found: Found) -> tuple[float, tuple[Doubt, ...]]:
        """Return the chance that the first of the candidates is right [-], and why it is not taken unasked."""
        signs = self.signs(wanted, found)
        shown = [sign for sign, value in zip(SIGNS, signs, strict=True) if value]
        first, *others = map(self._evidence.known, found.places[:COMPARED])
        against = (*doubts(wanted, shown, first, others, self._evidence.is_called),
                   *beside(wanted, first, self._evidence, found.places[0]))  # fmt: skip
        return min(certainty(signs), DOUBTED if against else 1.0), against

    def signs(self, wanted: Wanted, found: Found) -> Floats:
        """Return `SIGNS` of the first of the candidates, all [-]."""
        first, scores = _named(found.rows[0]), found.scores
        texts = (wanted.name, wanted.specification)
        other = np.array([not self._evidence.is_same_thing(found.places[0], place) for place in found.places])
        seen = {
            **first,
            "score": scores[0],
            "lead": scores[0] - max(scores[1:], default=0.0),
            "apart": scores[0] - max(scores[other], default=0.0),
            "share": 1 / np.exp(scores - scores[0]).sum(),
            "unlisted": any(map(is_blend, texts)),
            "unmet": any(one.names for text in texts for one in designations(text)) and first["designation"] < _HARDLY,
            "constant": 1.0,
        }
        return np.array([float(seen[sign]) for sign in SIGNS])

    def _why(self, wanted: Wanted, row: Floats, place: int) -> tuple[How, tuple[str, ...]]:
        """Return by what a dataset was found, and what of a line says so: names of its, designations, else words."""
        met, texts = _named(row), (wanted.name, wanted.specification)
        if met["called so"] or met["piece called so"] or met["specification called so"]:
            return How.NAME, self._evidence.names_in(wanted, place)
        spelt = [one for text in texts for one in designations(text) if one.names]
        if met["designation"] < _DESIGNATED or not spelt:
            return How.WORDS, self._evidence.shared(wanted, place)
        is_name = all(not one.system and key(one.written) in self._evidence.known(place).keys for one in spelt)
        return How.NAME if is_name else How.DESIGNATION, tuple(dict.fromkeys(one.written for one in spelt))


def certainty(signs: Floats) -> float:
    """Return the chance that the first of the candidates is right [-]."""
    return float(1 / (1 + np.exp(-signs @ weights("certainty", SIGNS))))


@cache
def weights(use: str, names: tuple[str, ...]) -> Floats:
    """Return what each of ``names`` counts in a use: rank or certainty."""
    with WEIGHTS.open(encoding="utf-8", newline="") as file:
        known = {row["name"]: float(row["weight"]) for row in csv.DictReader(file) if row["use"] == use}
    return np.array([known[name] for name in names])


def _named(row: Floats) -> dict[str, float]:
    return dict(zip(FEATURES, map(float, row), strict=True))
