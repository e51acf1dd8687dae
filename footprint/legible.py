"""Texts of strangers as they may be shown: nothing in them that is not seen, or that turns the direction of others."""

from __future__ import annotations

import unicodedata

_KEPT = frozenset("\n\r\t")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NONE = frozenset("\ufffe\uffff")


_LONGEST, _CUT = 200, 100
"""Letters of a cell that is told whole, and those that are left at each end of one that is longer."""


def shortened(text: str) -> str:
    """Return what stands in a cell as it is told: the two ends of what nobody reads through."""
    return text if len(text) <= _LONGEST else f"{text[:_CUT]} … {text[-_CUT:]}"


def legible(text: str) -> str:
    """Return ``text`` with a sign of replacement for each that is not seen, or turns the direction of others."""
    if text.isprintable():
        return text
    return "".join("�" if _is_unseen(sign) else sign for sign in text)


def _is_unseen(sign: str) -> bool:
    return sign in _NONE or (unicodedata.category(sign) in _UNSEEN and sign not in _KEPT)
