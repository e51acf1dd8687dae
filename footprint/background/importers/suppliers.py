"""Who supplies what an input names by words: name, place, kind, unit, and a number where these are equal.

The words of an input have to be those of one product. Where it tells no place, that of its only namesake counts, else
that of the namesake at the place of the consumer. Nothing is taken for a supplier whose name or place is another one.
An input without a name means the only one of its number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from footprint.background.identity import folded
from footprint.background.importers.inventory import Flow, Input, Process
from footprint.background.importers.spelling import dimension, unit_of


class Named(NamedTuple):
    """The words that mean a product. ``kind``: what tells it from its namesakes, "" for most: ``infrastructure``."""

    name: str
    location: str
    kind: str
    unit: str

    @property
    def id(self) -> str:
        """Return the words as one text."""
        return " ".join(filter(None, (self.name, self.location, self.kind, self.unit)))


class _Supplier(NamedTuple):
    """A product and the process that makes it. ``number``: that of the process in its file, if it has one."""

    process: str
    number: str
    flow: Flow
    named: Named


class Suppliers:
    """The products of an import, by the words that mean them."""

    def __init__(self) -> None:
        self._named: dict[str, Named] = {}
        self._flows: dict[Named, Flow] = {}
        self._by_name: dict[str, list[_Supplier]] = defaultdict(list)
        self._by_number: dict[str, list[_Supplier]] = defaultdict(list)
        self._numbers: dict[str, str] = {}
        self._found: dict[tuple[str, str, str], _Supplier | None] = {}

    def flow(self, named: Named) -> Flow:
        """Return the flow that ``named`` means: the same for the same words."""
        if named not in self._flows:
            self._named[named.id] = named
            self._flows[named] = Flow(named.id, named.name or named.id, unit_of(named.unit), named.location)
        return self._flows[named]

    def enter(self, process: Process, number: str, also: Iterable[str] = ()) -> Process:
        """Enter a process with its products, its only one under other names, too; return it with an id of its own.

        What equals another one in everything but its number is another one.
        """
        first = self._numbers.setdefault(process.id, number)
        if first != number:
            process = process._replace(id=f"{process.id} #{number}")
            if self._numbers.setdefault(process.id, number) != number:
                return process
        for product in process.products:
            named = self._named[product.flow.id]
            supplier = _Supplier(process.id, number, product.flow, named)
            names = {named.name, *(also if len(process.products) == 1 else ())}
            self._by_number[number].append(supplier)
            for name in sorted(filter(None, names)):
                self._by_name[folded(name)].append(supplier)
        return process

    def linked(self, processes: Iterable[Process]) -> list[Process]:
        """Return the processes with their inputs linked, as far as their words say to what.

        ``provider`` of an input holds the number that its file gives it.
        """
        return [
            process._replace(inputs=tuple([self._linked(each, process.location) for each in process.inputs]))
            for process in processes
        ]

    def _linked(self, need: Input, location: str) -> Input:
        if need.why is not None:
            return need
        key = (need.flow.id, need.provider, location)
        if key not in self._found:
            self._found[key] = self._supplier(self._named[need.flow.id], need.provider, location)
        found = self._found[key]
        if found is None:
            return need._replace(provider="")
        return need._replace(provider=found.process, flow=found.flow._replace(unit=need.flow.unit))

    def _supplier(self, named: Named, number: str, location: str) -> _Supplier | None:
        """Return the one supplier that ``named`` means to a consumer at ``location``."""
        listed = self._by_name.get(folded(named.name), ()) if named.name else self._by_number.get(number, ())
        found = list(dict.fromkeys(listed))
        if named.location or len({each.named.location for each in found}) > 1:
            here = named.location or location
            at_home = [each for each in found if each.named.location == here]
            found = at_home or [each for each in found if not each.named.location]
        for is_meant in self._marks(named, number):
            found = list(filter(is_meant, found)) or found
        return found[0] if len(found) == 1 else None

    def _marks(self, named: Named, number: str) -> tuple[Callable[[_Supplier], bool], ...]:
        """Return what tells suppliers of one name and place apart, what counts most first."""
        name = folded(named.name)
        return (
            lambda each: folded(each.named.name) == name,
            lambda each: each.named.name == named.name,
            lambda each: each.named.kind == named.kind,
            lambda each: dimension(each.named.unit) == dimension(named.unit),
            lambda each: bool(number) and each.number == number,
            lambda each: each.named.unit == named.unit,
        )
