"""The house keeps its plan: layers, doors, sizes. Each failure says what to do."""

from __future__ import annotations

import ast
import re
import runpy
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest

READ = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "modules.py")))
PACKAGE, Source, sources = READ.PACKAGE, READ.Source, READ.sources
WORDS = {"beside", "errors", "files", "kept", "messages", "modules", "paths", "provenance", "units", "words", "gwp",
         "yamls", "jsons", "legible"}  # fmt: skip
STAGES = {"intake", "layouts", "background", "matching", "supply", "rules", "engine", "quality", "declare", "publish"}
SHELLS = {"__main__", "cli", "web"}
ENTRIES = {
    "service", "early", "line", "alternatives", "forms", "contrasts", "stock", "appraise", "holdings", "lookup",
    "evidence", "runs", "past", "elements", "contents", "shelf", "asstated", "closing", "drawn", "scratch",
    "package", "page", "packing", "rerun", "signing", "verifying", "changes", "follows",
    "uncertainty", "moved", "told", "unstated", "resampling", "rivals", "common", "chained", "choosing", "publishing",
    "asking", "carrying", "merging", "receiving", "handed", "contradictions", "importing", "reread",
    "assigning", "besides", "filling", "learned", "mappings", "matches",
}  # fmt: skip
ALLOWED = {  # room -> rooms it may import besides its own; the arrows of the plan
    "words": {"words"},
    "model": {"model", "words"},
    "tables": {"model", "words"},
    **{stage: {"model", "words"} for stage in STAGES},
    "intake": {"model", "words", "tables"},
    "layouts": {"model", "words", "tables"},
    "background": {"model", "words", "tables"},
    "publish": {"model", "words", "tables"},
    "service": {"model", "words", "tables", *STAGES},
    "shells": {"service", "shells", "words"},
}
DOORS = {  # library -> where it may be imported
    "python_calamine": ("footprint.tables",),
    "xlrd": ("footprint.tables",),
    "xlsxwriter": ("footprint.tables",),
    "zipfile": ("footprint.tables",),
    "jinja2": ("footprint.publish",),
    "yaml": ("footprint.yamls",),
    "click": ("footprint.cli",),
    "bw_processing": ("footprint.engine.reference",),
    "bw2calc": ("footprint.engine.reference", "footprint.service"),
    "scipy": ("footprint.engine",),
    "numpy": ("footprint.engine", "footprint.matching", "footprint.background.near"),
    "networkx": ("footprint.engine", "footprint.supply"),
    "platformdirs": ("footprint.paths",),
    "cryptography": ("footprint.signing",),
    "docx": ("footprint.publish.outgoing.parts", "footprint.publish.outgoing.brought"),
    "docxtpl": ("footprint.publish.outgoing.word",),
    "lxml": ("footprint.publish.outgoing.brought",),
    "weasyprint": ("footprint.publish.outgoing.paper",),
    "pyarrow": ("footprint.publish.outgoing",),
    "aas_core3": ("footprint.publish.outgoing",),
    "olca_schema": ("footprint.publish.outgoing",),
    "pydantic": ("footprint.publish.outgoing", "footprint.background.importers"),
    "pydantic_core": ("footprint.publish.outgoing",),
}
WEIGHING = ("footprint.matching.index", "footprint.matching.evidence", "footprint.matching.candidates")
"""Modules that calculate with arrays throughout, and are loaded by nobody who does not choose datasets."""
NOWHERE = {"openpyxl", "pandas", "rich", "bw2data", "bw2io", "requests", "matplotlib"}
UNREPEATABLE = {"random", "secrets", "uuid", "locale"}


class Import(NamedTuple):
    module: str
    line: int
    name: str


