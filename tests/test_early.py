"""What is begun beside the imports is what it is without: the same workbook, the same errors, the same report."""

from __future__ import annotations

import json
import marshal
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint import beside, early
from footprint.errors import FootprintError
from footprint.publish import render
from footprint.tables.read import read


@pytest.fixture(params=["forked", "here"], autouse=True)
def _forked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a second process, and where none can be had."""
    if request.param == "forked" and not hasattr(os, "fork"):
        pytest.skip("nothing is forked here")
    monkeypatch.setattr(beside, "_threads", lambda: request.param == "here")
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def test_it_is_the_same_workbook(bill: Callable[[str], Path]) -> None:
    """Cells, errors, hidden rows, checksum: all that reading gives but the sheet that no calculation looks at."""
    path = bill("case | Case | 2 kg | steel")
    with early.reading(path) as given:
        assert given(path) == read(path, without=early.UNREAD)


@pytest.mark.parametrize("content", [b"PK\x03\x04 cut off", b"nothing", None])
def test_it_has_the_same_errors(tmp_path: Path, content: bytes | None) -> None:
    """No workbook, or none at all: what reading it says."""
    path = tmp_path / "a.xlsx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FootprintError) as here:
        read(path)
    with early.reading(path) as given, pytest.raises(FootprintError) as there:
        given(path)
    assert str(there.value) == str(here.value)


def test_a_large_file_is_read_when_it_is_needed(bill: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Handing over millions of cells takes longer than the imports."""
    path = bill("case | Case | 2 kg | steel")
    monkeypatch.setattr(early, "LARGEST", path.stat().st_size - 1)
    monkeypatch.setattr(early, "Beside", None)
    with early.reading(path) as given:
        assert given(path) == read(path, without=early.UNREAD)


def test_it_is_the_same_report() -> None:
    """Rendering gets ready before there is a declaration."""
    declaration = json.loads((Path(__file__).parent / "data" / "sample-declaration.json").read_text(encoding="utf-8"))
    with early.rendering("zh") as aside:
        aside.give(marshal.dumps(declaration))
        assert aside.result() == render(early.REPORTS[-1], declaration, "zh")
