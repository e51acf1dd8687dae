"""Names as people write them: headers, sheet names and choices compared without case, width, blanks and brackets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from footprint.model.fields import Field

_BRACKETS = re.compile(r"\([^)]{0,200}\)|\[[^\]]{0,200}\]|【[^】]{0,200}】|〔[^〕]{0,200}〕|\{[^}]{0,200}\}")
_NOISE = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Return ``text`` with full-width letters narrowed, case folded; brackets, blanks and punctuation dropped."""
    narrowed = unicodedata.normalize("NFKC", text).casefold()
    return _NOISE.sub("", _BRACKETS.sub("", narrowed))


def clean(text: str) -> str:
    """Return ``text`` narrowed (NFKC), its blanks single and none around it: how ids are compared."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.split())


def spellings(field: Field) -> tuple[str, ...]:
    """Return the plain forms under which a header names ``field``: key, English, Chinese, or both in either order."""
    return _spelled(field.key, field.en, field.zh)


@lru_cache(maxsize=1024)
def _spelled(*said: str) -> tuple[str, ...]:
    key, en, zh = map(plain, said)
    return tuple(name for name in dict.fromkeys((key, en, zh, en + zh, zh + en)) if name)


def lookup(fields: Iterable[Field]) -> dict[str, Field]:
    """Return the fields by each of their spellings; the first field wins a spelling."""
    names: dict[str, Field] = {}
    for field in fields:
        for name in spellings(field):
            names.setdefault(name, field)
    return names


class Nearest:
    """Suggestions for texts that name nothing; after `LIMIT` of them it stays silent, so that bad files end soon."""

    LIMIT = 30

    def __init__(self, names: Iterable[str], cutoff: float = 0.5) -> None:
        self._names = list(names)
        self._cutoff = cutoff
        self._left = self.LIMIT

    def __call__(self, text: str) -> tuple[str, ...]:
        """Return up to three names close to ``text``, the closest first."""
        from difflib import get_close_matches

        if not self._left or not self._names:
            return ()
        self._left -= 1
        return tuple(get_close_matches(text, self._names, n=3, cutoff=self._cutoff))
