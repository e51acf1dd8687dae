"""JSON of other tools as all formats read it: every text of it is Unicode, whatever its escapes say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
_LONE = re.compile("[\ud800-\udfff]")
_SHOWN = 60


def parsed(content: bytes) -> Any:
    """Return what ``content`` says, with U+FFFD for halves of signs; ValueError or RecursionError for no JSON."""
    text = content.decode(json.detect_encoding(content), "surrogatepass")
    found = json.loads(text.removeprefix("\ufeff"))
    return _whole(found) if _ESCAPED.search(text) else found


def _whole(value: Any) -> Any:
    """Return a value whose texts, and names, hold whole signs only."""
    if isinstance(value, str):
        return _LONE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    return paired((_whole(name), _whole(inner)) for name, inner in value.items()) if isinstance(value, dict) else value


def paired(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """Return pairs as a mapping; ValueError where a name is there twice, of which one would be lost."""
    found: dict[Any, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{str(name)[:_SHOWN]} twice")
        found[name] = value
    return found
