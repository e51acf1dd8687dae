"""SimaPro CSV: exports of processes and product stages, one file or many, with their parameters, units and substances.

Things are known by their names. A process makes products with their shares in per cent, treats a waste, or is a waste
scenario that sends parts of a waste to treatments; what a scenario does with parts that its waste may or may not hold
depends on who gives it, so that such a scenario is left out. Waste to treatment is the treatment consumed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import fsum, nan
from pathlib import Path
from typing import NamedTuple

from footprint.background.importers.asked import Asked, Read, Tell, counted
from footprint.background.importers.elementary import Elementary
from footprint.background.importers.inventories import database
from footprint.background.importers.inventory import Emission, Input, Process, Product, Spread
from footprint.background.importers.simapro_file import NATURE, PROCESS, STAGE, Block, Row, Text
from footprint.background.importers.simapro_flows import Gases
from footprint.background.importers.simapro_values import Amounts, own_units, shared_parameters, spread
from footprint.background.importers.suppliers import Named, Suppliers
from footprint.background.importers.unread import Moves
from footprint.errors import UnfitError
from footprint.model.bill import Notice
from footprint.provenance import Place
from footprint.tables.bundle import Bundle, heads, opened

FORMAT = "simapro"
_HEAD = re.compile(rb"\W*SimaPro\W*\d", re.IGNORECASE)
_TOLD = re.compile(rb"\{(?:CSV separator|CSV format version|Decimal separator):", re.IGNORECASE)
_BLOCK = re.compile(rb"^Process\W*[\r\n]\W*(?:PlatformId|Category type)\b", re.IGNORECASE | re.MULTILINE)
_MADE = ("products", "waste treatment", "waste scenario")
_WASTE = "waste"
_TAKEN: Mapping[str, int] = {
    "avoided products": -1, "materials/fuels": 1, "electricity/heat": 1, "waste to treatment": 1,
    "materials and assemblies": 1, "processes": 1, "assembly": 1, "additional life cycles": 1,
}  # fmt: skip
_OF_PARTS = ("waste scenarios", "disassemblies", "disposal scenarios", "reuses", "reference assembly",
             "waste/disposal scenario")  # fmt: skip
_SOURCES = ("literature references", "system description")
_ALL_WASTE = {"", "all waste types"}
_PLACE = re.compile(r"\{([^{}]{1,40})\}|/([A-Z]{2,3}(?:-[A-Z0-9]{1,5})?)(?:/I)?(?: [US])?$")
_PLATFORM = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_YEARS = re.compile(r"(?:19|20)\d\d")
_DUMMY = re.compile(r"dummy(?:\b|_)", re.IGNORECASE)
_CELLS = 3


def sniff(path: Path) -> bool:
    """Tell whether a file, or files in a folder or zip, have the header or the blocks of SimaPro."""
    return any(map(_is_one, heads(path)))


def _is_one(head: bytes) -> bool:
    text = head.replace(b"\0", b"")
    return any((_HEAD.match(text), _TOLD.search(text), _BLOCK.search(text)))


def read(path: Path, asked: Asked) -> Read:
    """Return the processes in ``path`` as a database."""
    flows = Elementary()
    found = _Files(opened(path), flows, asked.tell)
    return database(found.processes, flows, path, asked, title=found.title, notices=found.notices)


class _Files:
    """The files of one import."""

    def __init__(self, bundle: Bundle, flows: Elementary, tell: Tell) -> None:
        self.notices: list[Notice] = []
        self.title = ""
        self._tell = tell
        self._flows, self._suppliers = flows, Suppliers()
        names = (name for name in bundle.names if _is_one(bundle.head(name)))
        stated = [process for name in names for process in self._file(bundle.read(name), bundle.place(name))]
        self.processes = self._suppliers.linked(stated)

    def _file(self, content: bytes, place: Place) -> Iterator[Process]:
        """Yield the processes of one file; what it holds besides, and nobody reads, is told."""
        text = Text(content)
        del content
        self.title = self.title or text.project
        shared = [text.block(part) for part in text.parts if part.title not in {PROCESS, STAGE, ""}]
        amounts = Amounts(text.decimal, own_units(shared), shared_parameters(shared, text.decimal))
        of = _File(place, amounts, Gases(shared, self._flows), self._suppliers, text.date)
        for part in counted(text.parts, self._tell):
            where = place._replace(sheet=f"line {part.first + 1}")
            if part.title in {PROCESS, STAGE}:
                yield from self._process(_Block(text.block(part), of))
            elif part.title == "method":
                self.notices.append(Notice("simapro-method", where, {"name": text.block(part).text("name")}))
            elif not part.title:
                self.notices.append(Notice("simapro-stray", where, {"count": part.last - part.first}))

    def _process(self, block: _Block) -> Iterator[Process]:
        process = block.process()
        self.notices += block.notices
        yield self._suppliers.enter(process, block.products)


class _File(NamedTuple):
    """What the blocks of one file share."""

    place: Place
    amounts: Amounts
    gases: Gases
    suppliers: Suppliers
    date: Callable[[str], str]


class _Stated(NamedTuple):
    """A row of a section: what, how much in what unit, the cells behind that, and the comment among them."""

    name: str
    amount: str
    unit: str
    rest: tuple[str, ...]
    comment: str


class _Block:
    """One process or product stage under way."""

    def __init__(self, block: Block, file: _File) -> None:
        self.block, self.file = block, file
        self.notices: list[Notice] = []
        self.moves, self.why = Moves(), list[UnfitError]()
        self.place = file.place._replace(sheet=f"line {block.line}")
        self.is_stage, self.is_left_out, self.is_bare = block.title == STAGE, False, False
        self.amounts = file.amounts.inside(block)
        self._number = 0

    @property
    def products(self) -> str:
        """Return the names of what is made, as far as they tell one process from another."""
        return " | ".join(row.cells[0] for section in _MADE for row in self.block.rows(section))

    def process(self) -> Process:
        """Return the block as a process; what cannot be read is left open."""
        for row in self.block.continued:
            where = self.file.place._replace(sheet=f"line {row.line}")
            self.notices.append(Notice("simapro-continued", where, {"text": row.cells[0]}))
        for name, rows in self.block.strange.items():
            self._pass_over(name, rows)
        for name, sign in _TAKEN.items():
            self._take(name, sign)
        for name in sorted(NATURE):
            self._give(name)
        products = self._products(is_bare=not self._number)
        if products and self.block.rows("waste scenario"):
            self._treat(products[0])
        elif products:
            self._leave_parts()
        return self._described(products)

    def _described(self, products: tuple[Product, ...]) -> Process:
        text = self.block.text
        first = products[0].flow.name if products else self.products
        name = text("process name") or first
        period = sorted(_YEARS.findall(text("time period")))
        return Process(
            id=text("process identifier") or " ".join((text("category type"), self.products)),
            name=name,
            place=self.place,
            products=products,
            inputs=tuple(self.moves.inputs),
            emissions=tuple(self.moves.emissions),
            location=_location(first) or text("geography"),
            period="-".join(dict.fromkeys((period[0], period[-1]))) if period else "",
            technology=text("technology"),
            category="/".join(filter(None, (text("category type"), self._category()))),
            note=" ".join(filter(None, (text("comment"), text("allocation rules")))),
            citation=", ".join(filter(None, (*map(text, _SOURCES), self.file.date(text("date"))))),
            is_result=text("type").casefold().startswith("system") and not self.moves.inputs,
            why=tuple(self.why),
            is_told=self.is_left_out,
            is_bare=self.is_bare,
        )

    def _pass_over(self, section: str, rows: Sequence[Row]) -> None:
        """Tell the rows of a section that nobody knows; those that hold amounts are left open."""
        words = [row for row in rows if not self._is_exchange(row)]
        for row in rows:
            if row not in words:
                self._leave(self._next(), row, UnfitError("simapro-unknown", name=row.cells[0], section=section))
        if words:
            where = self.file.place._replace(sheet=f"line {words[0].line}")
            self.notices.append(Notice("simapro-section", where, {"name": section, "count": len(words)}))

    def _is_exchange(self, row: Row) -> bool:
        """Tell whether a row may be an exchange: below a name, a cell of several is a number, a formula or a unit."""
        return len(row.cells) >= _CELLS and any(map(self.amounts.is_stated, filter(None, row.cells[1:])))

    def _category(self) -> str:
        """Return the folder of the first product; some files state a share of a treatment before its type of waste."""
        for section, at in (("products", 3 if self.is_stage else 5), ("waste treatment", 4), ("waste scenario", 4)):
            for row in self.block.rows(section):
                is_shared = section == "waste treatment" and any(map(self.amounts.is_number, row.cells[3:4]))
                below = row.cells[at + is_shared : at + is_shared + 1]
                return "/".join(filter(None, "".join(below).split("\\")))
        return ""

    def _stated(self, section: str, row: Row, at: int = 1) -> _Stated:
        """Return what a row states; ``at``: the cell with the unit, or with the amount where that comes first."""
        if len(row.cells) < _CELLS or not row.cells[0]:
            raise UnfitError("simapro-row", text="; ".join(row.cells), name=section)
        cells = row.cells if len(row.cells) >= at + 2 else (*row.cells, "")
        if at > 1 and self._is_pair(cells[1:3]) and not self._is_pair(cells[2:4]):
            at = 1
        unit, amount = cells[at : at + 2]
        if self._is_amount_first(unit, amount):
            unit, amount = amount, unit
        rest = cells[at + 2 :]
        comment = " ".join(cell for cell in rest[4:] if cell and not _PLATFORM.fullmatch(cell))
        return _Stated(cells[0], amount, unit, rest, comment)

    def _is_pair(self, cells: tuple[str, ...]) -> bool:
        """Tell whether two cells are a unit and a number, in either order."""
        is_number = [self.amounts.is_number(cell) for cell in cells]
        return len(cells) > 1 and is_number[0] != is_number[1] and self.amounts.is_unit(cells[is_number[0]])

    def _is_amount_first(self, one: str, other: str) -> bool:
        """Tell whether the first of two cells is the amount: a number, or a formula beside what can be a unit only."""
        amounts = self.amounts
        if amounts.is_number(other):
            return False
        return amounts.is_number(one) or (amounts.is_unit(other) and not amounts.is_unit(one))

    def _refuse(self, row: Row, why: UnfitError) -> None:
        """Take down what keeps all from being counted that the process makes."""
        self.why.append(UnfitError(why.code, f"line {row.line}", near=why.near, **why.facts))

    def _leave(self, number: int, row: Row, why: UnfitError) -> None:
        """Leave a row open that cannot be read."""
        self.moves.leave(number, row.cells[0], why, f"line {row.line}")

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _products(self, *, is_bare: bool) -> tuple[Product, ...]:
        """Return the products with their shares; a placeholder, and what depends on who uses it, has none."""
        self.is_left_out = self._depends()
        if self.is_left_out:
            return ()
        found = [self._product(section, row) for section in _MADE for row in self.block.rows(section)]
        if is_bare and found and not self.block.rows("separated waste") and not self.block.rows("remaining waste"):
            if _DUMMY.match(found[0].flow.name):
                return ()
            self.is_bare = True
        return tuple(found)

    def _product(self, section: str, row: Row) -> Product:
        """Return a product; where its row cannot be read, nothing can be counted of what the process makes."""
        name, kind, symbol, amount, share = row.cells[0], "" if section == "products" else _WASTE, "", nan, None
        try:
            each = self._stated(section, row)
            unit = self.amounts.unit(each.unit)
            symbol, amount = unit.symbol, self.amounts.number(each.amount) * unit.factor
            if section == "products" and not self.is_stage and each.rest and each.rest[0]:
                share = self.amounts.number(each.rest[0].removesuffix("%").strip()) / 100
        except UnfitError as exc:
            self._refuse(row, exc)
        return Product(self.file.suppliers.flow(Named(name, _location(name), kind, symbol)), amount, share)

    def _depends(self) -> bool:
        """Tell, and say it, whether what is made depends on the waste of who uses it."""
        name = self.products
        for section in _OF_PARTS:
            if self.block.rows(section):
                facts = {"name": name, "section": section}
                self.notices.append(Notice("simapro-stage", self.place, facts))
                return True
        rows = [row for section in ("separated waste", "remaining waste") for row in self.block.rows(section)]
        own = next((row.cells[3] for row in self.block.rows("waste scenario") if len(row.cells) > 3), "")
        types = {row.cells[1] if len(row.cells) > 1 else "" for row in rows}
        odd = sorted(each for each in types if each.casefold() not in _ALL_WASTE | {own.casefold()})
        if odd:
            self.notices.append(Notice("simapro-scenario", self.place, {"name": name, "types": ", ".join(odd)}))
        return bool(odd)

    def _treat(self, waste: Product) -> None:
        """Take in the treatments of a waste scenario: of parts of the whole, then of parts of what remains."""
        remaining = 1.0
        for section in ("separated waste", "remaining waste"):
            shares: list[float] = []
            for row in self.block.rows(section):
                try:
                    share = self.amounts.number(row.cells[2] if len(row.cells) > 2 else "") / 100
                except UnfitError as exc:
                    self._refuse(row, exc)
                    continue
                shares.append(share)
                flow = self.file.suppliers.flow(Named(row.cells[0], _location(row.cells[0]), _WASTE, waste.flow.unit))
                amount = waste.amount * remaining * share
                if amount:
                    note = " ".join(row.cells[3:])
                    self.moves.inputs.append(Input(self._next(), flow, amount, note=note, at=f"line {row.line}"))
            whole = fsum(shares)
            remaining = remaining * (1 - whole)
        if abs(remaining) > 1e-6:
            facts = {"name": waste.flow.name, "share": f"{100 * remaining:.6g}"}
            self.notices.append(Notice("simapro-remaining", self.place, facts))

    def _leave_parts(self) -> None:
        """Leave parts of a waste open that no scenario says the whole of."""
        for section in ("separated waste", "remaining waste"):
            for row in self.block.rows(section):
                self._leave(self._next(), row, UnfitError("simapro-row", text="; ".join(row.cells), name=section))

    def _take(self, section: str, sign: int) -> None:
        """Take in what is consumed, negative where it is avoided."""
        kind = _WASTE if section == "waste to treatment" else ""
        for row in self.block.rows(section):
            number = self._next()
            try:
                each = self._stated(section, row)
                unit = self.amounts.unit(each.unit)
                stated = self.amounts.number(each.amount)
            except UnfitError as exc:
                self._leave(number, row, exc)
                continue
            amount = stated * unit.factor * sign
            if amount:
                flow = self.file.suppliers.flow(Named(each.name, _location(each.name), kind, unit.symbol))
                comment, at = self._comment(each), f"line {row.line}"
                spread_ = self._spread(each, stated)
                self.moves.inputs.append(Input(number, flow, amount, "", spread_, comment, at))

    def _give(self, section: str) -> None:
        """Take in the greenhouse gases of a section of nature; what is none is counted."""
        for row in self.block.rows(section):
            number = self._next()
            gas = self.file.gases.gas(section, row)
            if gas is None:
                continue
            try:
                each = self._stated(section, row, 2)
                unit = self.amounts.unit(each.unit)
                stated = self.amounts.number(each.amount)
            except UnfitError as exc:
                self._leave(number, row, exc)
                continue
            spread_, at = self._spread(each, stated), f"line {row.line}"
            out = Emission(number, gas.gas, stated * unit.factor, spread_, self._comment(each), at)
            self.moves.give(out, each.name, unit.symbol, gas.sign)

    def _spread(self, each: _Stated, amount: float) -> Spread:
        return spread(each.rest[:4], each.comment, self.amounts.decimal, amount)

    def _comment(self, each: _Stated) -> str:
        """Return the comment of a row, and the formula of its amount."""
        formula = "" if self.amounts.is_number(each.amount) else f"= {each.amount}"
        return " ".join(filter(None, (each.comment, formula)))


def _location(name: str) -> str:
    """Return the place that a name tells: ``{CH}``, ``/RER U``."""
    found = _PLACE.search(name)
    return (found[1] or found[2]) if found else ""
