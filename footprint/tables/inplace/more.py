"""A workbook with a sheet more, and with another list in a column: all else stays as it was written."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from footprint.tables.address import split
from footprint.tables.container import Container
from footprint.tables.inplace.book import TYPES
from footprint.tables.inplace.cells import ROOT
from footprint.tables.inplace.marks import attributes, encoding, masked, quoted, tag, text, with_attribute
from footprint.tables.layout import Layout, relations
from footprint.tables.packed import escaped

_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_NAMESPACE = re.compile(rb"""xmlns(?::[^\s=]+)?\s*=\s*["']([^"']*spreadsheetml[^"']*/main)["']""")
_WIDTH = 18


def with_sheet(container: Container, parts: Layout, name: str, rows: Sequence[Sequence[str]]) -> dict[str, bytes]:
    """Return the parts that change, and one that is new, where a sheet of texts is added last."""
    folder, file = posixpath.split(parts.book)
    number = 1 + sum(1 for part in container.names() if "/worksheets/" in part)
    while f"{folder}/worksheets/sheet{number}.xml" in container:
        number += 1
    part, id_ = f"worksheets/sheet{number}.xml", f"rIdSheet{number}"
    related = posixpath.join(folder, "_rels", f"{file}.rels")
    kind = next(r["Type"] for r in relations(container, parts.book) if r["Type"].endswith("/worksheet"))
    relation = b'<%%sRelationship Id="%s" Type=%s Target="%s"/>' % (id_.encode(), quoted(kind), part.encode())
    override = b'<%%sOverride PartName="/%s" ContentType="%s"/>' % (f"{folder}/{part}".encode(), _CONTENT.encode())
    book, listing, types = (_read(container, each) for each in (parts.book, related, TYPES))
    return {
        f"{folder}/{part}": _sheet(book, rows),
        related: _before_end(listing, b"Relationships", relation),
        TYPES: _before_end(types, b"Types", override),
        parts.book: _before_end(book, b"sheets", _listed(book, name, id_)),
    }


def _read(container: Container, part: str) -> bytes:
    xml = container.whole(part)
    if not encoding(xml):
        raise container.refusal("workbook-malformed", part=part, reason="encoding")
    return xml


def _sheet(book: bytes, rows: Sequence[Sequence[str]]) -> bytes:
    found = _NAMESPACE.search(book)
    space = found[1] if found else b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    widest = max(map(len, rows), default=1)
    cells = "".join(f'<row r="{number}">{"".join(map(_cell, row))}</row>' for number, row in enumerate(rows, 1))
    columns = f'<cols><col min="1" max="{widest}" width="{_WIDTH}" customWidth="1"/></cols>'
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="%s">' % space
    return head + f"{columns}<sheetData>{cells}</sheetData></worksheet>".encode()


def _cell(said: str) -> str:
    return f'<c t="inlineStr"><is><t>{escaped(said)}</t></is></c>'


def _listed(book: bytes, name: str, relation: str) -> bytes:
    """Return the entry of a sheet in the list of sheets, ``%s`` for the prefix of its tag."""
    hidden = masked(book)
    known = [attributes(found[1]) for found in re.finditer(rb"<(?:[\w.-]+:)?sheet(\s[^<>]*?)/?>", hidden)]
    refers = next(key for said in known for key in said if key.endswith(":id")).removesuffix(":id").encode()
    space = re.findall(rb"""xmlns:%s\s*=\s*["']([^"']+)["']""" % re.escape(refers), hidden)[0]
    number = 1 + max(int(said["sheetId"]) for said in known)
    told = b'xmlns:%s="%s" %s:id="%s"' % (refers, space, refers, relation.encode())
    return b'<%%ssheet name=%s sheetId="%d" %s/>' % (quoted(name), number, told)


def _before_end(xml: bytes, element: bytes, written: bytes) -> bytes:
    """Return a part with ``written`` as the last thing in its ``element``, under the same prefix."""
    found = [*re.finditer(rb"</((?:[\w.-]+:)?)%s\s*>" % element, masked(xml))][-1]
    return xml[: found.start()] + written.replace(b"%s", found[1]) + xml[found.start() :]


def with_list(xml: bytes, column: str, formula: str, name: str) -> bytes:
    """Return a worksheet whose drop-down list of ``column`` has another ``formula``, other texts allowed.

    In it ``{row}`` is the first row of the list, and ``{otherwise}`` the cells that the list was; nothing changes where
    it was none of cells, or is one of the sheet ``name`` already.
    """
    root = ROOT.search(masked(xml))
    prefix = (root[1] or b"") if root else b""
    for found in tag(prefix, b"dataValidation").finditer(masked(xml)):
        said = attributes(found[1])
        first = split(said.get("sqref", "").partition(":")[0])
        end = xml.find(b"</%sdataValidation>" % prefix, found.end())
        inside = re.search(rb"<(?:\w+:)?formula1>(.*?)</(?:\w+:)?formula1>", xml[found.end() : max(end, 0)], re.DOTALL)
        if first is None or inside is None or not said["sqref"].startswith(column + str(first[0])):
            continue
        otherwise = text(inside[1].decode("utf-8", "replace"))
        if otherwise.startswith('"') or f"{name}!" in otherwise:
            return xml
        new = escaped(formula.format(row=first[0], otherwise=otherwise)).encode("ascii", "xmlcharrefreplace")
        start, stop = (found.end() + place for place in inside.span(1))
        told = with_attribute(found[1], "showErrorMessage", None)
        return b"".join([xml[: found.start(1)], told, b">", xml[found.end() : start], new, xml[stop:]])
    return xml
