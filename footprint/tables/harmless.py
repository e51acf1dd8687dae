"""Texts that a spreadsheet takes for formulas, made harmless."""

from __future__ import annotations

_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Return ``text`` with an apostrophe before it where a spreadsheet opening a csv would calculate it."""
    return f"'{text}" if text.startswith(_STARTS) else text
