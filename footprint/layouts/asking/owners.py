"""Columns that name the product of each row though they are read for its part, or for nothing: told by their captions.

The parts of one product need not come again in another: what parts the rows into groups is asked about all the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from footprint.errors import Problem, problem
from footprint.layouts.counting.editions import some
from footprint.layouts.locating.flags import Left
from footprint.layouts.locating.table import Table, filled_down
from footprint.layouts.locating.titles import OF_PRODUCT
from footprint.layouts.naming import levels
from footprint.layouts.naming.captions import IGNORE
from footprint.layouts.naming.layout import ALL, Layout
from footprint.layouts.naming.records import is_id, leads
from footprint.layouts.naming.sayings import are_flags
from footprint.model.sheets import Cell

_OWNER = re.compile(
    r"product(?!i|or)|produit|prodotto|produkt(?!i)|(?<![a-z])produto|finished|erzeugnis|recipe|receta|recette|ricetta"
    r"|rezept|formulation|(?<!sub)(?<!sub[ _-])assembly"
    r"|(?<![a-z])(?:sku|kit|machine|model|modell|modelo|modèle|modello|bom|fg)(?![a-z])|[产產]品|成品|配方|机型|整机",
    re.IGNORECASE)  # fmt: skip
"""What captions say of products, in the languages of bills that are met."""
_SUBSTANCE = re.compile(
    r"ingredient|zutat|rohstoff|inhaltsstoff|materia prima|matière première|(?<![a-z])raw(?![a-z])|原料|原材料|配料",
    re.IGNORECASE)  # fmt: skip
_COMPONENT = re.compile(
    r"component|komponente|composant|bestandteil|(?<![a-z])(?:parts?|child)(?![a-z])|组件|零件|部件|子件",
    re.IGNORECASE)  # fmt: skip
"""What captions say of what products are made of."""
_KIND = re.compile(
    r"categor|kategor|catégor|type|(?<![a-z])typ(?![a-z])|tipo|gr[ou]+p|klasse|class|clase|family|familie|line|url|link"
    r"|desc|beschreib|manufact|herstell|vendor|supplier|note|weight|phase|fase|step|stage|schritt|[类類组]|系列|描述|备注"
    r"|阶段|fun[ck]tion|purpose|usage|zweck|功能|作用|用途"
    r"|layer|schicht|section|zone|station|area|storage|(?<![a-z])lager|部位|区域|库位|仓", re.IGNORECASE)  # fmt: skip
"""What captions say that group the parts of one product, or tell something else of each."""
_DESIGNATOR = re.compile(r"[A-Z]{1,4}\d{1,4}(?:[,;\s].*)?", re.DOTALL)
_LEAST, _CODE, _MOSTLY = 2, 1000, 0.75
"""Rows of a group, and groups; the least whole number that is taken for a code; texts of a group that differ."""


_IDENTITY = r"[\W_]*(?:id|no|nr|num|number|nummer|code|key|name|ref)?[\W_]*"
_JOB = re.compile(
    rf"(?:job|project|projekt|projet|proyecto|progetto|work[\W_]*order|auftrag)s?{_IDENTITY}"
    r"|auftragsnummer|projektnummer|(?:生产)?(?:工单|任务单|制令)(?:单?号|编号|id)?|项目(?:编?号|代码|id)",
    re.IGNORECASE)  # fmt: skip
_ORDER = re.compile(
    rf"(?:(?:sales|production|customer)[\W_]*)?order{_IDENTITY}|(?:销售|生产|客户)?订单(?:编?号|id)?",
    re.IGNORECASE)  # fmt: skip
"""Captions of what products are made for; right of a part its order number is that of its supplier."""


def names_owner(caption: str) -> bool:
    """Tell whether a caption says product, recipe or the like, and no kind of them."""
    return _OWNER.search(caption) is not None and _KIND.search(caption) is None


def groups_parts(caption: str) -> bool:
    """Tell whether a caption says what groups the parts of one product, what they are for, or tells something else."""
    return any(each.search(caption) for each in (_KIND, _JOB, _ORDER))


def asked(table: Table, left: Left, layout: Layout, above: Mapping[int, object]) -> Iterator[Problem]:
    """Ask about the first column that may name several products whose rows would be added up as parts of one."""
    is_flat = all(above.get(at) == levels.PRODUCT for at in left)
    if is_flat and len(left) > _LEAST and layout.constants.get("product") != ALL and not table.has(OF_PRODUCT):
        yield from [*_read(table, left, layout), *_unread(table, left, layout)][:1]


def _read(table: Table, left: Left, layout: Layout) -> Iterator[Problem]:
    """Ask about a code or name that comes again in rows that another column tells apart."""
    for field in ("code", "name", "specification"):
        at = table.columns.get(field, (-1,))[0]
        if field == "specification" and not _leads(table, at):
            continue
        if at < 0 or layout.settles(table.header.captions.get(at, "")):
            continue
        groups = _groups([table.column(at)[row] for row in left])
        others = _others(table, at, field) if groups else ()
        other = next((each for each in others if _tells(table, left, at, groups, each)), -1)
        if other >= 0:
            yield _problem("import-read-products", table, left, at, groups, field, other=table.called(other))


def _leads(table: Table, at: int) -> bool:
    """Tell whether a column says product or model, and stands before what names the rows that it is read to specify."""
    named = [each for field in ("code", "name") for each in table.columns.get(field, ())]
    return 0 <= at < min(named, default=0) and names_owner(table.called(at))


def _others(table: Table, at: int, field: str) -> Sequence[int]:
    """Return the columns that may name the parts where the one read for them does not."""
    read = [each for other in ("code", "name") if other != field for each in table.columns.get(other, ())]
    read += table.columns[field][1:]
    read += [each for each in table.columns.get("material", ()) if _SUBSTANCE.search(table.called(each))]
    unused = [each for each in table.header.unused if each != at]
    is_led = leads(table.called(at))
    return [*read, *(each for each in unused if not (is_led and is_id(table.called(each))))]


def _tells(table: Table, left: Left, at: int, groups: Sequence[str], other: int) -> bool:
    """Tell whether a column holds other texts in most rows of a group, and one of both captions says what they are."""
    cells = [table.column(other)[row] for row in left]
    if not all(isinstance(cell, str) and cell.strip() for cell in cells) or are_flags(cells):
        return False
    differing = len({*zip(groups, cells, strict=True)})
    if differing < _MOSTLY * len(cells) or all(_DESIGNATOR.fullmatch(str(each)) for each in cells):
        return False
    own, caption = table.called(at), table.called(other)
    if names_owner(own):
        return not names_owner(caption)
    is_code = other in table.columns.get("code", ())
    return _is_of(caption, own) and not is_code and _are_blocks(groups)


def _is_of(caption: str, own: str) -> bool:
    """Tell whether a caption says what something is made of, and another says nothing of that kind."""
    if _SUBSTANCE.search(own):
        return False
    return bool(_SUBSTANCE.search(caption) or (_COMPONENT.search(caption) and not _COMPONENT.search(own)))


def _unread(table: Table, left: Left, layout: Layout) -> Iterator[Problem]:
    """Ask about a column before that of the parts that nobody reads, by its caption or where the others were stated."""
    parts = min(at for field in ("code", "name") for at in table.columns.get(field, (len(table.header.captions),)))
    stated = [table.caption(field) for field in ("code", "name", "quantity") if table.has(field)]
    are_stated = len([each for each in stated if layout.settles(each)]) >= 2 and not layout.columns
    are_made_of = any(_SUBSTANCE.search(table.caption(field)) for field in ("code", "name") if table.has(field))
    first = min(table.header.captions)
    for at in sorted((*table.header.unused, *table.columns.get("position", ()))):
        caption = table.header.captions.get(at, "")
        is_job = _JOB.fullmatch(caption.strip()) or (at < parts and _ORDER.fullmatch(caption.strip()))
        jobs = _jobs([table.column(at)[row] for row in left]) if is_job and not layout.settles(caption) else ()
        if jobs:
            yield _problem("import-unread-products", table, left, at, jobs, IGNORE)
        is_settled = at > parts or at not in table.header.unused or layout.settles(caption)
        if is_settled or not caption or _KIND.search(caption):
            continue
        groups = _groups([table.column(at)[row] for row in left])
        if groups and (names_owner(caption) or (at == first and _are_blocks(groups, 1 if are_made_of else _LEAST)
                                           and (are_stated or are_made_of))):  # fmt: skip
            yield _problem("import-unread-products", table, left, at, groups, IGNORE)


def _groups(cells: Sequence[Cell]) -> Sequence[str]:
    """Return what a column calls the group of each row, as above where it is empty; none where it is no such column."""
    may = all(cell is None or isinstance(cell, str) or (isinstance(cell, float) and cell >= _CODE) for cell in cells)
    found = filled_down(cells)
    if not may or not found[0] or are_flags(cells):
        return ()
    if None in cells and any(a is not None and b is not None and a != b for a, b in pairwise(cells)):
        return ()
    return found if _LEAST <= len({*found}) <= (len(found) + 1) / _LEAST else ()


def _jobs(cells: Sequence[Cell]) -> Sequence[str]:
    """Return which job each row is for, as above where it is empty, where each stands in one piece; none elsewhere."""
    whole = all(cell is None or isinstance(cell, str) or (isinstance(cell, float) and cell >= 1) for cell in cells)
    found = filled_down(cells)
    if not found[0] or not whole or are_flags(cells):
        return ()
    count = len({*found})
    return found if _LEAST <= count <= (len(found) + 1) / _LEAST and _are_blocks(found, 1) else ()


def _are_blocks(groups: Sequence[str], least: int = _LEAST) -> bool:
    """Tell whether each group stands in one piece, of ``least`` rows or more."""
    runs = sum(1 for _ in groupby(groups))
    return runs == len({*groups}) and min(Counter(groups).values()) >= least


def _problem(
    code: str, table: Table, left: Left, at: int, groups: Sequence[str], field: str, other: str = ""
) -> Problem:
    """Return the question about a column, at the first row of its second text."""
    first, second, *_ = dict.fromkeys(groups)
    place = table.sheet.place(table.at[left[groups.index(second)]], at)
    caption, names = table.header.captions[at], some(groups)
    if not other:
        return problem(code, place, caption=caption, names=names, first=first, field=field)
    return problem(code, place, caption=caption, names=names, first=first, field=field, other=other)
