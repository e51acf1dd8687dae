"""The uncertainty of a measurement as people and certificates word it: half a width, its unit, and what it is.

An upper-case U is an expanded uncertainty, of k = 2 unless something else is said; a lower-case u a standard one.

References: JCGM 100:2008, 2.3.5, 6.2.1, 7.2.3, G.6.4; JJF 1059.1-2012, 5.3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import inf, isinf
from typing import NamedTuple

from footprint.errors import UnfitError
from footprint.model.student import coverage_factor

NUMBER = r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+|\s*[×*xX]\s*10\s*\^?\s*-?\d+)?"
_IS = r"\s*[=:]?\s*"
_REL = r"(?:[_\s]*(?P<rel>(?i:rel|r))(?![A-Za-z]))?"
_OF = r"(?:\s*\([A-Za-z]\w*\))?"
_AT = rf"(?:[_\s]*(?P<level>\d\d(?:\.\d+)?|0\.\d+|p){_REL.replace('rel>', 'own>')}(?=\s*[=:]))?"
_EXPANDED = r"(?:(?i:expanded(?:\s+measurement)?\s+uncertainty)|(?:相对)?扩展(?:测量)?不确定度)"
_STANDARD = r"(?:(?i:(?:combined\s+)?standard\s+uncertainty)|(?:合成)?(?:相对)?标准(?:测量)?不确定度)"
_HEADS = (
    ("expanded", rf"(?:{_EXPANDED}[\s,:]*)?U{_AT}{_REL}{_OF}{_IS}(?:±\s*|\+/?-\s*)?"),
    ("expanded", rf"(?:{_EXPANDED}{_IS})?(?:±|\+/?-)\s*"),
    ("expanded", rf"{_EXPANDED}{_IS}"),
    ("standard", rf"(?:{_STANDARD}[\s,:]*)?u(?:[_\s]*c)?{_REL}{_OF}{_IS}"),
    ("standard", rf"{_STANDARD}{_IS}"),
    ("limits", rf"(?:(?i:MPE|uniform)|最大允许误差|允差|均匀){_IS}(?:±|\+/?-)\s*"),
    ("", r""),
)
_WIDTH = rf"(?P<half>{NUMBER})\s*(?P<unit>(?!\w+\s*=)[^\d\s,;:=(][^\s,;:=(]*)?"
_EXTRAS: Mapping[str, str] = {
    "k": rf"[kK](?:[_\s]*(?:p|\d\d))?\s*=\s*({NUMBER})",
    "dof": rf"(?:(?i:dof|v_?eff|ν_?eff|v|ν)|(?:有效)?自由度)\s*[=:]?\s*({NUMBER}|∞)",
    "level": r"(?:(?:(?i:p|confidence(?:\s+level)?|coverage(?:\s+probability)?)|包含概率|置信(?:概率|水平|度))"
    r"\s*[=:]?\s*(?:≈|~|(?i:about|approximately))?\s*)?(\d\d(?:\.\d+)?\s*%|0\.\d+|(?<==)\s*\d\d(?:\.\d+)?(?!\S))",
}
_BEFORE = rf"^(k\s*=\s*{NUMBER}|p\s*=\s*(?:\d\d(?:\.\d+)?\s*%?|0\.\d+))[\s,;、]+(.*\S)\s*$"
"""A factor or a level before what it is of."""
_CLASS = r"^(?i:class)\s*\d|\d\s*(?:级|等级)|^准确度等级"
_PARTED = r"[\s,;()、]*"
_LEVELS = (0.5, 1.0)
LEAST_DOF = 2.0


class Worded(NamedTuple):
    """What is written: ``half`` of a width, its ``unit`` ("": none, "1": a share), and ``k``, by which it is divided.

    ``shape``: ``expanded``, ``standard`` or ``limits``; ``dof``: degrees of freedom [-].
    """

    shape: str
    half: float
    unit: str
    k: float
    dof: float


def worded(text: str) -> Worded | None:
    """Return what ``text`` says, None where it says nothing of the kind; `UnfitError` where it may be read two ways."""
    text = re.sub(_BEFORE, r"\2, \1", text)
    for shape, head in _HEADS:
        match = re.match(head + _WIDTH, text)
        if match is None:
            continue
        extras = _extras(text[match.end() :])
        if extras is None:
            continue
        level = match.groupdict().get("level")
        if level and level != "p":
            extras.setdefault("level", level)
        if shape or extras.keys() & {"k", "level"}:
            return _judged(text, shape or "expanded", match, extras)
    if re.match(r"u[_\s]*\d\d\s*[=:]", text):
        raise UnfitError("uncertainty-ambiguous", text=text)
    if re.search(_CLASS, text):
        raise UnfitError("uncertainty-class", text=text)
    return None


def _extras(rest: str) -> dict[str, str] | None:
    """Return k, degrees of freedom and level as written behind a width; None where there is anything else."""
    found: dict[str, str] = {}
    rest = re.sub(rf"^{_PARTED}", "", rest)
    while rest:
        for key, pattern in _EXTRAS.items():
            match = re.match(rf"{pattern}(?:$|{_PARTED.replace('*', '+')})", rest)
            if match is not None and key not in found:
                found[key], rest = match[1], rest[match.end() :]
                break
        else:
            return None
    return found


def _judged(text: str, shape: str, match: re.Match[str], extras: Mapping[str, str]) -> Worded:
    """Return what was found, refused where it says both of U and u."""
    if shape == "standard" and ("k" in extras or "level" in extras):
        raise UnfitError("uncertainty-ambiguous", text=text)
    if shape == "limits" and extras:
        raise UnfitError("uncertainty-limits", text=text)
    dof = number(extras["dof"]) if "dof" in extras and extras["dof"] != "∞" else inf
    if dof < LEAST_DOF:
        raise UnfitError("uncertainty-dof", dof=extras["dof"])
    k = 1.0 if shape != "expanded" else _factor(text, extras, dof)
    groups = match.groupdict()
    is_share = not match["unit"] and (groups.get("rel") or groups.get("own"))
    return Worded(shape, number(match["half"]), "1" if is_share else match["unit"] or "", k, dof)


def _factor(text: str, extras: Mapping[str, str], dof: float) -> float:
    """Return the coverage factor: as stated, else that of the level and the degrees of freedom, else 2."""
    if "k" in extras:
        k = number(extras["k"])
        if not k > 0:
            raise UnfitError("uncertainty-factor", text=text)
        return k
    if "level" not in extras:
        return 2.0
    level = float(extras["level"].rstrip("% "))
    level = level / 100 if level > 1 else level
    if not _LEVELS[0] < level < _LEVELS[1]:
        raise UnfitError("uncertainty-factor", text=text)
    return coverage_factor(dof, level)


def number(text: str) -> float:
    """Return a number as written: ``0.02``, ``2e-2``, ``2×10^-2``; `UnfitError` where its exponent is beyond all."""
    plain = re.sub(r"\s*[×*xX]\s*10\s*\^?\s*", "e", text.strip())
    found = float(plain)
    if isinf(found) or (not found and re.search("[1-9]", plain.lower().split("e")[0])):
        raise UnfitError("uncertainty-exponent", text=text.strip())
    return found
