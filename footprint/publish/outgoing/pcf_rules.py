"""Rules across the fields of an exchanged footprint, for what is written and for what is read: each a row of a table.

A rule looks at a `Told` and yields a named problem at its place (a JSON pointer). What is absent or not in its form
breaks no rule here: forms are checked before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import MAXYEAR, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from footprint.errors import Problem
from footprint.messages import LANGUAGES, label
from footprint.provenance import Place

_DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_INSTANT = re.compile(
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
_SHOWN = 60
_LONGEST = 100
"""Characters of a number; arithmetic with more digits than that serves nobody but an attacker."""
VALID_YEARS = 3
MASS = "productMassPerDeclaredUnit"
_WEIGHED = Decimal("0.01")
"""By which share a mass may be rounded."""


class Told(NamedTuple):
    """The fields of a footprint by name, flat, and the JSON pointer of each in ``file``."""

    file: str
    values: Mapping[str, Any]
    pointers: Mapping[str, str]

    def number(self, name: str) -> Decimal | None:
        """Return a number, None where none is stated in the form of one."""
        return number(self.values.get(name))

    def instant(self, name: str) -> datetime | None:
        """Return a date and time, None where none is stated in the form of one."""
        return instant(self.values.get(name))

    def problem(self, code: str, name: str, **facts: object) -> Problem:
        """Return a problem of the field ``name``."""
        return Problem(code, Place(self.file, self.pointers.get(name, f"/{name}")), {"key": name, **facts})


Rule = Callable[[Told], Iterator[Problem]]


def broken(told: Told, rules: Sequence[Rule]) -> Iterator[Problem]:
    """Yield every problem that any of ``rules`` finds."""
    for rule in rules:
        yield from rule(told)


def number(value: Any) -> Decimal | None:
    """Return the number that a JSON number or a decimal text is; None for all else, such as an exponent in a text.

    Nor is what has more than 100 digits before or behind its point one that anybody counts with.
    """
    if isinstance(value, str):
        return Decimal(value) if len(value) <= _LONGEST and _DECIMAL.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, int) and abs(value) >= 10**_LONGEST:
        return None
    found = value if isinstance(value, Decimal) else Decimal(str(value))
    return found if found.is_finite() and abs(found.adjusted()) <= _LONGEST else None


def instant(value: Any) -> datetime | None:
    """Return a date and time with time zone, None for all else."""
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:  # the thirtieth of February
        return None


def is_uuid(value: str, version: str = "") -> bool:
    """Tell whether ``value`` is a UUID, of one version if given."""
    found = _UUID.fullmatch(value)
    return found is not None and (not version or (found[1] == version and found[2] in "89abAB"))


def unformed(told: Told, name: str, form: str, value: object) -> Problem:
    """Return that a value is not in its form."""
    forms = {f"form_{lang}": label(f"exchange-form-{form}", lang) for lang in LANGUAGES}
    text = str(value)
    return told.problem("exchange-form", name, text=text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...", **forms)


def needed(*names: str) -> Rule:
    """Return the rule that fields are stated."""
    return lambda told: (told.problem("exchange-missing", name) for name in names if name not in told.values)


def formed(form: str, *names: str) -> Rule:
    """Return the rule that fields, where they are stated, are numbers or instants (``decimal``, ``instant``)."""
    parsed = number if form == "decimal" else instant

    def check(told: Told) -> Iterator[Problem]:
        for name in names:
            if name in told.values and parsed(told.values[name]) is None:
                yield unformed(told, name, form, told.values[name])

    return check


def between(name: str, low: int | None, high: int | None, *, strictly: bool = False) -> Rule:
    """Return the rule that a number lies in a range, its ends included but for ``strictly``."""

    def check(told: Told) -> Iterator[Problem]:
        value = told.number(name)
        if value is None:
            return
        below = low is not None and (value <= low if strictly else value < low)
        if (high is None and below) or (low is None and high is not None and value > high):
            code = "exchange-zero" if strictly else "exchange-negative" if below else "exchange-positive"
            yield told.problem(code, name, value=value)
        elif below or (high is not None and value > high):
            yield told.problem("exchange-range", name, value=value, low=low, high=high)

    return check


def sums(name: str, parts: Sequence[str]) -> Rule:
    """Return the rule that a number is exactly the sum of those of its parts that are stated, the first of them is."""

    def check(told: Told) -> Iterator[Problem]:
        value = told.number(name)
        stated = {part: found for part in parts if (found := told.number(part)) is not None}
        total = sum(stated.values(), Decimal())
        if value is not None and parts[0] in stated and value != total:
            shown = " + ".join(f"{part} {found}" for part, found in stated.items())
            yield told.problem("exchange-sum", name, value=value, total=total, parts=shown)

    return check


def part_of(name: str, whole: str) -> Rule:
    """Return the rule that a number is no larger than the one it is a part of."""

    def check(told: Told) -> Iterator[Problem]:
        value, total = told.number(name), told.number(whole)
        if value is not None and total is not None and value > total:
            yield told.problem("exchange-part", name, value=value, whole=whole, total=total)

    return check


def after(name: str, first: str, *, or_at: bool = False, where: Callable[[Told], bool] = lambda _: True) -> Rule:
    """Return the rule that an instant lies after another, or at it; ``where`` tells for which footprints."""

    def check(told: Told) -> Iterator[Problem]:
        value, before = told.instant(name), told.instant(first)
        if value is None or before is None or not where(told):
            return
        if value < before or (value == before and not or_at):
            yield told.problem("exchange-order", name, value=value.isoformat(), first=first, before=before.isoformat())

    return check


def within_years(name: str, end: str) -> Rule:
    """Return the rule that an instant lies at most three years after another."""

    def check(told: Told) -> Iterator[Problem]:
        value, since = told.instant(name), told.instant(end)
        if value is None or since is None:
            return
        leap = (since.month, since.day) == (2, 29)
        limit = since.replace(year=min(since.year + VALID_YEARS, MAXYEAR), day=28 if leap else since.day)
        if value > limit:
            yield told.problem("exchange-window", name, value=value.isoformat(), limit=limit.isoformat())

    return check


def one_of(*names: str) -> Rule:
    """Return the rule that at most one of some fields is stated."""

    def check(told: Told) -> Iterator[Problem]:
        stated = [name for name in names if name in told.values]
        if len(stated) > 1:
            yield told.problem("exchange-together", stated[1], keys=", ".join(stated))

    return check


def as_heavy(unit: str, amount: str = "") -> Rule:
    """Return the rule that so much of a product counted in kilograms weighs as much: ``amount`` of them, one without.

    Zero says that the mass does not matter.
    """

    def check(told: Told) -> Iterator[Problem]:
        mass, wanted = told.number(MASS), told.number(amount) if amount else Decimal(1)
        if told.values.get(unit) == "kilogram" and mass and wanted and abs(mass - wanted) > wanted * _WEIGHED:
            yield told.problem("exchange-mass", MASS, value=mass, wanted=wanted)

    return check


def no_heavier(*parts: str) -> Rule:
    """Return the rule that parts of a product weigh no more than all of it, where its mass is stated."""

    def check(told: Told) -> Iterator[Problem]:
        mass = told.number(MASS)
        stated = {part: found for part in parts if (found := told.number(part))}
        total = sum(stated.values(), Decimal())
        if mass and total > mass * (1 + _WEIGHED):
            shown = " + ".join(f"{part} {found}" for part, found in stated.items())
            yield told.problem("exchange-heavier", next(iter(stated)), total=total, parts=shown, whole=MASS, mass=mass)

    return check


def not_itself(told: Told) -> Iterator[Problem]:
    """Yield that a footprint is said to take the place of itself."""
    former = told.values.get("precedingPfIds")
    each = former if isinstance(former, list) else []
    own = _bare(told.values.get("id"))
    if own and own in {_bare(one.get("id") if isinstance(one, Mapping) else one) for one in each}:
        yield told.problem("exchange-itself", "precedingPfIds", id=own)


def _bare(id_: object) -> str:
    return id_.removeprefix("urn:uuid:").casefold() if isinstance(id_, str) else ""


def both(*names: str) -> Rule:
    """Return the rule that fields are stated together or not at all."""

    def check(told: Told) -> Iterator[Problem]:
        absent = [name for name in names if name not in told.values]
        if len(absent) < len(names):
            yield from (told.problem("exchange-missing", name) for name in absent)

    return check


def only_with(flag: str, *names: str) -> Rule:
    """Return the rule that fields are stated only where a flag does not deny them."""

    def check(told: Told) -> Iterator[Problem]:
        for name in names:
            if told.values.get(flag) is False and name in told.values:
                yield told.problem("exchange-without", name, flag=flag)

    return check
