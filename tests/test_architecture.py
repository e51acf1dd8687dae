"""The house keeps its plan: layers, doors, sizes, sentences. Each failure says what to do."""

from __future__ import annotations

import ast
import csv
import re
import statistics
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parents[1] / "footprint"
WORDS = {"beside", "errors", "files", "kept", "messages", "modules", "paths", "provenance", "units", "words", "gwp",
         "yamls", "jsons"}  # fmt: skip
STAGES = {"intake", "layouts", "background", "matching", "supply", "rules", "engine", "quality", "declare", "publish"}
SHELLS = {"__main__", "cli", "web"}
ENTRIES = {
    "service", "early", "line", "alternatives", "forms", "contrasts", "stock", "appraise", "holdings", "lookup",
    "evidence", "runs", "past", "elements", "contents", "shelf", "asstated", "closing", "drawn", "scratch",
    "package", "page", "packing", "rerun", "signing", "verifying", "changes", "follows",
    "uncertainty", "moved", "told", "unstated", "resampling", "rivals", "common", "chained", "choosing", "publishing",
    "asking", "merging", "receiving", "handed", "contradictions", "importing", "reread",
    "assigning", "filling", "learned", "mappings", "matches",
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
    "numpy": ("footprint.engine",),
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
NOWHERE = {"openpyxl", "pandas", "rich", "bw2data", "bw2io", "requests", "matplotlib"}
UNREPEATABLE = {"random", "secrets", "uuid", "locale"}


class Import(NamedTuple):
    module: str
    line: int
    name: str


class Source(NamedTuple):
    name: str
    path: Path
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        return f"{self.path.relative_to(PACKAGE.parent)}:{getattr(node, 'lineno', 1)}"


@cache
def sources() -> tuple[Source, ...]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append(Source(name, path, ast.parse(path.read_text(encoding="utf-8"), str(path))))
    return tuple(found)


@cache
def imports() -> tuple[Import, ...]:
    """Every import of the package, lazy ones included: who, line, what."""
    modules = {source.name for source in sources()}
    found = []
    for source in sources():
        for node in ast.walk(source.tree):
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


def functions() -> Iterator[tuple[Source, ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    """Yield every function with its length in lines, decorators aside."""
    for source in sources():
        for node in ast.walk(source.tree):
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
    for source in sources():
        for node in source.tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [str(node.module)]
                wrong += [f"{source.at(node)}: {name}" for name in names if name.split(".")[0] in heavy]
    assert not wrong, f"{wrong}. Import it inside the function that needs it (types under TYPE_CHECKING)."


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
    checking = {"supply.balance", "supply.flows", "supply.plants", "matching.claims", "rules.results"}
    rooms = tuple(f"footprint.{room}." for room in ("supply", "matching", "rules"))
    summing = [
        source.at(node) for source in sources() for node in ast.walk(source.tree)
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
        for node in ast.walk(source.tree)
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
        for node in ast.walk(source.tree)
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
        for node in ast.walk(source.tree)
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
        for node in ast.walk(source.tree)
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


# ------------------------------------------------------------------------------------------------ sentences


def _rows(name: str) -> list[dict[str, str]]:
    with (PACKAGE / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _placeholders(text: str) -> set[str]:
    """Return the facts a sentence asks for; ``{en}`` and ``{zh}`` are one caption in two languages."""
    named = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
    return {re.sub("(^|_)(en|zh)$", r"\1caption", field) for field in named}


@pytest.mark.parametrize("name", ["messages.csv", "labels.csv"])
def test_every_sentence_exists_once_in_both_languages(name):
    """Each code stands once, with a Chinese and an English text that ask for the same facts."""
    rows = _rows(name)
    codes = [row["code"] for row in rows]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    assert not twice, f"{name}: {twice} stand twice. Keep one row."
    bad = [row["code"] for row in rows if not row["en"] or not row["zh"] or None in row]
    assert not bad, f"{name}: {bad}: a language is missing, or a comma is not quoted."
    unlike = [row["code"] for row in rows if _placeholders(row["en"]) != _placeholders(row["zh"])]
    assert not unlike, f"{name}: {unlike}: the languages use different placeholders. Use the same facts in both."


def test_chinese_is_chinese():
    """A Chinese message holds Chinese characters, and no English one does."""
    rows = _rows("messages.csv")
    assert not [r["code"] for r in rows if not re.search(r"[\u4e00-\u9fff]", r["zh"])], "Translate the zh column."
    assert not [r["code"] for r in rows if re.search(r"[\u4e00-\u9fff]", r["en"])], "Translate the en column."


SPEAKERS = {"problem", "Problem", "Notice", "said", "message"}


@cache
def _spoken() -> tuple[tuple[Source, ast.Call, str], ...]:
    """Return every call that names the code of a message in place."""
    calls = ((source, node) for source in sources() for node in ast.walk(source.tree) if isinstance(node, ast.Call))
    return tuple((s, node, code) for s, node in calls if _speaker(node) and node.args for code in _codes(node.args[0]))


def _speaker(call: ast.Call) -> str:
    """Return the name of the function called, if it is one that speaks."""
    return call.func.id if isinstance(call.func, ast.Name) and call.func.id in SPEAKERS else ""


def _codes(argument: ast.AST) -> Iterator[str]:
    """Yield the codes an argument may be; what is only computed yields none."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from _codes(argument.body)
        yield from _codes(argument.orelse)


def test_every_message_used_is_in_the_table():
    """A code that is raised has a sentence."""
    known = {row["code"] for row in _rows("messages.csv")} | {"rule-note"}
    missing = [f"{s.at(node)}: {code}" for s, node, code in _spoken() if code not in known]
    assert not missing, f"{missing}. Add the sentence to footprint/data/messages.csv, in en and zh."


def test_every_message_gets_its_facts():
    """Where a message is raised by name, the facts its sentence asks for are given."""
    wanted = {row["code"]: _placeholders(row["en"]) for row in _rows("messages.csv")}
    missing = []
    for source, node, code in _spoken():
        given = _given(node)
        if given is not None and wanted.get(code, set()) - given:
            missing.append(f"{source.at(node)}: {code} needs {sorted(wanted[code] - given)}")
    assert not missing, f"{missing}. Pass the facts, or change the sentence."


def _given(call: ast.Call) -> set[str] | None:
    """Return the facts a call passes, None when they cannot be read from the source."""
    if any(k.arg is None for k in call.keywords):
        return None
    if _speaker(call) in {"Notice", "Problem"}:
        named = [k.value for k in call.keywords if k.arg == "facts"]
        facts = [*call.args[2:3], *named, ast.Dict([], [])][0]
        if not isinstance(facts, ast.Dict) or not all(isinstance(key, ast.Constant) for key in facts.keys):
            return None
        return _placeholders("".join(f"{{{key.value}}}" for key in facts.keys if isinstance(key, ast.Constant)))
    return _placeholders("".join(f"{{{k.arg}}}" for k in call.keywords))


def test_every_message_in_the_table_is_used():
    """No sentence outlives its use: it would be translated and documented for nobody."""
    texts: set[str] = set()
    patterns = []
    for source in sources():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [re.escape(str(v.value)) if isinstance(v, ast.Constant) else ".+" for v in node.values]
                if any(part != ".+" and len(part) > 3 for part in parts):
                    patterns.append(re.compile("".join(parts)))
    codes = [row["code"] for row in _rows("messages.csv")]
    unused = [code for code in codes if code not in texts and not any(p.fullmatch(code) for p in patterns)]
    assert not unused, f"{unused} are used nowhere. Remove their rows from footprint/data/messages.csv."


def test_every_problem_says_what_to_do():
    """A problem is a fact and a remedy: at least two sentences, or a question what was meant."""
    raised = {code for _, node, code in _spoken() if _speaker(node) in {"problem", "Problem"}}
    bare = []
    for row in _rows("messages.csv"):
        if row["code"] in raised and not _near_given(row["code"]):
            english = [part for part in re.split(r"[.?](?:\s|$)", row["en"]) if part.strip()]
            chinese = [part for part in re.split(r"[。？]", row["zh"]) if part.strip()]
            if len(english) < 2 or len(chinese) < 2:
                bare.append(row["code"])
    assert not bare, f"{bare}: add the remedy as a second sentence, in both languages."


def _near_given(code: str) -> bool:
    """Tell whether some call of ``code`` gives suggestions, which are its remedy."""
    return any(
        any(k.arg == "near" for k in node.keywords) or len(node.args) > 2
        for _, node, spoken in _spoken()
        if spoken == code
    )
