"""Rules kept from an earlier run are those of the files, or they are not used."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint import kept
from footprint.rules import cache
from footprint.rules.load import ids, load, path_of

CHILD = """
id: child
version: "1"
extends: parent.yaml
"""


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


@pytest.fixture
def child(tmp_path: Path) -> Path:
    """Rules on other rules, read once."""
    (tmp_path / "parent.yaml").write_bytes(path_of("iso-14067").read_bytes())
    path = tmp_path / "child.yaml"
    path.write_text(CHILD)
    load(str(path))
    return path


@pytest.mark.parametrize("name", ids())
def test_rules_are_the_same_again(name: str) -> None:
    """What comes from the cache equals what was read, in every part."""
    assert cache.recall(path_of(name)) is None
    read = load(name)
    again = cache.recall(path_of(name))
    assert again is not read
    assert again == read


def test_what_is_kept_is_used(child: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second reading does not read."""
    monkeypatch.setattr("footprint.rules.layers.layered", None)
    assert load(str(child)).id == "child"


def edited(file: str) -> Callable[[Path], None]:
    """Return what changes one character of a file."""

    def edit(folder: Path) -> None:
        path = folder / file
        path.write_bytes(path.read_bytes() + b"\n")

    return edit


@pytest.mark.parametrize("change", [edited("child.yaml"), edited("parent.yaml"),
                                    lambda folder: (folder / "parent.yaml").unlink()])  # fmt: skip
def test_a_changed_file_is_read_anew(child: Path, change: Callable[[Path], None]) -> None:
    """A file of the rules that is another, or gone: nothing is recalled."""
    assert cache.recall(child) is not None
    change(child.parent)
    assert cache.recall(child) is None


def test_changed_code_reads_anew(child: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What reads rules is part of what they are made of."""
    readers = kept.code("rules", "model", "data")
    assert str(Path("rules", "reader.py")).encode() in readers.replace(b"\\\\", b"\\")
    monkeypatch.setattr(kept, "code", lambda *_: readers + b" ")
    assert cache.recall(child) is None


class Strange:
    """What no rule file is made of."""

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return Path, ("made",)


def test_only_records_come_out_of_it(child: Path) -> None:
    """A file in the cache that would make anything else is as good as none."""
    kept.keep("rules", str(child.absolute()), pickle.dumps(([], Strange())), cache._source(child))
    assert cache.recall(child) is None
