"""What things of a file are called in a database: codes that can be typed, and places as citations."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256

from footprint.background.importers.inventory import Input
from footprint.provenance import Place
from footprint.tables.harmless import cell

_PLAIN = re.compile(r"\w[\w.+-]{0,79}")
_SIGNS = re.compile(r"[^\w.+]+")
_WORDS = 48


@lru_cache(maxsize=1 << 17)
def code_of(text: str) -> str:
    """Return an id as a code: itself where it can be one, else its words and a digest; `=`, `|`, `:` mean things."""
    if _PLAIN.fullmatch(text):
        return text
    words = _SIGNS.sub("-", text.casefold()).strip("-.+")[:_WORDS].rstrip("-.+")
    return f"{words or 'd'}-{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:10]}"


def codes_of(need: Input) -> tuple[str, ...]:
    """Return the codes of what the supplier that an input names may make: it alone, or it among others."""
    return (code_of(need.provider), code_of(f"{need.provider}_{need.flow.id}")) if need.provider else ()


def gap_code(*said: object) -> str:
    """Return the code of a gap that nothing in the file has a name for."""
    return f"gap-{sha256(repr(said).encode()).hexdigest()[:16]}"


def cited(place: Place) -> str:
    """Return a place as a citation: file and element, without what the file lay in, which is named as anybody likes."""
    _, is_inside, name = place.file.replace("\\", "/").rpartition("/")
    return cell(":".join(filter(None, (name if is_inside else "", place.address)))) or "imported inventory"
