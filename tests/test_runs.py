"""The ledger of runs: it only grows, and whatever is done to it behind its back is found and named."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from footprint import past, runs, service
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
        past.verified("en")
    return [(p.code, p.facts["id"]) for p in caught.value.problems]


def test_a_run_is_recorded_once_its_files_stand(tmp_path: Path) -> None:
    """What went in, what came out and where it is: by their hashes, so that a file changed later is told."""
    calculated, written = service.demo("transformer", tmp_path, "en")
    shown = past.shown(1, "en")
    found = json.loads(shown.partition("\n}\n")[0] + "\n}")
    assert found["workbook"] == {"path": str(written[0]), "sha256": calculated.document["workbook"]["sha256"]}
    assert found["result"]["declared"] == calculated.document["result"]["declared"]
    assert found["databases"] == {f"{d['id']}@{d['version']}": d["checksum"] for d in calculated.document["databases"]}
    assert set(found["files"]) == {path.name for path in written[1:]}
    assert shown.count("as it was written") == len(written) - 1
    written[1].write_bytes(b"other")
    written[2].unlink()
    assert past.shown(1, "en").count("as it was written") == len(written) - 3
    assert f"{written[1]}: another than was written." in past.shown(1, "en")
    assert f"{written[2]}: no longer there." in past.shown(1, "en")


def test_what_a_later_run_wrote_over_is_told_so(tmp_path: Path) -> None:
    """A file of the first run that the second one wrote anew is that of the second, and no edit."""
    _, written = service.demo("transformer", tmp_path, "en")
    service.produce(service.Request(written[0]), tmp_path, "zh")
    html = next(path for path in written if path.suffix == ".html")
    assert f"{html}: as run 2 wrote it since." in past.shown(1, "en")
    html.write_bytes(b"other")
    assert f"{html}: another than was written." in past.shown(1, "en")


def test_a_run_whose_files_cannot_be_written_is_not_recorded(tmp_path: Path) -> None:
    """A folder where a report should be: an error, and no record."""
    (tmp_path / "report.html").mkdir()
    with pytest.raises(Exception, match="cannot be written"):
        service.demo("transformer", tmp_path, "en")
    assert past.listed("en").startswith("no run is recorded")


def test_each_record_follows_on_the_one_before() -> None:
    """The chain holds, and its last hash depends on every record."""
    recorded(5)
    assert past.verified("en").startswith("5 runs, each follows on the one before.")


@pytest.mark.parametrize("statement", ["UPDATE runs SET record = '{}' WHERE id = 2", "DELETE FROM runs WHERE id = 3"])
def test_the_ledger_refuses_to_change_or_remove(statement: str) -> None:
    """Records are only added."""
    recorded(3)
    with sqlite3.connect(runs.place()) as connection, pytest.raises(sqlite3.IntegrityError, match="only added"):
        connection.execute(statement)
    connection.close()
    assert past.verified("en").startswith("3 runs")


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
    edited(f"UPDATE runs SET record = '{text}', hash = '{runs.hashed(before, text)}' WHERE id = 2;")
    assert broken() == [("run-broken", 3), ("run-changed", 2)]


def test_missing_guards_are_told() -> None:
    """A ledger that no longer refuses changes says so."""
    recorded(1)
    with sqlite3.connect(runs.place()) as connection:
        connection.execute("DROP TRIGGER kept")
    connection.close()
    assert broken() == [("runs-unguarded", 1)]


FORGED = "INSERT OR REPLACE INTO runs VALUES ({id}, '{text}', '{previous}', '{hash}')"


def forged(count: int) -> list[str]:
    """Return what writes the whole ledger anew, every hash right."""
    previous, statements = "0" * 64, []
    for number in range(1, count + 1):
        text = f'{{"id":{number},"what":"forged"}}'
        hash_ = runs.hashed(previous, text)
        statements.append(FORGED.format(id=number, text=text, previous=previous, hash=hash_))
        previous = hash_
    return statements


def test_no_record_takes_the_place_of_another() -> None:
    """Not even by INSERT OR REPLACE, which asks no guard against removal."""
    recorded(3)
    with sqlite3.connect(runs.place()) as connection:
        for statement in forged(3):
            with pytest.raises(sqlite3.IntegrityError, match="only added"):
                connection.execute(statement)
    connection.close()
    assert past.verified("en").startswith("3 runs")


def test_a_ledger_of_an_earlier_version_gets_the_guard_it_lacks() -> None:
    """Made without it, it is whole, and with the next run it is guarded as any."""
    recorded(2)
    with sqlite3.connect(runs.place()) as connection:
        connection.executescript("DROP TRIGGER anew; PRAGMA user_version = 0;")
    connection.close()
    assert past.verified("en").startswith("2 runs")
    recorded(1)
    with sqlite3.connect(runs.place()) as connection, pytest.raises(sqlite3.IntegrityError, match="only added"):
        connection.execute(forged(1)[0])
    connection.close()
    assert past.verified("en").startswith("3 runs")


CUT = "DELETE FROM runs WHERE id >= 4; UPDATE sqlite_sequence SET seq = 3;"
GONE: Mapping[str, Callable[[Callable], object]] = {
    "the end": lambda edit: edit(CUT),
    "all, written anew": lambda edit: edit(";".join(forged(5)) + ";"),
    "the table": lambda _: executed("DROP TABLE runs"),
    "the file": lambda _: runs.place().unlink(),
    "what is in it": lambda _: [runs.place().write_bytes(b""), *map(Path.unlink, runs.place().parent.glob("*-[sw]*"))],
    "a record that is no text": lambda edit: edit("UPDATE runs SET record = x'fffe' WHERE id = 2;"),
}


def executed(statement: str) -> None:
    """Do something to the ledger."""
    with sqlite3.connect(runs.place()) as connection:
        connection.executescript(statement)
    connection.close()


@pytest.mark.parametrize("what", GONE)
def test_what_is_gone_is_missed(edited: Callable, what: str) -> None:
    """The hashes are noted beside; the last one, noted elsewhere, is asked for."""
    recorded(5)
    head = past.verified("en").partition("last hash is ")[2][:64]
    GONE[what](edited)
    assert broken()
    (runs.place().parent / runs.HEADS).unlink()
    if what != "a record that is no text":
        with pytest.raises(VerificationError, match=r"run-head-gone"):
            past.verified("en", head)
    recorded(1)
    past.listed("en")


def test_notes_that_are_gone_are_missed(edited: Callable) -> None:
    """With the notes an end cut off goes unseen, so that their loss is a finding; a folder in their place as well."""
    recorded(5)
    heads = runs.place().parent / runs.HEADS
    heads.unlink()
    edited(CUT)
    assert broken() == [("runs-unnoted", 3)]
    heads.write_bytes(b"")
    assert broken() == [("runs-unnoted", 3)]
    heads.unlink()
    heads.mkdir()
    assert broken() == [("runs-unnoted", 3)]
    writer = runs.Writer()
    writer.add({"what": 9})
    assert writer.missed


def test_a_note_cut_short_accuses_nobody() -> None:
    """A full disk leaves half a line: the next note stands on one of its own."""
    recorded(2)
    heads = runs.place().parent / runs.HEADS
    heads.write_bytes(heads.read_bytes() + b"99999 abc")
    recorded(1)
    assert past.verified("en").startswith("3 runs")
    assert heads.read_text(encoding="ascii").splitlines()[-1].startswith("3 ")


def test_a_copy_of_the_ledger_alone_holds_all_runs(tmp_path: Path) -> None:
    """Nothing of a run stands in a log beside the file once it is recorded."""
    recorded(3)
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / runs.NAME).write_bytes(runs.place().read_bytes())
    with sqlite3.connect(tmp_path / "copy" / runs.NAME) as connection:
        assert connection.execute("SELECT count(*) FROM runs").fetchone() == (3,)
    connection.close()


def test_a_log_that_may_only_be_read_is_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where SQLite may make no shared memory, ledger and log are read from a copy, not the ledger alone."""
    recorded(1)
    kept = sqlite3.connect(runs.place(), isolation_level=None)
    ((before,),) = kept.execute("SELECT hash FROM runs")
    row = (2, text := json.dumps({"id": 2}), before, runs.hashed(before, text))
    kept.execute("INSERT INTO runs (id, record, previous, hash) VALUES (?, ?, ?, ?)", row)
    opened = past._opened

    def refused(path: Path) -> sqlite3.Connection:
        if path == runs.place():
            raise sqlite3.OperationalError("unable to open database file")
        return opened(path)

    monkeypatch.setattr(past, "_opened", refused)
    assert (home / f"{runs.NAME}-wal").stat().st_size
    assert past.verified("en").startswith("2 runs")
    kept.close()


