"""What purchasing and engineering call things: standard designations, and the terms databases list things under."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain, groupby, pairwise
from pathlib import Path
from typing import NamedTuple

from footprint import words
from footprint.matching.terms import folded, key, terms

SELDOM = 5
"""Rows that each name is taken to stand in besides, alone: few rows tell little of what is beside it."""

HOLDERS = frozenset("钉盒箱瓶桶罐柜车机器泵阀表灯笔刷杯盘碗勺刀锯钻锤枪炉锅鞋帽服伞椅桌床门窗锁钩轮架")
"""Last characters of names of things that hold or use what is named before them: 肥皂盒 is no soap."""

_DATA = Path(__file__).parents[1] / "data"
_ALL, _EITHER = "+", "|"
_BOTH = re.compile(r"[a-z]{2}[/+&][a-z]{2}")
_MIXED = frozenset({"/", "+", "&"})
_BORDER = re.compile(r"(?<![a-z0-9.]).", re.DOTALL)
_TOKEN = re.compile(r"\\.|\[[^\]]+\]|\{[^}]+\}|\(\?(?:<?[=!]|:)|.")
_LOOKS = ("(?!", "(?=", "(?<!", "(?<=")
_LONGEST = 500
_BEGIN = 2
_KNOWN = 10_000


class Meaning(NamedTuple):
    """What a part of a text means. ``written``: that part, folded; ``names``: the plain names, the likeliest first.

    ``kind``: designation, or of the thesaurus: same, is-a, made-of, made-by. ``at``: where it begins. ``system``: the
    standard of a designation, empty of trade names and common ones.
    """

    written: str
    names: tuple[str, ...]
    kind: str
    at: int
    system: str = ""


@lru_cache(_KNOWN)
def designations(text: str) -> tuple[Meaning, ...]:
    """Return the standard designations in a text, of those that overlap the longest; ``names`` may be empty."""
    plain = folded(text)[:_LONGEST]
    found = [one for border in _BORDER.finditer(plain) for one in _designated(plain, border.start())]
    found.sort(key=lambda one: (-len(one.written), one.at))
    kept: list[Meaning] = []
    for one in found:
        if all(one.at >= k.at + len(k.written) or k.at >= one.at + len(one.written) for k in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.at))


def is_blend(text: str) -> bool:
    """Tell whether a text names a mixture: what nothing plainer stands for, or two designations and a sign."""
    plain, found = folded(text), designations(text)
    if any(not one.names or _BOTH.search(folded(one.names[0])) for one in found):
        return True
    between = (plain[one.at + len(one.written) : other.at].strip() for one, other in pairwise(found))
    return any(sign in _MIXED for sign in between)


def _designated(plain: str, at: int) -> Iterator[Meaning]:
    """Yield the designations that stand at a place of a folded text."""
    known = _designations()
    for pattern, names, system in chain(known.get(plain[at], ()), known.get(plain[at : at + 2], ())):
        if match := _bordered(pattern).match(plain, at):
            yield Meaning(match[0], names, "designation", at, system)


@cache
def _designations() -> dict[str, list[tuple[str, tuple[str, ...], str]]]:
    """Return pattern, names and standard of the designations by the two characters, or the one, they may begin with."""
    found: dict[str, list[tuple[str, tuple[str, ...], str]]] = defaultdict(list)
    for row in _table("designations.csv"):
        names = _split(row["names"])
        for begin in _begins(_TOKEN.findall(row["pattern"])[::-1]):
            found[begin].append((row["pattern"], names, row["system"]))
    return dict(found)


def _begins(tokens: list[str], size: int = _BEGIN) -> set[str]:
    """Take a group from the end of the tokens of a pattern; return the first characters of all that it matches."""
    found, branch = set[str](), {""}
    while tokens and (token := tokens.pop()) != ")":
        if token == _EITHER:
            found, branch = found | branch, {""}
            continue
        wanting = size - min(map(len, branch))
        inside = _begins(tokens, wanting) if token.startswith("(?") else _characters(token) if wanting else set()
        often = tokens.pop() if tokens and tokens[-1][0] in "?*+{" else ""
        if wanting and token not in _LOOKS:
            more = _joined(inside, inside, wanting) if often not in ("", "?") else set()
            branch = _joined(branch, inside | more | ({""} if often not in ("", "+") else set()), size)
    return found | branch


def _joined(some: set[str], others: set[str], size: int) -> set[str]:
    """Return the first characters of each text followed by each other."""
    return {(one + other)[:size] for one in some for other in (others if len(one) < size else ("",))}


@cache
def _characters(token: str) -> set[str]:
    """Return the characters that a token of a pattern matches, Chinese ones only where it says them."""
    return {token} if token.isalnum() else set(filter(re.compile(token).fullmatch, {*map(chr, range(128)), *token}))


def _table(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _bordered(pattern: str) -> re.Pattern[str]:
    """Return a pattern for a whole designation: no letter or digit before or after, Chinese aside."""
    return re.compile(rf"(?<![a-z0-9.])(?:{pattern})(?![a-z0-9]|\.\d)")


def _split(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(_EITHER) if name.strip())


class _Row(NamedTuple):
    words: str
    names: tuple[str, ...]
    kind: str

    @property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """What must stand in a text: Chinese words each by itself, others that follow each other together."""
        return _parts(self.words)


@lru_cache(_KNOWN)
def meanings(text: str) -> tuple[Meaning, ...]:
    """Return what the thesaurus says of a text: of entries whose words are among those of another, the other."""
    spoken = tuple(words.words(folded(text)[:_LONGEST]))
    place = {word: at for at, word in reversed(list(enumerate(spoken)))}
    found: list[tuple[frozenset[int], Meaning]] = []
    for row in _near(spoken):
        places = _places(row, spoken, place)
        if places:
            written = " ".join("".join(part) if words.is_han(part[0]) else " ".join(part) for part in row.parts)
            found.append((places, Meaning(written, row.names, row.kind, min(places))))
    whole = [one for places, one in found if not any(places < other for other, _ in found)]
    return tuple(sorted(whole, key=lambda one: one.at))


def related(name: str) -> Mapping[str, float]:
    """Return the names that the thesaurus gives beside a name, by their keys: how often it gives them with it [-]."""
    rows = _beside().get(name, ())
    often = Counter(chain.from_iterable(rows))
    return {one: count / (len(rows) + SELDOM) for one, count in often.items() if count > 1 and one != name}


@cache
def _beside() -> dict[str, list[tuple[str, ...]]]:
    """Return the rows of the thesaurus that each name stands in, all their names by their keys, each once."""
    beside: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for names in {id(row.names): row.names for rows in _thesaurus().values() for row in rows}.values():
        keys = tuple(dict.fromkeys(map(key, names)))
        for one in keys:
            beside[one].append(keys)
    return dict(beside)


def _near(spoken: Sequence[str]) -> Iterator[_Row]:
    """Yield the rows that begin with a word of a text, or a pair of Chinese characters in it."""
    table = _thesaurus()
    for word in dict.fromkeys(spoken):
        for first in dict.fromkeys(words.pairs(word) or (word,)) if words.is_han(word) else (word,):
            yield from table.get(first, ())


def _places(row: _Row, spoken: Sequence[str], place: dict[str, int]) -> frozenset[int]:
    """Return where the words of a row stand in a text; nothing where one of them does not."""
    found: set[int] = set()
    for part in row.parts:
        if words.is_han(part[0]):
            inside = [(at, word.find(part[0])) for at, word in enumerate(spoken) if part[0] in word]
            if not inside:
                return frozenset()
            at, begin = inside[-1]
            found.update(range(1000 * at + begin, 1000 * at + begin + len(part[0])))
        else:
            at = _sequence(part, spoken, place)
            if at < 0:
                return frozenset()
            found.update(range(1000 * at, 1000 * (at + len(part)), 1000))
    return frozenset(found)


def _sequence(part: tuple[str, ...], spoken: Sequence[str], place: dict[str, int]) -> int:
    """Return where words follow each other in a text; -1 where they do not."""
    first = place.get(part[0], -1)
    if len(part) == 1 or first < 0:
        return first
    starts = range(first, len(spoken) - len(part) + 1)
    return next((at for at in starts if tuple(spoken[at : at + len(part)]) == part), -1)


@cache
def _thesaurus() -> dict[str, list[_Row]]:
    """Return the rows of the thesaurus by their first word, or the first pair of Chinese characters."""
    table: dict[str, list[_Row]] = defaultdict(list)
    for row in _table("thesaurus.csv"):
        names = _split(row["means"])
        for either in _split(folded(row["words"])):
            for first in words.words(either)[:1]:
                table[first[:2] if words.is_han(first) else first].append(_Row(either, names, row["kind"]))
    return dict(table)


@cache
def _parts(either: str) -> tuple[tuple[str, ...], ...]:
    return tuple(chain.from_iterable(_grouped(words.words(part)) for part in either.split(_ALL)))


def _grouped(spoken: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield words in Chinese each by itself, and others that follow each other together."""
    for is_han, those in groupby(spoken, words.is_han):
        together = tuple(those)
        yield from ((word,) for word in together) if is_han else (together,)


