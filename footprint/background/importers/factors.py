"""Our simple factor table, as xlsx or csv: one row per factor, a total in CO2e or masses of gases, with its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from footprint import gwp
from footprint.background.importers import factor_checks, factor_fields
from footprint.background.importers.asked import Asked, Read, id_of
from footprint.background.readable import versioned
from footprint.background.source import Row, Rows, Source
from footprint.errors import FootprintError, WorkbookError, problem
from footprint.model.sheets import Book, Sheet
from footprint.model.stated import factor_scatter
from footprint.model.uncertain import scores
from footprint.provenance import Place
from footprint.tables.read import beginning
from footprint.tables.read import read as read_book
from footprint.tables.typed import rows as typed
from footprint.tables.typed.headers import named
from footprint.tables.typed.names import lookup, plain
from footprint.tables.typed.table import Row as Factor
from footprint.tables.typed.table import Table

FORMAT = "factors"
NEEDED = {"factor-names-missing": ("name_en", "name_zh"), "factor-numbers-missing": ("total", *factor_fields.gases())}
NO_LICENCE = "not stated"
_TELLING = 4
_COPIED = (
    "code", "unit", "region", "period", "technology", "category", "boundary", "gwp_set", "status", "supplier", "note",
)  # fmt: skip
_BRACKETS = str.maketrans("[]", "()")


def sniff(path: Path) -> bool:
    """Tell whether some sheet of a spreadsheet or text file has the headers of the factor table."""
    if not path.is_file():
        return False
    try:
        return bool(_tables(beginning(path) or read_book(path, by_name=False)))
    except FootprintError:
        return False


def read(path: Path, asked: Asked) -> Read:
    """Return the factors in ``path`` as a database; `WorkbookError` with every problem of every cell.

    Without a version it is called by its content, so that corrected factors stand beside those they replace.
    """
    book = read_book(path, by_name=False)
    table = typed.read_table(factor_fields.SHEET, _sheet(book), factor_fields.readable(), NEEDED)
    problems = [*table.problems, *factor_checks.problems(table)]
    if problems:
        raise WorkbookError(*problems)
    notices = tuple(n for n in table.notices if not factor_checks.is_remark(n))
    return Read(versioned(_source(table, path, asked)), len(table.rows), notices)


def _tables(book: Book) -> list[Sheet]:
    """Return the sheets that hold factors: the one that is called so, else those with its headers."""
    about = factor_fields.about()
    called = [sheet for sheet in book.sheets if plain(sheet.name) in {plain(about.en), plain(about.zh)}]
    return [sheet for sheet in called or book.sheets if _has_headers(sheet)]


def _has_headers(sheet: Sheet) -> bool:
    names = lookup(factor_fields.fields())
    header = typed.find_header(sheet, names)
    found = (named(cell, names) for cell in sheet.rows[header]) if header is not None else ()
    return len({field.key for field in found if field and field.required}) >= _TELLING


def _sheet(book: Book) -> Sheet:
    found = _tables(book)
    if len(found) == 1:
        return found[0]
    if found:
        raise WorkbookError(problem("factor-sheets", Place(book.file), first=found[0].name, second=found[1].name))
    raise WorkbookError(problem("factor-sheet-missing", Place(book.file)))


def _source(table: Table, path: Path, asked: Asked) -> Source:
    documents = {_document_id(row): row for row in map(_document, table.rows)}
    activities = Rows(map(_activity, table.rows))
    exchanges = tuple(exchange for row in table.rows for exchange in _exchanges(row))
    name = asked.id or id_of(path.stem)
    meta = {
        "id": name, "version": "", "title": {"en": f"Own factors: {name}", "zh": f"自有因子：{name}"},
        "licence": "; ".join(sorted(filter(None, {row.text("licence") for row in table.rows}))) or NO_LICENCE,
        "licensed": "no", "citation": f"{name}: own factors, each with the source it names",
        "gwp_sets": _sets(table),
    }  # fmt: skip
    named_documents = {name: Row({"id": name, **row}) for name, row in sorted(documents.items())}
    return Source(Path(name), asked.over(meta), activities, exchanges, named_documents)


def _sets(table: Table) -> list[str]:
    """Return the sets in which every gas of the table has a factor; `WorkbookError` where there is none."""
    used = sorted({gas for row in table.rows for gas in factor_checks.masses(row)})
    sets = [name for name in gwp.SETS if all(name in gwp.gas(gas).factors for gas in used)]
    if not sets:
        raise WorkbookError(problem("factor-gwp-sets", table.place, gases=", ".join(used), sets=", ".join(gwp.SETS)))
    return sets


def _document(row: Factor) -> dict[str, str]:
    return {
        "document": row.text("document"), "number": row.text("document_number"), "date": row.text("document_date"),
        "publisher": row.text("publisher") or row.text("supplier"), "licence": row.text("licence"),
    }  # fmt: skip


def _document_id(document: Mapping[str, str]) -> str:
    """Return an id that a document has in whatever order the rows stand."""
    return f"d-{sha256(repr(sorted(document.items())).encode()).hexdigest()[:10]}"


def _citation(row: Factor) -> str:
    page = row.text("page").translate(_BRACKETS)
    return f"[{_document_id(_document(row))}] {page}".strip()


def _activity(row: Factor) -> Row:
    """Return the row of activities.csv; a name in one language stands for both."""
    english, chinese = row.text("name_en"), row.text("name_zh")
    return Row({
        **{key: row.text(key) for key in _COPIED}, "name_en": english or chinese, "name_zh": chinese or english,
        "amount": "1", "kind": "factor", "citation": _citation(row), "proxy": "",
        "includes_transport": "yes" if row.text("includes_transport") == "yes" else "",
        "pedigree": scores(row.text("pedigree")) or "",
        "synonyms": "|".join(_synonyms(row.parts("synonyms"))),
    })  # fmt: skip


def _synonyms(parts: Sequence[str]) -> Iterable[str]:
    return dict.fromkeys(word.strip() for part in parts for word in part.split("|") if word.strip())


def _exchanges(row: Factor) -> Iterable[Row]:
    """Yield the rows of exchanges.csv: the total as CO2e of no class, or each gas.

    Where an uncertainty is stated, scores beside it add nothing to it, as in a workbook.
    """
    total, written = row.number("total"), row.text("uncertainty")
    spread = float(f"{factor_scatter(written, total).gsd:.12g}") if written else None
    flows = {"co2e-unsplit": total} if total is not None else factor_checks.masses(row)
    for flow, amount in flows.items():
        yield Row({
            "activity": row.text("code"), "direction": "emission", "flow": flow, "amount": repr(amount), "unit": "kg",
            "gsd": "" if spread is None else repr(spread),
            "gsd_is": "" if spread is None else "total", "status": row.text("status"), "citation": _citation(row),
            "gwp_set": row.text("gwp_set"), "note": "",
        })  # fmt: skip
