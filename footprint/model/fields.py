"""One field of the guided workbook: what drives its template, its validation and its documentation."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple


class Field(NamedTuple):
    """A column of a sheet, or a row of the Product sheet.

    ``type``: text, number, positive, share, date, period, choice, unit, reference, level or list; the schema table also
    holds rows of type sheet, column and note. ``unit`` is the unit in which a number is given, "" where another column
    names it. ``choices``: ``key=Chinese caption`` items separated by ``|``; an item starting with ``@`` names a list
    that is known only later (``@datasets``) and leaves the field open to other texts. ``private``: it tells of the bill
    of materials.
    """

    sheet: str
    key: str
    en: str
    zh: str
    type: str
    unit: str = ""
    required: bool = False
    choices: str = ""
    example: str = ""
    meaning_en: str = ""
    meaning_zh: str = ""
    private: bool = False

    def title(self, lang: str) -> str:
        """Return the header in ``lang``."""
        return self.zh if lang == "zh" else self.en

    def meaning(self, lang: str) -> str:
        """Return what the field means, in ``lang``."""
        return self.meaning_zh if lang == "zh" else self.meaning_en

    @property
    def options(self) -> Mapping[str, str]:
        """The fixed choices: key -> Chinese caption (the key itself where there is none)."""
        return _options(self.choices)

    @property
    def list_name(self) -> str:
        """The list known only later (``@datasets``), "" when the choices are closed."""
        return next((item for item in self.choices.split("|") if item.startswith("@")), "")

    def option(self, key: str, lang: str) -> str:
        """Return the caption of choice ``key`` in ``lang``: the Chinese one, or the key with blanks."""
        return self.options[key] if lang == "zh" else key.replace("_", " ")


@cache
def _options(choices: str) -> Mapping[str, str]:
    items = (item.partition("=") for item in choices.split("|") if item and not item.startswith("@"))
    return {key: zh or key for key, _, zh in items}
