"""The Evidence sheet: what was found, the documents with their readings, the instruments with their calibration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.publish.book.parts import Entry, Row, heads, number
from footprint.publish.wording import Words, entered, percent
from footprint.tables.write import Cell, SheetSpec

FINDINGS = ("findings", "cell", "what", "clause", "status")
DOCUMENTS = (
    "evidence", "cell", "document", "doctype", "issuer", "period-covered", "opening", "closing", "repeated",
    "multiplier", "unit", "instrument", "file", "file-state", "checksum", "share",
)  # fmt: skip
INSTRUMENTS = (
    "instrument", "cell", "name", "accuracy-class", "calibration", "laboratory", "accreditation", "calibration-valid",
    "expanded", "unit", "coverage-factor",
)  # fmt: skip
WIDTHS = (14, 16, 60, 44, 22, 24, 12, 12, 24, 10, 12, 14, 24, 14, 20, 10)


def evidence_sheets(document: Entry, words: Words) -> Iterator[SheetSpec]:
    """Yield the sheet, nothing where the document has no part on evidence."""
    found = document.get("evidence")
    if found is not None:
        title, note = words("evidence-title"), words("evidence-note", share=percent(found["share"]))
        rows: list[Row] = [[Cell(title, "title")], [Cell(note, "key")]]
        rows += _listed(words, "findings", FINDINGS, [_finding(row, words) for row in found["findings"]])
        rows += _listed(words, "documents", DOCUMENTS, [_document(row, words) for row in found["documents"]])
        rows += _listed(words, "instruments", INSTRUMENTS, [_instrument(row, words) for row in found["instruments"]])
        yield SheetSpec(words("sheet-evidence"), rows, WIDTHS, heights={0: 26})


def _listed(w: Words, title: str, columns: Sequence[str], rows: Sequence[Row]) -> list[Row]:
    """Return rows below their captions, nothing where there are none."""
    return [[], [Cell(w(title), "section", span=4)], heads(map(w, columns)), *rows] if rows else []


def _finding(row: Entry, w: Words) -> Row:
    told = (w.text(row["text"]), w.cited(row))
    return [
        Cell(w.of("finding", row["kind"])),
        Cell(row["cell"], "key"),
        *(Cell(text, "wrap") for text in told),
        Cell(w.of("status", row["status"])),
    ]


def _document(row: Entry, w: Words) -> Row:
    read, file = row["readings"], row["file"]
    period = w.span(row["period"]["start"], row["period"]["end"])
    return [
        Cell(row["id"]), Cell(row["cell"], "key"), Cell(row["document"], "wrap"),
        *map(Cell, (w.of("doctype", row["type"]), row["issuer"], period)),
        Cell(read["opening"], "fixed"), Cell(read["closing"], "fixed"),
        Cell("; ".join(map(entered, read.get("repeats", ()))), "wrap"), number(read["multiplier"], "fixed"),
        *map(Cell, (w.unit(read["unit"]), read["instrument"], file["name"])),
        Cell(w.of("file", file["state"]) if file["state"] else ""), Cell(file["sha256"]),
        Cell(row["share"], "fixed", number_format="0.0%"),
    ]  # fmt: skip


def _instrument(row: Entry, w: Words) -> Row:
    texts = (row["accuracy_class"], row["certificate"], row["laboratory"], row["accreditation"])
    return [
        Cell(row["id"]), Cell(row["cell"], "key"), Cell(row["what"], "wrap"), *map(Cell, texts),
        Cell(w.span(row["calibrated_on"], row["valid_until"])), Cell(row["expanded"], "fixed"),
        Cell(w.unit(row["expanded_unit"])), Cell(row["k"], "fixed"),
    ]  # fmt: skip
