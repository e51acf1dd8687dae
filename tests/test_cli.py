"""The command line: what it answers, where errors go, what it leaves behind, and what it does not load."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import footprint
from footprint.cli import main

PCR = "battery-eu-2023-1542"
SENTENCE = re.compile(r"^\S.*: .+ \[[a-z0-9-]+\]$")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
GAIN = """
A | assembly | 1 item | net_mass=1
  B | steel | 1 kg | steel-cold-rolled-cn
[Processes]
assembling | product | A | 1 item
assembling | internal_return | A | {share} item
"""


def run(*words: object) -> Result:
    """Run ``footprint`` with these words; a bug (anything but an exit) is raised."""
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    """The folder of the calculated battery example."""
    folder = tmp_path_factory.mktemp("demo") / "results"
    made = run("demo", "battery", "-o", folder, "--lang", "en")
    assert made.exit_code == 0, made.output
    return folder


def test_demo_answers_with_the_number_and_the_files(demo):
    """The example prints its result, what it lacks and each file, and each file is there."""
    again = run("demo", "battery", "-o", demo, "--lang", "en")
    document = json.loads((demo / "declaration.json").read_text(encoding="utf-8"))
    assert f"{document['result']['declared']} kg CO2e" in again.stdout
    assert again.stderr == ""
    for name in ("battery.xlsx", "declaration.json", "run.json", "report.html", "report.xlsx"):
        assert str(demo / name) in again.stdout
        assert (demo / name).stat().st_size > 0


def test_check_calculates_nothing(demo, tmp_path, monkeypatch):
    """`check` reports the account of every sheet and writes no file."""
    monkeypatch.chdir(tmp_path)
    answer = run("check", demo / "battery.xlsx", "--lang", "en")
    assert answer.exit_code == 0
    assert re.search(r"BOM: \d+ rows = \d+ used \+ \d+ merged \+ \d+ excluded \+ 0 rejected", answer.stdout)
    assert list(tmp_path.iterdir()) == []


def test_reference_agrees_on_the_demo(demo, tmp_path):
    """`--reference` solves the whole system through Brightway and records an agreement within 1e-9."""
    answer = run("calculate", demo / "battery.xlsx", "-o", tmp_path, "--reference", "--lang", "en")
    assert answer.exit_code == 0, answer.stderr
    reference = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["reference"]
    assert 0 <= reference["difference"] <= 1e-9
    declared = json.loads((tmp_path / "declaration.json").read_text(encoding="utf-8"))["result"]["total"]
    assert reference["total"] == pytest.approx(declared, rel=1e-9)


@pytest.fixture
def cases(demo, tmp_path, bill) -> dict[str, tuple[int, tuple[object, ...]]]:
    """One call for each class of error: exit code and words."""
    blocked = tmp_path / "a-file"
    blocked.write_text("in the way", encoding="utf-8")
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: [", encoding="utf-8")
    wrong = bill("L1 | steel | 1 kgs | steel-cold-rolled-cn")
    book = demo / "battery.xlsx"
    return {
        "request": (2, ("check", tmp_path / "nowhere.xlsx")),
        "workbook": (3, ("check", wrong)),
        "database": (4, ("check", book, "--database", "no-such-database")),
        "pcr": (5, ("check", book, "--pcr", broken)),
        "publish": (7, ("calculate", book, "-o", blocked)),
    }


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", ["request", "workbook", "database", "pcr", "publish"])
def test_errors_are_sentences_on_stderr_with_the_exit_code_of_their_class(cases, kind, lang):
    """Each class of error has its exit code, and says place, fact, remedy and code in the user's language."""
    code, words = cases[kind]
    answer = run(*words, "--lang", lang)
    assert answer.exit_code == code
    assert not [line for line in answer.stdout.splitlines() if SENTENCE.match(line)]
    lines = answer.stderr.splitlines()
    assert lines
    assert all(SENTENCE.match(line) for line in lines), lines
    assert all(bool(CHINESE.search(line.rpartition(": ")[2])) == (lang == "zh") for line in lines), lines


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_gaining_loop_is_a_calculation_error(bill, tmp_path, lang):
    """Rework that consumes as much as it makes is refused with exit code 6 and writes nothing."""
    answer = run("calculate", bill(GAIN.format(share=1)), "-o", tmp_path / "out", "--lang", lang)
    assert answer.exit_code == 6
    assert "[loop-gain]" in answer.stderr
    assert not (tmp_path / "out").exists()
    assert run("calculate", bill(GAIN.format(share=0.02)), "-o", tmp_path / "out", "--lang", lang).exit_code == 0


