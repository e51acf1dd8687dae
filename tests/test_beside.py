"""Work beside other work gives the same bytes and the same errors."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from footprint import service
from footprint.beside import beside


def test_the_result_is_that_of_the_work() -> None:
    """Large results come through whole, also when several are under way."""
    results = [beside(lambda n=n: bytes([n]) * 3_000_000) for n in range(3)]  # type: ignore[misc]
    assert [result() for result in results] == [bytes([n]) * 3_000_000 for n in range(3)]


def test_an_error_of_the_work_is_raised_here() -> None:
    """A child that fails leaves its work to the parent, which raises what the work raises."""
    def fail() -> bytes:
        raise ValueError("no such thing")

    with pytest.raises(ValueError, match="no such thing"):
        beside(fail)()


def test_without_fork_the_work_is_done_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows nothing is forked, and nothing else changes."""
    monkeypatch.delattr(os, "fork")
    done: list[int] = []

    def work() -> bytes:
        done.append(1)
        return b"x"

    result = beside(work)
    assert done == []
    assert result() == b"x"
    assert done == [1]


def test_reports_are_the_same_with_and_without_fork(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of the demo are byte for byte the same however they were rendered."""
    service.demo("battery", tmp_path / "forked", "en")
    monkeypatch.delattr(os, "fork")
    service.demo("battery", tmp_path / "alone", "en")
    for name in ("declaration.json", "report.html", "report.xlsx"):
        assert (tmp_path / "forked" / name).read_bytes() == (tmp_path / "alone" / name).read_bytes()
