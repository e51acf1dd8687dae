"""A reader of Chinese meets no English sentence: codes, units, names and quoted words of others stand as they are."""

from __future__ import annotations

import ast
import csv
import errno
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from footprint import service
from footprint.cli import main
from footprint.errors import UnfitError, problem, reason
from footprint.intake import read, schema

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "footprint"
QUOTED = re.compile(r"“[^”]*”|‘[^’]*’|`[^`]*`|'[^']*'|「[^」]*」|\"[^\"]*\"|<[^>]*>|\{[^}]*\}")
WORDS = re.compile(r"(?<![\w./@-])[A-Za-z][a-z]+(?: [A-Za-z]?[a-z]+)+(?![\w/@=-])")
TYPED = {"pip install", "apt install", "all inbound except", "and or not in"}
"""Runs of words that are typed as they stand, besides names of sheets and commands."""
CALLS = {"problem", "UnfitError", "Notice", "Finding", "Problem", "fail", "did", "leave", "head"}


def spoken() -> frozenset[str]:
    """Return what may stand in a Chinese sentence: names of sheets, commands, and what people type."""
    commands = {f"footprint {name}" for name in main.commands} | {"footprint db"}
    return frozenset({*schema.sheets(), *commands, *TYPED})


def prose(text: str) -> list[str]:
    """Return the runs of English words in a Chinese text, outside quotation marks."""
    known = spoken()
    return [run for run in WORDS.findall(QUOTED.sub(" ", text)) if not any(run.startswith(each) for each in known)]


@pytest.mark.parametrize("name", ["messages.csv", "labels.csv", "findings.csv"])
def test_no_sentence_of_the_tables_holds_english(name: str) -> None:
    """Every message, caption and finding."""
    with (PACKAGE / "data" / name).open(encoding="utf-8", newline="") as file:
        found = {row[next(iter(row))]: prose(row["zh"]) for row in csv.DictReader(file)}
    assert not {code: runs for code, runs in found.items() if runs}


def test_meanings_of_the_workbook_are_chinese() -> None:
    """What is said of each column."""
    with (ROOT / "templates" / "workbook.csv").open(encoding="utf-8", newline="") as file:
        assert not [runs for row in csv.DictReader(file) if (runs := prose(row["meaning_zh"]))]


def facts() -> Iterator[tuple[str, ast.expr]]:
    """Yield every fact that the program puts into a sentence, with its place in the code."""
    for path in sorted({*PACKAGE.rglob("*.py")} - {PACKAGE / "errors.py"}):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in CALLS:
                given = [k.value for k in node.keywords if k.arg not in {"en", "near"}]
                given += [v for each in node.args for v in (each.values if isinstance(each, ast.Dict) else ())]
                yield from ((f"{path.relative_to(ROOT)}:{node.lineno}", value) for value in given)


def test_no_fact_is_an_english_sentence_of_the_code() -> None:
    """Neither a text in the code nor the words of an exception: `errors.reason` says those in both languages."""
    wrong = []
    for place, value in facts():
        for node in ast.walk(value):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and WORDS.search(node.value):
                wrong.append(f"{place}: {node.value!r}")
            if isinstance(node, ast.Attribute) and node.attr == "strerror":
                wrong.append(f"{place}: the words of the system")
            is_text = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "str"
            if is_text and re.fullmatch("exc|error|fault|err", ast.unparse(node.args[0])):  # type: ignore[attr-defined]
                wrong.append(f"{place}: {ast.unparse(node)}")
    assert wrong == []


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.EISDIR, errno.ENOSPC, errno.EEXIST, errno.EROFS])
def test_errors_of_the_system_are_said_in_chinese(number: int) -> None:
    """By their number; in English as the system says them."""
    found = reason(OSError(number, os.strerror(number)))
    assert found.text("en") == os.strerror(number)
    assert re.search(r"[\u4e00-\u9fff]", found.text("zh"))
    assert not prose(problem("cannot-write", "x", said=found).text("zh"))


def test_the_words_of_others_stand_in_quotes() -> None:
    """An error of a library, one of the system that is rare, one without words; our own stay what they are."""
    for other in (ValueError("could not convert it"), OSError(errno.EXDEV, "Invalid cross-device link"), KeyError()):
        assert not prose(reason(other).text("zh"))
    own = UnfitError("unfit-text")
    assert reason(own) is own


def test_errors_of_workbooks_and_factor_tables_are_chinese(book: Callable[..., Any]) -> None:
    """Each case of the table of errors, as it is told."""
    cases = yaml.load((ROOT / "tests/data/intake_errors.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    found = {}
    for case in cases:
        for each in read.examine(book(**case["given"])).problems:
            text = each.text("zh").partition(": ")[2]
            if prose(text):
                found[each.code] = text
    assert found == {}


@pytest.mark.parametrize("name", [pytest.param("battery", marks=pytest.mark.slow), "pv"])
def test_what_the_screen_says_of_an_example_is_chinese(name: str, tmp_path: Path) -> None:
    """Calculated with draws, checked, explained and verified."""
    folder = tmp_path / "out"
    service.demo(name, folder, "zh")
    book = folder / f"{name}.xlsx"
    out = str(tmp_path / "again")
    run = CliRunner()
    for words in (
        ["calculate", str(book), "-o", out, "--uncertainty", "200"], ["check", str(book)],
        ["pack", out, "-o", f"{out}.zip"], ["verify", f"{out}.zip"], ["diff", str(folder), out],
        ["compare", str(book), str(book), "--uncertainty", "100"],
    ):  # fmt: skip
        done = run.invoke(main, [*words, "--lang", "zh"])
        assert done.exit_code in {0, 9}, done.output
        own = json.loads((folder / "declaration.json").read_text(encoding="utf-8"))["product"]
        said = done.output.replace(own["name"], "").replace(own["model"], "")
        lines = [line for line in said.splitlines() if re.search(r"[\u4e00-\u9fff]", line) and prose(line)]
        assert not lines, lines
