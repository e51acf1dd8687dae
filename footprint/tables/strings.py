"""The table of shared texts, scanned before calamine reads it: its length, and the bytes of each text.

Calamine reserves memory for as many texts as the part claims to hold, and copies a text for every cell that shows it.
So a claim beyond the truth is written anew, and the lengths let the sheets add up what they show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from footprint.errors import WorkbookError, problem
from footprint.tables.container import Container, Member
from footprint.tables.limits import MAX_STRINGS
from footprint.tables.packed import PackedXml, escaped
from footprint.tables.plain import TEXT, NotPlainError
from footprint.tables.xmls import Attributes, PartReader, local_name

_FONT = rb'<rPr ?/>|<rPr>(?:<[a-zA-Z]++(?: [a-zA-Z]++="[^"<>]*+"){0,6}+ ?/>)*+</rPr>'
_PHONETIC = rb'<phoneticPr(?: [a-zA-Z]++="[^"<>]*+"){0,6}+ ?/>'
_ENTRY = rb"<si>(?:%s|<r>(?:%s)?+(?:%s)</r>|%s)*+</si>" % (TEXT, _FONT, TEXT, _PHONETIC)
_PLAIN = re.compile(rb"(?:%s|[ \t\r\n]++)*+" % _ENTRY)
_OPEN, _END = b"<si>", b"</sst>"
_START = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
_MAX_TOKEN = 1 << 20
_CLAIM_FREE = 100_000


class Strings(NamedTuple):
    """The table of shared texts as calamine may read it, and the bytes of each text at most."""

    member: Member
    lengths: tuple[int, ...]


def scan_strings(container: Container, part: str) -> Strings:
    """Scan the table of shared texts ``part``; raise `WorkbookError` if it is malformed or has too many entries."""
    try:
        return _plain(container, part)
    except NotPlainError:
        return _rewritten(container, part)


def _plain(container: Container, part: str) -> Strings:
    pieces = container.stream(part)
    frame = _Frame(container.file, part)
    lengths: list[int] = []
    buffer = b""
    for piece in pieces:
        buffer += piece
        at = buffer.find(_OPEN)
        if at >= 0:
            frame.feed(buffer[:at])
            frame.feed(_END + _entries(frame, pieces, buffer[at:], lengths))
            buffer = b""
            break
    for piece in (buffer, *pieces):
        frame.feed(piece)
    frame.feed(b"", last=True)
    if frame.claimed > len(lengths) + _CLAIM_FREE and frame.claimed > 100 * len(lengths):
        raise NotPlainError
    return Strings(container.member(part), tuple(lengths))


def _entries(frame: _Frame, pieces: Iterator[bytes], buffer: bytes, lengths: list[int]) -> bytes:
    """Add the length of every text to ``lengths`` and return the bytes after the last."""
    if not frame.in_table:
        raise NotPlainError
    while True:
        match = _PLAIN.match(buffer)
        at = match.end() if match else 0
        lengths += [len(entry) for entry in buffer[:at].split(b"</si>")[:-1]]
        _bounded(frame, lengths)
        if buffer.startswith(_END, at):
            return buffer[at + len(_END) :]
        piece = next(pieces, b"")
        if not piece or len(buffer) - at > _MAX_TOKEN:
            raise NotPlainError
        buffer = buffer[at:] + piece


def _bounded(reader: PartReader, lengths: Sequence[int]) -> None:
    if len(lengths) > MAX_STRINGS:
        raise WorkbookError(problem("text-too-large", reader.file))


class _Frame(PartReader):
    """The XML around the shared texts: whether it is as plain as they are, and how many it claims."""

    def __init__(self, file: str, part: str) -> None:
        super().__init__(file, part)
        self.claimed = 0
        self.in_table = False

    def start(self, name: str, attributes: Attributes) -> None:
        """Note what the root claims; refuse a text outside the grammar."""
        if self.in_table or local_name(name) == "si":
            raise NotPlainError
        self.in_table = local_name(name) == "sst" and self.encoding in {"utf-8", "us-ascii"}
        claims = (attributes.get("count", ""), attributes.get("uniqueCount", ""))
        self.claimed = max(int(claim) if claim.isdecimal() else 0 for claim in claims)


def _rewritten(container: Container, part: str) -> Strings:
    rewriter = _Rewriter(container.file, part)
    for piece in container.stream(part):
        rewriter.feed(piece)
    rewriter.feed(b"", last=True)
    return Strings(rewriter.out.member(part, _END.decode()), tuple(rewriter.lengths))


class _Rewriter(PartReader):
    """Writes every shared text anew: its visible characters, neither fonts nor readings."""

    def __init__(self, file: str, part: str) -> None:
        super().__init__(file, part)
        self.out = PackedXml(_START)
        self.lengths: list[int] = []
        self._entry: list[str] = []
        self._piece: list[str] | None = None
        self._phonetic = False

    def start(self, name: str, _attributes: Attributes) -> None:
        """Open a text, or a reading aid to be left out."""
        local = local_name(name)
        if local == "si":
            self._entry = []
        elif local == "rPh":
            self._phonetic = True
        elif local == "t" and not self._phonetic:
            self._piece = []

    def text(self, characters: str) -> None:
        """Keep the characters of a text."""
        if self._piece is not None:
            self._piece.append(characters)

    def end(self, name: str) -> None:
        """Close a text or an entry."""
        local = local_name(name)
        if local == "t" and self._piece is not None:
            self._entry += self._piece
            self._piece = None
        elif local == "rPh":
            self._phonetic = False
        elif local == "si":
            self._close()

    def _close(self) -> None:
        written = escaped("".join(self._entry))
        self.lengths.append(len(written))
        _bounded(self, self.lengths)
        self.out.write(f'<si><t xml:space="preserve">{written}</t></si>')
