"""The ledger of runs: it only grows, and whatever is done to it behind its back is found and named."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from footprint import runs, service
from footprint.cli import main
from footprint.errors import RequestError, VerificationError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def recorded(count: int) -> None:
    """Record ``count`` runs of no particular content."""
    for number in range(count):
        runs.Writer().add({"what": number})


@pytest.fixture
def edited() -> Callable[[str], None]:
    """Return what changes the ledger as somebody would who knows how to take its guards away."""

    def edit(statement: str) -> None:
        with sqlite3.connect(runs.place()) as connection:
            guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            connection.executescript("".join(f"DROP TRIGGER {name};" for name, _ in guards))
            connection.executescript(statement)
            connection.executescript("".join(f"{sql};" for _, sql in guards))
        connection.close()

    return edit


def broken() -> list[tuple[str, object]]:
    """Return what is wrong with the chain: code and run."""
    with pytest.raises(VerificationError) as caught:
        runs.verified("en")
    return [(p.code, p.facts["id"]) for p in caught.value.problems]


def test_a_run_is_recorded_once_its_files_stand(tmp_path: Path) -> None:
    """What went in, what came out and where it is: by their hashes, so that a file changed later is told."""
    calculated, written = service.demo("battery", tmp_path, "en")
    shown = runs.shown(1, "en")
    found = json.loads(shown.partition("\n}\n")[0] + "\n}")
    assert found["workbook"] == {"path": str(written[0]), "sha256": calculated.document["workbook"]["sha256"]}
    assert found["result"]["declared"] == calculated.document["result"]["declared"]
    assert found["databases"] == {f"{d['id']}@{d['version']}": d["checksum"] for d in calculated.document["databases"]}
    assert set(found["files"]) == {path.name for path in written[1:]}
    assert shown.count("as it was written") == len(written) - 1
    written[1].write_bytes(b"other")
    written[2].unlink()
    assert runs.shown(1, "en").count("as it was written") == len(written) - 3
    assert f"{written[1]}: another than was written." in runs.shown(1, "en")
    assert f"{written[2]}: no longer there." in runs.shown(1, "en")


def test_a_run_whose_files_cannot_be_written_is_not_recorded(tmp_path: Path) -> None:
    """A folder where a report should be: an error, and no record."""
    (tmp_path / "report.html").mkdir()
    with pytest.raises(Exception, match="cannot be written"):
        service.demo("battery", tmp_path, "en")
    assert runs.listed("en").startswith("no run is recorded")


def test_each_record_follows_on_the_one_before() -> None:
    """The chain holds, and its last hash depends on every record."""
    recorded(5)
    assert runs.verified("en").startswith("5 runs, each follows on the one before.")


@pytest.mark.parametrize("statement", ["UPDATE runs SET record = '{}' WHERE id = 2", "DELETE FROM runs WHERE id = 3"])
def test_the_ledger_refuses_to_change_or_remove(statement: str) -> None:
    """Records are only added."""
    recorded(3)
    with sqlite3.connect(runs.place()) as connection, pytest.raises(sqlite3.IntegrityError, match="only added"):
        connection.execute(statement)
    connection.close()
    assert runs.verified("en").startswith("3 runs")


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE runs SET record = replace(record, '\"what\":1', '\"what\":9') WHERE id = 2;", [("run-changed", 2)]),
        ("UPDATE runs SET record = 'nothing' WHERE id = 2;", [("run-changed", 2)]),
        ("DELETE FROM runs WHERE id = 3;", [("run-missing", 3)]),
        ("DELETE FROM runs WHERE id = 5;", [("run-missing", 5)]),
        ("DELETE FROM runs WHERE id = 1;", [("run-missing", 1)]),
        (
            "UPDATE runs SET id = 9 - id WHERE id IN (2, 3); UPDATE runs SET id = id - 4 WHERE id IN (6, 7);",
            [("run-changed", 2), ("run-broken", 2), ("run-changed", 3), ("run-broken", 3), ("run-broken", 4)],
        ),
    ],
)
def test_what_was_changed_behind_its_back_is_named(edited: Callable, statement: str, found: list) -> None:
    """A record changed, removed (the first, one between, the last) or moved: the chain breaks there."""
    recorded(5)
    edited(statement)
    assert broken() == found


def test_a_record_written_anew_with_its_hash_breaks_the_next(edited: Callable) -> None:
    """Whoever forges a record and its hash would have to forge all that follow."""
    recorded(3)
    text = '{"id":2,"what":9}'
    before = sqlite3.connect(runs.place()).execute("SELECT previous FROM runs WHERE id = 2").fetchone()[0]
    edited(f"UPDATE runs SET record = '{text}', hash = '{runs._hash(before, text)}' WHERE id = 2;")
    assert broken() == [("run-broken", 3)]


def test_missing_guards_are_told() -> None:
    """A ledger that no longer refuses changes says so."""
    recorded(1)
    with sqlite3.connect(runs.place()) as connection:
        connection.execute("DROP TRIGGER kept")
    connection.close()
    assert broken() == [("runs-unguarded", 1)]


def test_a_home_that_cannot_be_written_is_no_error(tmp_path: Path, home: Path) -> None:
    """No record, and all results."""
    home.write_text("a file where a folder should be", encoding="utf-8")
    _, written = service.demo("battery", tmp_path / "out", "en")
    assert all(path.is_file() for path in written)
    assert runs.listed("en").startswith("no run is recorded")


def test_what_is_no_ledger_is_told(home: Path, tmp_path: Path) -> None:
    """Another file of that name: no record, all results, and a sentence when it is asked for."""
    home.mkdir()
    (home / runs.NAME).write_bytes(b"no database at all" * 100)
    service.demo("battery", tmp_path / "out", "en")
    with pytest.raises(RequestError, match="cannot be read"):
        runs.listed("en")


def test_runs_at_once_are_all_recorded() -> None:
    """Eight processes with five runs each: forty records, one chain."""
    code = "from footprint import runs\nfor i in range(5): runs.Writer().add({'what': i})"
    processes = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(8)]
    assert [process.wait(60) for process in processes] == [0] * 8
    assert runs.verified("en").startswith("40 runs")


def test_a_check_needs_no_ledger() -> None:
    """Nothing but results is recorded, and the database library is not even loaded."""
    code = "import sys; from footprint import service, stock, forms; sys.exit('sqlite3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_commands_list_show_and_verify(tmp_path: Path) -> None:
    """`footprint runs` lists, `show` and `verify` say what they say; an unknown run is told."""
    service.demo("battery", tmp_path, "en")
    listed = CliRunner().invoke(main, ["runs", "--lang", "en"]).output
    assert listed.startswith("1\t")
    assert str(tmp_path) in listed
    assert '"id": 1' in CliRunner().invoke(main, ["runs", "show", "1"]).output
    assert "1 runs" in CliRunner().invoke(main, ["runs", "verify", "--lang", "en"]).output
    unknown = CliRunner().invoke(main, ["runs", "show", "7", "--lang", "en"])
    assert unknown.exit_code == 2
    assert "run 7 is not recorded" in unknown.output