def test_whoever_verifies_while_others_calculate_accuses_nobody() -> None:
    """Records, numbers and notes are of one moment, however fast runs are added."""
    code = "from footprint import runs\nfor i in range(60): runs.Writer().add({'what': i})"
    recorded(1)
    writers = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    seen = 0
    while any(writer.poll() is None for writer in writers):
        assert "each follows" in past.verified("en")
        seen += 1
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert seen
    assert past.verified("en").startswith("121 runs")


def test_a_hash_noted_elsewhere_stays_in_the_chain() -> None:
    """Of any run, the last or an earlier one; too few digits say nothing."""
    recorded(2)
    head = past.verified("en").partition("last hash is ")[2][:64]
    recorded(2)
    assert past.verified("en", head).startswith("4 runs")
    shown = CliRunner().invoke(main, ["runs", "verify", "--head", "0" * 64, "--lang", "en"])
    assert (shown.exit_code, "no run has the hash" in shown.output) == (8, True)
    with pytest.raises(VerificationError):
        past.verified("en", head[:4])


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER kept; CREATE TRIGGER kept AFTER INSERT ON runs BEGIN SELECT 1; END",
        "DROP TRIGGER anew",
        "ALTER TABLE runs ADD COLUMN more",
    ],
)
def test_guards_are_known_by_what_they_do(statement: str) -> None:
    """One of the same name that guards nothing is told; a column more stops no record."""
    recorded(1)
    executed(statement)
    assert broken() == [("runs-unguarded", 1)]
    recorded(1)
    assert len(past._read().runs) == 2


