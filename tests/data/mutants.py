"""Files made worse: bytes cut and put in, elements lost, doubled and nested, values that nobody would write."""

from __future__ import annotations

import bz2
import contextlib
import copy
import csv
import json
import re
import zlib
from collections.abc import Sequence
from io import BytesIO, StringIO
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import BadZipFile

from hypothesis import strategies as st

VALUES: tuple[str, ...] = (
    "", " ", "0", "-0", "1e999", "-1e999", "NaN", "inf", "1e308", "5e-324", "9" * 400, "1_000", "1,5", "0x10", "١٢",
    "true", "null", "=1+1", "=cmd|' /C calc'!A0", "@SUM(1)", "a\nb", "a@b", "a:b", "a\"b'c", "x" * 5000, "\t", "\u202e",
    "\ufeff", "..", "../../x", "/", "CON", "kg", "kWh", "tkm", "m2*a", "no such unit", "kg" * 50, "%s{0}{name}", "é",
    "鋼", "😀", "a|b", "a;b", "-1", "1e-300", "if(1;2;3)", "a^a^a", "((((((", "-" * 3000, "A", "a", "B", "W", "CO2",
    "Carbon dioxide, fossil", "Methane", "1.5.3", "2020-99-99", "en", "0" * 30, "1e5", "\u0660", "½",
)  # fmt: skip
JSONS: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 1e308, 10**400, [], {}, [[]], [None], {"": ""}, "", [1, 2], {"@id": "a"}, {"@id": 3},
    float("nan"), float("inf"), -float("inf"), "a", [{}], {"name": None}, "\ud800", "\0", [["fg", "A"], 1], ["fg", "A"],
)  # fmt: skip
_QUOTED = re.compile(rb'(?<=")[^"<>\n]{0,80}(?=")|(?<=>)[^<>\n]{1,80}(?=<)')


def worse(files: dict[str, bytes], random: Random) -> dict[str, bytes]:
    """Return files of which one, or a few, are worse in one place, or a few."""
    found = dict(files)
    for _ in range(random.choice((1, 1, 1, 2, 5))):
        name = random.choice(sorted(found))
        found[name] = _worse(name, found[name], random)
    if random.random() < 0.05:
        del found[random.choice(sorted(found))]
    if random.random() < 0.05:
        one, other = random.choice(sorted(found)) if found else "x", f"again/{random.randrange(9)}"
        found[f"{other}.{one.rpartition('.')[2]}"] = found.get(one, b"")
    return found


def _worse(name: str, content: bytes, random: Random) -> bytes:
    if random.random() < 0.25:
        return _bytes(content, random)
    try:
        if name.endswith(".bw2package"):
            return bz2.compress(_json(bz2.decompress(content), random))
        if name.endswith(".xlsx"):
            return _book(content, random)
        if name.endswith(".csv"):
            return _table(content, random)
        if content.lstrip()[:1] in {b"{", b"["}:
            return _json(content, random)
        return _xml(content, random) if random.random() < 0.6 else _text(content, random)
    except (ValueError, OSError, EOFError, LookupError, ET.ParseError, RecursionError, BadZipFile, zlib.error):
        return _bytes(content, random)


def _bytes(content: bytes, random: Random) -> bytes:
    """Return bytes with some cut out, put in, changed or doubled."""
    at = random.randrange(len(content) + 1)
    end = min(len(content), at + random.choice((0, 1, 3, 30, 3000)))
    put = random.choice((b"", b"\0", random.randbytes(random.randrange(8)), content[at:end] * 2, b"<", b"{", b"&#0;",
                         random.choice(VALUES).encode()))  # fmt: skip
    return content[:at] + put + content[end:]


def _text(content: bytes, random: Random) -> bytes:
    """Return a text with the content of one pair of quotation marks, or of one element, replaced."""
    places = list(_QUOTED.finditer(content))
    if not places:
        return _bytes(content, random)
    found = random.choice(places)
    value = random.choice(VALUES).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return content[: found.start()] + value.encode("utf-8", "replace") + content[found.end() :]