def test_all_problems_come_at_once(bill):
    """Two wrong rows give two sentences, each with its cell, and the account still says what became of every row."""
    lines = "L1 | a | 1 kgs | steel-cold-rolled-cn\nL2 | b | -1 kg | steel-cold-rolled-cn"
    book = bill(lines, product={"net_mass": 1.0})
    answer = run("check", book, "--lang", "en")
    assert answer.exit_code == 3
    assert len(answer.stderr.splitlines()) == 2
    assert all(line.startswith("pump.xlsx:BOM!") for line in answer.stderr.splitlines())
    assert "BOM: 2 rows = 0 used + 0 merged + 0 excluded + 2 rejected" in answer.stdout


def test_template_keeps_an_existing_file_unless_forced(tmp_path):
    """A user's workbook is not saved over: exit code 2 and the same bytes, until `--force`."""
    book = tmp_path / "pack.xlsx"
    book.write_bytes(b"years of work")
    refused = run("template", "--pcr", PCR, "-o", book, "--lang", "en")
    assert refused.exit_code == 2
    assert "[file-exists]" in refused.stderr
    assert book.read_bytes() == b"years of work"
    assert run("template", "--pcr", PCR, "-o", book, "--force").exit_code == 0
    assert book.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_empty_template_asks_to_be_filled_in(tmp_path, lang):
    """The template as written is a workbook: what is wrong with it is only that nothing is filled in."""
    book = tmp_path / "pack.xlsx"
    assert run("template", "--pcr", PCR, "--lang", lang, "-o", book).exit_code == 0
    answer = run("check", book, "--lang", "en")
    assert answer.exit_code == 3
    codes = {line.rpartition("[")[2].rstrip("]") for line in answer.stderr.splitlines()}
    assert codes <= {"value-missing", "field-missing", "sheet-empty", "loss-formula-missing"}, answer.stderr


def test_a_full_disk_leaves_the_last_result(demo, tmp_path, monkeypatch):
    """When the disk is full in the middle of writing, exit code 7 says so, and every earlier file is as it was."""
    names = ("declaration.json", "run.json", "report.html", "report.xlsx")
    for name in names:
        (tmp_path / name).write_bytes(b"the last result")
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if "report.html" in path.name:
            write(path, content[:100])
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    answer = run("calculate", demo / "battery.xlsx", "-o", tmp_path, "--lang", "en")
    assert answer.exit_code == 7
    assert "No space left on device" in answer.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == dict.fromkeys(names, b"the last result")


def test_a_file_in_the_way_is_named(demo, tmp_path):
    """When one report cannot be put in place, exit code 7 names it, and the files beside it are as they were."""
    (tmp_path / "report.xlsx" / "occupied").mkdir(parents=True)
    (tmp_path / "declaration.json").write_bytes(b"the last result")
    answer = run("calculate", demo / "battery.xlsx", "-o", tmp_path, "--lang", "en")
    assert answer.exit_code == 7
    assert "report.xlsx" in answer.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"declaration.json", "report.xlsx"}
    assert (tmp_path / "declaration.json").read_bytes() == b"the last result"


def test_an_edited_example_is_kept_unless_forced(tmp_path):
    """The demo writes over its own example in either language, never over one that was edited."""
    assert run("demo", "transformer", "-o", tmp_path, "--lang", "en").exit_code == 0
    assert run("demo", "transformer", "-o", tmp_path, "--lang", "zh").exit_code == 0
    book = tmp_path / "transformer.xlsx"
    book.write_bytes(b"years of work")
    refused = run("demo", "transformer", "-o", tmp_path, "--lang", "en")
    assert (refused.exit_code, "[file-exists]" in refused.stderr) == (2, True)
    assert book.read_bytes() == b"years of work"
    assert run("demo", "transformer", "-o", tmp_path, "--force").exit_code == 0
    assert book.read_bytes()[:2] == b"PK"


