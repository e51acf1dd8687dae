"""Balances: what goes into a process and what comes out of it, by mass and by energy."""

from __future__ import annotations

from typing import NamedTuple


class Unseen(NamedTuple):
    """How much at most may pass without a row that tells [kg, or MJ], why, and the cell it follows from."""

    most: float = 0.0
    why: str = ""
    cell: str = ""


class Flows(NamedTuple):
    """What goes into one run of a process and comes out of it [kg, or MJ], None where something is not known.

    ``why`` nobody can tell whether it closes, "" where it can be told, and ``cell``: what stands in the way.
    ``entering``, ``leaving``: what may come in or go out besides.
    """

    into: float | None
    out: float | None
    why: str = ""
    cell: str = ""
    entering: Unseen = Unseen()
    leaving: Unseen = Unseen()

    @property
    def difference(self) -> float | None:
        """What is missing or too much on one side, over the larger of both [-]; None where nobody can tell."""
        if self.why or self.into is None or self.out is None or not max(self.into, self.out) > 0:
            return None
        return abs(self.into - self.out) / max(self.into, self.out)

    def judged(self, within: float) -> Flows:
        """Return flows of which nobody can tell whether they close ``within`` [-] as such.

        Nobody can where what is missing is no more than what may have passed unseen.
        """
        if self.why or self.into is None or self.out is None:
            return self
        unseen = self.entering if self.out > self.into else self.leaving
        missing, larger = abs(self.into - self.out), max(self.into, self.out)
        if missing <= within * larger or missing - unseen.most > within * larger:
            return self
        return self._replace(why=unseen.why, cell=unseen.cell)


class Balance(NamedTuple):
    """The balances of one process, or of the consecutive steps that make one thing; ``cell``: its first row."""

    process: str
    cell: str
    mass: Flows
    energy: Flows
    steps: tuple[str, ...] = ()
