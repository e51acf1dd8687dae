"""The page of a verification: what was done and holds, what could not be done, and what does not hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Self

from footprint import package as p
from footprint.errors import Problem, VerificationError
from footprint.messages import message
from footprint.provenance import Place

MOST = 12
"""Elements of one file that are named."""


class Said(NamedTuple):
    """A sentence of the page: its code and facts."""

    code: str
    facts: Mapping[str, object]


class Page:
    """What was done with a package, what could not be done, and what does not hold."""

    def __init__(self, file: str, members: p.Members) -> None:
        self.file = file
        self.members = members
        self.title: list[Said] = []
        self.done: list[Said] = []
        self.left: list[Said] = []
        self.problems: list[Problem] = []

    def head(self, code: str, **facts: object) -> None:
        """Say what this is about."""
        self.title.append(Said(code, facts))

    def did(self, code: str, **facts: object) -> None:
        """Say what was done and held."""
        self.done.append(Said(code, facts))

    def leave(self, code: str, **facts: object) -> None:
        """Say what could not be done, and why."""
        self.left.append(Said(code, facts))

    def fail(self, code: str, member: str, element: str = "", **facts: object) -> None:
        """Say what does not hold, and where."""
        self.problems.append(Problem(code, Place(self.file, member, element) if member else Place(self.file), facts))

    def fail_each(self, code: str, member: str, names: Iterable[str]) -> None:
        """Name the elements of a member that do not hold: the first, and how many more there are."""
        found = list(names)
        for name in found[:MOST]:
            self.fail(code, member, name)
        if len(found) > MOST:
            self.fail("package-more", member, count=len(found) - MOST)

    def insist(self) -> Self:
        """Return the page if all holds; `VerificationError` with all that does not."""
        if self.problems:
            raise VerificationError(*self.problems)
        return self

    def text(self, lang: str) -> str:
        """Return the page."""
        parts = [("verify-done", self.done), ("verify-left", self.left)]
        lines = [message(s.code, lang, **s.facts) for s in self.title]
        for head, said in parts:
            lines += ["", message(head, lang)] if said else []
            lines += [f"  - {message(s.code, lang, **s.facts)}" for s in said]
        count = len({each.text("en") for each in self.problems})
        return "\n".join([*lines, "", message("verify-fails" if count else "verify-holds", lang, count=count)])
