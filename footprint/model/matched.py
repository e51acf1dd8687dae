"""What a line of a bill asks the databases for, and the datasets it may take."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class How(StrEnum):
    """By what a dataset was found, the strongest first."""

    PERSON = "person"
    """Somebody entered or confirmed it."""
    LEARNED = "learned"
    """It was confirmed for this material before."""
    CODE = "code"
    """The line names the code of the dataset."""
    DESIGNATION = "designation"
    """A standard designation names the material: a grade, a polymer symbol, a CAS number."""
    NAME = "name"
    """The line is called what the dataset is called."""
    WORDS = "words"
    """The words of the line come closest to those of the dataset."""


class Wanted(NamedTuple):
    """What a line asks for. ``category``: component or group, as written; ``mass`` [kg/unit], None if unknown.

    ``part``: the code under which the company knows the material, empty if it has none.
    """

    line: str
    name: str
    specification: str = ""
    category: str = ""
    unit: str = ""
    mass: float | None = None
    part: str = ""


class Offered(NamedTuple):
    """A dataset one may choose, and what it is called: its two names first, its synonyms after them.

    ``kind`` as of a `Dataset`; ``is_aside``: meant less often by its name, such as the treatment of a waste;
    ``is_process``: what is done with a thing, without the thing.
    """

    key: str
    code: str
    names: tuple[str, ...]
    unit: str
    category: str
    region: str
    kind: str
    period: str = ""
    is_aside: bool = False
    is_process: bool = False


class Doubt(NamedTuple):
    """Why a dataset is not taken without asking: a code of the labels, and the words that say so, if any do."""

    code: str
    words: str = ""


class Choice(NamedTuple):
    """A dataset a line may take. ``confidence``: chance that it is right [-]; ``why``: what of the line speaks for it.

    ``why`` holds the words or designations that met, as they are written in the line; ``against``: why the likeliest
    is not taken without asking.
    """

    key: str
    how: How
    confidence: float
    why: tuple[str, ...] = ()
    against: tuple[Doubt, ...] = ()
