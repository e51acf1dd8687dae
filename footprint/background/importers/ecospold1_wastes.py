"""Final wastes of EcoSpold 1: inputs from their treatment where the file holds it, else flows that leave the system."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from footprint.background.importers.elementary import Elementary, Substance
from footprint.background.importers.inventory import Process
from footprint.model.bill import Notice
from footprint.provenance import Place

_FINAL = re.compile(r"\W*final waste flows?\b", re.IGNORECASE)


def is_final(category: str) -> bool:
    """Tell whether a category is that of wastes that nobody need treat."""
    return _FINAL.match(category) is not None


class FinalWastes:
    """The final wastes of an import, by the process that gives them off and their number in it."""

    def __init__(self, flows: Elementary) -> None:
        self._flows = flows
        self._stated: dict[tuple[str, int], tuple[Substance, Place]] = {}
        self._first: dict[str, Place] = {}
        self._count: Counter[str] = Counter()

    def enter(self, process: str, number: int, substance: Substance, place: Place) -> None:
        """Take down a final waste."""
        self._stated[process, number] = substance, place

    def without(self, process: Process) -> Process:
        """Return a linked process without the final wastes that no dataset treats; these are counted."""
        lost = {need.number for need in process.inputs
                if not (need.provider or need.why) and (process.id, need.number) in self._stated}  # fmt: skip
        for number in sorted(lost):
            substance, place = self._stated[process.id, number]
            self._flows.others[substance] += 1
            self._first.setdefault(substance.name, place)
            self._count[substance.name] += 1
        return process._replace(inputs=tuple(need for need in process.inputs if need.number not in lost))

    def notices(self) -> Iterator[Notice]:
        """Yield what is told of those that no dataset treats, each name once."""
        for name, first in self._first.items():
            yield Notice("ecospold1-final-waste", first, {"name": name, "count": self._count[name]})
