"""One expat parser for every XML part of a workbook: no document types, no entities, no endless attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from footprint.errors import WorkbookError, problem
from footprint.tables.limits import MAX_ATTRIBUTES

if TYPE_CHECKING:
    from footprint.tables.container import Container

Attributes = dict[str, str]

_ENCODINGS = frozenset(("utf-8", "us-ascii", "utf-16", "iso-8859-1"))


class PartReader:
    """Feeds one XML part through expat; subclasses answer `start`, `end` and `text`.

    Names come as ``namespace}local``, without a brace when they have no namespace. ``encoding`` is what the part
    declares, in lower case, ``utf-8`` if nothing.
    """

    def __init__(self, file: str, part: str) -> None:
        self.file, self.part = file, part
        self.encoding = "utf-8"
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        self._parser = parser

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        """Parse ``piece``; raise `WorkbookError` where it is not well-formed."""
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise self.malformed(str(error)) from error

    @property
    def position(self) -> int:
        """The byte of the part at which the present element starts."""
        return self._parser.CurrentByteIndex

    def malformed(self, reason: str) -> WorkbookError:
        """Return the error that says why the part cannot be read."""
        return WorkbookError(problem("workbook-malformed", self.file, part=self.part, reason=reason))

    def start(self, name: str, attributes: Attributes) -> None:
        """Answer the start of an element."""

    def end(self, name: str) -> None:
        """Answer the end of an element."""

    def text(self, characters: str) -> None:
        """Answer text between tags."""

    def _start(self, name: str, attributes: Attributes) -> None:
        if len(attributes) > MAX_ATTRIBUTES:
            raise self.malformed(f"{len(attributes)} attributes in one element")
        self.start(name, attributes)

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = (encoding or "utf-8").lower()
        if self.encoding not in _ENCODINGS:
            raise self.malformed(f"encoding {encoding}")

    def _doctype(self, *_: object) -> None:
        raise WorkbookError(problem("xml-entities", self.file, part=self.part))


class _Tags(PartReader):
    """Collects the attributes of the elements of some local names."""

    def __init__(self, file: str, part: str, wanted: frozenset[str]) -> None:
        super().__init__(file, part)
        self._wanted = wanted
        self.found: list[tuple[str, Attributes]] = []

    def start(self, name: str, attributes: Attributes) -> None:
        local = local_name(name)
        if local in self._wanted:
            self.found.append((local, {local_name(key): value for key, value in attributes.items()}))


def tags(container: Container, part: str, *wanted: str) -> list[tuple[str, Attributes]]:
    """Return local name and attributes of every element of a small part whose local name is ``wanted``, in order."""
    reader = _Tags(container.file, part, frozenset(wanted))
    reader.feed(container.whole(part), last=True)
    return reader.found


def local_name(name: str) -> str:
    """Return the part of an expat name after its namespace."""
    return name.rpartition("}")[2]
