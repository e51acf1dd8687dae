"""How one system writes its bills: what columns mean, what they leave unsaid, which rows count; kept as a map."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from footprint import units, yamls
from footprint.errors import Problem, WorkbookError, problem
from footprint.layouts.naming import captions, headers, levels
from footprint.layouts.naming.amounts import amount
from footprint.layouts.naming.captions import IGNORE, Captions
from footprint.layouts.naming.headers import Meant
from footprint.provenance import Place

VERSION = "footprint-map/1.0"
PERCENT, FRACTION, FACTOR = "percent", "fraction", "factor"
MULTIPLY, DIVIDE = "multiply", "divide"
NET, GROSS = "net", "gross"
PIECE, UNIT, ROW = "piece", "unit", "row"
PARENT, PRODUCT = "parent", "product"
LEAVE, COUNT, ALL, TOLD, FIRST = "leave", "count", "all", "told", "first"
ASSEMBLY, CHAPTER = "assembly", "chapter"
NONE = "none"
"""That there is no header."""
DATES = ("ymd", "mdy", "dmy")
CONSTANTS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "unit": (), "mass_unit": (), "length_unit": (), "decimal": (".", ","), "product": (),
    "loss": (PERCENT, FRACTION, FACTOR), "parts": (PERCENT, FRACTION),
    "loss_formula": (MULTIPLY, DIVIDE), "lot_size": (), "quantities": (NET, GROSS), "alternative": (), "supplier": (),
    "origin": (), "dates": DATES, "base_quantity": (), "mass_of": (PIECE, UNIT, ROW), "density": (), "grammage": (),
    "linear_mass": (), "sums": (LEAVE, COUNT), "counted_for": (PARENT, PRODUCT), "weights_for": (PARENT, PRODUCT),
    "plant": (), "bom_usage": (), "version": (), "repeated": (FIRST, ALL), "blank_quantity": ("1",),
    "fractions": (COUNT, LEAVE), "headings": (ASSEMBLY, CHAPTER), "header": (NONE,), "outputs": (),
})  # fmt: skip
"""What a map may state for a whole table, and the words it is stated in where they are listed."""
_OF_EACH = ("base_quantity", TOLD)
STRUCTURES = (levels.LEVEL, levels.DOTTED, levels.INDENT, levels.IDS, levels.PAIRS, levels.FLAT)
MATERIALS, UNITS, COLUMNS = "materials", "units", "columns"
_KEYS = ("footprint-map", "sheets", COLUMNS, "constants", "structure", UNITS, MATERIALS, "rows")
_NONE: Mapping[str, str] = MappingProxyType({})


class Filter(NamedTuple):
    """Rows that are left out: those with one of some texts in a column."""

    rule: str
    column: str
    values: frozenset[str]


class Measure(NamedTuple):
    """What a word for a unit stands for: ``times`` of ``unit``."""

    times: float
    unit: str


class Layout(NamedTuple):
    """How a system writes its bills. Empty parts are found out from the file.

    ``columns``: the field of each caption, or `IGNORE`, no other has a meaning; ``named``: what is stated of some
    captions, the others mean what they do; ``units``: word -> what it stands for; ``materials``: text of a material ->
    what is stated of it; ``file``: where that is said.
    """

    columns: Captions = Captions()
    constants: Mapping[str, str] = _NONE
    structure: str = ""
    units: Mapping[str, Measure] = MappingProxyType({})
    filters: tuple[Filter, ...] = ()
    sheets: frozenset[str] = frozenset()
    materials: Mapping[str, str] = _NONE
    file: str = "--set"
    named: Captions = Captions()

    def meant(self, caption: str) -> Meant:
        """Return what a caption means: what the map says if it names any, else what is stated or the word list knows.

        What is stated of one caption, no other means.
        """
        if not self.columns and not self.named:
            return headers.meant(caption)
        field = self.named.of(caption) or self.columns.of(caption)
        if field or self.columns:
            is_read = field not in {IGNORE, ""}
            unit = headers.unit_in(caption) if is_read else ""
            return Meant((field,) if is_read else (), unit, is_stated=bool(field))
        known = headers.meant(caption)
        left = tuple(field for field in known.fields if field not in self.named.written.values())
        return known._replace(fields=left) if left else headers.NOTHING

    def settles(self, caption: str) -> bool:
        """Tell whether the user has said what a caption means: one by one, or in a map of all columns."""
        return bool(self.columns or self.named.of(caption))

    def among(self, found: Iterable[str]) -> Layout:
        """Return the layout where these captions are found: what is stated of one of them means no other."""
        every = [*found]
        return self._replace(columns=self.columns.among(every), named=self.named.among(every))


def load(path: Path) -> Layout:
    """Return the layout in a map; `WorkbookError` with everything in it that cannot be."""
    content = yamls.load(path, WorkbookError)
    if not isinstance(content, dict) or content.get("footprint-map") != VERSION.partition("/")[2]:
        raise WorkbookError(problem("map-unknown", Place(path.name), version=VERSION))
    reader = _Reader(path.name)
    layout = Layout(
        reader.columns(reader.mapping(content, COLUMNS)), reader.constants(reader.mapping(content, "constants")),
        reader.one_of("structure", str(content.get("structure", "")), STRUCTURES),
        reader.units(reader.mapping(content, "units")), reader.filters(content.get("rows", [])),
        frozenset(map(str, content.get("sheets", []))), reader.mapping(content, MATERIALS), path.name,
    )  # fmt: skip
    reader.unknown("", content, _KEYS)
    if reader.problems:
        raise WorkbookError(*reader.problems)
    return layout


def stated(given: Mapping[str, str], known: Layout) -> Layout:
    """Return a layout with what is stated on the command line; `WorkbookError` for what cannot be.

    ``columns.Needed`` states what a caption means, ``materials.SPCC`` something of a material, ``units.MT`` what a word
    for a unit stands for, ``structure`` how the bill is told, ``sheets`` which of them count, other keys constants.
    """
    reader = _Reader("--set")
    of: dict[str, dict[str, str]] = {"": {}, MATERIALS: {}, UNITS: {}, COLUMNS: {}}
    for key, value in given.items():
        part, _, name = key.partition(".")
        is_named = part in of and name
        of[part if is_named else ""][name if is_named else key] = value
    structure = reader.one_of("structure", of[""].pop("structure", ""), STRUCTURES)
    sheets = frozenset(filter(None, map(str.strip, re.split(r"[,，;；]", of[""].pop("sheets", "")))))
    constants, units_, named = reader.constants(of[""]), reader.units(of[UNITS]), reader.columns(of[COLUMNS])
    if reader.problems:
        raise WorkbookError(*reader.problems)
    return known._replace(constants={**known.constants, **constants}, materials={**known.materials, **of[MATERIALS]},
                          units={**known.units, **units_}, structure=structure or known.structure,
                          sheets=sheets or known.sheets, named=known.named.and_(named))  # fmt: skip


def _is_count(text: str) -> bool:
    read = amount(text)
    return read is not None and read.value > 0 and not read.unit


class _Reader:
    """Reads the parts of a map, and collects what is wrong with them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def unknown(self, part: str, given: Mapping[str, Any], known: tuple[str, ...]) -> None:
        """Note the keys that nothing is known of."""
        for key in given:
            if key not in known:
                self.note("map-key", f"{part}.{key}" if part else key, known=", ".join(known))

    def note(self, code: str, at: str, **facts: object) -> None:
        """Note a problem of the part ``at``."""
        self.problems.append(Problem(code, Place(self.file, at), {"key": at, **facts}))

    def mapping(self, content: Mapping[str, Any], key: str) -> dict[str, str]:
        """Return a part that gives texts by key."""
        part = content.get(key) or {}
        if not isinstance(part, dict) or any(isinstance(value, dict | list) for value in part.values()):
            self.note("map-mapping", key)
            return {}
        return {str(name): str(value) for name, value in part.items()}

    def one_of(self, at: str, value: str, known: tuple[str, ...]) -> str:
        """Return a value that is listed, or empty."""
        if value and value not in known:
            self.note("map-value", at, value=value, known=", ".join(known))
        return value

    def columns(self, given: Mapping[str, str]) -> Captions:
        """Return the fields by caption."""
        known, fields = (*headers.types(), IGNORE), dict[str, str]()
        for caption, field in given.items():
            self.one_of(f"columns.{caption}", field, known)
            if fields.setdefault(captions.as_written(caption), field) != field:
                self.note("map-value", f"columns.{caption}", value=field, known=fields[captions.as_written(caption)])
        return captions.stated(given)

    def constants(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return what holds for the whole table."""
        self.unknown("constants", given, tuple(CONSTANTS))
        for key, value in given.items():
            self.one_of(f"constants.{key}", value, CONSTANTS.get(key, ()) or (value,))
            if key in {"lot_size", "base_quantity"} and not _is_count(value) and (key, value) != _OF_EACH:
                self.note("map-value", f"constants.{key}", value=value, known="1, 2, 3 ...")
            if key.endswith("unit"):
                self._unit(f"constants.{key}", value)
        return dict(given)

    def units(self, given: Mapping[str, str]) -> dict[str, Measure]:
        """Return what each word for a unit stands for: ``100 m``, or a unit."""
        found = {}
        for word, text in given.items():
            read = amount(text)
            measure = Measure(read.value, read.unit) if read and read.unit else Measure(1.0, text)
            if measure.times <= 0:
                self.note("map-value", f"units.{word}", value=text, known="100 m, 20 pcs, kg ...")
            elif self._unit(f"units.{word}", measure.unit):
                found[word.strip().casefold()] = measure
        return found

    def _unit(self, at: str, text: str) -> bool:
        try:
            return bool(units.unit(text))
        except units.UnknownUnitError as unknown:
            self.problems.append(problem("unit-unknown", Place(self.file, at), near=unknown.near, unit=text))
            return False

    def filters(self, given: object) -> tuple[Filter, ...]:
        """Return the rows that are left out by the map."""
        found = []
        for at, row in enumerate(given if isinstance(given, list) else [None]):
            values = row.get("is") if isinstance(row, dict) else None
            if not isinstance(row, dict) or not isinstance(values, list) or not {"rule", "column"} <= row.keys():
                self.note("map-filter", f"rows.{at + 1}")
            else:
                texts = frozenset(headers.normal(str(value)) for value in values)
                found.append(Filter(str(row["rule"]), str(row["column"]), texts))
        return tuple(found)
