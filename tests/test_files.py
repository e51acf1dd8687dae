"""Files change as a set or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from footprint import service
from footprint.errors import PublishError, RequestError
from footprint.files import put


def test_a_set_of_files_is_written_whole(tmp_path: Path) -> None:
    """All files appear, over old ones too, and nothing else stays in the folder."""
    put(tmp_path / "new", {"a": b"1", "b": b"2"})
    put(tmp_path / "new", {"a": b"3", "b": b"4"})
    assert {p.name: p.read_bytes() for p in (tmp_path / "new").iterdir()} == {"a": b"3", "b": b"4"}


def test_a_file_that_cannot_be_replaced_keeps_all_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the second rename fails (open in Excel), the first file has its old content again."""
    put(tmp_path, {"a": b"old a", "b": b"old b"})
    replace = Path.replace

    def held(path: Path, target: Path) -> Path:
        if target.name == "b" and path.name.endswith(".new"):
            raise PermissionError(13, "Permission denied", str(target))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(PublishError, match=r"b: it cannot be written: Permission denied"):
        put(tmp_path, {"a": b"new a", "b": b"new b"})
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a": b"old a", "b": b"old b"}


def test_an_edited_example_is_kept(tmp_path: Path) -> None:
    """A second demo refuses to write over a workbook that was changed, and replaces it only when forced."""
    service.demo("battery", tmp_path, "en")
    service.demo("battery", tmp_path, "zh")
    book = tmp_path / "battery.xlsx"
    book.write_bytes(book.read_bytes() + b" ")
    with pytest.raises(RequestError, match=r"was not overwritten"):
        service.demo("battery", tmp_path, "en")
    service.demo("battery", tmp_path, "en", force=True)


def test_what_a_killed_process_left_is_cleared_away(tmp_path: Path) -> None:
    """New content nobody works on any more goes; what another process is writing, and files of other names, stay."""
    fcntl = pytest.importorskip("fcntl")
    for name in (".a.1.new", ".a.2.new", ".a.3.old", ".b.4.old", ".c.5.new", ".a.6.bak"):
        (tmp_path / name).write_bytes(b"half")
    with (tmp_path / ".a.2.new").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        (tmp_path / "a").write_bytes(b"old")
        put(tmp_path, {"a": b"1"})
        assert {p.name for p in tmp_path.iterdir()} == {"a", ".a.2.new", ".b.4.old", ".c.5.new", ".a.6.bak"}
    put(tmp_path, {"a": b"2", "b": b"3"})
    assert {p.name for p in tmp_path.iterdir()} == {"a", "b", ".b.4.old", ".c.5.new", ".a.6.bak"}
    put(tmp_path, {"b": b"4"})
    assert not (tmp_path / ".b.4.old").exists()


def test_no_name_is_without_content_at_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever a file is renamed into place, all old ones are still there, or new."""
    put(tmp_path, {"a": b"old", "b": b"old"})
    replace, seen = Path.replace, []

    def watched(path: Path, target: Path) -> Path:
        seen.append({name: (tmp_path / name).read_bytes() for name in ("a", "b")})
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", watched)
    put(tmp_path, {"a": b"new", "b": b"new"})
    assert seen == [{"a": b"old", "b": b"old"}, {"a": b"new", "b": b"old"}]