@cache
def imports() -> tuple[Import, ...]:
    """Every import of the package, lazy ones included: who, line, what."""
    modules = {source.name for source in sources()}
    found = []
    for source in sources():
        for node in source.nodes:
            if isinstance(node, ast.Import):
                found += [Import(source.name, node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{source.at(node)}: relative import. Write the full name."
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    found.append(Import(source.name, node.lineno, inner if inner in modules else str(node.module)))
    return tuple(found)


def room(module: str) -> str:
    """Return the room of a module of the package."""
    parts = module.split(".")
    if len(parts) == 1 or parts[1] in WORDS:
        return "words"
    if parts[1] in ENTRIES:
        return "service"
    return "shells" if parts[1] in SHELLS else parts[1]


WITHIN_LAYOUTS = ("naming", "locating", "measuring", "counting", "nesting", "asking")
"""The rooms of the layouts: each imports those before it alone; what uses them all stands beside them."""


def functions() -> Iterator[tuple[Source, ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    """Yield every function with its length in lines, decorators aside."""
    for source in sources():
        for node in source.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield source, node, (node.end_lineno or node.lineno) - node.lineno + 1


def test_every_module_has_a_room():
    """A module is a word, in the model, in a stage, the service or a shell: nothing stands in the corridor."""
    known = {"words", "model", "tables", "service", "shells", *STAGES}
    lost = sorted(source.name for source in sources() if room(source.name) not in known)
    assert not lost, f"{lost} belong to no room. Move them into a stage or model/, or add the room here and say why."


def test_arrows_point_one_way():
    """Shells import the service, it the stages, they the model, that the words; stages never each other."""
    wrong = []
    for item in imports():
        if item.name.split(".")[0] == "footprint":
            here, there = room(item.module), room(item.name)
            if there != here and there not in ALLOWED[here]:
                wrong.append(f"{item.module} line {item.line}: {here} imports {item.name} ({there})")
    remedy = "Move the shared type into model/, or pass the value or function in from service.py."
    assert not wrong, "\n".join([*wrong, remedy])


def test_rooms_of_the_layouts_lead_one_way():
    """A room of the layouts uses those before it: words, tables, amounts, what counts, what is part of what, doubts."""
    order = {f"footprint.layouts.{name}": place for place, name in enumerate(WITHIN_LAYOUTS)}

    def place(module: str) -> int:
        return order.get(".".join(module.split(".")[:3]), len(order))

    within = [item for item in imports() if {each.rpartition(".layouts.")[0] for each in item[::2]} == {"footprint"}]
    wrong = [f"{item.module} line {item.line} imports {item.name}" for item in within
             if place(item.name) > place(item.module)]  # fmt: skip
    assert not wrong, "\n".join([*wrong, "Move what both need into the earlier room, or pass it in."])


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_one_door(library):
    """A third-party library is imported in one place, so that it can be guarded, replaced and kept off the hot path."""
    wrong = [
        f"{item.module} line {item.line}"
        for item in imports()
        if item.name.split(".")[0] == library
        and not any(item.module == door or item.module.startswith(f"{door}.") for door in DOORS[library])
    ]
    assert not wrong, f"{library} is imported by {wrong}. Call what {' or '.join(DOORS[library])} offers instead."


def test_no_library_besides_those_of_the_plan():
    """Every import is the standard library's, the package's own, or has a door."""
    import sys

    known = {*sys.stdlib_module_names, *DOORS, "footprint"}
    strange = sorted({f"{i.module}: {i.name}" for i in imports() if i.name.split(".")[0] not in known})
    assert not strange, f"{strange}. Add a dependency only with a door in this test and an entry in pyproject.toml."
    assert not NOWHERE & {item.name.split(".")[0] for item in imports()}


def test_heavy_libraries_are_imported_where_they_are_used():
    """What the hot path must not load is imported inside functions, never at the head of a module.

    The module that writes spreadsheets is itself imported only by what writes one, data models only by what needs one.
    """
    heavy = set(DOORS) - {"click", "zipfile", "xlsxwriter", "pydantic", "pydantic_core"}
    wrong = []
    for source in (source for source in sources() if source.name not in WEIGHING):
        for node in source.tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [str(node.module)]
                wrong += [f"{source.at(node)}: {name}" for name in names if name.split(".")[0] in heavy]
    assert not wrong, f"{wrong}. Import it inside the function that needs it (types under TYPE_CHECKING)."


def test_what_calculates_loads_nothing_that_chooses_datasets():
    """A plain calculation does not load the modules that calculate with arrays at their heads."""
    asked = "import sys, footprint.service, footprint.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert not set(WEIGHING) & set(loaded)


def test_no_import_cycles():
    """No module needs itself through others, lazy imports included."""
    graph: dict[str, set[str]] = {source.name: set() for source in sources()}
    for item in imports():
        if item.name in graph and item.name != item.module:
            graph[item.module].add(item.name)
    from graphlib import CycleError, TopologicalSorter

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as exc:
        cycle = " <- ".join(exc.args[1])
        raise AssertionError(f"{cycle}. Move what they share into model/ or a module below both.") from exc


def test_what_makes_lines_sums_with_their_formulas():
    """A draw is calculated by the formula of a line: ``fsum`` forgets what a number rests on, ``total`` does not."""
    checking = {"supply.balance", "supply.flows", "supply.plants", "rules.results"}
    checking |= {"matching.claims", "matching.influence"}
    rooms = tuple(f"footprint.{room}." for room in ("supply", "matching", "rules"))
    summing = [
        source.at(node) for source in sources() for node in source.nodes
        if source.name.startswith(rooms) and source.name.removeprefix("footprint.") not in checking
        and isinstance(node, ast.Call) and "fsum" in ast.unparse(node.func)
    ]  # fmt: skip
    assert not summing, f"{summing}. Sum with footprint.model.dependent.total."


def test_modules_are_short():
    """No module is longer than 400 lines."""
    long = {s.name: n for s in sources() if (n := len(s.path.read_text(encoding="utf-8").splitlines())) > 400}
    assert not long, f"{long}. Is there a second idea in it that wants its own module?"


def test_functions_are_short():
    """The median function has at most 8 lines, nine in ten at most 30, none more than 50."""
    lengths = sorted(length for *_, length in functions())
    long = [f"{s.at(node)} {node.name} ({n} lines)" for s, node, n in functions() if n > 50]
    assert not long, f"{long}. Give its steps names."
    assert statistics.median(lengths) <= 8, "Split by what a step means, not by its lines."
    assert lengths[int(len(lengths) * 0.9)] <= 30, "The longest tenth of the functions has grown. Split them."


def test_no_exception_is_swallowed():
    """Nobody catches `Exception` or everything without letting on what it cannot name: a bug stays visible."""
    wrong = [
        source.at(node)
        for source in sources()
        for node in source.nodes
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or {"Exception", "BaseException"} & _names(node.type))
        and not any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
    ]
    assert not wrong, f"{wrong}. Name the exceptions you can mend, or let them fall."


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} | {
        n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)
    }


def test_only_shells_print():
    """Below the shells nothing is printed: results are returned, problems are raised."""
    wrong = [
        source.at(node)
        for source in sources()
        if room(source.name) != "shells"
        for node in source.nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"print", "input"}
    ]
    assert not wrong, f"{wrong}. Return the text; the shell prints it."


