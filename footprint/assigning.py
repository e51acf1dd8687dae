"""Find a dataset for each line of a workbook that needs one, and say how, how surely and what is left to a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from footprint import learned, units
from footprint.background.offered import offered
from footprint.background.open import Background, open_background
from footprint.engine.ledger import HEADLINES
from footprint.errors import PcrError, Problem, problem
from footprint.intake import read as intake
from footprint.intake.lines import Asking, Line
from footprint.matching import influence
from footprint.matching.candidates import DOUBTED, Candidates
from footprint.model.background import Dataset
from footprint.model.matched import Choice, Doubt, How, Wanted
from footprint.model.pcr import Pcr
from footprint.model.sheets import Book
from footprint.publish.datasets import total
from footprint.rules import load as pcrs
from footprint.service import listed

SURE = frozenset({How.LEARNED, How.CODE})
"""What is taken at a threshold of 1."""
_GAP = "gap"
_UNLIKELY, _FEW = 1e-3, 3
"""Chance beside that of the first choice below which others are not offered [-], but for the first few."""
FAR = 2.0
"""How many times what one unit causes may differ among datasets of one name for the first to be taken unasked [-]."""
_PAIR, _COMPARED = 2, 10
_CHANGED = 0.5
"""Confidence in what was learned of a part, or by a dataset, that has another name now [-]."""
GWP_SET, HEADLINE = "AR6", "0/0"
"""Of factors that are shown where no rules say which."""


class Found(NamedTuple):
    """What was found for an open line. ``taken``: the choice that is filled in; ``why``: of what stays open.

    That is none (nothing comes near), below (not surely enough), mass or unit (it cannot be counted yet, or at all).
    ``stake``: by how much the likeliest is off on average in one product [kg CO2e], None where nobody can tell.
    """

    line: Line
    choices: tuple[Choice, ...]
    taken: Choice | None
    why: str = ""
    stake: float | None = None


class Choosing:
    """The datasets a workbook may use, and what its company confirmed before."""

    def __init__(self, asking: Asking, background: Background, store: learned.Store, rules: Pcr | None) -> None:
        self.asking, self.background = asking, background
        self.notices: list[Problem] = []
        self.editions: dict[tuple[str, str, str], list[Line]] = {}
        self._known = store.now()
        self._set, self._headline = (rules.gwp_set, rules.headline) if rules else (GWP_SET, HEADLINE)
        self._datasets: dict[str, Dataset] = {}
        self._factors: dict[str, float | None] = {}
        self._codes: dict[str, str] = {}

    @cached_property
    def candidates(self) -> Candidates:
        """The datasets, ready to be chosen from."""
        return Candidates(offered(self.background))

    @cached_property
    def amounts(self) -> Mapping[str, float | None]:
        """How much of each line is in one product [its unit]."""
        placed = {line.id: influence.Placed(line.parent, line.each) for line in self.asking.lines}
        return influence.amounts(placed, self.asking.items())

    def find(self, threshold: float, limit: int) -> tuple[Found, ...]:
        """Return what is found for each line that needs a dataset."""
        found = tuple(self._found(line, threshold, limit) for line in self.asking.lines if line.is_open)
        for (database, before, now), lines in self.editions.items():
            self.notices.append(problem("mapping-edition", lines[0].row.place("dataset"), database=database,
                                        before=before, now=now, count=len(lines)))  # fmt: skip
        self.editions.clear()
        return found

    def _found(self, line: Line, threshold: float, limit: int) -> Found:
        before = self._before(line)
        found = self.candidates.choices(line.wanted, max(limit, _COMPARED)) if line.wanted.name else ()
        choices = self._held(_likely(found))[:limit]
        if before is not None:
            choices = (before, *(choice for choice in choices if choice.key != before.key))[:limit]
        why = self._refused(line.wanted, choices[0], threshold) if choices else "none"
        return Found(line, choices, None if why else choices[0], why, self._stake(line, choices) if why else None)

    def _held(self, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        """Hold back the first choice where others are called as it is and cause far more or less of one unit."""
        named = [c for c in choices if c.how is How.NAME and set(c.why) >= set(choices[0].why)]
        if not choices or choices[0].confidence <= DOUBTED or len(named) < _PAIR or named[0] is not choices[0]:
            return choices
        unit, own = self.dataset(choices[0].key).unit, self.factor(choices[0].key)
        others = {c.key: self.factor(c.key) for c in named[1:] if self.dataset(c.key).unit == unit}
        far = {key: value for key, value in others.items() if own and value and max(own / value, value / own) >= FAR}
        if not far:
            return choices
        told = ", ".join(f"{self.code(key)} {value:.3g}" for key, value in {choices[0].key: own, **far}.items())
        doubt = Doubt("rivals", f"{told} kg CO2e/{unit}")
        first, *rest = (choice._replace(confidence=min(choice.confidence, DOUBTED)) for choice in choices)
        return (first._replace(against=(*first.against, doubt)), *rest)

    def _refused(self, wanted: Wanted, best: Choice, threshold: float) -> str:
        """Return why the best choice is not taken, "" where it is."""
        dataset, unit = self.dataset(best.key), self.dataset(best.key).unit
        if best.confidence < threshold or (threshold >= 1 and best.how not in SURE):
            return "below"
        if dataset.kind == _GAP and best.how not in SURE:
            return _GAP
        if influence.per_unit(wanted, unit) is not None:
            return ""
        return "mass" if influence.lacks_mass(wanted, unit) else "unit"

    def _before(self, line: Line) -> Choice | None:
        """Return what was confirmed for the material of a line; a dataset that is gone is told and not used."""
        wanted = line.wanted
        dimension = units.unit(wanted.unit).dimension if wanted.unit else ""
        keys = [learned.key(wanted.part)] if wanted.part else []
        keys.append(learned.key("", wanted.name, wanted.specification, dimension))
        known = next((self._known[key].known for key in keys if key in self._known), None)
        if known is None:
            return None
        found = self.background.find(known.dataset)
        if len(found) != 1:
            self.notices.append(problem("mapping-lost", line.row.place("dataset"), dataset=known.dataset))
            return None
        against = self._changed(line, known, found[0])
        return Choice(found[0].key, How.LEARNED, _CHANGED if against else 1.0, against=against)

    def _changed(self, line: Line, known: learned.Known, now: Dataset) -> tuple[Doubt, ...]:
        """Return what of a part and of its dataset is no longer as it was confirmed, and tell it."""
        renamed = bool(known.part) and not learned.is_called(known, line.wanted.name)
        if renamed:
            self.notices.append(problem("mapping-renamed", line.row.place("name"), part=known.part, before=known.name,
                                        dataset=known.dataset))  # fmt: skip
        if known.called and known.called != now.name_en:
            self.notices.append(problem("mapping-other", line.row.place("dataset"), dataset=known.dataset,
                                        before=known.called, now=now.name_en))  # fmt: skip
            return (Doubt("other-dataset", known.called),)
        if known.edition and known.edition != _edition(now):
            self.editions.setdefault((known.dataset.partition(":")[0], known.edition, _edition(now)), []).append(line)
        return (Doubt("renamed", known.name),) if renamed else ()

    def _stake(self, line: Line, choices: Sequence[Choice]) -> float | None:
        """Return by how much the likeliest candidate is off on average in one product [kg CO2e].

        None where nobody can tell: what it counts in does not follow from the line.
        """
        if not choices or influence.per_unit(line.wanted, self.dataset(choices[0].key).unit) is None:
            return None
        amount = self.amounts.get(line.id)
        per = {choice.key: self._per_line(line.wanted, choice.key) for choice in choices}
        spread = influence.spread(choices, {key: value for key, value in per.items() if value is not None})
        return None if amount is None or spread is None else amount * spread

    def _per_line(self, wanted: Wanted, key: str) -> float | None:
        """Return what one unit of a line causes with a dataset [kg CO2e], None where nobody can tell."""
        taken, factor = influence.per_unit(wanted, self.dataset(key).unit), self.factor(key)
        return None if taken is None or factor is None else taken * factor

    def dataset(self, key: str) -> Dataset:
        """Return the dataset of a key that the databases gave."""
        if key not in self._datasets:
            (self._datasets[key],) = self.background.find(key)
        return self._datasets[key]

    def code(self, key: str) -> str:
        """Return what to enter in a cell for a dataset: as short as it is one."""
        if key not in self._codes:
            name, _, code = key.partition(":")
            short = (code, f"{name.partition('@')[0]}:{code}", key)
            self._codes[key] = next((each for each in short if len(self.background.find(each)) == 1), key)
        return self._codes[key]

    def factor(self, key: str) -> float | None:
        """Return what one unit of a dataset causes [kg CO2e], None of a gap."""
        if key not in self._factors:
            dataset = self.dataset(key)
            header = self.background.database(dataset).file.header
            sets: Sequence[str] = header.get("gwp_sets", ())
            gwp_set = self._set if self._set in sets or not sets else sets[-1]
            known = dataset.kind != _GAP
            impact = self.background.intensity(dataset, gwp_set).impact if known else {}
            self._factors[key] = total(impact, HEADLINES[self._headline]) if known else None
        return self._factors[key]

    def mass(self, line: Line) -> float | None:
        """Return the mass of a line in one product [kg], None where it is not known."""
        amount = self.amounts.get(line.id)
        return None if amount is None or line.wanted.mass is None else amount * line.wanted.mass


def _likely(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Return the first few choices, and of the others those that are not as good as ruled out."""
    least = _UNLIKELY * choices[0].confidence if choices else 0.0
    return tuple(choice for at, choice in enumerate(choices) if at < _FEW or choice.confidence >= least)