@lru_cache(_KNOWN)
def heads(name: str) -> tuple[str, ...]:
    """Return the words of a name that say it is a thing of many materials, or holds or uses one."""
    spelt, said = key(name), set(terms(name))
    found = (head for head, its in _composites() if (said.issuperset(its) if its else head in spelt))
    return (*found, *(run[-1] for run in words.raw(folded(name))[:1] if words.is_han(run) and run[-1] in HOLDERS))


@cache
def _composites() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the words that make a thing of many materials, and their terms; none of Chinese, which stands anywhere."""
    listed = [row["word"] for row in _table("composites.csv")]
    return tuple((word, () if words.is_han(word) else terms(word)) for word in listed)


Side = tuple[int, bool]
"""A side of a pair of contraries: the number of the pair, and whether it is the first side."""


def sides(text: str) -> frozenset[Side]:
    """Return which side of each pair of contraries a text speaks of."""
    return frozenset(spoken(text))


@lru_cache(_KNOWN)
def spoken(text: str) -> Mapping[Side, str]:
    """Return which side of each pair of contraries a text speaks of, and in which word."""
    side_of = _contraries()
    found = {side: word for word in _any_contrary().findall(folded(text)) for side in side_of[word]}
    return {side: word for side, word in found.items() if (side[0], not side[1]) not in found}


@cache
def tacit() -> frozenset[Side]:
    """Return the sides that are meant where nothing is said: what is not called recycled is primary."""
    return frozenset((n, row["tacit"] == "one") for n, row in enumerate(_table("contraries.csv")) if row["tacit"])


@cache
def qualities() -> frozenset[str]:
    """Return the terms of sides that are meant or not where nothing is said: they tell no material from another."""
    rows = (row for row in _table("contraries.csv") if row["tacit"])
    return frozenset(term for row in rows for word in _split(f"{row['one']}|{row['other']}") for term in terms(word))


@cache
def _contraries() -> dict[str, tuple[Side, ...]]:
    """Return the words that have a contrary, the longest first, and the sides each speaks of."""
    side_of: dict[str, tuple[Side, ...]] = {}
    for number, row in enumerate(_table("contraries.csv")):
        for is_one, named in ((True, row["one"]), (False, row["other"])):
            for word in _split(named):
                side_of[word] = (*side_of.get(word, ()), (number, is_one))
    return {word: side_of[word] for word in sorted(side_of, key=len, reverse=True)}


@cache
def _any_contrary() -> re.Pattern[str]:
    """Return what finds words that have a contrary, the first of those that overlap; English ones stand alone."""
    english, chinese = (_any_of(w for w in _contraries() if words.is_han(w) is is_han) for is_han in (False, True))
    return re.compile(rf"(?<![a-z0-9]){english}(?![a-z0-9])|{chinese}")


def _any_of(listed: Iterable[str]) -> str:
    """Return the pattern of any of some words, told apart by their first letters."""
    rests: dict[str, list[str]] = defaultdict(list)
    for word in listed:
        rests[re.escape(word[0])].append(re.escape(word[1:]))
    each = (f"{first}(?:{'|'.join(those)})" for first, those in rests.items())
    return f"(?=[{''.join(rests)}])(?:{'|'.join(each)})"
