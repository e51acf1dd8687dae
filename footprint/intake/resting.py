"""Which row of the sheet Factors a footprint may take the place of, and what else in the workbook rests on it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

from footprint import units
from footprint.errors import Problem
from footprint.intake import schema
from footprint.intake.find import find_sheets
from footprint.model.fields import Field
from footprint.model.sheets import Book
from footprint.provenance import Place
from footprint.tables.typed.rows import read_table
from footprint.tables.typed.table import Row, Table

CONTENT = ("total", "classes", "gwp_set", "region", "period", "primary_share", "valid_until", "pedigree", "state")
"""What one footprint states once and for all."""
_LISTS = frozenset({"@datasets", "@flows"})
_MAY = frozenset({("Scenarios", "value")})
"""Columns that may name a dataset among other things."""
_OWN = re.compile(r"workbook(@[^:]*)?:")


class Rows:
    """The rows of the sheet Factors by code, and the cells of other sheets that name each of them."""

    def __init__(self, book: Book, factors: Table) -> None:
        self.known = {row.text("code"): row for row in factors.rows}
        self._book = book

    def code(self, values: Mapping[str, object], preceding: Collection[str], line: Row | None) -> str:
        """Return the code of the row that a footprint takes the place of; a free one where there is none.

        Those are the row of the same footprint, of one that it names as ``preceding``, and of the same code where
        nothing but ``line`` rests on it; never one that others count in a unit this one does not convert to.
        """
        code, unit = str(values["code"]), str(values["unit"])
        rows = [row for row in self.known.values() if self._fits(row, unit, line)]
        version = re.compile(rf"{re.escape(code)}(-\d+)?")
        own = [row for row in rows if line is not None and _named(line.text("dataset")) == row.text("code")]
        for former in ({_plain(values.get("pcf_id"))}, {*map(_plain, preceding)}):
            found = [row for row in (*own, *rows) if _plain(row.text("pcf_id")) in former - {""}]
            if found:
                return found[0].text("code")
        alone = (row for row in own if version.fullmatch(row.text("code")) and not self.others(row, line))
        return next((row.text("code") for row in alone), self._free(code))

    def _fits(self, row: Row, unit: str, line: Row | None) -> bool:
        return units.convertible(row.text("unit"), unit) or not self.others(row, line)

    def _free(self, code: str) -> str:
        found, number = code, 1
        while found in self.known:
            number += 1
            found = f"{code}-{number}"
        return found

    def others(self, row: Row, line: Row | None) -> list[Place]:
        """Return the cells that name the factor of ``row``, without that of ``line``."""
        own = None if line is None else line.place("dataset")
        return [place for place in self._resting.get(row.text("code"), ()) if place != own]

    def told(
        self, row: Row, values: Mapping[str, object], changed: Collection[Place], line: Row | None
    ) -> Iterator[Problem]:
        """Yield what is to be said where ``values`` took the place of ``row`` and ``changed`` cells of it."""
        others = self.others(row, line)
        if others:
            cells = ", ".join(place.address for place in others)
            yield Problem("merge-shared", row.place("code"), {"factor": row.text("code"), "cells": cells})
        id_ = row.text("pcf_id")
        differ = [place for key in CONTENT if (place := row.place(key)) in changed]
        if id_ and _plain(id_) == _plain(values.get("pcf_id")) and differ and row.place("unit") not in changed:
            cells = ", ".join(place.address for place in differ)
            yield Problem("merge-same-id", row.place("pcf_id"), {"id": id_, "cells": cells})

    @cached_property
    def _resting(self) -> Mapping[str, list[Place]]:
        found: dict[str, list[Place]] = {}
        for name, sheet in find_sheets(self._book).sheets.items():
            fields = [field for field in schema.fields(name) if _names_datasets(field)]
            rows = read_table(name, sheet, schema.fields(name)).rows if fields else ()
            for row in rows:
                for field in fields:
                    if text := row.text(field.key):
                        found.setdefault(_named(text), []).append(row.place(field.key))
        return found


def _names_datasets(field: Field) -> bool:
    return field.list_name in _LISTS or (field.sheet, field.key) in _MAY


def _named(text: str) -> str:
    """Return the code in a reference to a factor of the workbook, which may name that as its database."""
    return _OWN.sub("", text, count=1)


def _plain(id_: object) -> str:
    return str(id_ or "").strip().removeprefix("urn:uuid:").casefold()
