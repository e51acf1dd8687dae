"""What begins in other processes while this one imports what is to work: the workbook is read, a report gets ready."""

from __future__ import annotations

import marshal
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.beside import Beside

if TYPE_CHECKING:
    from footprint.model.sheets import Book

LARGEST = 1 << 20
"""Bytes of a file beyond which handing over what was read costs more than the imports it hides."""
UNREAD = frozenset({"Candidates"})
"""The sheets that no calculation looks at."""
REPORTS = ("report.html", "report.xlsx")
"""What is written of each result, what takes longest last."""


@contextmanager
def reading(workbook: Path) -> Iterator[Callable[[Path], Book]]:
    """Begin to read ``workbook`` and yield what gives it, or raises what is wrong with it; a large one is left."""
    try:
        is_small = workbook.stat().st_size <= LARGEST
    except OSError:
        is_small = False
    if not is_small:
        yield _read
        return
    with Beside(partial(_reader, workbook)) as aside:
        aside.give(b"")
        yield lambda _: pickle.loads(aside.result())  # noqa: S301  this program wrote it a moment ago


@contextmanager
def rendering(lang: str) -> Iterator[Beside]:
    """Begin to get ready what renders the last report, and yield it: it takes a declaration as `marshal` writes it."""
    with Beside(partial(_renderer, REPORTS[-1], lang)) as aside:
        yield aside


def _renderer(format: str, lang: str) -> Callable[[bytes], bytes]:  # noqa: A002  the word users say
    """Return what renders a declaration handed over as bytes, with all it needs imported."""
    from footprint.publish import renderer
    from footprint.publish.wording import Words

    render = renderer(format)
    Words(lang)("title")  # reads them all
    return lambda declared: render(marshal.loads(declared), lang)  # noqa: S302  this process wrote it


def _read(workbook: Path) -> Book:
    from footprint.tables.read import read

    return read(workbook, without=UNREAD)


def _reader(workbook: Path) -> Callable[[bytes], bytes]:
    """Return what reads ``workbook``, with all it needs imported."""
    import footprint.tables.xlsx  # noqa: F401  what most files need

    return lambda _: pickle.dumps(_read(workbook), pickle.HIGHEST_PROTOCOL)
