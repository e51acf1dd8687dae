"""``footprint match``: a copy of a workbook with datasets filled in, and what is left to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from footprint import besides
from footprint.assigning import Choosing, Found, at_stake, choosing, company_of, unweighed
from footprint.errors import Problem, RequestError, no_file, problem
from footprint.files import put
from footprint.filling import Cells, added, filling
from footprint.intake.find import CANDIDATES
from footprint.intake.layout import candidates, empty
from footprint.intake.lines import Asking, asking
from footprint.matching.candidates import ACCEPTED
from footprint.messages import label, message
from footprint.model.matched import How
from footprint.provenance import Place
from footprint.publish.listing import table
from footprint.publish.wording import MISSING, Words, number, percent, short
from footprint.service import listed
from footprint.tables.edit import Listed, edited, extended, suffix
from footprint.tables.read import content_of, parse
from footprint.tables.typed.names import plain

_DATABASES = "databases"
SHOWN = 10
"""Lines to look at first."""
LIMIT = 10
_NAME_COLUMNS = 32


class Request(NamedTuple):
    """What is matched, and how: ``threshold`` [-] of what is filled in without asking, candidates per line."""

    workbook: Path
    output: Path | None = None
    company: str = ""
    threshold: float = ACCEPTED
    limit: int = LIMIT
    databases: tuple[str, ...] = ()
    processing: bool = False


def match(request: Request, lang: str, *, force: bool = False) -> str:
    """Write the copy and return what was found, what is left to a person, and where the copy is.

    Raises `WorkbookError` for what has no bill of materials; the workbook itself is never written to.
    """
    if not request.workbook.is_file():
        raise RequestError(no_file(request.workbook))
    content = content_of(request.workbook)
    output = _output(request, suffix(content, request.workbook.name), force=force)
    content = _with_candidates(content, request.workbook, lang)
    book = parse(content, request.workbook)
    asked = asking(book)
    company = company_of(asked, request.company)
    chosen = choosing(asked, book, request.workbook, request.databases, company)
    found = chosen.find(request.threshold, request.limit)
    proposed = besides.besides(chosen, found)
    lines = besides.rows(chosen, proposed, lang) if request.processing else []
    taken = {row["line"] for row in lines}
    shown = [one for one in proposed if one.id not in taken]
    filled = filling(chosen, found, besides.listed(chosen, shown, lang), lang)
    barred = added(asked, lines, filled.cells, lang)
    opened = tuple(_opens(asked, request.databases, filled.cells))
    made = edited(content, book.file, filled.cells.by_sheet)
    put(output.parent, {output.name: made.content})
    told = [each.text(lang) for each in (*chosen.notices, *filled.notices, *barred, *opened, *made.notices)]
    beside = [*_beside(shown, len(lines) if not barred else 0, lang)]
    return "\n".join([*_report(chosen, found, company, request.threshold, lang), *beside, *told, str(output)])


def _opens(asked: Asking, databases: Sequence[str], cells: Cells) -> Iterator[Problem]:
    """Have a workbook open the ``databases`` that its datasets are chosen from, after its own; yield what is told."""
    own = listed(asked.text(_DATABASES))
    names = "; ".join(dict.fromkeys((*own, *databases)))
    entry = asked.entries.get(_DATABASES)
    if set(databases) <= set(own):
        return
    if entry is None or not entry.place.cell:
        yield problem("match-opens-not", Place(asked.bom.place.file, "Product"), databases=names)
        return
    cells.by_sheet.setdefault(entry.place.sheet, {})[entry.place.cell] = names
    yield problem("match-opens", entry.place, databases=names)


def _with_candidates(content: bytes, workbook: Path, lang: str) -> bytes:
    """Return a workbook with a sheet for candidates, added with its drop-down list where an older one has none."""
    book = parse(content, workbook)
    if any(plain(CANDIDATES) in plain(sheet.name) for sheet in book.sheets):
        return content
    bom = asking(book).bom
    formula = candidates(bom.columns["line"].letters, "{row}").removeprefix("=")
    listed = Listed(bom.sheet.name, bom.columns["dataset"].letters, formula)
    return extended(content, book.file, CANDIDATES, empty(CANDIDATES, lang), listed)


def _output(request: Request, ending: str, *, force: bool) -> Path:
    """Return where the copy is written: never over the workbook, nor over what is there unless forced."""
    workbook = request.workbook
    output = request.output or workbook.with_name(f"{workbook.stem}-matched{ending}")
    if output.suffix.casefold() != ending:
        raise RequestError(problem("merge-name", Place(str(output)), suffix=ending))
    if output.resolve() == workbook.resolve() or (output.exists() and not force):
        raise RequestError(problem("file-exists", Place(str(output))))
    return output


def _report(chosen: Choosing, found: Sequence[Found], company: str, threshold: float, lang: str) -> Iterator[str]:
    """Yield what was found, and the lines to look at."""
    lines = chosen.asking.lines
    taken = Counter(one.taken.how for one in found if one.taken is not None)
    each = [f"{label(f'how-{how}', lang)} {taken[how]}" for how in How if taken[how]]
    hows = ("、" if lang == "zh" else ", ").join(each)
    told = {"threshold": percent(threshold, 0), "company": company, "hows": hows or MISSING}
    counts = {"lines": len(lines), "taken": taken.total(), "open": len(found) - taken.total()}
    held = sum(1 for line in lines if line.dataset)
    made = sum(1 for line in lines if not line.dataset and not line.is_open)
    yield message("match-counts", lang, held=held, made=made, **counts, **told)
    staked, unknown = at_stake(found), list(unweighed(found))
    if staked:
        yield from ("", message("match-first", lang, count=len(staked), shown=min(SHOWN, len(staked))))
        yield from _table(chosen, staked[:SHOWN], lang)
        yield from _rest(len(staked), lang)
    for code, some in (("match-unweighed", unknown), ("match-nothing", [one for one in found if not one.choices])):
        if some:
            yield from ("", message(code, lang, count=len(some)))
            yield from _plain(some[:SHOWN])
            yield from _rest(len(some), lang)


def _beside(shown: Sequence[besides.Beside], added_: int, lang: str) -> Iterator[str]:
    """Yield what is proposed besides, and what of it became lines."""
    if shown or added_:
        lines = len({one.line.id for one in shown})
        uncited = sum(1 for one in shown if one.dataset is None)
        yield from ("", message("match-besides", lang, count=len(shown), lines=lines, uncited=uncited, added=added_))


def _rest(count: int, lang: str) -> Iterator[str]:
    if count > SHOWN:
        yield message("match-rest", lang, count=count - SHOWN)


def _table(chosen: Choosing, found: Sequence[Found], lang: str) -> list[str]:
    """Return the lines of which most is at stake, with their likeliest candidate."""
    w = Words(lang)
    rows = [tuple(label(f"match-{head}", lang) for head in ("cell", "line", "mass", "stake", "likeliest", "sure"))]
    for one in found:
        mass, best = chosen.mass(one.line), one.choices[0]
        named = short(f"{one.line.id} {one.line.wanted.name}", _NAME_COLUMNS)
        kg = MISSING if mass is None else f"{number(mass)} {w.unit('kg')}"
        cell = one.line.row.place("dataset").address
        rows.append((cell, named, kg, number(one.stake), chosen.code(best.key), percent(best.confidence)))
    return table(rows, right={2, 3, 5})


def _plain(found: Sequence[Found]) -> Iterator[str]:
    for one in found:
        wanted = one.line.wanted
        said = " ".join(filter(None, (wanted.line, wanted.name, wanted.specification)))
        yield f"  {one.line.row.place('dataset').address}  {short(said, 2 * _NAME_COLUMNS)}"
