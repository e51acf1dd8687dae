"""Texts as a cell can hold them, and none that a spreadsheet takes for a formula."""

from __future__ import annotations

import re

LONGEST_TEXT = 32_767
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Return ``text`` with an apostrophe before it where a spreadsheet opening a csv would calculate it."""
    return f"'{text}" if text.startswith(_STARTS) else text


def safe(text: str) -> str:
    """Return ``text`` as a cell can hold it: no control characters, no lone surrogates, at most `LONGEST_TEXT` long."""
    if len(text) <= LONGEST_TEXT and text.isprintable():
        return text
    cleaned = _UNSAFE.sub("\ufffd", text)
    return cleaned if len(cleaned) <= LONGEST_TEXT else cleaned[: LONGEST_TEXT - 1] + "…"


def cell(text: str) -> str:
    """Return a text of others as a cell of a table that is read back as it stands, and opened by spreadsheets."""
    return text if text.isalnum() else harmless(safe(text).strip())
