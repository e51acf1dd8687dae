"""Close gaps by what a person says stands in for them: each use of a stand-in becomes a line of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from footprint import units
from footprint.engine.ledger import Intensities
from footprint.errors import Problem, WorkbookError, problem
from footprint.messages import LANGUAGES, message
from footprint.model.amounts import Amount
from footprint.model.background import Dataset
from footprint.model.bill import EstimateRow, Notice
from footprint.model.graph import APART, Estimate, Exchange, Exclusion, Kind, Ruled
from footprint.model.pcr import Text
from footprint.provenance import Basis

_OF_ITSELF = frozenset({"electricity", "in_grid", "energy_content", "energy_unit", "destination", "situation"})
"""Facts of a line that are none of what is missing deep in the chain of its dataset."""
Find = Callable[[str], Dataset]
Chain = tuple[EstimateRow, ...]


def estimated(ruled: Ruled, find: Find, intensity: Intensities) -> Ruled:
    """Return ``ruled`` with a line for each use of a stand-in; its gaps are gaps no more.

    ``find`` gives the dataset of a gap's key. `WorkbookError` for stand-ins that cannot stand in.
    """
    closing = _Closing(ruled, find, intensity)
    exchanges = tuple(new for line in ruled.exchanges for new in closing.lines(line))
    excluded = tuple(new for left_out in ruled.excluded for new in closing.apart(left_out))
    if closing.problems:
        raise WorkbookError(*{(p.code, p.place): p for p in closing.problems}.values())
    notices = (*ruled.notices, *closing.unused())
    return ruled._replace(exchanges=exchanges, excluded=excluded, notices=notices, closed=frozenset(closing.closed))


@dataclass
class _Closing:
    """One application of the estimates of a bill. ``met``: the gaps met, by key; ``closed``: those of chains closed."""

    ruled: Ruled
    find: Find
    intensity: Intensities
    problems: list[Problem] = field(default_factory=list)
    met: dict[str, EstimateRow | None] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)

    def apart(self, left_out: Exclusion) -> Iterator[Exclusion]:
        """Yield a line left out, and of one reported apart from the result what its gaps are estimated by."""
        lines = self.lines(left_out.exchange) if left_out.rule == APART else [left_out.exchange]
        yield from (left_out._replace(exchange=line) for line in lines)

    def lines(self, line: Exchange) -> Iterator[Exchange]:
        """Yield ``line``, or what stands in for it, and a line for each estimated gap in the chain of its dataset."""
        if line.kind is Kind.GAP:
            yield from self._own(line)
        else:
            yield line
            yield from self._behind(line, ())

    def _own(self, line: Exchange) -> Iterator[Exchange]:
        """Yield what stands in for a line that leads to a gap; the line itself where nothing does."""
        key = str(line.facts.get("asked", "")) if line.dataset is None else line.dataset.key
        row = self._row(key) if key else None
        if row is None:
            yield line
            return
        name = dict.fromkeys(LANGUAGES, key) if line.dataset is None else _name(line.dataset)
        found = self._line(line, line.amount, Estimate(key, _title(name), row, own=True))
        if found is not None:
            yield found
            yield from self._behind(found, (row,))

    def _behind(self, line: Exchange, chain: Chain) -> Iterator[Exchange]:
        """Yield the lines that stand in for the gaps in the chain of a dataset, and for the gaps of those."""
        if line.kind is not Kind.DATASET or line.dataset is None:
            return
        database = line.dataset.key.removesuffix(line.dataset.code)
        for code, per_unit in sorted(self.intensity(line.dataset).gaps.items()):
            row = self._row(database + code) if per_unit else None
            if row is None:
                continue
            if row in chain:
                self._circular((*chain, row))
                continue
            gap = self.find(database + code)
            amount = line.amount.times("gap", per_unit, line.place, gap.unit)
            facts = {key: fact for key, fact in line.facts.items() if key not in _OF_ITSELF}
            part = line._replace(
                id=f"{line.id} {code}", mass_kg=None if line.mass_kg is None else 0.0, facts=MappingProxyType(facts),
                location=None, base=line.base or line.id,
            )  # fmt: skip
            found = self._line(part, amount, Estimate(gap.key, _title(_name(gap)), row, own=False))
            if found is not None:
                self.closed.add(gap.key)
                yield found
                yield from self._behind(found, (*chain, row))

    def _line(self, line: Exchange, amount: Amount, estimate: Estimate) -> Exchange | None:
        """Return ``line`` on the dataset that stands in, by ``amount`` of the gap; None where it cannot."""
        row = estimate.row
        dataset = self.ruled.graph.linked.dataset(row.dataset)
        place, cell = row.places.get("dataset", row.place), row.places["ratio"]
        if dataset is None or dataset.kind == "gap":
            self.problems.append(problem("estimate-is-gap", place, dataset=row.dataset, gap=row.gap))
            return None
        if row.ratio is not None:
            amount = amount.times("ratio", row.ratio, cell, dataset.unit)
        elif units.convertible(amount.unit, dataset.unit):
            amount = amount.to(dataset.unit, place)
        else:
            said = {"unit": dataset.unit, "wanted": amount.unit}
            self.problems.append(problem("estimate-ratio", cell, (), gap=row.gap, dataset=row.dataset, **said))
            return None
        amount = amount._replace(basis=Basis.PROXY, evidence="").driven_by(cell)
        return line._replace(
            id=f"{line.id} estimate", amount=amount, dataset=dataset, kind=Kind.DATASET, estimate=estimate
        )

    def _row(self, key: str) -> EstimateRow | None:
        """Return the row that names the gap ``key``, by its code alone or with its database."""
        if key not in self.met:
            rows = [row for row in self.ruled.graph.linked.bill.estimates if row.gap in _names(key)]
            self.problems += [problem("estimate-twice", row.place, gap=key) for row in rows[1:]]
            self.met[key] = rows[0] if rows else None
        return self.met[key]

    def _circular(self, chain: Chain) -> None:
        row = chain[-1]
        told = " → ".join(each.gap for each in chain[chain.index(row) :])
        place = row.places.get("dataset", row.place)
        self.problems.append(problem("estimate-circular", place, gap=row.gap, dataset=row.dataset, chain=told))

    def unused(self) -> Iterator[Notice]:
        """Yield the rows that stand in for nothing, with the gaps that are named most like them."""
        known = [key.rpartition(":")[2] for key in self.met]
        used = {row.place for row in self.met.values() if row is not None}
        for row in self.ruled.graph.linked.bill.estimates:
            if row.place not in used:
                from difflib import get_close_matches

                near = get_close_matches(row.gap.rpartition(":")[2], known, 3) or known[:3]
                yield Notice("estimate-unused", row.place, {"gap": row.gap, "known": ", ".join(near) or "-"})


def _names(key: str) -> frozenset[str]:
    """Return what a gap may be called: by its code, with its database, with the version of that."""
    database, _, code = key.rpartition(":")
    return frozenset({key, code, f"{database.partition('@')[0]}:{code}"})


def _name(dataset: Dataset) -> Text:
    return {"zh": dataset.name_zh, "en": dataset.name_en}


def _title(name: Mapping[str, str]) -> Text:
    return {lang: message("estimate-title", lang, name=name[lang]) for lang in LANGUAGES}
