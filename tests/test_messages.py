"""What the program says: every sentence once, in both languages, with its facts and what to do."""

from __future__ import annotations

import ast
import csv
import re
import runpy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from types import SimpleNamespace

import pytest

READ = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "modules.py")))
PACKAGE, Source, sources = READ.PACKAGE, READ.Source, READ.sources


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
    calls = ((source, node) for source in sources() for node in source.nodes if isinstance(node, ast.Call))
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
        for node in source.nodes:
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
