"""The words of names as they are searched: folded, English in the singular, Chinese in pairs of characters."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

_TRADITIONAL = Path(__file__).parent / "data" / "traditional.csv"
_NAMES = Path(__file__).parent / "data" / "thesaurus.csv"
_SAME = Path(__file__).parent / "data" / "search_words.csv"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_HAN}]+|(?:\d+\.)*[^\W_{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_PLAIN = re.compile(r"[\x00-\x7f\u4e00-\u9fff]*")
"""A text without accents, of one width."""
_PART = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+")
_TAIL = re.compile(r"[,，;；:：(（\[【]")
_LONG_PLURALS = ("sses", "shes", "ches", "xes", "zes")
_NO_PLURALS = ("ss", "us", "is")
_KNOWN = 50_000
_SHORT = 4
_LONG = 8


def folded(text: str) -> str:
    """Return ``text`` without what does not tell words apart: width, case, accents."""
    if _PLAIN.fullmatch(text):
        return text.casefold()
    plain = unicodedata.normalize("NFKC", text).casefold()
    if _PLAIN.fullmatch(plain):
        return plain
    letters = unicodedata.normalize("NFD", plain)
    if not any(map(unicodedata.combining, letters)):
        return unicodedata.normalize("NFC", letters)
    return unicodedata.normalize("NFC", "".join(filter(lambda letter: not unicodedata.combining(letter), letters)))


@cache
def simplified() -> dict[int, str]:
    """Return the simplified form of each traditional character that lists of materials are written with."""
    with _TRADITIONAL.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    return dict(zip(map(ord, row["traditional"]), row["simplified"], strict=True))


@cache
def written() -> frozenset[str]:
    """Return the Chinese characters that names of materials and parts are written with."""
    return frozenset(_IS_HAN.findall(_NAMES.read_text(encoding="utf-8")))


def raw(text: str) -> list[str]:
    """Return the words of a folded text in their order, as they are written."""
    return _WORD.findall(text)


def words(text: str) -> list[str]:
    """Return the words of a folded text in their order: runs of Chinese characters, and others in the singular."""
    return [_forms(word)[0] for word in _WORD.findall(text)]


def key(text: str) -> str:
    """Return what two spellings of one name share: its words without what stands between them."""
    return "".join(words(text))


def head(text: str) -> str:
    """Return a name up to its first comma or bracket: what it is, without route, place and year."""
    return _TAIL.split(text, 1)[0].strip()


def tokens(text: str) -> frozenset[str]:
    """Return what a folded text is found by: words, letters and digits apart, characters and their pairs."""
    return frozenset().union(*(_forms(word)[1] for word in _WORD.findall(text)))


@lru_cache(_KNOWN)
def _forms(word: str) -> tuple[str, frozenset[str]]:
    """Return a word as it is sought, and all it is found by."""
    if is_han(word):
        return word, frozenset(characters(word))
    one = singular(word)
    return one, frozenset((one, *parts(one)))


def is_han(word: str) -> bool:
    """Tell whether a word is Chinese."""
    return bool(_IS_HAN.match(word))


def characters(run: str) -> set[str]:
    """Return what a Chinese run is found by: its characters, its pairs of neighbours, and pairs with a hole."""
    return {*run, *pairs(run), *(hole(run[at], run[at + 2]) for at in range(len(run) - 2))}


def hole(first: str, second: str) -> str:
    """Return the pair of two characters with another between them, whichever."""
    return f"{first}_{second}"


def near_pair(run: str, at: int) -> dict[str, float]:
    """Return what is near the pair at ``at`` of a run, with its likeness [-]: a character more, less, or another."""
    found = {hole(run[at], run[at + 1]): 0.75}
    for first, last in ((at - 1, at + 1), (at, at + 2)):
        if first >= 0 and last < len(run):
            found |= {hole(run[first], run[last]): 0.6, run[first] + run[last]: 0.6}
    return found


def pairs(run: str) -> list[str]:
    """Return the pairs of neighbours of a run."""
    return [first + second for first, second in pairwise(run)]


def parts(word: str) -> list[str]:
    """Return letters and digits of a word apart, nothing where it has only one of them: ``nmc811``, ``pa66``."""
    found = _PART.findall(word)
    return found if len(found) > 1 else []


def singular(word: str) -> str:
    """Return an English word without its plural ending; other words as they are, or as all searches change them."""
    if len(word) < _SHORT or word.endswith(_NO_PLURALS) or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > _SHORT:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(_LONG_PLURALS) else word[:-1]


def same(word: str) -> tuple[str, ...]:
    """Return the words that mean the same as a word, or a Chinese pair; itself is none of them."""
    return tuple(other for other in _same().get(word, ()) if other != word)


@cache
def _same() -> dict[str, tuple[str, ...]]:
    with _SAME.open(encoding="utf-8", newline="") as file:
        groups = [tuple(map(singular, row["words"].split("|"))) for row in csv.DictReader(file)]
    return {word: group for group in groups for word in group}


def grams(word: str) -> set[str]:
    """Return the groups of three letters of a word, its ends included."""
    padded = f"  {word} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def tolerance(one: str, other: str) -> int:
    """Return how many slips may lie between two words that are meant to be one; none between different digits."""
    longest = max(len(one), len(other))
    if longest < _SHORT or is_han(one) or is_han(other) or _digits(one) != _digits(other):
        return 0
    return 2 if longest >= _LONG else 1


def _digits(word: str) -> str:
    return "".join(filter(str.isdigit, word))


def slips(one: str, other: str, most: int) -> int:
    """Return how many letters were left out, put in, changed or swapped with their neighbour; ``most`` + 1 for more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 < j and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)
