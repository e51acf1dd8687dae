"""Run commands in turn and compare their medians."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOOTPRINT = (sys.executable, "-c", "from footprint.cli import main; main()")
Command = Sequence[str | Path]


def run(command: Command, **environment: str) -> str:
    """Run a command as installed and return what it printed: byte-compiled, one thread for the linear algebra."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | threads | environment
    words = list(map(str, command))
    done = subprocess.run(words, env=env, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words[:4])} ... failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def seconds(command: Command, **environment: str) -> float:
    """Return the wall time of one cold run [s]."""
    started = time.perf_counter()
    run(command, **environment)
    return time.perf_counter() - started


def in_turn(rounds: int, *commands: tuple[Command, dict[str, str]]) -> list[float]:
    """Return the median of each command [s], run one after the other, ``rounds`` times, after one warm-up."""
    taken: list[list[float]] = [[] for _ in commands]
    for turn in range(rounds + 1):
        for (command, environment), times in zip(commands, taken, strict=True):
            spent = seconds(command, **environment)
            if turn:
                times.append(spent)
    return [statistics.median(times) for times in taken]


def verdict(what: str, ratio: float, goal: float, *, at_most: bool) -> None:
    """Print a ratio beside its goal."""
    met = ratio <= goal if at_most else ratio >= goal
    print(f"{what}: {ratio:.2f}  (goal {'<=' if at_most else '>='} {goal:g}: {'met' if met else 'NOT met'})")


def here() -> dict[str, str]:
    """Return the environment in which `FOOTPRINT` is this checkout."""
    return {"PYTHONPATH": str(ROOT)}
