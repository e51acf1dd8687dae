"""What is kept is found again, and never changes an answer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from footprint import kept, yamls
from footprint.errors import PcrError


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


def only(tmp_path: Path, kind: str) -> Path:
    """Return the one file that is kept."""
    (path,) = (tmp_path / "home" / "cache" / kind).iterdir()
    return path


def test_what_is_kept_is_found_for_its_source_alone(tmp_path: Path) -> None:
    """Another source, another name, a torn file: nothing is found."""
    assert kept.recall("k", "name", b"source") is None
    kept.keep("k", "name", b"content", b"source")
    assert kept.recall("k", "name", b"source") == b"content"
    assert kept.recall("k", "name", b"source ") is None
    assert kept.recall("k", "other", b"source") is None
    path = only(tmp_path, "k")
    whole = path.read_bytes()
    for torn in (b"", whole[:-1], whole + b" ", whole[:40].swapcase() + whole[40:]):
        path.write_bytes(torn)
        assert kept.recall("k", "name", b"source") is None


def test_a_source_and_its_content_are_not_confused() -> None:
    """The border between source and content is part of the checksum."""
    kept.keep("k", "name", b"b c", b"a")
    assert kept.recall("k", "name", b"a b") is None


def test_the_oldest_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home does not grow with every file that was ever read."""
    monkeypatch.setattr(kept, "MOST", 3)
    for n in range(5):
        kept.keep("k", str(n), b"content")
        os.utime(kept.place("k", str(n)), ns=(n, n))
    assert [n for n in range(5) if kept.recall("k", str(n))] == [2, 3, 4]
    assert len([*(tmp_path / "home" / "cache" / "k").iterdir()]) == 3


def test_a_home_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """A file where the folder should be: nothing is kept, nothing fails."""
    (tmp_path / "home").write_text("")
    kept.keep("k", "name", b"content")
    assert kept.recall("k", "name") is None


def test_yaml_is_read_the_same_again(tmp_path: Path) -> None:
    """The second reading, from what was kept, is the first; an edited file is read anew, a broken one refused."""
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufeffa: [3.10, NO, '电']\r\nb: |\r\n  x\r\n  y\r\n".encode())
    first = yamls.load(path, PcrError)
    assert first == {"a": ["3.10", "NO", "电"], "b": "x\ny\n"}
    assert only(tmp_path, "yaml").is_file()
    assert yamls.load(path, PcrError) == first
    path.write_text("a: 1")
    assert yamls.load(path, PcrError) == {"a": "1"}
    path.write_text("a: [")
    with pytest.raises(PcrError, match="yaml-syntax"):
        yamls.load(path, PcrError)
    assert only(tmp_path, "yaml").is_file()


def test_what_was_kept_needs_no_parser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser is not imported for a file it has read before."""
    path = tmp_path / "a.yaml"
    path.write_text("a: 1")
    yamls.load(path, PcrError)
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    assert yamls.load(path, PcrError) == {"a": "1"}
