"""The declarations of the examples that stand in the documentation are those the program writes now."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from footprint.publish import outgoing

MAKE = runpy.run_path(str(Path(__file__).parent / "make_published.py"))
TEXTS = (".json", ".csv", ".html")
BATTERY_ONLY = {"battery-pass.json", "battery-cfb.docx"}
FAST = {"battery", "transformer"}
"""The example that every format has a place for, and the smallest: between them they have all there is."""
README = Path(__file__).parents[1] / "README.md"


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in FAST else pytest.mark.slow) for name in MAKE["examples"]()]
)
def test_each_format_of_an_example_is_up_to_date(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Run ``make_published.py`` where this fails. Office files are held against what they state."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path))
    written = dict(MAKE["published"](name))
    printed = {file for file in outgoing.formats() if file.endswith(".pdf")}
    assert set(written) == set(outgoing.formats()) - printed - (set() if name == "battery" else BATTERY_ONLY)
    for file, content in written.items():
        kept = (MAKE["FOLDER"] / name / file).read_bytes()
        if file.endswith(TEXTS):
            assert kept.replace(b"\r\n", b"\n") == content.replace(b"\r\n", b"\n"), file
        else:
            assert outgoing.module(file).stated(kept) == outgoing.module(file).stated(content), file


def test_the_readme_leads_to_them() -> None:
    assert "tests/published" in README.read_text(encoding="utf-8")
