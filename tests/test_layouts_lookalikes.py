"""Lists written the way known systems write them: each gives the account that stands above it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from footprint.errors import WorkbookError
from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported, imported
from footprint.layouts.gaps import gaps
from footprint.layouts.naming.layout import Layout, Measure, stated
from footprint.model.sheets import Book
from footprint.tables.read import read

FOLDER = Path(__file__).parent / "layouts"
ON = dt.date(2026, 1, 1)


class Lookalike(NamedTuple):
    """A list, and what is expected of it: ``key: value`` lines above ``---``."""

    expected: Mapping[str, list[str]]
    text: str

    def one(self, key: str) -> str:
        """Return the only value of a key, "" for none."""
        return self.expected.get(key, [""])[0]


def parsed(path: Path) -> Lookalike:
    head, _, text = path.read_text(encoding="utf-8").partition("---\n")
    expected: dict[str, list[str]] = {}
    for key, _, value in (line.partition(": ") for line in head.splitlines() if not line.startswith("#")):
        expected.setdefault(key, []).append(value.strip())
    return Lookalike(expected, text)


def taken(case: Lookalike, path: Path) -> Imported:
    given = dict(pair.split("=", 1) for pair in case.one("set").split())
    words = dict(pair.split("=", 1) for pair in case.one("units").split())
    layout = stated(given, Layout(units={word: Measure(1.0, unit) for word, unit in words.items()}))
    return imported([_book(case, path)], layout, ON)


def _book(case: Lookalike, path: Path) -> Book:
    """Return a list as a file; as one of several sheets, where lines ``--- sheet: name`` part it."""
    _, *sheets = case.text.split("--- sheet: ")
    if not sheets:
        path.write_bytes(case.text.encode(case.one("encoding") or "utf-8"))
        return read(path)
    made = []
    for name, _, text in (each.partition("\n") for each in sheets):
        path.with_name(f"{name}.csv").write_text(text, encoding="utf-8")
        made.append(read(path.with_name(f"{name}.csv")).sheets[0]._replace(file=path.name, name=name))
    return Book(path.name, tuple(made), "0" * 64)


def _roots(made: Imported) -> set[str]:
    """Return the parents that are no child."""
    return {part.text("parent", at) for part in made.parts for at in part.kept} - {
        part.text("code", at) for part in made.parts for at in part.kept
    }


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.txt")))
def test_a_list_gives_the_account_above_it(name: str, tmp_path: Path) -> None:
    """Rows used, merged, left out and rejected, the structure, first line, masses and losses are those expected."""
    case = parsed(FOLDER / f"{name}.txt")
    if case.one("refused"):
        with pytest.raises(WorkbookError, match=case.one("refused")):
            taken(case, tmp_path / f"{name}.txt")
        return
    made = taken(case, tmp_path / f"{name}.txt")
    rows = lines.rows(made, {f"{name}.txt": "F1"}, "")
    states = [became.state for states in made.states for became in states]
    found = {state: str(states.count(state)) for state in ("used", "rejected", "excluded", "merged")}
    found |= {"lines": str(len(rows)), "beside": str(len([*lines.beside(made)])), "unread": str(len(made.held.unread)),
              "asks": str(len(gaps(rows))), "formula": made.loss_formula,
              "structure": ",".join(sorted({part.structure for part in made.parts}))}  # fmt: skip
    found["second"] = str(sum("may mean the same" in line for line in account(made, rows, "en")))
    assert not any("the list itself says" in line for line in account(made, rows, "en"))
    wanted = {key: case.one(key) for key in found if key in case.expected}
    assert {key: found[key] for key in wanted} == wanted, [str(problem) for problem in made.problems]
    if case.one("product"):
        tops = [part.text("code", part.kept[part.top]) for part in made.parts if part.top >= 0]
        assert case.one("product") in {*tops, *(part.block.code for part in made.parts), *_roots(made)}
    if case.one("first"):
        code, title, quantity, unit = (text.strip() for text in case.one("first").split("|"))
        first = rows[0].values
        assert (first["name"], first["quantity"], first["unit"]) == (title, float(quantity), unit)
        assert not code or first["line"] == code
    for key, column in (("mass", "net_mass"), ("loss", "loss"), ("quantity", "quantity"), ("parent", "parent")):
        values = {str(row.values["line"]): row.values.get(column) for row in rows}
        for line, _, value in (text.partition(" ") for text in case.expected.get(key, [])):
            expected = (value or None) if key == "parent" else pytest.approx(float(value), rel=1e-12)
            assert values[line] == expected, line


def test_each_list_is_of_its_own(tmp_path: Path) -> None:
    """What is expected stands above every list, and the lists are many."""
    cases = [parsed(path) for path in FOLDER.glob("*.txt")]
    assert all({"lines", "used", "rejected", "excluded"} <= case.expected.keys() for case in cases)
    assert len({case.text for case in cases}) == len(cases) >= 40
