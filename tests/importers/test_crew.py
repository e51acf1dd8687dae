"""Several processes make of files what one makes of them, in their order, whatever becomes of the processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from footprint.background.importers import crew, ecospold2
from footprint.background.importers.elementary import Elementary

BENCH = Path(__file__).parents[1] / "bench"


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes for portions of three files, whatever there is to do."""
    monkeypatch.setattr(crew, "FEWEST", 1)
    monkeypatch.setattr(crew, "PORTION", 3)
    monkeypatch.setattr(crew, "_processors", lambda: 2)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a small release of the kind that benches are made of."""
    sys.path.insert(0, str(BENCH))
    try:
        import releases
    finally:
        sys.path.remove(str(BENCH))
    written: Path = releases.write(tmp_path_factory.mktemp("release"), 20)
    return written


def read(path: Path) -> tuple[object, ...]:
    flows = Elementary()
    return ecospold2.activities(path, flows), flows.mapped, flows.others


@pytest.mark.usefixtures("several")
def test_several_processes_read_what_one_reads(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same activities in the same order, the same counts; none of it is read here."""
    names = sorted(path.name for path in release.iterdir())
    with monkeypatch.context() as context:
        context.setattr(ecospold2, "Elementary", None)  # nothing could be read with that
        there = list(crew.together(ecospold2.portion_of, release, names))
    monkeypatch.setattr(crew, "FEWEST", 10**9)
    here = list(crew.together(ecospold2.portion_of, release, names))
    assert len(there) == 7
    assert there == here


def ended(path: Path, names: Sequence[str]) -> list[str]:
    """Return the names where this program runs, and end every other process."""
    if os.environ.get("TRIAL_PARENT") != str(os.getpid()):
        os._exit(3)
    return [f"{path.name}/{name}" for name in names]


@pytest.mark.usefixtures("several")
def test_work_of_a_process_that_ends_is_done_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed, out of memory, without the module: nothing is lost and nothing is waited for."""
    monkeypatch.setenv("TRIAL_PARENT", str(os.getpid()))
    names = [str(at) for at in range(10)]
    made = [name for portion in crew.together(ended, tmp_path, names) for name in portion]
    assert made == [f"{tmp_path.name}/{name}" for name in names]


@pytest.mark.usefixtures("several")
def test_where_no_process_can_be_started_all_is_done_here(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that lets nobody start a program reads as well."""

    def refused(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(subprocess, "Popen", refused)
    assert len(read(release)[0]) == 20  # type: ignore[arg-type]


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("program", ["", "/usr/bin/office", None])
def test_only_a_python_is_started(release: Path, monkeypatch: pytest.MonkeyPatch, program: str | None) -> None:
    """Within another program, that one is the executable: it is not started to read files."""
    monkeypatch.setattr(sys, "executable", program)
    monkeypatch.setattr(subprocess, "Popen", None)
    assert len(read(release)[0]) == 20  # type: ignore[arg-type]


def test_a_large_zip_is_not_read_into_many_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as its copies have room for."""
    monkeypatch.setattr(crew, "_processors", lambda: 8)
    monkeypatch.setattr(crew, "_ROOM", 100)
    path = tmp_path / "release.zip"
    path.write_bytes(bytes(49))
    assert crew._most(path) == 3
    assert crew._most(tmp_path) == 8


@pytest.mark.usefixtures("several")
def test_problems_come_back_as_they_are(release: Path, tmp_path: Path) -> None:
    """A file that is amiss is told with its name and reason, whoever read it."""
    from footprint.errors import DatabaseError

    folder = tmp_path / "release"
    folder.mkdir()
    for at, path in enumerate(sorted(release.iterdir())):
        content = path.read_text(encoding="utf-8")
        (folder / path.name).write_text(content[:-300] if at % 7 == 2 else content, encoding="utf-8")
    with pytest.raises(DatabaseError) as refused:
        read(folder)
    assert [problem.code for problem in refused.value.problems] == ["bundle-xml"] * 3
    assert "release/" in refused.value.text("zh")
