"""What became of each clause of a rule file."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from footprint.model.graph import Exchange
from footprint.model.pcr import Benchmark, Check, Cited, Text


class Outcome(StrEnum):
    """The outcome of a clause."""

    PASSED = "passed"
    FAILED = "failed"
    NEEDS_EVIDENCE = "needs-evidence"
    NOT_APPLICABLE = "not-applicable"
    NOT_ASSESSED = "not-assessed"


class Clause(NamedTuple):
    """A check with its outcome: ``sentence`` says the clause, ``test`` prints the expression that ran.

    ``seen``: the values it looked at, in words; ``cells``: the lines that decided, where it is tested on lines.
    """

    id: str
    cited: Cited
    sentence: Text
    test: Text
    outcome: Outcome
    seen: Text
    cells: tuple[str, ...] = ()


class Need(NamedTuple):
    """What a cell of the data needs matrix asks of a line, and whether it has it."""

    line: Exchange
    check: Check
    outcome: Outcome
    seen: Text


class Mark(NamedTuple):
    """How a result stands to a benchmark: passed is reached. It is no part of conformity."""

    benchmark: Benchmark
    outcome: Outcome
    test: Text
    seen: Text
