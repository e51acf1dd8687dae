"""The command line in any locale: names of files are text, and what is printed can be read."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.messages import message

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def run(folder: Path, *words: str | bytes, **env: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "footprint", *words]
    return subprocess.run(command, cwd=folder, env={**os.environ, **env}, capture_output=True, check=False)


@pytest.mark.skipif(os.name != "posix", reason="names of files are text elsewhere")
def test_chinese_names_work_in_a_locale_without_chinese(bill: Callable[..., Path], tmp_path: Path) -> None:
    """Workbook, folder and evidence: what is written is what another locale writes, but for the time it took."""
    text = (
        "a | 铝 | 3 kg | mine | evidence=证据\n[Factors]\nmine | 2\n"
        "[Evidence]\n证据 | 称重 | file=证据.txt, type=weighing"
    )
    path = bill(text, product={"net_mass": 3.0}, name="泵.xlsx")
    (path.parent / "证据.txt").write_text("三千克", encoding="utf-8")
    for folder, env in (("结果", ASCII), ("别处", {"PYTHONUTF8": "1"})):
        done = run(path.parent, "calculate", "泵.xlsx", "-o", folder, "--lang", "zh", **env)
        assert done.returncode == 0, done.stderr.decode()
        assert "结果" in done.stdout.decode() or folder != "结果"
    for name in ("declaration.json", "report.html"):
        assert (path.parent / "结果" / name).read_bytes() == (path.parent / "别处" / name).read_bytes()
    missing = run(path.parent, "check", "没有.xlsx", "--lang", "zh", **ASCII)
    assert missing.stderr.decode().strip() == f"没有.xlsx: {message('file-missing', 'zh')} [file-missing]"


def test_what_a_stream_cannot_hold_is_printed_by_number(tmp_path: Path) -> None:
    """Where somebody asks for Latin-1: nothing is lost, and nothing ends in a traceback."""
    done = run(tmp_path, "check", "泵.xlsx", "--lang", "en", PYTHONIOENCODING="latin-1", PYTHONUTF8="1")
    assert done.returncode == 2
    assert done.stderr.decode("latin-1").startswith(r"\u6cf5.xlsx: there is no such file.")


@pytest.mark.skipif(os.name != "posix", reason="names of files are text elsewhere")
def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """An argument, or the folder one is in: results could not name it."""
    for words in ([b"check", b"b\xb1.xlsx"], [b"runs"]):
        folder = tmp_path / os.fsdecode(b"d\xb1") if len(words) == 1 else tmp_path
        folder.mkdir(exist_ok=True)
        done = run(folder, *words, FOOTPRINT_LANG="zh", PYTHONUTF8="1")
        assert done.returncode == 2
        assert r"\udcb1" in done.stderr.decode()
        assert message("argument-bytes", "zh") in done.stderr.decode()
