"""From processes as their files state them to a database: products made datasets, inputs linked, gaps named.

A process of one product is one dataset; one of several is a dataset per product, each with its stated share of every
exchange. An input goes to the dataset that its file names, else to the only one that makes its flow, else to the only
one that makes it where the input says, or where the consumer is. What leads nowhere is never dropped: it is a problem,
or a gap with a name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from math import isfinite, isnan
from typing import NamedTuple

from footprint import units
from footprint.background.identity import PARTED
from footprint.background.importers.codes import cited, code_of, codes_of, gap_code
from footprint.background.importers.inventory import Flow, Input, Process, Product
from footprint.background.importers.linked_rows import elsewhere, exchange_row, gap_row
from footprint.background.importers.naming import told_apart
from footprint.background.importers.others import TURNED, Others
from footprint.background.importers.shares import together, totals
from footprint.background.importers.unread import found as unread
from footprint.background.importers.unread import told
from footprint.background.source import Row
from footprint.background.systems import ONLY_FOR
from footprint.errors import DatabaseError, Problem, UnfitError, problem
from footprint.model.background import EITHER_WAY
from footprint.model.bill import Notice
from footprint.provenance import Place, Status
from footprint.tables.harmless import cell

_SECONDARY = Status.SECONDARY.value
_SHARES = 1e-3
"""How far the shares of a process may sum up beside 1: files round them to three or four digits."""
_NO_UNIT = "item"
"""What stands in for a unit that has no name."""


class Made(NamedTuple):
    """A dataset to be: one product of a process. ``share``: of every exchange unless ``product`` says another one."""

    code: str
    process: Process
    product: Product
    unit: str
    share: float


class Linked(NamedTuple):
    """The rows of a database, what must be told of them, and how many of everything there were.

    ``unlinked``: inputs that lead nowhere. ``unread``: what cannot be counted as its file states it.
    """

    activities: tuple[Row, ...]
    exchanges: tuple[Row, ...]
    unlinked: tuple[Notice, ...]
    unread: tuple[Problem, ...]
    notices: tuple[Notice, ...]
    counts: Mapping[str, int]


def linked(processes: Iterable[Process], others: Others | None = None) -> Linked:
    """Return the datasets of ``processes``, in the order of their codes; what they lack, ``others`` may have."""
    return _Links(sorted(processes, key=lambda process: process.id), others or Others(())).linked()


class _Links:
    """One import under way."""

    def __init__(self, processes: Sequence[Process], others: Others) -> None:
        self.others = others
        self.counts: Counter[str] = Counter()
        self.notices: list[Notice] = []
        self.gaps: dict[str, Row] = {}
        self.absent: dict[str, tuple[Flow, Notice]] = {}
        self.missing: dict[str, Notice] = {}
        self.uses: Counter[str] = Counter()
        self.counted: dict[tuple[str, ...], tuple[Notice, int]] = {}
        self.problems: list[Problem] = []
        self.unread: dict[tuple[str, str], Problem] = {}
        self.processes = self._once(processes)
        self.made: dict[str, Made] = {}
        for made in (made for process in self.processes for made in self._made(process)):
            self._enter(made)
        self.absent_of: dict[str, list[str]] = defaultdict(list)
        for code, (flow, _) in self.absent.items():
            self.absent_of[flow.id].append(code)
        self.by_process: dict[str, list[Made]] = defaultdict(list)
        self.by_flow: dict[str, list[Made]] = defaultdict(list)
        self.by_place: dict[tuple[str, str], list[Made]] = defaultdict(list)
        self.signs: dict[str, set[bool]] = defaultdict(set)
        for product in (product for process in self.processes for product in process.products if product.amount):
            self.signs[product.flow.id].add(product.amount < 0)
        for made in self.made.values():
            self.by_process[made.process.id].append(made)
            self.by_flow[made.product.flow.id].append(made)
            self.by_place[made.product.flow.id, made.process.location].append(made)

    def linked(self) -> Linked:
        """Return the rows of every dataset and of every gap."""
        exchanges = [row for made in self.made.values() for row in self._exchanges(made)]
        if self.problems:
            raise DatabaseError(*self.problems)
        activities = [self._activity(made) for made in self.made.values()]
        self.counts["datasets"] = len(activities)
        copies, results = self.others.rows()
        self._tell_gaps_of_others(copies, results)
        self.notices += self.others.notices()
        self.counts["gaps"] = len(self.gaps) + sum(row["kind"] == "gap" for row in copies)
        unused = (notice for code, (_, notice) in self.absent.items() if code not in self.gaps)
        self.notices += [notice for notice in unused if not self._is_told(notice)]
        self.notices += [notice._replace(facts={**notice.facts, "count": n}) for notice, n in self.counted.values()]
        unlinked = tuple(
            notice._replace(facts={**notice.facts, "uses": self.uses[code]}) for code, notice in self.missing.items()
        )
        gaps = [self.gaps[code] for code in sorted(self.gaps)]
        rows = (*told_apart(activities, copies), *gaps), (*exchanges, *results)
        return Linked(*rows, unlinked, tuple(self.unread.values()), tuple(self.notices), self.counts)

    def _tell_gaps_of_others(self, copies: Sequence[Row], results: Sequence[Row]) -> None:
        """Have the gaps in the chains of what other databases supply among those of this import."""
        uses = Counter(row["flow"] for row in results if row["direction"] == "input")
        for row in (row for row in copies if row["kind"] == "gap"):
            facts = {"name": row["name_en"], "unit": row["unit"], "database": row["note"]}
            self.missing[row["code"]] = Notice("inventory-linked-gap", Place(row["note"], row["code"]), facts)
            self.uses[row["code"]] = uses[row["code"]]

    def _once(self, processes: Sequence[Process]) -> list[Process]:
        """Return the processes that make something, each id once; the others are told."""
        kept: dict[str, Process] = {}
        for process in processes:
            self.counts["processes"] += 1
            self.counts["licensed"] += process.is_licensed
            self.counts["exchanges"] += len(process.products) + len(process.inputs) + len(process.emissions)
            if process.id not in kept:
                self.unread.update({(each.code, str(each.place)): each for each in unread(process)})
            if not process.products and (process.why or process.is_told):
                self.counts["empty"] += 1
            elif not process.products:
                self.counts["empty"] += 1
                has_any = bool(process.inputs or process.emissions)
                code = "inventory-no-product" if has_any else "inventory-empty"
                self.notices.append(Notice(code, process.place, {"name": process.name}))
            elif process.id in kept:
                first = kept[process.id].place
                self.notices.append(Notice("inventory-twice", process.place, {"id": process.id, "first": str(first)}))
            else:
                kept[process.id] = process._replace(products=together(process.products))
                if process.is_bare and not process.why and not isnan(process.products[0].amount):
                    self.notices.append(Notice("inventory-bare", process.place, {"name": process.name}))
        return list(kept.values())

    def _enter(self, made: Made) -> None:
        """Take in a dataset; one whose code another has is told."""
        if made.code not in self.made:
            self.made[made.code] = made
            return
        facts = {"id": made.code, "first": str(self.made[made.code].process.place)}
        self.notices.append(Notice("inventory-twice", made.process.place, facts))

    def _made(self, process: Process) -> Iterator[Made]:
        """Yield the datasets of a process; one that cannot be counted is a gap, for whoever uses it."""
        shares = [None for _ in process.products] if process.why else self._shares(process)
        for product, share in zip(process.products, shares, strict=True):
            code = code_of(process.id if len(process.products) == 1 else f"{process.id}_{product.flow.id}")
            unit = _symbol(product.flow.unit)
            facts = {"name": product.flow.name, "unit": product.flow.unit}
            if unit is not None and units.is_own(unit):
                self._count(Notice("inventory-own-unit", process.place, facts), unit)
            if process.why:
                self.absent[code] = product.flow, told(next(unread(process)))
            elif unit is None:
                self.absent[code] = product.flow, Notice("inventory-unit", process.place, facts)
            elif share is None:
                self.absent[code] = product.flow, Notice("inventory-no-share", process.place, facts)
            elif not isfinite(product.amount) or product.amount == 0:
                why = "inventory-empty" if process.is_bare and isnan(product.amount) else "inventory-no-amount"
                self.absent[code] = product.flow, Notice(why, process.place, facts)
            else:
                yield Made(code, process, product, unit, share)

    def _shares(self, process: Process) -> list[float | None]:
        """Return the share of each product; where none is stated, the reference product bears everything."""
        if len(process.products) == 1:
            return [1.0 if process.products[0].share is None else process.products[0].share]
        self.counts["allocated"] += 1
        shares = [product.share for product in process.products]
        if all(share is None for share in shares):
            self.notices.append(Notice("inventory-all-to-first", process.place, {"name": process.name}))
            return [1.0, *shares[1:]]
        stated = [share for product in process.products for share in (product.share, *product.shares.values())]
        if any(share is not None and not 0 <= share <= 1 for share in stated):
            self.notices.append(Notice("inventory-share-outside", process.place, {"name": process.name}))
        for at, total in totals(process):
            if abs(total - 1) > _SHARES:
                facts = {"name": process.name, "at": at or "-", "sum": f"{total:.6g}"}
                self.notices.append(Notice("inventory-shares", process.place, facts))
        return shares

    def _exchanges(self, made: Made) -> Iterator[Row]:
        process = made.process
        for need in process.inputs:
            share = made.product.shares.get(need.number, made.share)
            if share:
                yield self._input(made, need, share)
        for out in process.emissions:
            share = made.product.shares.get(out.number, made.share)
            if share:
                self._refuse_endless(process, out.at, out.amount * share)
                said = out.spread, out.at, out.note
                row = exchange_row(made.code, "emission", out.gas, out.amount * share, "kg", *said)
                row["gwp_set"] = out.gwp_set or elsewhere(out.gas)
                if out.only_for:
                    row[ONLY_FOR] = out.only_for
                yield row

    def _input(self, made: Made, need: Input, share: float) -> Row:
        """Return the row of an input, linked to a dataset or to a gap."""
        code, unit = self._left_open(made, need, need.why) if need.why else self._provider(made, need)
        amount = need.amount * (-share if self._is_turned(code, need) else share)
        if need.why and isnan(need.amount):
            amount, self.gaps[code]["category"] = 1.0, EITHER_WAY
        self._refuse_endless(made.process, need.at, amount)
        if code in self.gaps:
            self.uses[code] += 1
            if amount < 0:
                self.gaps[code]["category"] = EITHER_WAY
        return exchange_row(made.code, "input", code, amount, unit, need.spread, need.at, need.note)

    def _is_turned(self, code: str, need: Input) -> bool:
        """Tell whether an input is stated in the sign of a negative reference: here every reference is positive.

        A gap has the sign of all that make its flow; where nothing does, that of a waste if the file calls it one.
        """
        supplier = self.made.get(code)
        if supplier is not None:
            return supplier.product.amount < 0
        if code in self.gaps and need.flow.id in self.signs:
            return False not in self.signs[need.flow.id]
        return need.is_signed and (need.is_waste if code in self.gaps else self.others.is_turned(code))

    def _refuse_endless(self, process: Process, at: str, amount: float) -> None:
        """Take down an amount that became infinite, or none, when it was converted and shared."""
        if not isfinite(amount):
            place = Place(process.place.file, at or process.place.address)
            self.problems.append(problem("inventory-number", place, text=repr(amount)))

    def _provider(self, made: Made, need: Input) -> tuple[str, str]:
        """Return code and unit [that of the amount] of what an input consumes."""
        found, how = self._found(made, need)
        unit = _symbol(need.flow.unit)
        is_missed = found is None or unit is None or not _converts(unit, found.unit)
        if unit and (is_missed or (need.provider and how != "by-provider")):
            other = self.others.find(_in(need, unit), made.process.location if is_missed else None, codes_of(need))
            if other is not None:
                self.counts["by-other"] += 1
                return other[0], unit
        if found is None or unit is None or is_missed:
            why = "inventory-other-unit" if unit else "inventory-unit"
            return self._gap(made, need, how if found is None else why, found), unit or _NO_UNIT
        if need.provider and how != "by-provider":
            self._tell("inventory-supplier", made, need, provider=need.provider)
        elif need.location not in ("", found.process.location) and how != "by-provider":
            other_place = found.process.location or "-"
            self._tell("inventory-elsewhere", made, need, location=need.location, other=other_place)
        self.counts[how] += 1
        return found.code, unit

    def _tell(self, code: str, made: Made, need: Input, **facts: str) -> None:
        """Take down that an input consumes another supplier than its file means, which is not there."""
        place = Place(made.process.place.file, need.at or made.process.place.address)
        self._count(Notice(code, place, {"name": need.flow.name, **facts}), need.flow.id, *facts.values())

    def _count(self, notice: Notice, *alike: str) -> None:
        """Take down what happens at several places, to be told once with how often."""
        first, count = self.counted.get((notice.code, *alike), (notice, 0))
        self.counted[notice.code, *alike] = first, count + 1

    def _found(self, made: Made, need: Input) -> tuple[Made | None, str]:
        """Return the dataset that an input consumes and how it was found, or None and what is in the way."""
        if need.provider:
            named = self.made.get(code_of(need.provider))
            if named is not None:
                return named, "by-provider"
            of_process = self.by_process.get(need.provider, [])
            same = [each for each in of_process if each.product.flow.id == need.flow.id]
            if len(same) == 1:
                return same[0], "by-provider"
            if self._named(need) is not None:
                return None, need.lack
        makers = self.by_flow.get(need.flow.id, [])
        if len(makers) == 1:
            return makers[0], "by-flow"
        where = need.location or made.process.location
        near = self.by_place.get((need.flow.id, where), [])
        if len(near) == 1 and where:
            return near[0], "by-location"
        return None, "inventory-several" if makers else need.lack

    def _gap(self, made: Made, need: Input, why: str, found: Made | None) -> str:
        """Return the code of the gap that an input without a dataset leads to."""
        code, flow, notice = self._absent(need) or self._new(made, need, why, found)
        if code not in self.gaps:
            self.gaps[code] = gap_row(code, flow, _symbol(flow.unit) or _NO_UNIT, notice)
            if not self._is_told(notice):
                self.missing[code] = notice
        return code

    def _is_told(self, notice: Notice) -> bool:
        """Tell whether a notice is one of what cannot be counted as its file states it."""
        return (notice.code, str(notice.place)) in self.unread

    def _left_open(self, made: Made, need: Input, why: UnfitError) -> tuple[str, str]:
        """Return code and unit of the gap of what cannot be counted: of one exchange, where its amount is not known."""
        own = (made.process.id, need.number) if isnan(need.amount) else ()
        code, unit = gap_code(need.flow.id, *own), _symbol(need.flow.unit) or _NO_UNIT
        if code not in self.gaps:
            place = Place(made.process.place.file, need.at or made.process.place.address)
            self.gaps[code] = gap_row(code, need.flow, unit, Notice(why.code, place))
        return code, unit

    def _absent(self, need: Input) -> tuple[str, Flow, Notice] | None:
        """Return the dataset that an input means, where there is one that cannot be counted; in a unit that converts.

        Where its unit does not convert to that of the input, the gap is one of the input's own.
        """
        code = self._named(need) or self._alone(need)
        if not code:
            return None
        flow, notice = self.absent[code]
        one, other = (_symbol(unit) or _NO_UNIT for unit in (flow.unit, need.flow.unit))
        if units.convertible(one, other):
            return code, flow, notice
        return gap_code(code, need.flow), need.flow, notice

    def _alone(self, need: Input) -> str:
        """Return the code of the only dataset of a flow, where that is one that cannot be counted."""
        same = self.absent_of.get(need.flow.id, [])
        return same[0] if len(same) == 1 and need.flow.id not in self.by_flow else ""

    def _named(self, need: Input) -> str | None:
        """Return the code of the dataset of the supplier named, where it is one that cannot be counted."""
        return next((code for code in codes_of(need) if code in self.absent), None)

    def _new(self, made: Made, need: Input, why: str, found: Made | None) -> tuple[str, Flow, Notice]:
        """Return a gap of its own for what an input lacks; equal inputs share it."""
        flow = need.flow
        place = Place(made.process.place.file, need.at or made.process.place.address)
        facts = {"name": flow.name, "unit": flow.unit, "location": flow.location or "-", "id": flow.id}
        facts["other"] = found.unit if found is not None else ", ".join(self._makers(flow))
        return gap_code(why, flow, need.provider), flow, Notice(why, place, facts)

    def _makers(self, flow: Flow) -> list[str]:
        return [each.code for each in self.by_flow.get(flow.id, [])[:3]]

    def _activity(self, made: Made) -> Row:
        process, product = made.process, made.product
        parted = f"{cell(product.flow.name)}{PARTED}" if len(process.products) > 1 else ""
        name, chinese = f"{parted}{process.name}", f"{parted}{process.name_zh or process.name}"
        kind = "factor" if process.is_result else "unit-process"
        words = {product.flow.name, *process.synonyms} - {name, ""}
        return Row({
            "code": made.code, "name_en": cell(name) or made.code, "name_zh": cell(chinese) or made.code,
            "unit": made.unit, "amount": repr(abs(product.amount)), "region": cell(process.location),
            "period": cell(process.period), "technology": cell(process.technology), "category": cell(process.category),
            "kind": kind, "boundary": process.boundary, "gwp_set": "", "status": _SECONDARY,
            "citation": cell(process.citation) or cited(process.place), "pedigree": process.pedigree,
            "includes_transport": "", "proxy": "", TURNED: "yes" if product.amount < 0 else "",
            "note": cell(" ".join(filter(None, (process.method, process.note)))),
            "synonyms": cell("|".join(sorted(words))), "product": cell(product.flow.name),
        })  # fmt: skip


def _in(need: Input, unit: str) -> Input:
    """Return an input in a unit as we write it."""
    return need._replace(flow=need.flow._replace(unit=unit))


def _converts(unit: str, other: str) -> bool:
    return unit == other or units.unit(unit).dimension == units.unit(other).dimension


@cache
def _symbol(text: str) -> str | None:
    """Return the symbol of a unit, one of its own where nobody knows it; None for no name at all."""
    try:
        return units.own(text).symbol
    except units.UnknownUnitError:
        return None
