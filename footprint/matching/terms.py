"""The terms of a text: what lines and datasets are compared by."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache, lru_cache
from itertools import chain

from footprint import words

_BREAK = re.compile(r"[\s,，;；:：/|()（）\[\]【】<>《》+*×=、。\"'_~!?]+")
_TAIL = re.compile(r"[,，;；(（\[【]")
_NUMBER = re.compile(r"[\d.]+")
_LINKS = frozenset({"a", "an", "and", "as", "at", "by", "etc", "for", "from", "in", "manufacture", "manufacturing",
                    "market", "mfg", "nec", "of", "on", "or", "other", "per", "production", "the", "to", "w",
                    "with"})  # fmt: skip
"""Words without which a thing is still called so: what joins words, and that it is made and sold."""
_SHORT = 2
_KNOWN = 100_000


@lru_cache(_KNOWN)
def folded(text: str) -> str:
    """Return a text without what does not tell words apart: width, case, accents, traditional characters."""
    plain = words.folded(text)
    return plain.translate(words.simplified()) if _traditional().search(plain) else plain


@cache
def _traditional() -> re.Pattern[str]:
    return re.compile(f"[{''.join(map(chr, words.simplified()))}]")


@lru_cache(_KNOWN)
def terms(text: str) -> tuple[str, ...]:
    """Return the terms of a text in their order, each once: English words in the singular, Chinese pairs."""
    return tuple(dict.fromkeys(chain.from_iterable(map(_of_word, words.raw(folded(text))))))


@lru_cache(_KNOWN)
def _of_word(word: str) -> tuple[str, ...]:
    if words.is_han(word):
        return tuple(words.pairs(word)) or (word,)
    one = words.singular(word)
    if one in _LINKS:
        return ()
    return (one, *(part for part in words.parts(one) if len(part) > _SHORT and not is_number(part)))


def is_number(term: str) -> bool:
    """Tell whether a term is digits alone: a dimension or a part of a code more often than a name."""
    return bool(_NUMBER.fullmatch(term))


def is_symbol(term: str) -> bool:
    """Tell whether a term is one or two letters."""
    return len(term) <= _SHORT and term.isascii()


@lru_cache(_KNOWN)
def key(text: str) -> str:
    """Return what spellings of one name share: its words without what joins them."""
    return "".join(map(_joinable, words.raw(folded(text))))


@lru_cache(_KNOWN)
def _joinable(word: str) -> str:
    one = word if words.is_han(word) else words.singular(word)
    return "" if one in _LINKS else one


def pieces(text: str) -> Iterator[str]:
    """Yield the keys of a text and of what stands between its signs and blanks."""
    plain = folded(text)
    found = (key(piece) for piece in (plain, *_TAIL.split(plain), *_BREAK.split(plain)))
    yield from dict.fromkeys(filter(None, found))


def as_written(text: str, keys: Collection[str]) -> list[str]:
    """Return the pieces of a text whose keys are among some, as they are written."""
    written = {key(piece): piece.strip() for piece in (*_BREAK.split(text), *_TAIL.split(text), text)}
    return [written.get(spelt, spelt) for spelt in pieces(text) if spelt in keys]


def joined(text: str, found: Iterable[str]) -> Iterator[str]:
    """Yield terms of a text, pairs of Chinese characters that overlap as one word."""
    plain, begin, end = folded(text), 0, 0
    for term in found:
        if not words.is_han(term):
            yield term
            continue
        at = plain.find(term, max(begin, end - 1))
        if at != end - 1 and end:
            yield plain[begin:end]
        begin, end = (begin if at == end - 1 and end else at), at + len(term)
    if end:
        yield plain[begin:end]


def runs(spelt: str, least: int, most: int) -> Iterator[tuple[int, str]]:
    """Yield the parts of a key that may be a name, the longest first: where each begins, and its characters."""
    for size in range(min(most, len(spelt)), least - 1, -1):
        yield from ((at, spelt[at : at + size]) for at in range(len(spelt) - size + 1))