def choosing(asking: Asking, book: Book, path: Path, databases: Sequence[str], company: str) -> Choosing:
    """Return what the lines of a workbook are chosen from."""
    background = open_background(databases or listed(asking.text("databases")))
    if asking.factors:
        from footprint.background.supplied import database

        background = Background((database(asking.factors), *background.databases))
    known = learned.Store(company) if company == learned.NOBODY else learned.load(company)
    return Choosing(asking, background, known, _rules(book, path))


def _rules(book: Book, path: Path) -> Pcr | None:
    """Return the rules that a workbook names; None where it names none that can be read: others say so."""
    try:
        named = intake.pcr_id(book)
        return pcrs.load(named, path.parent) if named else None
    except PcrError:
        return None


def company_of(asking: Asking, named: str) -> str:
    """Return whose choices are remembered: as named, else the manufacturer of the product, else nobody's."""
    return learned.named(named or asking.text("manufacturer"))


def confirmed(asking: Asking, background: Background) -> tuple[tuple[learned.Known, ...], int]:
    """Return what a person entered or confirmed in a workbook, and how many of such datasets no database has."""
    lines = [line for line in asking.lines if line.how is How.PERSON and not line.is_made and line.wanted.name]
    known = [_known(line, background.find(line.dataset)) for line in lines]
    return tuple(one for one in known if one is not None), known.count(None)


def _known(line: Line, found: Sequence[Dataset]) -> learned.Known | None:
    if len(found) != 1:
        return None
    wanted, name = line.wanted, found[0].key.partition("@")[0]
    dimension = units.unit(wanted.unit).dimension if wanted.unit else ""
    dataset = f"{name}:{found[0].code}"
    return learned.Known(
        wanted.part, wanted.name, wanted.specification, dimension, dataset, found[0].name_en, _edition(found[0])
    )


def _edition(dataset: Dataset) -> str:
    """Return the version of the database of a dataset."""
    return dataset.key.partition(":")[0].partition("@")[2]


def at_stake(found: Iterable[Found]) -> list[Found]:
    """Return the open lines of which somebody can tell what is at stake, the largest first."""
    known = [(one.stake, one) for one in found if one.taken is None and one.stake is not None]
    return [one for _, one in sorted(known, key=lambda pair: pair[0], reverse=True)]


def unweighed(found: Iterable[Found]) -> Iterator[Found]:
    """Yield the open lines with candidates of which nobody can tell: how much of it there is, or its factor."""
    yield from (one for one in found if one.taken is None and one.choices and one.stake is None)
