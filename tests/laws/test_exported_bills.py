"""The law of imports: whatever a tree is exported as, its bill is the tree, and its account is all rows."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from math import fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.layouts import lines
from footprint.layouts.bill import Became, imported
from footprint.layouts.gaps import gaps, known_mass
from footprint.layouts.naming.layout import Layout
from footprint.model.sheets import Book, Cell, Sheet

ON = dt.date(2026, 1, 1)
WORDS = {"item": ("pcs", "件", "PC", "ST"), "kg": ("kg", "千克", "KG"), "m": ("m", "米")}
CAPTIONS = {
    "level": ("层级", "Level", "Auflösungsstufe"), "position": ("序号", "Item No", "Pos"),
    "parent": ("父项编码", "Parent", "Baugruppe"), "code": ("子项物料编码", "Component", "Sachnummer"),
    "name": ("物料名称", "Description", "Benennung"), "quantity": ("用量", "Qty", "Menge"),
    "total": ("总用量", "Total quantity", "Gesamtmenge"), "base": ("底数", "Base quantity", "Basismenge"),
    "unit": ("单位", "UoM", "ME"),
    "loss": ("损耗率(%)", "Scrap %", "Ausschuss (%)"), "yield": ("成品率", "Yield", "Ausbeute"),
    "mass": ("单重(g)", "Unit net weight (g)", "Einzelgewicht (g)"), "phantom": ("虚拟件", "Phantom", "Dummy"),
    "substitute": ("替代标识", "Is substitute", "Alternativkennzeichen"),
    "disabled": ("是否禁用", "Disabled", "Löschkennzeichen"),
}  # fmt: skip
YES = ("是", "Yes", "ja")


@dataclass
class Part:
    """A part of a tree: how much of it one parent takes, and what a system may say of it besides."""

    quantity: float
    unit: str
    base: float
    loss: float
    yielded: float
    mass: float | None
    phantom: bool
    substitutes: int
    disabled: bool
    parts: list[Part] = field(default_factory=list)
    code: str = ""

    @property
    def passes_on(self) -> bool:
        return self.phantom and bool(self.parts)


def grown(depth: int = 3) -> st.SearchStrategy[Part]:
    return st.builds(
        Part, quantity=st.sampled_from([0.25, 0.5, 1.0, 2.0, 3.0, 12.0]), unit=st.sampled_from([*WORDS]),
        base=st.sampled_from([1.0, 1.0, 10.0, 1000.0]), loss=st.sampled_from([0.0, 0.0, 5.0, 10.0]),
        yielded=st.sampled_from([1.0, 1.0, 0.8]), mass=st.sampled_from([None, 2.5, 40.0]),
        phantom=st.booleans(), substitutes=st.sampled_from([0, 0, 1, 2]),
        disabled=st.sampled_from([False, False, False, False, True]),
        parts=st.lists(grown(depth - 1), max_size=2) if depth else st.just([]),
    )  # fmt: skip


TREES = st.lists(grown(), min_size=2, max_size=3)
LAYOUTS = ("level", "dots", "dotted", "indent", "pairs", "sheets", "totals")


def named(parts: Sequence[Part], numbers: Iterator[int]) -> None:
    """Give each part of a tree a code of its own."""
    for part in parts:
        part.code = f"K-{next(numbers)}"
        named(part.parts, numbers)


Row = dict[str, Cell]


def rows(parts: Sequence[Part], parent: str, path: tuple[int, ...], language: int) -> Iterator[tuple[Part, Row]]:
    """Yield the rows of an export, a part before its own parts, substitutes behind what they may replace."""
    for number, part in enumerate(parts, 1):
        own = (*path, number)
        words = WORDS[part.unit]
        row: Row = {
            "level": float(len(own)), "position": ".".join(map(str, own)), "parent": parent, "code": part.code,
            "name": f"Part {part.code}", "quantity": part.quantity * part.base, "base": part.base,
            "unit": words[len(part.code) % len(words)], "loss": part.loss, "yield": part.yielded, "mass": part.mass,
            "phantom": YES[language] if part.phantom else None, "disabled": YES[language] if part.disabled else None,
        }  # fmt: skip
        yield part, row
        yield from rows(part.parts, part.code, own, language)
        for other in range(part.substitutes):
            yield part, {**row, "code": f"{part.code}/{other}", "substitute": YES[language], "phantom": None,
                         "position": ".".join(map(str, (*path, 50 * number + other)))}  # fmt: skip


def exported(parts: Sequence[Part], kind: str, language: int) -> Book:
    """Return the export of a tree in one of the layouts."""
    found = [row for _, row in rows(parts, "P", (), language)]
    keys = [key for key in CAPTIONS if any(row.get(key) is not None for row in found) or key in {"level", "quantity"}]
    dropped = {"level": {"position", "parent"}, "dots": {"position", "parent"}, "dotted": {"level", "parent"},
               "indent": {"level", "position", "parent"}, "pairs": {"level", "position"},
               "sheets": {"level", "position", "parent"}, "totals": {"position", "parent", "base"}}[kind]  # fmt: skip
    keys = [key for key in keys if key not in dropped]
    keys = [{"quantity": "total"}.get(key, key) if kind == "totals" else key for key in keys]
    tables: dict[str, list[Row]] = {}
    totals = {"P": 1.0}
    for row in found:
        own, base = row["quantity"], row["base"]
        assert isinstance(own, float)
        assert isinstance(base, float)
        totals[str(row["code"])] = row["total"] = totals[str(row["parent"])] * own / base
        depth = int(row["level"])  # type: ignore[arg-type]
        row["level"] = "." * depth + str(depth) if kind == "dots" else row["level"]
        row["name"] = " " * 2 * (depth - 1) + str(row["name"]) if kind == "indent" else row["name"]
        tables.setdefault(str(row["parent"]) if kind == "sheets" else "P", []).append(row)
    head = (("清单", *(None for _ in keys[1:])), tuple(CAPTIONS[key][language] for key in keys))
    sheets = (Sheet("made.xlsx", name, (*head, *(tuple(row.get(key) for key in keys) for row in table)))
              for name, table in tables.items())  # fmt: skip
    return Book("made.xlsx", tuple(sheets), "0" * 64)


Told = tuple[tuple[str, ...], float, str, float]


def expected(
    parts: Sequence[Part], path: tuple[str, ...] = (), times: float = 1.0, taken: float = 1.0
) -> Iterator[Told]:
    """Yield the lines of a tree: codes down to the part, quantity of the line above, unit, how much is lost."""
    for part in parts:
        if part.disabled:
            continue
        lost = taken * (1 + part.loss / 100) / part.yielded
        if part.passes_on:
            yield from expected(part.parts, path, times * part.quantity, lost)
        else:
            yield (*path, part.code), times * part.quantity, part.unit, lost
            yield from expected(part.parts, (*path, part.code))


def weights(parts: Sequence[Part], times: float = 1.0) -> Iterator[float | None]:
    """Yield the mass of each part without parts that count [kg]."""
    for part in parts:
        whole = [each for each in part.parts if not each.disabled]
        total = times * part.quantity
        if part.disabled:
            continue
        if part.passes_on or _lines(whole):
            yield from weights(part.parts, total)
        elif part.unit == "kg":
            yield total
        else:
            yield None if part.mass is None else total * part.mass / 1000


def _lines(parts: Sequence[Part]) -> bool:
    """Tell whether any of some parts is a line, or passes one on."""
    return any(not p.disabled and (_lines(p.parts) if p.passes_on else True) for p in parts)


@pytest.mark.parametrize("kind", LAYOUTS)
@settings(max_examples=25)
@given(parts=TREES, language=st.integers(0, 2))
def test_the_bill_is_the_tree_that_was_exported(kind: str, parts: list[Part], language: int) -> None:
    """Lines, amounts, units, losses and mass are those of the tree, phantoms passed on; every row is accounted for."""
    named(parts, count(1))
    if all(part.disabled for part in parts):
        return
    book = exported(parts, kind, language)
    made = imported([book], Layout(constants={"loss_formula": "multiply"}), ON)
    bill = lines.rows(made, {"made.xlsx": "F1"}, "")
    found = told(bill)
    wanted = sorted(expected(parts))
    assert [(path, unit) for path, _, unit, _ in found] == [(path, unit) for path, _, unit, _ in wanted]
    for (_, amount, _, lost), (_, other, _, taken) in zip(found, wanted, strict=True):
        assert amount == pytest.approx(other, rel=1e-9)
        assert lost == pytest.approx(taken, rel=1e-9)
    _accounted(book, parts, made.counts(), language)
    known = [*weights(parts)]
    assert known_mass(bill)[0] == pytest.approx(fsum(mass for mass in known if mass is not None), rel=1e-9)
    assert len(gaps(bill)) == sum(mass is None for mass in known)


def told(bill: Sequence[lines.Row]) -> list[Told]:
    """Return what the rows of a workbook say, as `expected` does."""
    paths: dict[str, tuple[str, ...]] = {"": ()}
    found: list[Told] = []
    for values in (row.values for row in bill):
        own, above = str(values["line"]), str(values.get("parent", ""))
        paths[own] = (*paths[above], own)
        quantity, loss = values["quantity"], values.get("loss", 0.0)
        assert isinstance(quantity, float)
        assert isinstance(loss, float)
        found.append((paths[own], quantity, str(values["unit"]), 1 + loss))
    return sorted(found)


def _accounted(book: Book, parts: Sequence[Part], counts: Counter[Became], language: int) -> None:
    """Insist that every row is used, merged or left out, each for what the tree says of it."""
    filled = sum(any(cell is not None for cell in row) for sheet in book.sheets for row in sheet.rows[2:])
    assert sum(counts.values()) == filled
    states = Counter[str]()
    for became, number in counts.items():
        states[became.state] += number
    dead = {*_dead(parts)}
    live = [part for part, row in rows(parts, "P", (), language) if part.code == row["code"] and part.code not in dead]
    merged = sum(part.passes_on for part in live)
    assert (states["used"], states["merged"], states["rejected"]) == (len(live) - merged, merged, 0)


def _dead(parts: Sequence[Part], *, below: bool = False) -> Iterator[str]:
    """Yield the codes of what is left out with all that is in it."""
    for part in parts:
        out = below or part.disabled
        if out:
            yield part.code
        yield from _dead(part.parts, below=out)