def _xml(content: bytes, random: Random) -> bytes:
    root = ET.fromstring(content)
    every = list(root.iter())
    one = random.choice(every)
    kind = random.randrange(7)
    if kind == 0 and len(one):
        one.remove(random.choice(list(one)))
    elif kind == 1 and len(one):
        one.append(copy.deepcopy(random.choice(list(one))))
    elif kind == 2:
        one.text = random.choice(VALUES).replace("\0", "")
    elif kind == 3 and one.attrib:
        one.set(random.choice(sorted(one.attrib)), random.choice(VALUES))
    elif kind == 4 and one.attrib:
        del one.attrib[random.choice(sorted(one.attrib))]
    elif kind == 5:
        one.tag = random.choice(every).tag
    else:
        inner = copy.deepcopy(one)
        one.append(inner)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _json(content: bytes, random: Random) -> bytes:
    found = json.loads(content)
    places = list(_places(found, []))
    if not places:
        return _bytes(content, random)
    holder, key = random.choice(places)
    kind = random.randrange(5)
    if kind == 0 and isinstance(holder, dict):
        del holder[key]
    elif kind == 1 and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    elif kind == 2:
        holder[key] = random.choice(VALUES)
    elif kind == 3:
        other, from_ = random.choice(places)
        holder[key] = copy.deepcopy(other[from_])
    else:
        holder[key] = random.choice(JSONS)
    return json.dumps(found).encode()


def _places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found.append((value, key))
        _places(inner, found)
    return found


def _book(content: bytes, random: Random) -> bytes:
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(content))
    page = book.worksheets[0]
    cell = page.cell(random.randrange(1, page.max_row + 2), random.randrange(1, page.max_column + 2))
    kind = random.randrange(4)
    if kind == 0:
        page.delete_rows(cell.row)
    elif kind == 1:
        page.insert_rows(cell.row)
    else:
        cell.value = random.choice((*VALUES, True, 1e300, -5, "#N/A", "Activity", "Exchanges", "production"))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _table(content: bytes, random: Random) -> bytes:
    """Return a table of texts with one cell replaced, or one row lost, doubled or moved."""
    text = content.decode("utf-8", "replace")
    sign = ";" if text.count(";") > text.count(",") else ","
    rows = list(csv.reader(StringIO(text, newline=""), delimiter=sign))
    at = random.randrange(len(rows))
    kind = random.randrange(5)
    if kind == 0:
        del rows[at]
    elif kind == 1:
        rows.insert(at, rows[at])
    elif kind == 2:
        rows.insert(random.randrange(len(rows)), rows.pop(at))
    elif rows[at]:
        rows[at][random.randrange(len(rows[at]))] = random.choice(VALUES)
    out = StringIO(newline="")
    csv.writer(out, delimiter=sign, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


def cuts(content: bytes, pieces: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Return bytes that are nearly ``content``: cut, with ``pieces`` put in."""
    cut = st.tuples(st.integers(0, len(content)), st.integers(0, 60), st.sampled_from(pieces))

    def changed(made: list[tuple[int, int, bytes]]) -> bytes:
        found = content
        for at, length, piece in made:
            found = found[:at] + piece + found[at + length :]
        return found

    return st.lists(cut, min_size=1, max_size=4).map(changed)


def survives(format_: str, path: Path, content: bytes) -> None:
    """Import ``content``: a `FootprintError` may come of it, and nothing else."""
    from footprint.background import importers
    from footprint.background.importers.asked import Asked
    from footprint.errors import FootprintError

    path.write_bytes(content)
    importers.importer(format_).sniff(path)
    with contextlib.suppress(FootprintError):
        importers.importer(format_).read(path, Asked(allow_unlinked=True))
