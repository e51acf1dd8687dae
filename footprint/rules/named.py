"""The words of a workbook for components and materials, as the rule file calls them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from footprint.errors import Problem, WorkbookError, problem
from footprint.model.bill import Bill, BomLine, Notice, ProcessRow
from footprint.model.graph import Exchange, SupplyGraph
from footprint.model.pcr import Named, Pcr
from footprint.provenance import Place

Words = Mapping[str, str]
"""A word as a workbook may write it, whatever its case -> the id of the rule file."""
Row = TypeVar("Row", BomLine, ProcessRow)


class Strange(NamedTuple):
    """A word that the rules do not have: its column, as written, and its cell."""

    key: str
    written: str
    place: Place


def worded(graph: SupplyGraph, pcr: Pcr) -> tuple[Exchange, ...]:
    """Return the exchanges of ``graph`` with components and materials by their ids in ``pcr``.

    A workbook may name them by title. `WorkbookError` with every word the rules do not have; rules that have no words
    of a kind take any.
    """
    known = _known(pcr)
    problems = [_problem(word, known) for word in _strange_words(graph.linked.bill, known)]
    if problems:
        raise WorkbookError(*problems)
    return tuple(_worded(exchange, known) for exchange in graph.exchanges) if known else graph.exchanges


def without_strange_words(bill: Bill, pcr: Pcr) -> Bill:
    """Return a bill written for other rules without the words that ``pcr`` does not have; each is told once."""
    known = _known(pcr)
    told: dict[tuple[str, str], Notice] = {}
    for word in _strange_words(bill, known):
        told.setdefault((word.key, word.written), Notice("adapted-word", word.place, {"word": word.written}))

    def cleared(row: Row) -> Row:
        strange: dict[str, Any] = {word.key: "" for word in _strange(row, known)}
        return row._replace(**strange) if strange else row

    bom, processes = tuple(map(cleared, bill.bom)), tuple(map(cleared, bill.processes))
    return bill._replace(bom=bom, processes=processes, notices=(*bill.notices, *told.values()))


def _known(pcr: Pcr) -> dict[str, Words]:
    named = {"component": pcr.components, "material": pcr.materials}
    return {key: _words(parts) for key, parts in named.items() if parts}


def _words(parts: Sequence[Named]) -> Words:
    return {name.strip().casefold(): part.id for part in parts for name in (*part.title.values(), part.id)}


def _strange_words(bill: Bill, known: Mapping[str, Words]) -> Iterator[Strange]:
    rows: tuple[BomLine | ProcessRow, ...] = (*bill.bom, *bill.processes)
    return (word for row in rows for word in _strange(row, known))


def _strange(row: BomLine | ProcessRow, known: Mapping[str, Words]) -> Iterator[Strange]:
    """Yield the words of a row that the rules do not have."""
    for key, words in known.items():
        written = getattr(row, key, "")
        if written and written.strip().casefold() not in words:
            yield Strange(key, written, row.places.get(key, row.place))


def _problem(word: Strange, known: Mapping[str, Words]) -> Problem:
    near = tuple(dict.fromkeys(known[word.key].values()))
    return problem(f"{word.key}-unknown", word.place, near=near, word=word.written)


def _worded(exchange: Exchange, known: Mapping[str, Words]) -> Exchange:
    facts = exchange.facts
    ids = {key: words[str(facts[key]).strip().casefold()] for key, words in known.items() if key in facts}
    return exchange._replace(facts={**facts, **ids}) if ids else exchange
