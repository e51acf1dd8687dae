"""The words of a workbook for components and materials, as the rule file calls them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from footprint.errors import Problem, WorkbookError, problem
from footprint.model.bill import Bill, BomLine, ProcessRow
from footprint.model.graph import Exchange, SupplyGraph
from footprint.model.pcr import Named, Pcr

Words = Mapping[str, str]
"""A word as a workbook may write it, whatever its case -> the id of the rule file."""


def worded(graph: SupplyGraph, pcr: Pcr) -> tuple[Exchange, ...]:
    """Return the exchanges of ``graph`` with components and materials by their ids in ``pcr``.

    A workbook may name them by title. `WorkbookError` with every word the rules do not have; rules that have no words
    of a kind take any.
    """
    named = {"component": pcr.components, "material": pcr.materials}
    known = {key: _words(parts) for key, parts in named.items() if parts}
    problems = [*_unknown(graph.linked.bill, known)]
    if problems:
        raise WorkbookError(*problems)
    return tuple(_worded(exchange, known) for exchange in graph.exchanges) if known else graph.exchanges


def _words(parts: Sequence[Named]) -> Words:
    return {name.strip().casefold(): part.id for part in parts for name in (*part.title.values(), part.id)}


def _unknown(bill: Bill, known: Mapping[str, Words]) -> Iterator[Problem]:
    rows: Sequence[BomLine | ProcessRow] = (*bill.bom, *bill.processes)
    for row in rows:
        for key, words in known.items():
            written = getattr(row, key, "")
            if written and written.strip().casefold() not in words:
                near = tuple(dict.fromkeys(words.values()))
                yield problem(f"{key}-unknown", row.places.get(key, row.place), near=near, word=written)


def _worded(exchange: Exchange, known: Mapping[str, Words]) -> Exchange:
    facts = exchange.facts
    ids = {key: words[str(facts[key]).strip().casefold()] for key, words in known.items() if key in facts}
    return exchange._replace(facts={**facts, **ids}) if ids else exchange
