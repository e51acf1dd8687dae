"""The page of a verification: what was done and holds, what could not be done, and what does not hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Self

from footprint import package as p
from footprint.elements import changed, parts
from footprint.errors import Problem, UnfitError, VerificationError
from footprint.messages import message
from footprint.provenance import Place
from footprint.tables.archive import shown

MOST = 12
"""Elements of one file that are named."""
_SHOWN = 30


class Said(NamedTuple):
    """A sentence of the page: its code and facts."""

    code: str
    facts: Mapping[str, object]


class Page:
    """What was done with a package, what could not be done, and what does not hold.

    ``stated``: what of the result was taken as it is stated; a package of which that is anything was not verified as a
    whole. ``is_signer_asked``: False where somebody signed, and nobody said who it must be. Nothing that a package says
    reaches the page with signs that a screen would act on.
    """

    def __init__(self, file: str, members: p.Members) -> None:
        self.file = file
        self.members = members
        self.title: list[Said] = []
        self.done: list[Said] = []
        self.left: list[Said] = []
        self.stated: list[str] = []
        self.problems: list[Problem] = []
        self.is_signer_asked = True

    def head(self, code: str, **facts: object) -> None:
        """Say what this is about."""
        self.title.append(Said(code, _cleaned(facts)))

    def did(self, code: str, **facts: object) -> None:
        """Say what was done and held."""
        self.done.append(Said(code, _cleaned(facts)))

    def leave(self, code: str, *, stated: str = "", **facts: object) -> None:
        """Say what could not be done, and why; ``stated``: what of the result was taken as stated for that reason."""
        self.left.append(Said(code, _cleaned(facts)))
        self.stated += [shown(stated)] if stated else []

    def fail(self, code: str, member: str, element: str = "", **facts: object) -> None:
        """Say what does not hold, and where."""
        place = Place(self.file, member, element) if member else Place(self.file)
        self.take((Problem(code, place, facts),))

    def take(self, problems: Iterable[Problem]) -> None:
        """Add what does not hold as others said it."""
        self.problems += [
            each._replace(place=_clean(each.place), facts=_cleaned(each.facts), near=_clean(each.near))
            for each in problems
        ]

    def fail_each(self, code: str, member: str, names: Iterable[str], **facts: object) -> None:
        """Name the elements of a member that do not hold: the first, and how many more there are."""
        found = list(names)
        for name in found[:MOST]:
            self.fail(code, member, name, **facts)
        if len(found) > MOST:
            self.fail("package-more", member, count=len(found) - MOST)

    def unlike(self, member: str, made: bytes, stated: bytes) -> None:
        """Name what a member says otherwise than the one made anew."""
        expected, found = parts(member, made), parts(member, stated)
        names = changed(expected, found)
        for each in names[:MOST]:
            one, other = near(expected.get(each, ""), found.get(each, ""))
            self.fail("package-differs", member, each, made=one, stated=other)
        if len(names) > MOST:
            self.fail("package-more", member, count=len(names) - MOST)
        if not names:
            self.fail("package-edited-form", member)

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
            lines += [f"  - {text}" for text in dict.fromkeys(message(s.code, lang, **s.facts) for s in said)]
        return "\n".join([*lines, "", self._verdict(lang)])

    def _verdict(self, lang: str) -> str:
        count = len({each.text("en") for each in self.problems})
        if count:
            return message("verify-fails", lang, count=count)
        if self.stated:
            return message("verify-partial", lang, names="; ".join(dict.fromkeys(self.stated)))
        return message("verify-holds" if self.is_signer_asked else "verify-holds-unasked", lang)


def near(made: str, stated: str) -> tuple[str, str]:
    """Return two texts, long ones around the place where they begin to differ."""
    if max(len(made), len(stated)) <= 2 * _SHOWN:
        return made or "-", stated or "-"
    at = next((i for i, (a, b) in enumerate(zip(made, stated, strict=False)) if a != b), min(len(made), len(stated)))
    begin = max(0, at - _SHOWN)
    one, other = (f"…{text[begin : at + _SHOWN]}…" for text in (made, stated))
    return one, other


def _cleaned(facts: Mapping[str, object]) -> dict[str, object]:
    return {key: _clean(fact) for key, fact in facts.items()}


def _clean(fact: Any) -> Any:
    """Return what is said without signs that nobody sees, nor more of it than a person reads."""
    if isinstance(fact, str):
        return shown(fact)
    if isinstance(fact, Place):
        return Place(*map(shown, fact))
    if isinstance(fact, UnfitError):
        return UnfitError(fact.code, *map(shown, fact.at), near=_clean(fact.near), **_cleaned(fact.facts))
    return tuple(map(_clean, fact)) if isinstance(fact, tuple | list) else fact
