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
