"""Fit the weights of matching on the tuning set: which candidate is right, and how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from footprint.matching import candidates as matching
from footprint.matching.candidates import FEATURES, SIGNS, Candidates
from footprint.model.matched import Offered
from tests.matching.labelled import Labelled
from tests.matching.measured import share

Floats = np.ndarray[Any, np.dtype[np.float64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]
Loss = Callable[[Floats], tuple[float, Floats]]

FOR_IT = FEATURES.index("at home")
"""How many of the features, the first, speak for a dataset."""
DECLARED = {
    "called so": 4.0, "meaning": 3.0, "meant so": 4.0, "related": 2.0, "contrary": -4.0, "at home": 0.5,
}  # fmt: skip
"""Weights of rank that are declared, not fitted: few lines of the set tell of them."""
FREE = frozenset({"gap", "same unit", "constant"})
"""What may count either way; all else speaks for a dataset, or against it."""
AGAINST = frozenset({"other thing", "contrary", "gap", "aside", "unlisted", "unmet"})
"""Signs that lower the chance."""
DRAWN_TO = {"unlisted": -4.0, "designation": 2.0}
"""What weights are drawn to where little speaks for another value; all others to nothing."""
STRENGTH, STRENGTH_OF_CERTAINTY = 0.5, 1.0
"""How strongly."""
FOLDS, ROUNDS = 10, 2
THRESHOLDS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.97)


def fit(offered: Sequence[Offered], lines: Sequence[Labelled]) -> Iterator[str]:
    """Fit and store the weights, and yield how well they do on lines they were not fitted on, fold by fold."""
    candidates = Candidates(offered)
    asked = sum(bool(line.right) for line in lines)
    for _ in range(ROUNDS):
        rows, right = _evidence(candidates, lines)
        known = [at for at, one in enumerate(right) if one.any()]
        held_out = [
            bool(right[at][np.argmax(rows[at] @ weights)])
            for mine, others in _folds(known)
            for weights in (_rank(rows, right, others),)
            for at in mine
        ]
        _store(rank := _rank(rows, right, known), np.zeros(len(SIGNS)))
    yield f"right among those looked at: {len(known)} of {asked}; first, held out: {100 * sum(held_out) / asked:.1f} %"
    signs, first = _signs(candidates, lines)
    chances = np.zeros(len(first))
    for mine, others in _folds(range(len(first))):
        chances[mine] = expit(signs[mine] @ _certainty(signs[others], first[others]))
    for threshold in THRESHOLDS:
        taken = chances >= threshold
        wrong = share(iter(~first[taken]))
        yield f"held out, from {threshold:g}: {100 * taken.sum() / len(lines):.1f} % taken, {wrong:.1f} % of them wrong"
    _store(rank, _certainty(signs, first))


def _folds(places: Sequence[int]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield some of the places and all others, each place once among the first."""
    for fold in range(FOLDS):
        yield [p for p in places if p % FOLDS == fold], [p for p in places if p % FOLDS != fold]


def _evidence(candidates: Candidates, lines: Sequence[Labelled]) -> tuple[list[Floats], list[Bools]]:
    """Return for each line the evidence of its candidates, and which of them are right."""
    found = [candidates.found(line.wanted) for line in lines]
    right = [
        np.array([candidates.offered[place].code in line.right for place in one.places], dtype=bool)
        for one, line in zip(found, lines, strict=True)
    ]
    return [one.rows for one in found], right


def _signs(candidates: Candidates, lines: Sequence[Labelled]) -> tuple[Floats, Bools]:
    """Return the signs of the first candidate of each line that has any, and whether it is right."""
    found = [(line, candidates.found(line.wanted)) for line in lines]
    seen = [(line, one) for line, one in found if one.places]
    signs = np.array([candidates.signs(line.wanted, one) for line, one in seen])
    return signs, np.array([candidates.offered[one.places[0]].code in line.right for line, one in seen])


def _rank(rows: Sequence[Floats], right: Sequence[Bools], known: Sequence[int]) -> Floats:
    """Return the weights under which the right datasets are the likeliest: a conditional logit."""

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, slope = 0.0, np.zeros(len(FEATURES))
        for at in known:
            scores = rows[at] @ weights
            every, those = logsumexp(scores), logsumexp(scores[right[at]])
            total += every - those
            slope += rows[at].T @ (np.exp(scores - every) - np.where(right[at], np.exp(scores - those), 0.0))
        return total, slope

    bounds = {name: (0.0, None) if at < FOR_IT else (None, 0.0) for at, name in enumerate(FEATURES)}
    return _least(loss, FEATURES, STRENGTH, {**bounds, **{name: (value, value) for name, value in DECLARED.items()}})


def _certainty(signs: Floats, right: Bools) -> Floats:
    """Return the weights under which the chances are those seen: a logistic regression."""

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = signs @ weights
        total = np.logaddexp(0, -odds)[right].sum() + np.logaddexp(0, odds)[~right].sum()
        return float(total), signs.T @ (expit(odds) - right)

    bounds = {name: (None, 0.0) if name in AGAINST else (0.0, None) for name in SIGNS}
    return _least(loss, SIGNS, STRENGTH_OF_CERTAINTY, {**bounds, "constant": (None, None)})


def _least(
    loss: Loss, names: Sequence[str], strength: float, bounds: Mapping[str, tuple[float | None, float | None]]
) -> Floats:
    """Return the weights of the least loss, drawn to `DRAWN_TO`, within bounds."""
    drawn = np.array([DRAWN_TO.get(name, 0.0) for name in names])

    def penalised(weights: Floats) -> tuple[float, Floats]:
        total, slope = loss(weights)
        off = weights - drawn
        return total + strength * float(off @ off), slope + 2 * strength * off

    within = [(None, None) if name in FREE and name not in AGAINST else bounds[name] for name in names]
    start = np.array([DECLARED.get(name, DRAWN_TO.get(name, 0.0)) if names is FEATURES else 0.0 for name in names])
    found: Floats = minimize(penalised, start, jac=True, method="L-BFGS-B", bounds=within).x
    return found


def _store(rank: Floats, certainty: Floats) -> None:
    rows = [("rank", *pair) for pair in zip(FEATURES, rank, strict=True)]
    rows += [("certainty", *pair) for pair in zip(SIGNS, certainty, strict=True)]
    text = "use,name,weight\n" + "".join(f"{use},{name},{weight:.3f}\n" for use, name, weight in rows)
    matching.WEIGHTS.write_text(text, encoding="utf-8")
    matching.weights.cache_clear()
