"""Cells that reach nothing: filled in for rules to use, and no rule that acts asks for them. Each is told, with why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from string import ascii_uppercase
from typing import NamedTuple

from footprint import units
from footprint.messages import LANGUAGES, message
from footprint.model.allocation import Allocated
from footprint.model.bill import Bill, BomLine, EndOfLifeRow, Notice, ProcessRow
from footprint.model.expressions import Node
from footprint.model.fields import Field
from footprint.model.graph import Exchange, Kind, Ruled
from footprint.model.pcr import Pcr, Rule
from footprint.provenance import Place
from footprint.rules.expressions import names
from footprint.rules.sentences import sentence
from footprint.rules.words import words_of

_FOR_RULES = {
    "BOM": ("recycled_share", "secondary", "quality_in", "allocation_factor"),
    "End of life": (
        "disposal", "avoided", "quality_out", "allocation_factor", "lhv", "heat_efficiency", "electricity_efficiency",
        "heat", "electricity",
    ),
}  # fmt: skip
"""The columns that count only where a rule turns them into terms: numbers a rule asks for, datasets by their role."""
_OF_MATERIAL = frozenset({"recycled_share", "secondary"})
"""What rules may ask of the part at its end."""
_SHARED_BY = {
    "mass": ("allocation_value",), "volume": ("allocation_value",), "energy": ("energy_content", "allocation_value"),
    "economic": ("price", "allocation_value"), "custom": ("allocation_value",),
    "substitution": ("substitute", "energy_content"),
}  # fmt: skip
"""Method -> the columns of an output that it may rest on."""
_ASKED = {
    "process.price_ratio": "price", "process.has_prices": "price", "process.has_energy": "energy_content",
    "process.has_custom": "allocation_value", "process.has_substitute": "substitute",
}  # fmt: skip
OUTPUTS = frozenset({"product", "co-product"})
_OF_OUTPUT = ("allocation", "allocation_value", "price", "energy_content", "substitute")
_OF_KIND = (*_OF_OUTPUT, "unit_mass", "destination", "fuel_use")
"""The columns of Processes that mean something in rows of one kind only."""
_PREFIX = "line."
Row = tuple[str, str]
Both = Mapping[str, str]
Column = Callable[[str, str], Field]


class _Unread(NamedTuple):
    """A cell that counts nowhere, and why."""

    sheet: str
    key: str
    place: Place
    why: Both


class _Reach(NamedTuple):
    """What the rules that acted asked for, by row of a sheet: keys of columns."""

    pcr: Pcr
    asked: Mapping[str, frozenset[str]]
    used: Mapping[Row, set[str]]


def unread(ruled: Ruled, pcr: Pcr, field: Column) -> tuple[Notice, ...]:
    """Return a notice for each cell of ``ruled`` that reaches neither a term nor a decision under ``pcr``.

    ``field`` gives the column of a sheet by its key.
    """
    bill = ruled.graph.linked.bill
    filled = [(sheet, row, key) for sheet, row in _rows(bill) for key in _FOR_RULES[sheet] if _counts(row, key)]
    found = [*_of_lines(filled, ruled, pcr)] if filled else []
    found += _of_outputs(bill, ruled.graph.allocated, pcr)
    found += _misplaced(bill, ruled)
    found += _situations(bill, pcr)
    return tuple(_notice(cell, field(cell.sheet, cell.key)) for cell in found)


def _rows(bill: Bill) -> Iterator[tuple[str, BomLine | EndOfLifeRow]]:
    yield from (("BOM", line) for line in bill.bom)
    yield from (("End of life", row) for row in bill.end_of_life)


def _counts(row: BomLine | EndOfLifeRow, key: str) -> bool:
    """Tell whether a cell is filled in; a recycled share of zero is what an empty one is."""
    return key in row.places and not (key == "recycled_share" and not getattr(row, key))


def _of_lines(filled: Iterable[tuple[str, BomLine | EndOfLifeRow, str]], ruled: Ruled, pcr: Pcr) -> Iterator[_Unread]:
    reach = _reach(ruled, pcr)
    for sheet, row, key in filled:
        used = reach.used.get(_row(row.place))
        if used is not None and key not in used:
            yield _Unread(sheet, key, row.places[key], _no_rule(reach, key))


def _reach(ruled: Ruled, pcr: Pcr) -> _Reach:
    """Return what was asked for on each row that has a line in the result."""
    asked = {rule.id: _asked(rule) for rule in pcr.rules}
    used: dict[Row, set[str]] = {}
    for line in ruled.exchanges:
        mine = used.setdefault(_row(line.place), set())
        mine.update(role for role, dataset in line.datasets.items() if dataset is line.dataset)
        for rule in _acted(line, pcr.rules):
            mine |= asked[rule]
    for left_out in ruled.excluded:
        if left_out.rule in asked and (row := _row(left_out.exchange.place)) in used:
            used[row] |= asked[left_out.rule]
    bill = ruled.graph.linked.bill
    lines = {line.id: line for line in bill.bom}
    for end in bill.end_of_life:
        if end.part in lines and (part := _row(lines[end.part].place)) in used:
            used[part] |= used.get(_row(end.place), set()) & _OF_MATERIAL
    return _Reach(pcr, asked, used)


def _row(place: Place) -> Row:
    return place.sheet, place.cell.lstrip(ascii_uppercase)


def _acted(line: Exchange, rules: Iterable[Rule]) -> Iterator[str]:
    """Yield the rules that made a line what it is: of those that derive one from another, each left its name."""
    for rule in rules:
        if rule.id == line.rule or (rule.derived and f" {rule.id}." in line.id):
            yield rule.id


def _asked(rule: Rule) -> frozenset[str]:
    """Return the columns that a rule asks for: by name, or by the role of a dataset."""
    nodes: list[Node] = [rule.when, *(d.coefficient for d in rule.derived)]
    nodes += [d.per for d in rule.derived if d.per is not None]
    named = {name.removeprefix(_PREFIX) for node in nodes for name in names(node) if name.startswith(_PREFIX)}
    return frozenset(named | {d.dataset for d in rule.derived})


def _no_rule(reach: _Reach, key: str) -> Both:
    """Return why no rule used a column: none of them does, or the first that does asks for something else besides."""
    rule = next((rule for rule in reach.pcr.rules if key in reach.asked[rule.id]), None)
    if rule is None:
        return {lang: message("unused-no-rule", lang, pcr=reach.pcr.id) for lang in LANGUAGES}
    words = words_of(reach.pcr)
    when = {lang: sentence(rule.when, lang, words) for lang in LANGUAGES}
    return {lang: message("unused-condition", lang, rule=rule.id, when=when[lang]) for lang in LANGUAGES}


def _of_outputs(bill: Bill, allocated: Iterable[Allocated], pcr: Pcr) -> Iterator[_Unread]:
    """Yield the cells of outputs that no sharing looked at."""
    shared = {found.process: found for found in allocated}
    for row in bill.processes:
        for key in _OF_OUTPUT if row.direction in OUTPUTS else ():
            if key in row.places and not _measures(row, key):
                found = shared.get(row.process)
                if found is None or not _looked_at(row, key, found, pcr):
                    yield _Unread("Processes", key, row.places[key], _no_sharing(found))


def _looked_at(row: ProcessRow, key: str, found: Allocated, pcr: Pcr) -> bool:
    """Tell whether the way in which a process shares rests on a column."""
    if key == "allocation" or key in _SHARED_BY.get(found.method, ()):
        return not (key == "substitute" and row.direction == "product")
    steps = pcr.allocation.steps if pcr.allocation is not None and found.decision.step else ()
    last = next((n for n, step in enumerate(steps, start=1) if step.id == found.decision.step), 0)
    return any(_ASKED.get(name) == key for step in steps[:last] for name in names(step.when))


def _no_sharing(found: Allocated | None) -> Both:
    if found is None:
        return {lang: message("unused-one-output", lang) for lang in LANGUAGES}
    return {lang: message("unused-by-sharing", lang, step=found.decision.step or found.method) for lang in LANGUAGES}


def _misplaced(bill: Bill, ruled: Ruled) -> Iterator[_Unread]:
    """Yield the cells that mean nothing in a row of the kind they stand in."""
    for line in bill.bom:
        if "destination" in line.places and line.role != "consumable":
            yield _Unread("BOM", "destination", line.places["destination"], _here())
    asked = [row for row in bill.processes if not row.places.keys().isdisjoint(_OF_KIND)]
    lines: dict[Row, list[Exchange]] = {}
    for line_ in ruled.exchanges if asked else ():
        lines.setdefault(_row(line_.place), []).append(line_)
    for row in asked:
        for key in _OF_KIND:
            if key in row.places and not _means(row, key, lines.get(_row(row.place), [])):
                yield _Unread("Processes", key, row.places[key], _here())


def _situations(bill: Bill, pcr: Pcr) -> Iterator[_Unread]:
    """Yield the situations that no data needs matrix asks for."""
    if pcr.data_quality is None or not pcr.data_quality.needs:
        why = {lang: message("unused-no-rule", lang, pcr=pcr.id) for lang in LANGUAGES}
        for sheet, rows in (("BOM", bill.bom), ("Processes", bill.processes)):
            for row in rows:
                if "situation" in row.places:
                    yield _Unread(sheet, "situation", row.places["situation"], why)


def _means(row: ProcessRow, key: str, lines: Sequence[Exchange]) -> bool:
    """Tell whether a column means something in a row; of one that is not in the result, its account says why."""
    if row.direction in OUTPUTS:
        return key in _OF_OUTPUT or _measures(row, key)
    if _measures(row, key) or (key == "destination" and row.direction in {"waste", "scrap"}):
        return True
    if row.direction != "input" or key not in {"destination", "fuel_use"}:
        return False
    if key == "destination" and row.destination == "product":
        return True
    wanted = "fuel" if key == "fuel_use" else "input"
    return not lines or any(line.kind is Kind.GAP or (line.crossing and line.role == wanted) for line in lines)


def _measures(row: ProcessRow, key: str) -> bool:
    """Tell whether a column gives the mass, or the energy, of one unit of what is none itself: balances count it."""
    is_energy = units.convertible(row.amount.unit, "MJ")
    if key == "energy_content":
        return row.direction != "emission" and not is_energy
    is_mass = units.convertible(row.amount.unit, "kg") or (is_energy and row.fuel_use != "feedstock")
    return key == "unit_mass" and row.direction != "emission" and not is_mass


def _here() -> Both:
    return {lang: message("unused-here", lang) for lang in LANGUAGES}


def _notice(cell: _Unread, column: Field) -> Notice:
    code = "recycled-unused" if cell.key == "recycled_share" else "cell-unused"
    facts = {"en": column.en, "zh": column.zh, "why_en": cell.why["en"], "why_zh": cell.why["zh"]}
    return Notice(code, cell.place, facts)
