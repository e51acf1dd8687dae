"""The encoding of a text without a mark: found from its bytes, the likeliest first."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence

from footprint import words
from footprint.errors import WorkbookError, problem

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_PIECE = 1 << 20
_SNIFFED = 1 << 16
_ZEROS = 0.02
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\xfe]")
_SECOND, _RARE = 0xA1, 0.15
_RUN = re.compile(rb"[\x80-\xff]+")
_LATIN = frozenset((*range(0xC0, 0x100), *"°±²³µ·½¼¾§«»€–’…".encode("cp1252")))
"""Letters and signs of western languages, as Windows writes them."""
_WITHIN = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]{2}(?=[A-Za-z])")
"""Two of them within a word: ``Größe``."""
_ALONE, _OF_LETTERS = 0.8, 0.9
_KANA, _HALF = re.compile("[\u3040-\u30ff]"), re.compile("[\uff61-\uff9f]")
_LOW, _OF_KANA, _OF_HALF = 0xA0, 0.3, 0.05
"""First bytes below those of simplified Chinese; shares of kana in Japanese, and of their half forms."""
_HANGUL = range(0xB0, 0xC9)
_OF_HANGUL, _KNOWN, _LEAST = 0.97, 0.6, 5
"""Shares of pairs that may be Korean, and of Chinese signs that technical names have; pairs that tell anything."""


def encoding_of(data: bytes, file: str) -> str:
    """Return the encoding of a text; raise `WorkbookError` where it has none, or holds signs that no text has."""
    for encoding in _named(data) or _likely(data):
        try:
            if any(map(_CONTROL.search, _decoded(data, encoding))):
                break
        except UnicodeDecodeError:
            continue
        return encoding
    raise WorkbookError(problem("text-encoding", file))


def _named(data: bytes) -> tuple[str, ...]:
    return tuple(encoding for mark, encoding in _BOMS if data.startswith(mark))


def encodings(data: bytes) -> tuple[str, ...]:
    """Return the encodings that the bytes of a text may have, the likeliest first, however far its first letters are.

    Nothing is said of whether they can be decoded.
    """
    foreign = None if 0 in data[:_SNIFFED] else _RUN.search(data)
    at = 0 if foreign is None else max(0, foreign.start() - _SNIFFED // 2)
    return _named(data) or _likely(data[at : at + _SNIFFED])


def _decoded(data: bytes, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    pieces = memoryview(data)
    for at in range(0, len(data), _PIECE):
        yield decoder.decode(pieces[at : at + _PIECE])
    yield decoder.decode(b"", final=True)


def _likely(data: bytes) -> tuple[str, ...]:
    """Return the encodings that bytes without a mark may have, the likeliest first.

    In UTF-16 one byte of two is zero where digits, letters and tabs stand. The second byte of a character is hardly
    ever below 0xA1 in simplified Chinese (GB2312), and for every second one in traditional Chinese (Big5). Letters with
    accents stand alone among others. Japanese has kana, and Korean would be signs that hardly any Chinese name has.
    """
    sample = data[:_SNIFFED]
    zeros = sample.count(0)
    if zeros > len(sample) * _ZEROS:
        after = sample[1::2].count(0)
        return ("utf-16-le",) if after == zeros else ("utf-16-be",) if not after else ()
    high = _RUN.findall(sample)
    letters = [byte for run in high for byte in run]
    alone = sum(len(run) == 1 for run in high) + len(_WITHIN.findall(sample)) >= _ALONE * len(high)
    if letters and alone and sum(byte in _LATIN for byte in letters) >= _OF_LETTERS * len(letters):
        return ("utf-8", "cp1252")
    pairs = _PAIR.findall(sample)
    if _is_japanese(sample, pairs):
        return ("utf-8", "cp932", "gb18030")
    if _is_korean(pairs):
        return ("utf-8", "cp949", "gb18030")
    low = sum(pair[1] < _SECOND for pair in pairs)
    return ("utf-8", "big5", "gb18030") if low > len(pairs) * _RARE else ("utf-8", "gb18030")


def _is_japanese(sample: bytes, pairs: Sequence[bytes]) -> bool:
    """Tell whether bytes are Japanese as Windows writes it: first bytes that Chinese hardly has, or kana."""
    read = sample.decode("cp932", "replace")
    kana = len(_KANA.findall(read))
    is_low = sum(pair[0] < _LOW for pair in pairs) >= _OF_KANA * len(pairs)
    return bool(kana) and is_low and len(_HALF.findall(read)) <= _OF_HALF * len(pairs) and "\ufffd" not in read[:-1]


def _is_korean(pairs: Sequence[bytes]) -> bool:
    """Tell whether pairs of bytes are Korean syllables: as Chinese they would be signs that names hardly have."""
    told = sum(pair[0] in _HANGUL and pair[1] >= _SECOND for pair in pairs)
    if len(pairs) < _LEAST or told < _OF_HANGUL * len(pairs):
        return False
    signs = [pair.decode("gb18030", "replace") for pair in pairs]
    return sum(sign in words.written() for sign in signs) < _KNOWN * len(signs)
