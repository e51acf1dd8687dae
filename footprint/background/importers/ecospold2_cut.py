"""EcoSpold 2 without what nobody reads: three quarters of a release are flows that are no greenhouse gas.

They are cut out of the bytes of a file before it is parsed, and counted. Without comments and marked sections ``<`` can
only begin an element, so that a search for its name finds each exchange. A flow is looked at once: exchanges with the
same flow, name, compartment and direction are the same substance. Where a file is written in another way, it is parsed
as it stands.
"""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as ET

from footprint.background.importers.ecospold2_words import SPACE, substance
from footprint.background.importers.elementary import Elementary, Substance, found

_OPENS, _CLOSES = b"<elementaryExchange", b"</elementaryExchange>"
_PROPERTY, _PROPERTY_END = b"<property ", b"</property>"
_ID = b'elementaryExchangeId="'
_BLANKS = frozenset(b" \t\r\n")
Key = tuple[bytes, bytes, bytes, bool]
"""Flow, name, compartment, and whether it goes into the activity."""


class Cutter:
    """What was cut out so far. ``known``: the substance of each flow that is no gas, None of others; it is added to."""

    def __init__(self, known: dict[Key, Substance | None]) -> None:
        self._known = known
        self._cut: Counter[Key] = Counter()

    def cut(self, content: bytes) -> bytes:
        """Return the XML ``content`` without exchanges of flows that are no gas, and without properties."""
        if not _is_plain(content):
            return content
        first, *parts = content.split(_OPENS)
        ends = [part.find(_CLOSES) for part in parts]
        if not all(end > 0 and part[0] in _BLANKS for part, end in zip(parts, ends, strict=True)):
            return content
        seen: list[Key] = []
        kept = [first]
        for part, end in zip(parts, ends, strict=True):
            key = _key(part, end)
            if key is None or self._is_kept(key, part[:end]):
                kept.append(_OPENS + part)
            else:
                seen.append(key)
                kept.append(part[end + len(_CLOSES) :])
        self._cut.update(seen)
        return _without_properties(b"".join(kept))

    def count(self, flows: Elementary) -> None:
        """Count what was cut out so far among the flows that are no gas."""
        for key, count in self._cut.items():
            substance_ = self._known[key]
            if substance_ is not None:
                flows.others[substance_] += count
        self._cut.clear()

    def _is_kept(self, key: Key, part: bytes) -> bool:
        """Tell whether a flow is a gas, or cannot be told from its exchange alone."""
        if key not in self._known:
            self._known[key] = _no_gas(part)
        return self._known[key] is None


def _is_plain(content: bytes) -> bool:
    """Tell whether nothing but elements begins with ``<``, in an encoding in which their names are their bytes."""
    head = content[:200].lower()
    has_marks = b"!" in content and b"<!" in content  # one sign is found sooner than two
    return not has_marks and b"\0" not in head and (b"encoding" not in head or b"utf-8" in head)


def _key(part: bytes, end: int) -> Key | None:
    """Return what tells the substance of an exchange that ends at ``end``; None where something of it is not there."""
    at = part.find(_ID, 0, end) + len(_ID)
    name = part.find(b"<name", 0, end)
    within = part.find(b"<compartment", name, end)
    if at < len(_ID) or name < 0 or within < 0:
        return None
    named, placed = part.find(b"</name>", name, end), part.rfind(b"</compartment>", within, end)
    if named < 0 or placed < 0:
        return None
    is_input = part.find(b"<inputGroup", 0, end) >= 0
    return part[at : part.find(b'"', at)], part[name:named], part[within:placed], is_input


def _no_gas(part: bytes) -> Substance | None:
    """Return the substance of an exchange that is no gas; None for a gas, and for what cannot be read by itself."""
    text = b'<elementaryExchange xmlns="%b"%b</elementaryExchange>' % (SPACE[1:-1].encode(), part)
    try:
        told = substance(ET.fromstring(text))  # noqa: S314  no document type: nothing begins with <!
    except ET.ParseError:
        return None
    return told if found(told) is None else None


def _without_properties(content: bytes) -> bytes:
    first, *parts = content.split(_PROPERTY)
    ends = [part.find(_PROPERTY_END) for part in parts]
    if any(end < 0 for end in ends):
        return content
    rest = (part[end + len(_PROPERTY_END) :] for part, end in zip(parts, ends, strict=True))
    return b"".join((first, *rest))
