"""The electricity market of a bill: what each supply counts with, under the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from footprint.errors import problem
from footprint.matching.claims import PROOF, cited, consumption, exceeding, is_claim, refusals, stated, uncompared
from footprint.matching.grids import DELIVERY, ELECTRICITY, GRID, Grids, Site, Supplies
from footprint.matching.named import OWN, Cell, refused
from footprint.matching.supplies import CONTRACTUAL, METERED, Portion, Use, portions, untracked
from footprint.model.background import Dataset
from footprint.model.bill import Bill, ElectricityRow, Notice, ProcessRow
from footprint.model.dependent import highest, total
from footprint.model.linked import ElectricityPart, Supply
from footprint.model.pcr import Electricity
from footprint.model.spans import span
from footprint.provenance import Place

__all__ = ["ELECTRICITY", "Market", "is_grid_word"]

GRID_WORDS = frozenset({"electricity", "grid", "电", "电力", "grid electricity", "市电", "网电"})


def is_grid_word(written: str) -> bool:
    """Tell whether a text means electricity without naming a dataset."""
    return written.strip().casefold() in GRID_WORDS


@dataclass
class Market:
    """The electricity a bill may count with, at its ``grids`` and under its ``rules``.

    ``rows``: those of Processes that are electricity; ``taken``: what one product item takes of each supply, as far as
    that is known [kWh]. ``open``: supplies with claims of whose consumption only the least is known, with that [kWh].
    ``by_code``: place of a process row -> what it counts with by its code. ``claimed``: cells of electricity that
    nobody can check; ``located``: the cell of its amount -> the grid it would be by location.
    """

    bill: Bill
    grids: Grids
    rules: Electricity
    rows: Sequence[ProcessRow] = ()
    taken: Mapping[str, float] = field(default_factory=dict)
    open: dict[str, float] = field(default_factory=dict)
    by_code: dict[Place, tuple[ElectricityPart, ...]] = field(default_factory=dict)
    claimed: list[Place] = field(default_factory=list)
    located: dict[Place, Dataset] = field(default_factory=dict)
    _refused: dict[Place, dict[str, Notice]] = field(default_factory=dict)
    _drawn: set[Place] = field(default_factory=set)

    @cached_property
    def _users(self) -> dict[str, list[ProcessRow]]:
        """The rows of Processes that draw on each supply."""
        found: dict[str, list[ProcessRow]] = {}
        for row in self.rows:
            if row.supply in self._supplies:
                found.setdefault(row.supply, []).append(row)
        return found

    @cached_property
    def _uses(self) -> dict[str, Use]:
        """What is known of the consumption of each supply in use."""
        return {id_: self._use(id_, users) for id_, users in self._users.items()}

    def _use(self, id_: str, users: Sequence[ProcessRow]) -> Use:
        rows = self._supplies[id_]
        whole = not uncompared(rows, consumption(rows, users, self.grids.reference))
        return Use(highest(stated(users), self.taken.get(id_, 0.0)), whole)

    @cached_property
    def _supplies(self) -> dict[str, list[ElectricityRow]]:
        """The rows of each supply."""
        found: dict[str, list[ElectricityRow]] = {}
        for row in self.bill.electricity:
            found.setdefault(row.id, []).append(row)
        return found

    @property
    def notices(self) -> list[Notice]:
        """What must be said: of years and mixes, and of every claim that does not count."""
        return [*self.grids.notices, *(notice for why in self._refused.values() for notice in why.values())]

    def parts(self, row: ProcessRow) -> tuple[ElectricityPart, ...]:
        """Return the mix of one row by kWh: untracked where no supply is described. The shares add up to 1."""
        site = self.grids.site(row)
        rows = self._supplies.get(row.supply, [])
        if not rows:
            return tuple(self._untracked(site, self.grids.of(site), 1.0, row.place))
        use = self._uses[row.supply]
        drawn = portions(rows, span(row.period) or self.grids.reference, use)
        whole = total(portion.kwh for portion in drawn)
        if not float(whole) > 0:
            self.grids.problems.append(problem("electricity-empty", rows[0].place, supply=rows[0].id))
            return ()
        return tuple(part for p in drawn if p.kwh for part in self._part(p, p.kwh / whole, site, use))

    def named(self, cell: Cell, dataset: Dataset) -> None:
        """Take electricity that a cell names by its code, or refuse it.

        A factor of the bill is a claim of its supplier: nobody can hold it against anything, by location it is the
        grid. The average of a grid is what nobody claims, where the rules reach it: in processes.
        """
        is_input = cell.amount is not None and cell.amount in self._inputs
        if dataset.category == OWN:
            self._own(cell, dataset, is_input=is_input)
        elif found := refused(cell, dataset, self.grids):
            self.grids.problems.append(found)
        elif is_input:
            self._untracked_by_code(cell, dataset)
        elif dataset.region != cell.site.country or (cell.bought and self.rules.untracked != GRID):
            self._as_named(cell, dataset)

    def _own(self, cell: Cell, dataset: Dataset, *, is_input: bool) -> None:
        """Count a factor of the bill for electricity, and say what it is."""
        place, country = cell.site.place, cell.site.country
        self.claimed.append(place)
        self._tell("electricity-own-factor", place, dataset, country=country)
        if cell.amount is not None:
            supplies = self.grids.of(cell.site) if self.grids.has(country) else {}
            grid = supplies.get(GRID, dataset)
            self.located[cell.amount] = grid
            if is_input:
                row = self._inputs[cell.amount]
                self.by_code[row.place] = (ElectricityPart(1.0, dataset, grid, row.place),)

    def _untracked_by_code(self, cell: Cell, dataset: Dataset) -> None:
        """Let the average of a grid, named by its code, count as what nobody claims there."""
        supplies = self.grids.averaged(dataset)
        if not supplies or cell.amount is None:
            self._as_named(cell, dataset)
            return
        row, place = self._inputs[cell.amount], cell.site.place
        (part,) = self._untracked(Site(dataset.region, place), supplies, 1.0, row.place)
        if part.dataset.key != dataset.key:
            self._tell("electricity-by-code-residual", place, dataset, counted=part.dataset.code)
        self.by_code[row.place] = (part,)
        if dataset.region != cell.site.country:
            self._as_named(cell, dataset)

    def _as_named(self, cell: Cell, dataset: Dataset) -> None:
        """Say that electricity counts as it stands, where rules do not reach it; of elsewhere, nobody can check it."""
        self._tell("electricity-as-named", cell.site.place, dataset)
        if dataset.region != cell.site.country:
            self.claimed.append(cell.site.place)

    @cached_property
    def _inputs(self) -> dict[Place, ProcessRow]:
        """The rows of Processes that may be electricity by their code alone, by the cell of their amount."""
        inputs = (row for row in self.bill.processes if row.direction == "input" and not (row.cut_off or row.supply))
        return {row.amount.place: row for row in inputs}

    def _tell(self, code: str, place: Place, dataset: Dataset, **facts: object) -> None:
        self.grids.notices.append(Notice(code, place, {"dataset": dataset.code, "clause": cited(self.rules), **facts}))

    def _part(self, portion: Portion, share: float, site: Site, use: Use) -> Iterable[ElectricityPart]:
        """Return a share of a supply: by location it is the grid, delivery included, where it was only bought.

        So is what was made here, where nobody knows of how much it is a part.
        """
        row, place = portion.row, portion.row.energy.place
        self._drawn.add(row.place)
        supplies = self.grids.of(site, portion.period)
        if not supplies:
            return []
        if not is_claim(row) or self._refuses(portion, site.country):
            return self._untracked(site, supplies, share, place)
        claimed = self._claimed(row, site, supplies)
        by_location = supplies[GRID] if row.type in CONTRACTUAL or not use.whole else claimed[0]
        return [ElectricityPart(share, d, None if i else by_location, place) for i, d in enumerate(claimed)]

    def _untracked(self, site: Site, supplies: Supplies, share: float, place: Place) -> Iterable[ElectricityPart]:
        """Yield a share that nobody claims; by location, as any other, it is the average of the grid."""
        if supplies:
            dataset = self.grids.untracked(site, supplies, self.rules.untracked)
            yield ElectricityPart(share, dataset, supplies[GRID], place)

    def _refuses(self, portion: Portion, country: str) -> bool:
        """Tell whether a claim does not count here, and keep why."""
        why = refusals(portion, country, self.rules)
        kept = self._refused.setdefault(portion.row.place, {}) if why else {}
        for notice in why:
            kept.setdefault(notice.code, notice)
        return bool(why)

    def _claimed(self, row: ElectricityRow, site: Site, supplies: Supplies) -> Sequence[Dataset]:
        """Return the datasets of an accepted claim: its generator, and the delivery of what came over the grid."""
        wanted = {row.generator: ("generator-unknown", "generator")}
        if row.type in CONTRACTUAL:
            wanted[DELIVERY] = ("delivery-unknown", "type")
        missing = [told for name, told in wanted.items() if name not in supplies]
        self.grids.problems += [
            problem(code, row.places[key], supply=row.id, generator=row.generator, country=site.country)
            for code, key in missing
        ]
        return [supplies[GRID]] if missing else [supplies[name] for name in wanted]

    def close(self) -> None:
        """Hold the claims on each supply in use against what was consumed of it; say so where nobody states that."""
        for id_, users in self._users.items():
            rows = self._supplies[id_]
            consumed = consumption(rows, users, self.grids.reference)
            found = exceeding(rows, consumed)
            self.grids.problems += [found] if found else []
            open_ = [row for row in uncompared(rows, consumed) if self._state(row) == "accepted"]
            for row in open_:
                least = self.open.setdefault(id_, self._uses[id_].kwh)
                facts = {"supply": id_, "kwh": f"{least:.6g}"}
                self.grids.notices.append(Notice("electricity-unmetered", row.energy.place, facts))

    def supplies(self) -> tuple[Supply, ...]:
        """Return every row of the Electricity sheet with what became of it."""
        return tuple(map(self._supply, self.bill.electricity))

    def _supply(self, row: ElectricityRow) -> Supply:
        why = self._refused.get(row.place, {})
        state = self._state(row)
        left = 0.0 if state in {"accepted", "unused"} else untracked(row, self._supplies[row.id])
        users = tuple(user.place for user in self._users.get(row.id, ()))
        return Supply(row, state, tuple(why.values()), bool(PROOF & set(why)), left, users)

    def _state(self, row: ElectricityRow) -> str:
        if row.type == METERED:
            return METERED if row.id in self._users else "unused"
        if row.place not in self._drawn:
            return "unused"
        if row.type == GRID:
            return "untracked"
        return "refused" if row.place in self._refused else "accepted"