def test_clock_chance_and_place_stay_outside():
    """Below the service nobody asks for the time, a random number, the locale or the working directory."""
    calls = {"now", "today", "utcnow", "getcwd", "cwd", "perf_counter", "time_ns", "urandom"}
    wrong = [
        f"{source.at(node)}: {node.func.attr}()"
        for source in sources()
        if room(source.name) in {*STAGES, "model", "tables"}
        for node in source.nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in calls
    ]
    below = [item for item in imports() if room(item.module) != "shells"]
    wrong += [f"{item.module} line {item.line}: {item.name}" for item in below if item.name in UNREPEATABLE]
    assert not wrong, f"{wrong}. Take it from the request or the workbook, so that the same input gives the same bytes."


def test_every_open_names_its_encoding():
    """Text is read and written with a named encoding: the default differs between machines."""
    wrong = [
        source.at(node)
        for source in sources()
        for node in source.nodes
        if isinstance(node, ast.Call) and _opens_text(node) and not any(k.arg == "encoding" for k in node.keywords)
    ]
    assert not wrong, f"{wrong}. Pass encoding='utf-8' (or open in binary mode)."


def _opens_text(call: ast.Call) -> bool:
    """Tell whether a call opens a file as text; one that names a member of an archive opens no file."""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if method in {"read_text", "write_text"}:
        return True
    if method != "open" and getattr(call.func, "id", "") != "open":
        return False
    modes = [str(a.value) for a in call.args if isinstance(a, ast.Constant)]
    member = bool(method and call.args) and not re.fullmatch("[rwxab+t]+", "".join(modes[:1]))
    return not member and not any("b" in mode for mode in modes)
