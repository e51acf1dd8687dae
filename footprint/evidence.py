"""The register of a workbook: documents, instruments, what backs what, and what is missing. For shells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from footprint.declare.evidence import register
from footprint.errors import WorkbookError
from footprint.files import digests
from footprint.intake import read as intake
from footprint.messages import message
from footprint.model.bill import Bill
from footprint.publish import listing
from footprint.publish.trace import readings, uncertainty
from footprint.publish.wording import MISSING, Words, short
from footprint.quality.evidence import findings
from footprint.quality.register import backed
from footprint.service import Request, opened

Entry = Mapping[str, Any]
_WIDE = 48


def listed(request: Request, lang: str) -> str:
    """Return the register of a workbook and its gaps; calculates nothing, so that links and factors need not stand."""
    bill = _read(request)
    found = register(bill, findings(bill))
    words, rows = Words(lang), Counter(each.evidence for each in backed(bill))
    lines = [message("evidence-none", lang)] if not found["documents"] else []
    lines += _table(words, "documents", [_document(row, rows, words) for row in found["documents"]])
    lines += _table(words, "instruments", [_instrument(row, words) for row in found["instruments"]])
    lines += _found(found["findings"], words)
    return "\n".join([*lines, *_checksums(bill, lang)])


def _read(request: Request) -> Bill:
    """Return the bill with the checksum of every file it names, or the problems of the workbook."""
    book, pcr = opened(request)
    reading = intake.examine(book, pcr.fields)
    if reading.bill is None:
        raise WorkbookError(*reading.problems)
    names = [row.file for row in reading.bill.evidence if row.file]
    return reading.bill._replace(at_hand=digests(request.workbook.parent, names))


def _table(words: Words, title: str, rows: Sequence[Sequence[str]]) -> list[str]:
    heads = {
        "documents": ("evidence", "doctype", "document", "period-covered", "readings", "instrument", "file", "lines"),
        "instruments": ("instrument", "name", "accuracy-class", "calibration", "calibration-valid", "expanded"),
    }
    captions = [words(code) for code in heads[title]]
    return [words(title), *listing.indented(listing.table([captions, *rows])), ""] if rows else []


def _document(row: Entry, rows: Mapping[str, int], w: Words) -> list[str]:
    read, file = row["readings"], row["file"]
    state = f"{file['name']} ({w.of('file', file['state'])})" if file["name"] else MISSING
    period = w.span(row["period"]["start"], row["period"]["end"])
    told = (w.of("doctype", row["type"]), short(row["document"], _WIDE), period, readings(row, w))
    return [row["id"], *(text or MISSING for text in (*told, read["instrument"])), state, str(rows[row["id"]])]


def _instrument(row: Entry, w: Words) -> list[str]:
    valid = w.span(row["calibrated_on"], row["valid_until"])
    told = (row["what"], row["accuracy_class"], row["certificate"], valid, uncertainty(row, w))
    return [row["id"], *(text or MISSING for text in told)]


def _found(rows: Sequence[Entry], w: Words) -> Iterator[str]:
    """Yield the findings, and how many there are of each kind."""
    counts = Counter(row["kind"] for row in rows)
    for row in rows:
        yield f"{w.of('finding', row['kind'])}  {row['cell']}: {w.text(row['text'])} [{row['id']}] {w.cited(row)}"
    yield message("evidence-findings", w.lang, faults=counts["fault"], gaps=counts["gap"])


def _checksums(bill: Bill, lang: str) -> Iterator[str]:
    """Yield the checksums of the files at hand that the register has none of."""
    for row in bill.evidence:
        if not row.sha256 and row.file in bill.at_hand:
            yield message("evidence-checksum", lang, document=row.id, file=row.file, hash=bill.at_hand[row.file])
