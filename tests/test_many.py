"""Every law holds for more examples than there is time for at each change."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
LAWFUL = sorted(
    str(path.relative_to(TESTS.parent))
    for path in TESTS.rglob("test_*.py")
    if "from hypothesis import" in path.read_text(encoding="utf-8")
)


@pytest.mark.slow
def test_laws_hold_for_many_examples() -> None:
    """The tests that the fast run has, by the profile with four times its examples."""
    assert len(LAWFUL) > 50
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *LAWFUL]
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "many"}
    ran = subprocess.run(command, cwd=TESTS.parent, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-5_000:]
