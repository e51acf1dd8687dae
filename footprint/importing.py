"""Bills of materials of other systems turned into the guided workbook, with an account of every row."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from footprint.errors import RequestError, WorkbookError, problem
from footprint.files import put
from footprint.forms import DEFAULT_DATABASE, choices, codes
from footprint.intake.find import trace
from footprint.intake.template import Rows, filled
from footprint.layouts import lines, traces
from footprint.layouts.account import account
from footprint.layouts.bill import PRODUCT_ROW, USED, Imported, imported
from footprint.layouts.lines import Row
from footprint.layouts.naming import layout as maps
from footprint.layouts.naming.layout import GROSS, NET, Layout
from footprint.layouts.proposal import proposed
from footprint.model.sheets import Book
from footprint.provenance import Place
from footprint.reread import insist
from footprint.rules import load as pcrs
from footprint.tables.garbage import uncollected
from footprint.tables.made import Made
from footprint.tables.read import read_any

_SHOWN = 10
"""Reasons that are told why no row is used."""


class Import(NamedTuple):
    """What is imported. ``on``: the day that validity is judged on; ``stated``: constants of the layout."""

    files: tuple[Path, ...]
    on: dt.date
    map: Path | None = None
    stated: Mapping[str, str] = MappingProxyType({})
    product: str = ""
    pcr: str = ""


def write(request: Import, output: Path, lang: str, *, force: bool = False) -> str:
    """Write the guided workbook of a bill to ``output`` and return the account of its source rows."""
    if output.suffix.casefold() != ".xlsx":
        raise RequestError(problem("not-an-xlsx-name", Place(str(output))))
    if output.exists() and not force:
        raise RequestError(problem("file-exists", Place(str(output))))
    with uncollected():
        return _written(request, output, lang)


def account_of(request: Import, lang: str) -> str:
    """Return the account that an import of these files gives, and write nothing."""
    with uncollected():
        return _accounted(request, lang)


def _accounted(request: Import, lang: str) -> str:
    made, product = _read(request, _books(request.files))
    return "\n".join(account(made, lines.rows(made, _documents(made), product["id"]), lang))


def _documents(made: Imported) -> dict[str, str]:
    """Return the id of each source file among the evidence."""
    return {file: f"F{n}" for n, file in enumerate(dict.fromkeys(p.table.sheet.file for p in made.parts), 1)}


def _written(request: Import, output: Path, lang: str) -> str:
    books = _books(request.files)
    made, product = _read(request, books)
    evidence = _documents(made)
    rows = lines.rows(made, evidence, product["id"])
    sums = {book.file: book.sha256 for book in books}
    content = _workbook(request, rows, made, product, [(evidence[f], f, sums[f]) for f in evidence], lang)
    insist(content, output, rows)
    told = [*account(made, rows, lang), str(output)]
    put(output.parent, {output.name: content})
    return "\n".join(told)


def explain(request: Import, lang: str) -> str:
    """Return the map that an import of these files goes by, to be corrected and given back."""
    return proposed(_books(request.files), layout(request), lang)


def _books(files: Sequence[Path]) -> list[Book]:
    """Return the files read; raise where two have one name, which every source and document is told by."""
    names = Counter(path.name for path in files)
    twice = [problem("import-same-name", str(path), name=path.name) for path in files if names[path.name] > 1]
    if twice:
        raise RequestError(*twice[1:])
    return [read_any(path) for path in files]


def layout(request: Import) -> Layout:
    """Return how the files are read: by the map, and what is stated besides."""
    return maps.stated(request.stated, maps.load(request.map) if request.map else Layout())


def _read(request: Import, books: Sequence[Book]) -> tuple[Imported, dict[str, str]]:
    read = layout(request)
    wanted = request.product or read.constants.get("product", "")
    made = imported(books, read, request.on, wanted)
    if not made.lines:
        table = made.parts[0].table
        raise WorkbookError(problem("import-no-lines", table.sheet.place(table.header.bottom)))
    _insist_on_used(made)
    tops = [(part.text("code", part.kept[part.top]), part.text("name", part.kept[part.top]))
            for part in made.parts if part.top >= 0]  # fmt: skip
    said = [*tops, *((part.block.product, part.block.name) for part in made.parts)]
    code = (wanted if wanted != maps.ALL else "") or next((code for code, _ in said if code), "") or made.product
    rows = ((part.text("code", at), part.text("name", at)) for part in made.parts for at in part.kept)
    name = next((name for own, name in chain(said, rows if code else ()) if own == code and name), "")
    return made, {"id": code or name or request.files[0].stem, "name": name}


def _insist_on_used(made: Imported) -> None:
    """Raise where every line is one of a row that is rejected, with the first row of each reason."""
    if any(became.state == USED and became.why != PRODUCT_ROW for became in made.counts()):
        return
    first = {(each.code, *map(str, each.facts.values())): each for each in reversed(made.problems)}
    table, reasons = made.parts[0].table, [*reversed(first.values())][:_SHOWN]
    place, count = table.sheet.place(table.header.bottom), len(made.lines)
    raise WorkbookError(problem("import-none-used", place, count=count), *reasons)


def _workbook(
    request: Import, rows: Sequence[Row], made: Imported, product: Mapping[str, str],
    evidence: Sequence[tuple[str, str, str]], lang: str,
) -> bytes:  # fmt: skip
    """Return the guided workbook: the lines, the files as evidence, and the sheets that tell where all comes from."""
    rules = pcrs.load(request.pcr) if request.pcr else None
    counted = layout(request).constants.get("quantities", GROSS if made.gross else NET)
    stated = {"quantities": counted, "loss_formula": made.loss_formula}
    known = {"databases": DEFAULT_DATABASE, "declared_amount": "1", "bom_quantity": "1", **stated, **product}
    sheets: Rows = {
        "Product": [{"key": key, "value": value} for key, value in known.items() if value],
        "BOM": Made(len(rows), lambda at: rows[at].values),
        "Evidence": [{"id": one, "type": "other", "document": name, "file": name, "sha256": sha256}
                     for one, name, sha256 in evidence],
    }  # fmt: skip
    fields, named = (rules.fields, request.pcr) if rules else ((), "")
    more = traces.sheets(trace(lang), rows, made, lang)
    return filled(sheets, fields, named, choices(rules) if rules else {"@datasets": codes()}, lang, more=more)