def test_a_failed_calculation_leaves_the_last_result(bill, demo, tmp_path):
    """A workbook that cannot be calculated changes nothing in the folder of an earlier result."""
    run("calculate", demo / "battery.xlsx", "-o", tmp_path / "out", "--lang", "en")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert run("calculate", bill("L1 | a | 1 kgs"), "-o", tmp_path / "out").exit_code == 3
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_same_workbook_same_bytes(demo, tmp_path):
    """Declaration and reports repeat byte for byte; only run.json may differ."""
    for name in ("a", "b"):
        assert run("calculate", demo / "battery.xlsx", "-o", tmp_path / name, "--lang", "zh").exit_code == 0
    for name in ("declaration.json", "report.html", "report.xlsx"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_explain_follows_every_row_of_the_account(demo, lang):
    """Every row the account lists can be explained, used, merged or excluded."""
    document = json.loads((demo / "declaration.json").read_text(encoding="utf-8"))
    rows = document["account"]["rows"]
    assert rows
    for row in rows[:: max(1, len(rows) // 25)]:
        answer = run("explain", demo / "declaration.json", row["cell"], "--lang", lang)
        assert answer.exit_code == 0, answer.stderr
        assert row["cell"].partition("!")[0] in answer.stdout


def test_explain_refuses_what_is_no_declaration(tmp_path):
    """Another JSON file is refused with exit code 2."""
    (tmp_path / "other.json").write_text('{"schema": "other"}', encoding="utf-8")
    answer = run("explain", tmp_path / "other.json", "BOM!F8", "--lang", "en")
    assert (answer.exit_code, "[not-a-declaration]" in answer.stderr) == (2, True)


def test_databases_and_rules_can_be_inspected():
    """`db verify`, `pcr list`, `show` and `test` answer for everything that ships."""
    assert run("db", "verify", "open-cn", "--lang", "en").exit_code == 0
    ids = run("pcr", "list", "--ids").stdout.split()
    assert PCR in ids
    for lang in ("zh", "en"):
        assert [line.split("\t")[0] for line in run("pcr", "list", "--lang", lang).stdout.splitlines()] == ids
    tested = run("pcr", "test", "--lang", "en")
    assert (tested.exit_code, len(tested.stdout.splitlines())) == (0, len(ids))
    for name in ids:
        assert run("pcr", "test", name, "--lang", "en").exit_code == 0
        assert run("pcr", "check", name, "--lang", "en").stdout.splitlines()[-1].startswith(f"{name} is in order")
        for lang in ("zh", "en"):
            shown = run("pcr", "show", name, "--lang", lang)
            assert (shown.exit_code, bool(CHINESE.search(shown.stdout)) or lang == "en") == (0, True)


@pytest.mark.parametrize(
    ("named", "expected"),
    [({"LANG": "zh_CN.UTF-8"}, "zh"), ({"LANG": "en_GB.UTF-8"}, "en"), ({"LANG": "C"}, "en"),
     ({"LANG": "en_GB.UTF-8", "FOOTPRINT_LANG": "zh"}, "zh"), ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en")],
)  # fmt: skip
def test_language_follows_the_locale(named, expected, monkeypatch, tmp_path):
    """Without `--lang` the locale decides, and FOOTPRINT_LANG before it."""
    for name in ("FOOTPRINT_LANG", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    said = run("check", tmp_path / "nowhere.xlsx").stderr
    assert bool(CHINESE.search(said)) == (expected == "zh")


HEAVY = (
    "numpy", "scipy", "pandas", "pydantic", "openpyxl", "rich", "bw2calc", "bw_processing", "bw2data", "matrix_utils",
    "networkx",
)  # fmt: skip
WATCH = f"""
import sys
from footprint.cli import main
try:
    main()
except SystemExit as exc:
    assert not exc.code, exc.code
print("loaded:", sorted(set({HEAVY}) & set(sys.modules)))
"""


def _cold(*words: object) -> str:
    """Return what a fresh interpreter prints that runs `footprint` with these words."""
    env = os.environ | {"PYTHONPATH": str(Path(footprint.__file__).parents[1]), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", WATCH, *map(str, words)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_calculating_on_stored_intensities_loads_nothing_heavy(demo, tmp_path):
    """A calculation of some hundred lines, reports included, imports no numerical library and no data frame."""
    assert "loaded: []" in _cold("calculate", demo / "battery.xlsx", "-o", tmp_path, "--lang", "en")


def test_the_watch_sees_what_is_loaded(demo, tmp_path):
    """The same watch does report them when the reference is solved: it is not blind."""
    seen = _cold("calculate", demo / "battery.xlsx", "-o", tmp_path, "--reference", "--lang", "en")
    assert "'numpy'" in seen
    assert "'bw2calc'" in seen


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["template", "-o", "x.xlsx"], "template-of-nothing"),
        (["read", "supplier.json", "--into", "pack.xlsx"], "into-nowhere"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_half_an_order_is_told_what_it_lacks(words: list[str], code: str, lang: str) -> None:
    answer = CliRunner().invoke(main, [*words, "--lang", lang])
    assert answer.exit_code == 2
    assert f"[{code}]" in answer.output
