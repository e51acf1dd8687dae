"""What forbids taking the likeliest dataset without asking, and the words of the line or the dataset that say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from footprint.matching.terms import folded, key, pieces
from footprint.matching.vocabulary import Meaning, Side, designations, heads, is_blend, spoken, tacit
from footprint.model.matched import Doubt, Wanted

SIGNS = ("other thing", "contrary", "aside", "unlisted", "unmet")
"""Signs of evidence that are doubts whatever else is said."""
STRONG = 95
"""Per cent from which a stated content is that of the substance itself."""

_ELECTRICITY = "electricity"
_PER_CENT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s{0,3}%")
_NUMBERS = re.compile(r"\d+")
_EITHER = re.compile(r"\s+(?:or|oder)\s+|或者?|/")
_SOLUTIONS = ("溶液", "乳液", "分散液", "防冻液", "adblue", "车用尿素", "solution", "dispersion", "emulsion")
_SPENT = ("废", "边角料", "waste", "scrap", "spent")
_ALONE = ("折纯", "折百", "折100%", "without water", "100 %", "100%", "active matter", "active substance", "有效物",
          "干基")  # fmt: skip
_PURE = ((_ALONE, _ALONE), (("固体",), ("固体", "固态", "粉状", "solid", "powder")))
"""Words of datasets that count one content or state of a substance alone, and words by which a line means it."""
Called = Callable[[str], bool]
"""Tells whether any dataset is called so, a key."""


class Known(NamedTuple):
    """A dataset as it is held against a line: its title and keys of its names, the sides of contraries it is on."""

    names: tuple[str, ...]
    title: str
    keys: frozenset[str]
    sides: frozenset[Side]
    is_aside: bool
    category: str


def doubts(wanted: Wanted, signs: Iterable[str], first: Known, others: Sequence[Known], called: Called) -> list[Doubt]:
    """Return what forbids taking the ``first`` of the candidates for a line unasked.

    ``signs``: of evidence that are seen; ``others``: the candidates next to it.
    """
    said = folded(f"{wanted.name} {wanted.specification}")
    seen = set(signs)
    found = [Doubt(sign, _words(sign, wanted, said, first)) for sign in SIGNS if sign in seen]
    found += filter(None, (_other_grade(wanted, first),))
    found += [Doubt(code, word) for code, word in (
        ("either", _other_material(wanted.name, first, called)),
        ("open", "" if "contrary" in seen else _open(said, wanted, first, others)),
        ("content", _content(said, first)),
        ("pure", _pure(said, first)),
        ("electricity", said.strip() if first.category == _ELECTRICITY else ""),
        ("spent", "" if first.is_aside else _first(_SPENT, said)),
    ) if word]  # fmt: skip
    return found


def _words(sign: str, wanted: Wanted, said: str, first: Known) -> str:
    """Return the words in which a sign is seen."""
    texts = (wanted.name, wanted.specification)
    if sign == "contrary":
        return _contrary(said, first)
    if sign == "other thing":
        return ", ".join(dict.fromkeys(heads(wanted.name)))
    if sign in {"unlisted", "unmet"}:
        found = (one.written for text in texts if sign == "unmet" or is_blend(text) for one in designations(text))
        return ", ".join(dict.fromkeys(found))
    return ""


def _contrary(said: str, first: Known) -> str:
    """Return the words of a line, or of a dataset where the line has none, of which the other is the contrary."""
    texts = (said, *(one.names[0] for one in designations(said) if one.names))
    asked, own = spoken(" ".join(texts)), spoken(" ".join(map(folded, first.names)))
    against = [word for (n, one), word in asked.items() if (n, not one) in first.sides]
    unasked = {(n, not one) for n, one in tacit() if (n, one) not in asked}
    return ", ".join(dict.fromkeys(against or [word for side, word in own.items() if side in unasked]))


def _other_grade(wanted: Wanted, first: Known) -> Doubt | None:
    """Return that a dataset is of one grade, as its title says, and a line of another of that family, or of none."""
    titled = [[one for one in designations(name) if _is_grade(one)] for name in first.names[:2]]
    own = [one for found in titled for one in found]
    if not own:
        return None
    family = {name for one in own for name in one.names}
    same = [one for name in first.names for one in designations(name) if one.names in {each.names for each in own}]
    numbers = {_number(one) for one in (*own, *same)}
    texts = (wanted.name, wanted.specification)
    asked = [one for text in texts for one in designations(text) if _is_grade(one) and family.intersection(one.names)]
    if other := [one.written for one in asked if _number(one) not in numbers]:
        return Doubt("grade", ", ".join(dict.fromkeys(other)))
    if asked or not all(titled) or any(not first.keys.isdisjoint(pieces(text)) for text in texts):
        return None
    return Doubt("ungraded", own[0].written)


def _is_grade(one: Meaning) -> bool:
    return bool(one.names) and any(map(str.isdecimal, one.written))


def _number(one: Meaning) -> tuple[str, ...]:
    return tuple(_NUMBERS.findall(one.written))


def _other_material(name: str, first: Known, called: Called) -> str:
    """Return what a name offers as an alternative that other datasets are called by, and not the first."""
    parts = _EITHER.split(folded(name))
    for part in parts if len(parts) > 1 else ():
        known = [spelt for spelt in pieces(part) if called(spelt)]
        if known and first.keys.isdisjoint(known):
            return part.strip()
    return ""


def _open(said: str, wanted: Wanted, first: Known, others: Sequence[Known]) -> str:
    """Return the title of another candidate that is called like a line too, and is the contrary of the first."""
    asked, spelt = {*spoken(said), *tacit()}, key(wanted.name)
    wanting = {(n, not one) for n, one in first.sides if (n, one) not in asked and (n, not one) not in asked}
    like = (other for other in others if any(spelt in name for name in other.keys))
    return next((other.names[0] for other in like if wanting & other.sides), "")


def _content(said: str, first: Known) -> str:
    """Return the solution or the content that a line states and a dataset does not."""
    if word := next((word for word in _SOLUTIONS if word in said and word not in first.title), ""):
        return word
    plain, title = said, first.title.replace(" ", "")
    for one in designations(said):
        plain = plain.replace(one.written, " ")
    stated = (found[0] for found in _PER_CENT.finditer(plain) if float(found[1]) < STRONG)
    return next((share for share in stated if share.replace(" ", "") not in title), "")


def _pure(said: str, first: Known) -> str:
    """Return what a dataset says of the content or state that alone it counts, and a line does not."""
    found = (_first(words, first.title) for words, meant in _PURE if not _first(meant, said))
    return next(filter(None, found), "")


def _first(words: Iterable[str], text: str) -> str:
    return next((word for word in words if word in text), "")
