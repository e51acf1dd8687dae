"""The datasets that lines of a bill may take, the likeliest first, each with its reason and its confidence."""

from __future__ import annotations

from collections.abc import Iterable

from footprint import words
from footprint.model.matched import Choice, How, Offered, Wanted

ACCEPTED = 0.9
"""Confidence from which a choice is taken without being asked for [-]."""


class Candidates:
    """Datasets ready to be chosen from, any number of times."""

    def __init__(self, offered: Iterable[Offered]) -> None:
        self._offered = tuple((one, words.tokens(words.folded(" ".join(one.names)))) for one in offered)

    def choices(self, wanted: Wanted, limit: int = 10) -> tuple[Choice, ...]:
        """Return up to ``limit`` datasets for a line, the best first; none where nothing speaks for any."""
        sought = words.tokens(words.folded(f"{wanted.name} {wanted.specification}"))
        scored = sorted(
            ((len(sought & tokens) / len(tokens | sought), one.key) for one, tokens in self._offered), reverse=True
        )
        return tuple(Choice(key, How.WORDS, score) for score, key in scored[:limit] if score > 0)
