"""One table of an import with all that was read of it: its structure, amounts, masses, losses, and what is left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from types import MappingProxyType
from typing import NamedTuple

from footprint.errors import Problem, problem
from footprint.layouts.asking import apart, clues, counts, directions, either, matrices, one_name, rivals, states
from footprint.layouts.asking.codes import rounded
from footprint.layouts.asking.families import asked as for_each
from footprint.layouts.asking.printed import asked as printed
from footprint.layouts.asking.recipe_rows import asked as beside
from footprint.layouts.asking.rivals import Rival
from footprint.layouts.asking.sizes import asked as sizes
from footprint.layouts.counting import dates, editions, rules, seconds
from footprint.layouts.counting.directions import below
from footprint.layouts.counting.noise import CONTINUED, HEAD, HEADING, OF_WHICH, TOTAL, bare, noise
from footprint.layouts.counting.repeats import asked as doubled
from footprint.layouts.counting.rules import Asked
from footprint.layouts.counting.sums import adding, headed, told_again
from footprint.layouts.locating.blocks import Block, block, where_used
from footprint.layouts.locating.namesakes import asked as of_rows
from footprint.layouts.locating.regions import Region
from footprint.layouts.locating.shifted import shifted
from footprint.layouts.locating.so_many import asked as for_many
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring import recipes
from footprint.layouts.measuring.losses import NONE, Losses, losses
from footprint.layouts.measuring.masses import Masses, masses
from footprint.layouts.measuring.orders import orders
from footprint.layouts.measuring.portions import asked as portions
from footprint.layouts.measuring.quantities import Quantities, quantities, weighs
from footprint.layouts.measuring.quotas import asked as quotas
from footprint.layouts.measuring.reach import reached
from footprint.layouts.measuring.shares import parts
from footprint.layouts.measuring.usage import usage as used_with
from footprint.layouts.naming import headers, levels
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.layout import CHAPTER, Layout
from footprint.layouts.nesting import heads, structures, yields
from footprint.layouts.nesting.structures import pairs
from footprint.layouts.nesting.trees import Rows
from footprint.model.sheets import Sheet


class Part(NamedTuple):
    """A table with what was read of it.

    ``kept``: the positions of its rows that may be lines; ``parents``: the kept row each is part of; ``structure``: how
    that is told; ``top``: the kept row that is the product itself, `levels.LOST` for none; ``out``: rule by position;
    ``used``: the share that the quantity of a row counts with, of those where it is not all of it; ``fixed``: how many
    parents share the quantity of a row, of those taken once in each order; ``rivals``: columns that tell otherwise what
    another is read for.
    """

    layout: Layout
    table: Table
    block: Block
    quantities: Quantities
    masses: Masses
    losses: Losses
    structure: str
    kept: Sequence[int]
    parents: Sequence[int]
    top: int
    out: Mapping[int, str]
    phantoms: frozenset[int]
    used: Mapping[int, float]
    fixed: Mapping[int, float]
    faults: Mapping[int, Problem]
    rivals: Sequence[Rival] = ()

    @property
    def asked(self) -> tuple[Problem, ...]:
        """What must be told before the table can be read; that it is no bill at all comes first."""
        upside_down = where_used(self.table.sheet, self.table.above)
        if upside_down:
            return (problem("import-where-used", upside_down),)
        if bare := [*heads.bare(self.table, self.layout)]:
            return (*bare,)
        lost = (*rounded(self.table, self.kept, self.block), *sizes(self.table, self.layout),
                *matrices.asked(self.table, self.kept, self.layout))  # fmt: skip
        if lost := (*lost, *beside(self.table, self.layout), *directions.asked(self.table, self.layout),
                    *either.asked(self.table, self.layout), *apart.asked(self.table, self.layout)):
            return lost
        structure = structures.asked(self.table, self.kept, self.structure, self.layout.structure)
        if weighs(self.table, self.layout) and self._is_nested:
            structure = (*structure, problem("import-weighed-tree", self.table.place(0, "quantity")))
        left = [at for at in self.kept if at not in self.out]
        doubts = (*(clues.asked(self.table, self.kept, self.layout) if self._is_flat else ()),
                  *states.asked(self.table, left, self.layout, self.structure),
                  *counts.asked(self.table, self.layout), *rivals.asked(self.table, self.rivals))
        return (*structure, *self.quantities.asked, *doubts, *self.masses.asked, *self.losses.asked)

    @property
    def _is_nested(self) -> bool:
        """Whether any of its rows is part of another."""
        if self.structure != levels.PAIRS:
            return any(up >= 0 for up in self.parents)
        return not {*pairs(self.table, self.kept)}.isdisjoint(self.table.texts("code", self.kept))

    @property
    def _is_flat(self) -> bool:
        """Whether all its rows are parts of the product, and nobody stated so."""
        if self.structure == levels.PAIRS:
            return not (self.layout.structure or self._is_nested)
        return not self.layout.structure and all(up in {levels.PRODUCT, self.top} for up in self.parents)

    @property
    def is_gross(self) -> bool:
        """Whether its quantities hold their losses."""
        return headers.is_gross(self.table.caption("quantity"))

    @property
    def loses(self) -> bool:
        """Whether anything of it is lost."""
        return any(loss != NONE for loss in self.losses.values)

    def text(self, field: str, at: int) -> str:
        """Return a cell as text, "" for none; a number as the digits that are seen."""
        return as_text(self.table.field(field)[at])

    def texts(self, field: str) -> list[str]:
        """Return the cells of a column as texts."""
        return [*map(as_text, self.table.field(field))]

    def continued(self, at: int) -> list[str]:
        """Return the texts of the rows that carry on the one at ``at``."""
        found: list[str] = []
        while self.out.get(at + 1) == CONTINUED:
            at += 1
            row = self.table.sheet.rows[self.table.at[at]]
            found += [" ".join(cell.split()) for cell in row if isinstance(cell, str)]
        return found


def part(sheet: Sheet, region: Region, layout: Layout, on: dt.date) -> Part:
    """Read a table of a sheet. ``on``: the day that validity is judged on."""
    table = Table(sheet, region)
    above = block(sheet, layout, table)
    out = rules.filtered(table, layout)
    none, doubted = _noise(table, layout, out)
    headings = _by_rule(none, HEADING)
    rows: Sequence[int] = [at for at in range(len(table)) if at not in none] if none else range(len(table))
    told, above_rows = structures.structure(table, rows, layout.structure)
    kept, parents = levels.in_order(rows, above_rows)
    usage = used_with(table, layout)
    asked = Asked(layout, on, _above(table, kept, parents), usage.values)
    left = [at for at in kept if at not in out] if out else kept
    if moved := shifted(table):
        left = [at for at in left if at not in moved]
    out |= none | rules.left_out(table, left, asked)
    left = [at for at in left if at not in out] if out else left
    used = rules.used(table, left, asked)
    by = orders(table, layout, above)
    amounts = quantities(table, layout, above.quantity or 1.0, used, by.fixed, _by_rule(none, CONTINUED))
    amounts = _without(moved, amounts)
    amounts = amounts._replace(problems={**usage.problems, **amounts.problems},
                               asked=(*doubted, *recipes.asked(table, left, amounts, layout, above),
                                      *editions.asked(table, left, layout, asked.above),
                                      *for_each(table, left, layout, asked.above), *usage.asked,
                                      *one_name.asked(table, left, layout),
                                      *seconds.asked(table, left, layout, asked.above),
                                      *doubled(table, left, layout, asked.above, usage.values),
                                      *dates.asked(table, layout, on), *above.asked, *quotas(table, amounts, layout),
                                      *of_rows(table, headings, layout), *for_many(table, headings, layout),
                                      *directions.headed(table, headings, layout),
                                      *portions(table, (*parts(table, layout), *amounts.asked), layout),
                                      *printed(table, left, _by_rule(none, TOTAL), amounts, layout),
                                      *by.asked, *heads.asked(table, kept, parents, amounts, layout)))  # fmt: skip
    amounts = yields.of_bills(table, _by_rule(none, HEAD), amounts, layout)
    weights = reached(table, kept, parents, amounts, masses(table, amounts, layout), layout)
    if told == levels.FLAT:
        alone = heads.whole(table, left, amounts, weights.values, layout)
        over = headed(table, left, amounts.counted, amounts.units, layout)
        out |= {**dict.fromkeys(over.rows, TOTAL), **dict.fromkeys(alone.rows, "product-row")}
        amounts = amounts._replace(asked=(*amounts.asked, *alone.asked, *over.asked))
    faults = {**_bare(table, left, amounts, layout), **_unnamed(table, left, amounts), **_faults(table), **moved}
    top = heads.head(table, kept, parents, amounts, layout)
    whole = top if top >= 0 else levels.PRODUCT
    tops = [at for at, up in zip(kept, parents, strict=False) if up == whole]
    return Part(
        layout, table, above, amounts, weights, losses(table, amounts, layout, above, tops, by),
        told, kept, parents, top, out, rules.phantoms(table), used, by.fixed, faults,
        rivals.rivals(table, layout, on),
    )  # fmt: skip


def _noise(table: Table, layout: Layout, out: Mapping[int, str]) -> tuple[dict[int, str], Sequence[Problem]]:
    """Return the rows that are no parts with the rule that says so, and what is asked about them."""
    left: Sequence[int] = [at for at in range(len(table)) if at not in out] if out else range(len(table))
    none = noise(table, left)
    left = [at for at in left if at not in none] if none else left
    if layout.constants.get("headings") == CHAPTER:
        none |= dict.fromkeys(bare(table, left), HEADING)
        left = [at for at in left if at not in none]
    sums = adding(table, left, _by_rule(none, TOTAL), layout)
    none |= dict.fromkeys(sums.rows, TOTAL)
    again = told_again(table, [at for at in left if at not in none] if none else left, _by_rule(none, OF_WHICH), layout)
    none |= dict.fromkeys(again.rows, OF_WHICH)
    made = dict.fromkeys((at for at in below(table, _by_rule(none, HEADING), layout) if at not in none), "comes-out")
    return none | made, (*sums.asked, *again.asked)


def _by_rule(none: Mapping[int, str], rule: str) -> list[int]:
    """Return the rows that are no parts by a rule."""
    return [at for at in none if none[at] == rule]


def _without(moved: Mapping[int, Problem], amounts: Quantities) -> Quantities:
    """Return quantities without those of rows whose cells are moved."""
    values = [None if at in moved else value for at, value in enumerate(amounts.values)] if moved else amounts.values
    return amounts._replace(values=values)


def _above(table: Table, kept: Sequence[int], parents: Sequence[int]) -> Mapping[int, object]:
    """Return what each row is part of, as far as the table tells: the row above, or the code of the parent."""
    return dict(zip(kept, parents or pairs(table, kept), strict=True))


_ASIDE = frozenset({"stock_unit", "other_mass", "note", "price", "personal", "dated"})
"""Fields of columns that no amount of a line follows from."""


_TOLD_AGAIN = MappingProxyType({"total_mass": ("mass", "quantity"), "total_quantity": ("quantity",)})
"""Fields that tell a row nothing new where it has others."""


def _faults(table: Table) -> dict[int, Problem]:
    """Return the rows with a cell that has no value, in a column that lines are made of, and nothing else tells it."""
    field_of = {at: field for field, ats in table.columns.items() if field not in _ASIDE for at in ats}
    positions = {row: at for at, row in enumerate(table.at)} if table.faults else {}
    found = ((positions[fault.row], fault) for fault in reversed(table.faults) if fault.column in field_of)
    return {at: fault.problem for at, fault in found if not _is_told_again(table, at, field_of[fault.column])}


def _unnamed(table: Table, left: Sequence[int], amounts: Quantities) -> dict[int, Problem]:
    """Return the rows with an amount that nothing names: nobody can tell what there is so much of.

    A column of texts that is not read for what rows are may say it: that is stated.
    """
    code = "code" if table.has("code") else next(field for field in table.naming if table.has(field) or field == "code")
    free = next((field for field in ("specification", "order_code", "package") if not table.has(field)), "")
    spare = sorted((*table.header.unused, *table.columns.get("category", ()))) if free else ()
    found = {}
    for at in (at for at in left if not table.are_named[at] and amounts.values[at]):
        other = next((column for column in spare if isinstance(table.column(column)[at], str)), -1)
        facts = {"caption": table.called(other), "field": free} if other in table.header.captions else {}
        found[at] = problem(f"import-no-name{'-but' if facts else ''}", table.place(at, code), (), **facts)
    return found


def _bare(table: Table, left: Sequence[int], amounts: Quantities, layout: Layout) -> dict[int, Problem]:
    """Return the rows without an amount that hold a text alone: parts or headings, unless it is stated that they count.

    ``left``: the rows that are no noise.
    """
    if "blank_quantity" in layout.constants:
        return {}
    open_ = [at for at in left if at in amounts.problems and amounts.problems[at].code in _UNTOLD]
    return {at: problem("import-bare-row", table.place(at)) for at in bare(table, open_)}


_UNTOLD = frozenset({"import-no-unit", "import-no-quantity"})


def _is_told_again(table: Table, at: int, field: str) -> bool:
    others = _TOLD_AGAIN.get(field, ())
    return bool(others) and all(isinstance(table.field(other)[at], float) for other in others)


def rows(part: Part) -> Rows:
    """Return the kept rows of a table as a tree sees them."""
    codes = part.table.texts("code", part.kept)
    if part.structure == levels.PAIRS:
        return Rows(codes, above=pairs(part.table, part.kept), keys=codes[part.top :][:1] if part.top >= 0 else ())
    if not part.table.has("code") and part.parents.count(levels.PRODUCT) > 1:
        names = part.table.texts("name", part.kept)
        codes = [name if up == levels.PRODUCT else "" for name, up in zip(names, part.parents, strict=True)]
    name = part.block.name if part.block.product else ""
    heading = "" if part.layout.structure == levels.FLAT else part.table.heading
    keys = (part.block.code, codes[part.top] if part.top >= 0 else "", part.block.bill, part.block.product, name,
            part.table.title, heading)
    titles = (part.table.sheet.name, PurePath(part.table.sheet.file).stem)
    reference = part.table.texts("sub_bom", part.kept)
    merged = [sub or code for sub, code in zip(reference, codes, strict=True)]
    return Rows(merged, part.parents, keys=tuple(filter(None, keys)), titles=titles)
