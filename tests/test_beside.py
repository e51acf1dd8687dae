"""Work beside other work gives the same bytes and the same errors."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint import beside, service
from footprint.beside import Beside


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fork although numpy, which the whole run of the tests has loaded, might have threads."""
    if not hasattr(os, "fork"):
        pytest.skip("nothing is forked here")
    monkeypatch.setattr(beside, "_threads", lambda: False)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def doubled() -> Callable[[bytes], bytes]:
    return lambda content: content * 2


@pytest.mark.usefixtures("forked")
def test_the_result_is_that_of_the_work() -> None:
    """Large inputs and results come through whole, also when several are under way."""
    works = [Beside(doubled) for _ in range(3)]
    for n, work in enumerate(works):
        work.give(bytes([n]) * 3_000_000)
    assert [work.result() for work in works] == [bytes([n]) * 6_000_000 for n in range(3)]


@pytest.mark.usefixtures("forked")
def test_an_error_of_the_work_is_raised_here() -> None:
    """A child that fails, or cannot get ready, leaves its work to the parent, which raises what the work raises."""
    def unready() -> Callable[[bytes], bytes]:
        raise ValueError("not ready")

    def fail(content: bytes) -> bytes:
        raise ValueError(content.decode())

    for ready, said in ((unready, "not ready"), (lambda: fail, "no such thing")):
        with Beside(ready) as work, pytest.raises(ValueError, match=said):  # noqa: PT012  both belong together
            work.give(b"no such thing" * 100_000)
            work.result()


@pytest.mark.usefixtures("forked")
def test_a_killed_child_leaves_its_work_here() -> None:
    """Whatever ends the child, the result is there."""
    work = Beside(doubled)
    assert work._child
    os.kill(work._child, signal.SIGKILL)
    work.give(b"x" * 1_000_000)
    assert work.result() == b"x" * 2_000_000


@pytest.mark.usefixtures("forked")
def test_work_that_is_given_nothing_ends() -> None:
    """An error before the input is there leaves no child behind, with another child alive or not."""
    with pytest.raises(KeyError), Beside(doubled) as first, Beside(doubled) as second:  # noqa: PT012
        children = [first._child, second._child]
        raise KeyError
    for child in children:
        assert child
        with pytest.raises(ChildProcessError):
            os.waitpid(child, 0)


def test_without_fork_the_work_is_done_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows nothing is forked, and nothing else changes."""
    monkeypatch.delattr(os, "fork")
    done: list[bytes] = []
    with Beside(lambda: lambda content: done.append(content) or b"x") as work:
        work.give(b"y")
        assert done == []
        assert work.result() == b"x"
        assert done == [b"y"]


@pytest.mark.usefixtures("forked")
def test_reports_are_the_same_with_and_without_fork(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of the demo are byte for byte the same however they were rendered."""
    calculated, _ = service.demo("battery", tmp_path / "forked", "en")
    service.write(calculated, tmp_path / "here", "en")
    monkeypatch.delattr(os, "fork")
    service.demo("battery", tmp_path / "alone", "en")
    for name in ("declaration.json", "report.html", "report.xlsx"):
        found = {(tmp_path / way / name).read_bytes() for way in ("forked", "here", "alone")}
        assert len(found) == 1