def test_a_damaged_record_hides_no_other(edited: Callable, tmp_path: Path) -> None:
    """It is listed as damaged."""
    service.demo("transformer", tmp_path, "en")
    recorded(1)
    edited("UPDATE runs SET record = 'nothing' WHERE id = 2;")
    lines = past.listed("en").splitlines()
    assert (lines[0].startswith("1\t20"), lines[1].partition(":")[0]) == (True, "2\tdamaged")
    with pytest.raises(VerificationError):
        past.shown(2, "en")


def test_a_locked_ledger_is_waited_for_in_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the run goes unrecorded, and whoever calculated reads it."""
    monkeypatch.setattr(runs, "_WAIT_S", 0.05)
    monkeypatch.setattr(runs, "_PATIENCE_S", 0.2)
    recorded(1)
    holding = sqlite3.connect(runs.place(), isolation_level=None)
    holding.execute("BEGIN EXCLUSIVE")
    started = time.monotonic()
    calculated, written = service.demo("transformer", tmp_path, "en")
    holding.rollback()
    holding.close()
    assert all(path.is_file() for path in written)
    assert time.monotonic() - started < 10
    assert "was not recorded (database is locked)" in service.notices(calculated, "en")
    assert "unrecorded" not in (tmp_path / "run.json").read_text(encoding="utf-8")


def test_a_ledger_is_read_where_nothing_can_be_written(tmp_path: Path, home: Path) -> None:
    """From a folder that belongs to others, its log gone."""
    recorded(2)
    for path in home.glob("runs.sqlite-*"):
        path.unlink()
    for path in (*home.iterdir(), home):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert past.verified("en").startswith("2 runs")
    finally:
        home.chmod(0o755)


def test_a_home_that_cannot_be_written_is_no_error(tmp_path: Path, home: Path) -> None:
    """No record, a notice, and all results."""
    home.write_text("a file where a folder should be", encoding="utf-8")
    calculated, written = service.demo("transformer", tmp_path / "out", "en")
    assert all(path.is_file() for path in written)
    assert "was not recorded" in service.notices(calculated, "en")
    assert past.listed("en").startswith("no run is recorded")


def test_what_is_no_ledger_is_told(home: Path, tmp_path: Path) -> None:
    """Another file of that name: no record, all results, and a sentence when it is asked for."""
    home.mkdir()
    (home / runs.NAME).write_bytes(b"no database at all" * 100)
    service.demo("transformer", tmp_path / "out", "en")
    with pytest.raises(RequestError, match="cannot be read"):
        past.listed("en")


def test_runs_at_once_are_all_recorded() -> None:
    """Eight processes with five runs each: forty records, one chain."""
    code = "from footprint import runs\nfor i in range(5): runs.Writer().add({'what': i})"
    processes = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(8)]
    assert [process.wait(60) for process in processes] == [0] * 8
    assert past.verified("en").startswith("40 runs")


def test_a_check_needs_no_ledger() -> None:
    """Nothing but results is recorded, and the database library is not even loaded."""
    code = "import sys; from footprint import service, stock, forms; sys.exit('sqlite3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_commands_list_show_and_verify(tmp_path: Path) -> None:
    """`footprint runs` lists, `show` and `verify` say what they say; an unknown run is told."""
    service.demo("transformer", tmp_path, "en")
    listed = CliRunner().invoke(main, ["runs", "--lang", "en"]).output
    assert listed.startswith("1\t")
    assert str(tmp_path) in listed
    assert '"id": 1' in CliRunner().invoke(main, ["runs", "show", "1"]).output
    assert "1 runs" in CliRunner().invoke(main, ["runs", "verify", "--lang", "en"]).output
    unknown = CliRunner().invoke(main, ["runs", "show", "7", "--lang", "en"])
    assert unknown.exit_code == 2
    assert "run 7 is not recorded" in unknown.output
