"""Ask suppliers for their footprints, one small workbook each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from footprint.errors import Problem, RequestError, problem
from footprint.files import put
from footprint.intake import read as intake
from footprint.intake import request as requests
from footprint.intake.request import Asked
from footprint.model.bill import Bill, BomLine
from footprint.provenance import Place
from footprint.service import HERE, Request, opened
from footprint.tables.read import read as read_book

LONGEST = 80
"""Letters of a code or of part of a file name."""
_ENDS = re.compile(r"[^\w.-]+")


class Requests(NamedTuple):
    """The data requests that were written, and why lines of suppliers are in none of them."""

    paths: tuple[Path, ...]
    left_out: tuple[Problem, ...]


def request(workbook: Path, output: Path, lang: str, *, supplier: str = "", force: bool = False) -> Requests:
    """Write a data request for each supplier of the BOM, or for one, into ``output``."""
    book, pcr = opened(Request(workbook), read_book, HERE)
    bill = intake.read(book, pcr.fields)
    lines = [line for line in bought(bill) if supplier in {"", line.supplier}]
    left_out = tuple(reason for line in lines for reason in unasked(line))
    asked: dict[str, list[Asked]] = {}
    for line in lines:
        if not any(unasked(line)):
            asked.setdefault(line.supplier, []).append(Asked(line.id, line.name, line.quantity.unit))
    if not asked:
        near = tuple(dict.fromkeys(line.supplier for line in bought(bill) if line.supplier != supplier))[:3]
        nobody = problem("request-nobody", Place(bill.file, "BOM"), near=near, supplier=supplier or "-")
        raise RequestError(*(left_out or (nobody,)))
    product = bill.product.text("id")
    made = {_file(name): requests.written(name, product, told, lang) for name, told in asked.items()}
    if len(made) < len(asked):
        raise RequestError(problem("request-names", Place(bill.file, "BOM")))
    for name in made:
        if (output / name).exists() and not force:
            raise RequestError(problem("file-exists", Place(str(output / name))))
    return Requests(put(output, made), left_out)


def bought(bill: Bill) -> list[BomLine]:
    """Return the lines of suppliers that have no parts of their own in the bill."""
    parents = {line.parent for line in bill.bom}
    return [line for line in bill.bom if line.supplier and line.id not in parents]


def unasked(line: BomLine) -> Iterator[Problem]:
    """Yield why a footprint of its supplier can stand for ``line`` only once a cell of the workbook is emptied."""
    for key, code in (("cut_off", "ask-left-out"), ("secondary", "ask-recycled")):
        if getattr(line, key):
            yield problem(code, line.places.get(key, line.place), line=line.id)


def _file(supplier: str) -> str:
    return f"request-{plain(supplier)}.xlsx"


def plain(name: str) -> str:
    """Return a name as a code or part of a file name: letters, digits, points and dashes."""
    return _ENDS.sub("-", name).strip("-.").lower()[:LONGEST].strip("-.") or "-"
