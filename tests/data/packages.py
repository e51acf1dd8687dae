"""Packages for verifiers as tests make and edit them: a result packed, and any member changed in its own form."""

from __future__ import annotations

import io
import json
import runpy
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl

from footprint import package as p
from footprint import packing, service, signing, verifying
from footprint.contents import as_json, noted
from footprint.intake import schema
from footprint.provenance import column_letters
from footprint.tables.archive import unpack_whole

DATA = Path(__file__).parent
LINE, FORGE = (SimpleNamespace(**runpy.run_path(str(DATA / f"{name}.py"))) for name in ("line", "forging"))
Members = dict[str, bytes]
SMALL, ISO = FORGE.SMALL, FORGE.ISO
RUN = "result/run.json"


def calculated(bill: Callable[..., Path], tmp_path: Path) -> Path:
    """Return the folder of a result: two parts, one process, a document at hand and one that is not."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "invoice.txt").write_text("10 kg of steel", encoding="utf-8")
    path = bill("casing | casing | 10 kg | steel | evidence=E1\nwire | wire | 2 kg | copper\n" + EVIDENCE,
                product=LINE.plain_product())  # fmt: skip
    small = LINE.small(tmp_path / "databases")
    service.produce(service.Request(path, str(LINE.RULES), (str(small),)), tmp_path / "out", "en")
    return tmp_path / "out"


EVIDENCE = """
[Processes]
winding | product | PUMP | 1 item
winding | input | grid-2024 | 3 kWh | evidence=E2
[Evidence]
E1 | invoice 12 | file=docs/invoice.txt
E2 | meter log | opening=1000, closing=1003, note=read by two
"""


@FORGE.once
def packed(bill: Callable[..., Path], tmp_path: Path) -> Members:
    packing.pack(calculated(bill, tmp_path), tmp_path / "result.zip", "en")
    return unpack_whole((tmp_path / "result.zip").read_bytes(), "result.zip")


def found(members: Mapping[str, bytes]) -> list[str]:
    """Return what does not hold of a package: `member!element [code]`."""
    page = verifying.examined(members, "result.zip")
    return [f"{q.place.address} [{q.code}]" for q in page.problems if not isinstance(q.place, str)]


def mended(members: Members) -> Members:
    """Return members under a manifest of their own: as one who edits would leave them."""
    return {**members, p.MANIFEST: p.manifest(members)}


def refitted(members: Members) -> Members:
    """Return members whose elements are noted anew as well: as a forger would leave them who has the program."""
    return mended({**members, p.ELEMENTS: as_json(noted(members))})


def cell(member: str, sheet: str, address: str, value: object) -> Callable[[Members], None]:
    """Return what changes one cell of a spreadsheet."""

    def edit(members: Members) -> None:
        book = openpyxl.load_workbook(io.BytesIO(members[member]))
        book[sheet][address] = value
        out = io.BytesIO()
        book.save(out)
        members[member] = out.getvalue()

    return edit


def text(member: str, before: str, after: str) -> Callable[[Members], None]:
    """Return what replaces a text once."""

    def edit(members: Members) -> None:
        assert before.encode() in members[member], f"{member} has no {before}"
        members[member] = members[member].replace(before.encode(), after.encode(), 1)

    return edit


def value(member: str, change: Callable[[Any], object]) -> Callable[[Members], None]:
    """Return what changes a document as a program would, in its own form."""

    def edit(members: Members) -> None:
        document = json.loads(members[member])
        change(document)
        if member.endswith("declaration.json"):
            from footprint.declare.declare import text as canonical

            members[member] = canonical(document).encode()
        else:
            members[member] = (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()

    return edit


BOOK = "workbook/pump.xlsx"


def at(sheet: str, key: str, row: int) -> str:
    """Return the address of a column in a row of a sheet: columns come and go."""
    return f"{column_letters([field.key for field in schema.fields(sheet)].index(key))}{row}"


QUANTITY, DATASET, NOTE, READING = (
    at("BOM", "quantity", 4), at("BOM", "dataset", 4), at("Evidence", "note", 5), at("Evidence", "closing", 5),
)  # fmt: skip


def signed(members: Members, key: Path) -> Members:
    """Return members signed."""
    return {**members, **signing.sign(members[p.MANIFEST], key)}


def public(key: Path) -> Path:
    """Return the public key of a private one."""
    return key.with_name(f"{key.name}.pub")


def codes(members: Members, key: Path | None) -> list[str]:
    """Return the codes of what does not hold."""
    return [q.code for q in verifying.examined(members, "result.zip", key=key).problems]
