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


def test_where_things_are_kept_is_a_matter_of_each_thread(tmp_path: Path) -> None:
    """Two verifications at once, each in a folder of its own, find and leave nothing in the other's."""
    import threading

    inside, left = threading.Barrier(2), threading.Event()

    def first() -> None:
        with kept.apart(tmp_path / "one"):
            inside.wait(10)
        left.set()

    def second() -> None:
        with kept.apart(tmp_path / "two"):
            inside.wait(10)
            left.wait(10)
            kept.keep("k", "name", b"content")

    threads = [threading.Thread(target=work) for work in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (tmp_path / "two" / "k").exists()
    assert not (tmp_path / "one").exists()
    assert not (tmp_path / "home" / "cache").exists()


def test_code_that_changed_finds_nothing_of_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The names, sizes and times of the modules that work something out are part of its source."""
    room = tmp_path / "package" / "room"
    room.mkdir(parents=True)
    (room / "module.py").write_text("x = 1\n")
    monkeypatch.setattr(kept, "__file__", str(tmp_path / "package" / "kept.py"))
    kept.code.cache_clear()
    before = kept.code("room")
    (room / "module.py").write_text("x = 22\n")
    kept.code.cache_clear()
    assert kept.code("room") != before
    kept.code.cache_clear()


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
