"""An exported bill read into lines: every source row used, merged, left out by a rule, or rejected with its address."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from functools import cache
from itertools import chain
from typing import NamedTuple

from footprint.errors import Problem, WorkbookError, problem
from footprint.layouts import alike, asides, couples
from footprint.layouts.asking import likeliest
from footprint.layouts.contents import Contents, contents
from footprint.layouts.counting import editions
from footprint.layouts.counting.noise import CONTINUED
from footprint.layouts.locating.headless import is_stated, no_table, open_columns
from footprint.layouts.locating.namesakes import entitle
from footprint.layouts.measuring.losses import NONE, Loss, formula, rate
from footprint.layouts.measuring.quantities import ZERO, weighs
from footprint.layouts.naming import levels
from footprint.layouts.naming.amounts import LARGEST
from footprint.layouts.naming.layout import ALL, Layout
from footprint.layouts.nesting import heads
from footprint.layouts.nesting.trees import MOST_LINES, Tree, tree
from footprint.layouts.part import Part, part, rows
from footprint.model.sheets import Book
from footprint.provenance import Place

USED, MERGED, EXCLUDED, REJECTED = "used", "merged", "excluded", "rejected"
BELOW, UNREACHED, TWICE = "below-left-out", "not-of-product", "told-twice"
PRODUCT_ROW, PHANTOM = "product-row", "phantom"


class Became(NamedTuple):
    """What became of a source row, and why: a rule, or the code of a problem."""

    state: str
    why: str = ""


_became = cache(Became)
_ABSENT, _USED = _became(""), _became(USED)
_DROPPED = -3
_NEAR, _SHOWN = 3, 12
"""Products that are offered instead, and codes of a ring and names of sheets that are told."""
Source = tuple[Part, int]
"""A source row: its table, and its position there."""


class Line(NamedTuple):
    """A line of the bill: the row it comes from, the line it is part of, ``-1`` for the product; ``amount`` of it.

    ``loss``: its loss rate; ``through``: the phantoms that it was part of, whose amounts and losses it has taken over.
    """

    part: Part
    at: int
    parent: int
    amount: float | None
    loss: float | None = None
    through: tuple[Source, ...] = ()


class _Above(NamedTuple):
    """What a row is part of: a line, or what passes it on: ``times`` the amount, the losses of ``through`` besides.

    What is lost of the product itself is taken more of each of its parts.
    """

    line: int
    row: Source | None = None
    times: float | None = 1.0
    through: tuple[Source, ...] = ()

    @property
    def losses(self) -> tuple[Loss, ...]:
        """The losses of the phantoms between, and of the product."""
        return tuple(part.losses.values[at] for part, at in self.through)


_OF_PRODUCT, _LOST, _OUT = _Above(levels.PRODUCT), _Above(levels.LOST), _Above(_DROPPED)


class Imported:
    """All that an import read: the lines, what became of each filled row of each part, the formula of the losses.

    ``held``: what the files hold besides; ``product``: its code where pairs of parent and child tell it, "" otherwise.
    """

    def __init__(self, parts: Sequence[Part], loss_formula: str, held: Contents, product: str) -> None:
        self.parts, self.loss_formula, self.held, self.product = parts, loss_formula, held, product
        self.lines: list[Line] = []
        self.states: list[list[Became]] = [[_ABSENT] * len(part.table) for part in parts]
        self.problems: list[Problem] = []

    @property
    def gross(self) -> tuple[Part, ...]:
        """The tables whose quantities hold the losses stated beside them."""
        return tuple(one for one in self.parts if one.is_gross and one.loses)

    def used(self) -> list[list[int]]:
        """Return the kept rows of each part that are lines."""
        states = zip(self.parts, self.states, strict=True)
        return [[at for at in part.kept if rows[at] == _USED] for part, rows in states]

    def counts(self) -> Counter[Became]:
        """Return how many source rows became what, and why."""
        return Counter(became for states in self.states for became in states)


def imported(books: Sequence[Book], layout: Layout, on: dt.date, product: str = "") -> Imported:
    """Return the lines of the bill that ``books`` tell, all files and sheets together.

    ``on``: the day that validity is judged on; ``product``: the code of what is wanted, where there are several.
    Raises `WorkbookError` where there is no bill, no telling which, or something must be told first.
    """
    wanted = product or layout.constants.get("product", "")
    if wanted:
        layout = layout._replace(constants={**layout.constants, "product": wanted})
    wanted = "" if wanted == ALL else wanted
    held = contents(books, layout)
    parts = [part(sheet, region, held.layout, on) for sheet, region in held.bills]
    if not parts:
        raise WorkbookError(*_no_table(books, layout))
    known = [bool(one.block.product or one.table.title) for one in parts]
    several = [*entitle([one.table for one in parts], known.__getitem__)]
    if several and layout.constants.get("product") != ALL:
        raise WorkbookError(*several[:1])
    asked = {(each.code, each.facts.get("caption")): each for one in reversed(parts) for each in reversed(one.asked)}
    if asked:
        raise WorkbookError(*(_for_each(each, parts) for each in reversed(asked.values())))
    _insist_on_quantities(parts)
    several = [each for one in parts
               for each in heads.several(one.table, one.kept, one.parents, one.quantities, one.layout)]  # fmt: skip
    if several and not wanted:
        raise WorkbookError(*several)
    written = _written(parts, wanted)
    _insist(written, parts, wanted)
    made = Imported(parts, formula((one.losses for one in parts), layout), held, written.product)
    _account(made, written)
    _insist_on_losses(made)
    whole = {id(line.part) for line in made.lines if line.parent == levels.PRODUCT}
    if len(whole) > 1 and (same := [*alike.asked(alike.told(made.parts, made.used()), whole, wanted)]):
        raise WorkbookError(*same)
    if written.unreached and (differing := [*alike.differing(made.parts, written.unreached)]):
        raise WorkbookError(*differing)
    return made


def _written(parts: Sequence[Part], wanted: str) -> Tree:
    """Return the tree of what is wanted; of the only top of its rows where a column calls a product so, and no code.

    Raises `WorkbookError` where pairs may be codes with their names, or these rows have several tops.
    """
    is_of_column = bool(wanted) and any(editions.tells(one.table, one.kept, wanted) for one in parts)
    if doubts := [each for one in parts for each in couples.asked(one)] if is_of_column or not wanted else []:
        raise WorkbookError(*doubts)
    found = tree([rows(one) for one in parts], wanted)
    tops = couples.tops(parts) if found.missing and is_of_column else ()
    if len(tops) > 1:
        place = parts[0].table.sheet.place(parts[0].table.header.bottom)
        raise WorkbookError(problem("import-products-of-one", place, product=wanted, count=len(tops)))
    return tree([rows(one) for one in parts], tops[0]) if tops else found


def _for_each(asked: Problem, parts: Sequence[Part]) -> Problem:
    """Return a question that one answer for all tables does not fit, where there are several: each has its own."""
    is_other = asked.code == "import-for-many" and len(parts) > 1
    return asked._replace(code="import-for-many-each") if is_other else asked


def _insist_on_quantities(parts: Sequence[Part]) -> None:
    """Raise where a list of masses stands beside tables with quantities, or one called so: it may be their summary."""
    filled = [one for one in parts if len(one.table)]
    if aside := [*asides.asked(filled)]:
        raise WorkbookError(*aside)
    bare = [one for one in filled if weighs(one.table, one.layout)]
    others = [one for one in filled if one not in bare]
    if bare and others:
        here, other = bare[0].table.place(0, "quantity"), others[0].table.place(0, "quantity")
        raise WorkbookError(problem("import-weighed-beside", here, other=other, sheet=alike.called(others[0], parts)))


def _no_table(books: Sequence[Book], layout: Layout) -> list[Problem]:
    """Return what is said where there is no table: that of each file, or that no sheet has a name that is stated."""
    names = [sheet.name for book in books for sheet in book.sheets]
    if layout.sheets and layout.sheets.isdisjoint(names):
        stated, shown = ", ".join(sorted(layout.sheets)), ", ".join(dict.fromkeys(names[:_SHOWN]))
        return [problem("import-no-such-sheet", Place(layout.file), stated=stated, names=shown)]
    bare = [each for book in books for each in open_columns(book)] if is_stated(layout) else []
    return bare or [each for book in books for each in [*likeliest.asked(book, layout)] or [_bare(book, layout)]]


def _bare(book: Book, layout: Layout) -> Problem:
    """Return what is said of a file without numbers below a header: that it may be a list, or have none."""
    said = no_table(book)
    others = chain(likeliest.listed(book, layout), likeliest.named(book))
    return said if said.code == "import-no-header" else next(others, said)


def _insist(found: Tree, parts: Sequence[Part], wanted: str) -> None:
    """Raise where the tables tell no tree, or none of what is wanted."""
    place = parts[0].table.sheet.place(parts[0].table.header.bottom)
    if found.missing:
        known = [code for code in found.missing if code]
        near = dict.fromkeys((*get_close_matches(wanted, known, _NEAR, 0), *known))
        raise WorkbookError(problem("import-no-such-product", place, (*near,)[:_NEAR], product=wanted))
    if found.ring:
        raise WorkbookError(problem("import-ring", place, codes=" → ".join(_ends(found.ring))))
    if found.too_many or sum(len(one.table) for one in parts) > MOST_LINES:
        raise WorkbookError(problem("import-too-many", place, limit=MOST_LINES))
    if found.differs:
        here, there = (parts[number].table.place(parts[number].kept[at], "code") for number, at in found.differs)
        raise WorkbookError(problem("import-differing", here, other=there))
    if found.roots:
        raise WorkbookError(problem("import-products", place, tuple(found.roots[:3]), count=len(found.roots)))


def _ends(codes: Sequence[str]) -> Sequence[str]:
    """Return a long row of codes without its middle."""
    return codes if len(codes) <= _SHOWN else (*codes[: _SHOWN - 2], "…", codes[-1])


def _insist_on_losses(made: Imported) -> None:
    """Raise where losses come together, and nobody says how a loss rate counts, or only some quantities hold them."""
    gross = made.gross
    net = next((one.table for one in made.parts if not one.is_gross and one.loses), None) if gross else None
    if net and "quantities" not in gross[0].layout.constants:
        other = gross[0].table.place(0, "quantity")
        raise WorkbookError(problem("import-net-and-gross", net.place(0, "quantity"), other=other))
    open_ = next((line for line in made.lines if line.loss is not None and math.isnan(line.loss)), None)
    if open_:
        raise WorkbookError(problem("import-loss-formula", open_.part.table.place(open_.at, "loss")))


def _account(made: Imported, written: Tree) -> None:
    """Make the lines of a tree, and say of each source row what became of it."""
    for one, states in zip(made.parts, made.states, strict=True):
        for at, rule in one.out.items():
            states[at] = _became(MERGED if rule == CONTINUED else EXCLUDED, rule)
    starts = {levels.PRODUCT: _OF_PRODUCT, levels.LOST: _LOST}
    with_parts = set(written.parents)
    places: list[_Above] = []
    tables = [
        (one, one.kept, states, _told(one), one.quantities.values, _rates(one, made.loss_formula))
        for one, states in zip(made.parts, made.states, strict=True)
    ]
    for node, ((number, index), up) in enumerate(zip(written.rows, written.parents, strict=True)):
        above, (one, kept, states, told, amounts, rates) = places[up] if up >= 0 else starts[up], tables[number]
        at = kept[index]
        if above.through or above.line < levels.PRODUCT or at in told:
            places.append(_place(made, number, index, above, is_whole=node in with_parts))
            continue
        states[at] = _USED
        places.append(_Above(len(made.lines), (one, at)) if node in with_parts else _OUT)
        made.lines.append(Line(one, at, above.line, amounts[at], rates[at]))
    for number, at in written.unreached:
        position = made.parts[number].kept[at]
        if made.states[number][position] is _ABSENT:
            why = TWICE if (number, at) in written.twice else UNREACHED
            made.states[number][position] = _became(EXCLUDED, why)


def _rates(one: Part, formula_: str) -> list[float | None]:
    """Return the loss rate of each row of a table: most rows share one."""
    known = {key: rate((loss,), formula_) for key, loss in {id(loss): loss for loss in one.losses.values}.items()}
    return [known[id(loss)] for loss in one.losses.values]


def _told(one: Part) -> Collection[int]:
    """Return the rows of which more is told than how much there is of them; all where that is told by totals."""
    if one.quantities.are_totals:
        return range(len(one.table))
    none = {at for at, value in enumerate(one.quantities.values) if not value}
    own = {one.kept[one.top]} if one.top >= 0 else set()
    return none | own | one.phantoms | {*one.out, *one.faults, *one.quantities.problems, *one.losses.problems}


def _place(made: Imported, number: int, index: int, above: _Above, *, is_whole: bool) -> _Above:
    """Say what becomes of a row, its line included; return what its parts are part of. ``is_whole``: it has parts."""
    one, states = made.parts[number], made.states[number]
    at = one.kept[index]
    if index == one.top:
        states[at] = _became(USED, PRODUCT_ROW)
        if above.line == levels.PRODUCT and one.losses.values[at] != NONE:
            return above._replace(row=(one, at), through=(*above.through, (one, at)))
        return above._replace(row=(one, at)) if above.line >= 0 else above
    value = one.quantities.values[at]
    rule = one.out.get(at) or (BELOW if above.line == _DROPPED else ZERO if value == 0 else "")
    if rule:
        if states[at] is _ABSENT:
            states[at] = _became(EXCLUDED, rule)
        return _OUT
    stopped, amount = _problem(one, at, above.line), _amount(one, at, above)
    if at in one.phantoms and is_whole and not stopped:
        states[at] = _became(MERGED, PHANTOM)
        return _Above(above.line, (one, at), amount, (*above.through, (one, at)))
    if stopped:
        made.problems += [stopped] if states[at].state != REJECTED else []
        states[at] = _became(REJECTED, stopped.code)
    else:
        states[at] = _USED
    own = one.losses.values[at]
    loss = rate((*above.losses, own) if above.through else (own,), made.loss_formula)
    made.lines.append(Line(one, at, above.line, amount, loss, above.through))
    return _Above(len(made.lines) - 1, (one, at)) if is_whole else _OUT


def _problem(one: Part, at: int, parent: int) -> Problem | None:
    """Return the first thing that stands in the way of a row."""
    if parent == levels.LOST:
        field = _PLACED.get(one.structure, "name")
        return problem("import-no-place", one.table.place(at, field), text=one.text(field, at))
    return one.faults.get(at) or one.quantities.problems.get(at) or one.losses.problems.get(at)


_PLACED = {levels.LEVEL: "level", levels.DOTTED: "position", levels.IDS: "parent_row"}
"""The field that gives a row its place."""


def _amount(one: Part, at: int, above: _Above) -> float | None:
    """Return how much one unit of the line above takes; totals of the product are divided by the row above's."""
    value = one.quantities.values[at]
    if one.quantities.are_totals and above.row and above.row[0] is one:
        part_above, row = above.row
        whole = part_above.quantities.values[row]
        value = value / whole if value is not None and whole else None
    passed = value if value is None or above.times is None else value * above.times
    return passed if passed is not None and passed <= LARGEST else None
