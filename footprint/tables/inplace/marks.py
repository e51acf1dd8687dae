"""Tags in the bytes of a well-formed XML part: where they stand, and what their attributes say.

In `masked` bytes every ``<`` begins a tag, so one regular expression finds each; its places are those of the part.
"""

from __future__ import annotations

import re
from functools import lru_cache

_APART = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
ATTRIBUTES = rb"""((?:\s++[^\s=<>"'/]++\s*+=\s*+(?:"[^"]*+"|'[^']*+'))*+)\s*+"""
_ATTRIBUTE = re.compile(rb"""\s++([^\s=<>"'/]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_WRITTEN = re.compile(rb"""\s++([^\s=<>"'/]++)\s*+=\s*+("[^"]*+"|'[^']*+')""")
_ENTITY = re.compile("&(#x[0-9A-Fa-f]{1,6}|#[0-9]{1,7}|lt|gt|amp|quot|apos);")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_DECLARED = re.compile(rb"""\A(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ASCII_LIKE = frozenset(("utf-8", "us-ascii", "iso-8859-1"))
"""Encodings in which each byte below 128 is a letter of ASCII and nothing else."""


def encoding(xml: bytes) -> str:
    """Return the encoding a part declares, in small letters; "" if its tags cannot be found in its bytes."""
    found = _DECLARED.search(xml[:400])
    name = found[1].decode().lower() if found else "utf-8"
    return name if name in _ASCII_LIKE and xml[:2] not in {b"\xff\xfe", b"\xfe\xff"} else ""


def masked(xml: bytes) -> bytes:
    """Return ``xml``, every byte at its place, with comments, character data sections and instructions made letters."""
    if b"<!" not in xml and xml.find(b"<?", 1) < 0:
        return xml
    return _APART.sub(lambda found: b"x" * len(found[0]) if found[0][:3] == b"<![" else b" " * len(found[0]), xml)


@lru_cache(maxsize=256)
def tag(prefix: bytes, name: bytes) -> re.Pattern[bytes]:
    """Return the pattern of an opening or empty tag: group 1 its attributes, group 2 ``/`` if it is empty."""
    return re.compile(rb"<%s%s(?=[\s/>])%s(/?)>" % (re.escape(prefix), name, ATTRIBUTES))


def written(tag: bytes) -> list[tuple[bytes, bytes]]:
    """Return the attributes of a tag as they are written: names, and values with their quotation marks."""
    return [(name, value) for name, value in _WRITTEN.findall(tag)]


def attributes(written: bytes) -> dict[str, str]:
    """Return the attributes of a tag by name, prefixes kept."""
    found = _ATTRIBUTE.findall(written)
    return {name.decode(): text((double or single).decode("utf-8", "replace")) for name, double, single in found}


def text(written: str) -> str:
    """Return character data or the value of an attribute with its entities resolved."""
    if "&" not in written:
        return written
    return _ENTITY.sub(lambda found: _NAMED.get(found[1]) or _character(found[1][1:]), written)


def _character(number: str) -> str:
    code = int(number[1:], 16) if number[0] in "xX" else int(number)
    return chr(code) if code < 0x110000 else "�"


def quoted(value: str) -> bytes:
    """Return ``value`` as an attribute is written, in quotation marks."""
    plain = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return b'"%s"' % plain.encode("ascii", "xmlcharrefreplace")


def with_attribute(written: bytes, name: str, value: str | None) -> bytes:
    """Return the attributes of a tag with ``name`` set to ``value``, or without it if that is None."""
    kept = b"".join(found[0] for found in _ATTRIBUTE.finditer(written) if found[1] != name.encode())
    return kept if value is None else b"%s %s=%s" % (kept, name.encode(), quoted(value))
