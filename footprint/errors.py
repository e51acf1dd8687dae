"""What can go wrong, said so that it can be mended: the place, the fact, the remedy and a code, in zh and en."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, NamedTuple

from footprint.legible import legible, shortened
from footprint.messages import message
from footprint.provenance import Place


class Problem(NamedTuple):
    """One finding. ``code`` keys the message table; ``facts`` fill its placeholders; ``near`` are suggestions.

    ``scenario``: the what-if that it was found in, "" for the result.
    """

    code: str
    place: Place | str
    facts: Mapping[str, object] = MappingProxyType({})
    near: tuple[str, ...] = ()
    scenario: str = ""

    def text(self, lang: str = "en") -> str:
        """Return ``place: fact. remedy [code]`` in ``lang``."""
        where = message("in-scenario", lang, scenario=self.scenario) if self.scenario else ""
        said = where + message(self.code, lang, **in_language(self.facts, lang))
        if self.near:
            joined = ("、" if lang == "zh" else ", ").join(f"'{n}'" for n in self.near)
            said += ("" if lang == "zh" else " ") + message("did-you-mean", lang, near=joined)
        return legible(f"{self.place}: {said} [{self.code}]")

    def __str__(self) -> str:
        return self.text("en")


def problem(code: str, place: Place | str, near: tuple[str, ...] = (), **facts: object) -> Problem:
    """Return a `Problem`, its facts given as keywords."""
    return Problem(code, place, facts, near)


def no_file(path: Path) -> Problem:
    """Return that no file can be read at ``path``: nothing is there, or a folder, a pipe, a file that is not ours."""
    if path.is_file():
        return problem("file-unreadable", Place(str(path)), reason="EACCES")
    return problem("not-a-file" if path.exists() else "file-missing", Place(str(path)))


class UnfitError(ValueError):
    """What stands in the way of reading or computing something: a message, its facts and suggestions, and where.

    ``at``: the path inside what was read, from the outside in. As a fact of a problem it is said in its language.
    """

    def __init__(self, code: str, *at: str, near: tuple[str, ...] = (), **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.at = at
        self.near = near
        self.facts = facts

    def text(self, lang: str) -> str:
        """Return what stands in the way, in ``lang``."""
        return message(self.code, lang, **in_language(self.facts, lang))

    def __str__(self) -> str:
        return self.text("en")


_SYSTEM = {
    errno.ENOENT: "system-missing", errno.EACCES: "system-denied", errno.EPERM: "system-not-permitted",
    errno.EISDIR: "system-folder", errno.ENOTDIR: "system-no-folder", errno.EEXIST: "system-exists",
    errno.ENOSPC: "system-full", errno.EROFS: "system-read-only", errno.ENAMETOOLONG: "system-long",
    errno.EBUSY: "system-busy",
}  # fmt: skip


def reason(found: BaseException | str) -> UnfitError:
    """Return why something failed, to be said in either language.

    What this program says, and errors of the system by their number; the words of others stand as they are, in quotes.
    """
    if isinstance(found, UnfitError):
        return found
    if isinstance(found, OSError):
        code = _SYSTEM.get(found.errno or 0)
        return UnfitError(code) if code else UnfitError("as-said", text=found.strerror or str(found))
    said = str(found) or type(found).__name__
    return UnfitError("as-said", text=said)


def in_language(facts: Mapping[str, object], lang: str) -> dict[str, object]:
    """Return ``facts`` with those that are sentences themselves in ``lang``, and what stands in cells shortened."""
    told = {key: shortened(cell) for key in _CELLS if isinstance(cell := facts.get(key), str)}
    return {key: fact.text(lang) if isinstance(fact, UnfitError) else fact for key, fact in facts.items()} | told


_CELLS = frozenset({"value", "text", "unit"})
"""Facts that are what stands in a cell."""


class FootprintError(Exception):
    """All problems of one stage, raised once. ``exit_code`` is what a shell answers with."""

    exit_code: ClassVar[int] = 1

    def __init__(self, *problems: Problem) -> None:
        self.problems = tuple({p.text(): p for p in problems}.values())
        super().__init__(*self.problems)

    def text(self, lang: str = "en") -> str:
        """Return one line per problem, in ``lang``."""
        return "\n".join(p.text(lang) for p in self.problems)

    def __str__(self) -> str:
        return self.text("en")


class RequestError(FootprintError):
    """The call itself cannot be served: an option, a path, a missing file."""

    exit_code = 2


class WorkbookError(FootprintError):
    """The workbook holds something that cannot be calculated."""

    exit_code = 3


class DatabaseError(FootprintError):
    """A background database is missing, malformed or does not hold what was asked for."""

    exit_code = 4


class PcrError(FootprintError):
    """A product category rule file cannot be run."""

    exit_code = 5


class CalculationError(FootprintError):
    """The system of equations has no meaningful solution."""

    exit_code = 6


class PublishError(FootprintError):
    """An output cannot be written."""

    exit_code = 7


class VerificationError(FootprintError):
    """Something is not what it is said to be: a package, a signature, the ledger of runs."""

    exit_code = 8
