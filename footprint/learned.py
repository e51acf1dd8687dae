"""What people confirmed: the datasets of each company's materials, kept in the user's home and found again next time.

One readable CSV per company, which only grows: every change is a new version with its date, and the last row says how
many rows there are and what they add up to, so that a torn file is told. Nothing of one company reaches another.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, NamedTuple

from footprint import words
from footprint.asking import plain
from footprint.errors import PublishError, RequestError, problem, reason
from footprint.files import hold, put
from footprint.paths import home
from footprint.provenance import Place
from footprint.tables.harmless import harmless

FOLDER = "mappings"
NOBODY = "default"
"""The company of workbooks that name none: nothing is remembered of it."""
LEARN, FORGET = "learn", "forget"
_COMPANY, _END = "company", "end"
_PATIENCE_S, _PAUSE_S = 10.0, 0.02
_CODED = "utf-8-sig"


class Known(NamedTuple):
    """What stands for a material: its ``part`` code, if it has one, else its name, specification and dimension.

    ``dataset``: ``database:code``, whatever the version of the database; ``called``, ``edition``: its name and that
    version when it was confirmed, empty where an earlier version of the program remembered it.
    """

    part: str
    name: str
    specification: str
    dimension: str
    dataset: str
    called: str = ""
    edition: str = ""

    @property
    def choice(self) -> tuple[str, str, str]:
        """What was confirmed."""
        return self.dataset, self.called, self.edition

    @property
    def key(self) -> tuple[str, ...]:
        """What it is found by."""
        return key(self.part) if self.part else key("", self.name, self.specification, self.dimension)


class Change(NamedTuple):
    """A row of the file: in which version and when something was learned or forgotten."""

    version: int
    date: str
    action: str
    known: Known


class Store(NamedTuple):
    """What is known of one company, change by change."""

    company: str
    changes: tuple[Change, ...] = ()

    @property
    def version(self) -> int:
        """The version it has, zero where nothing was ever learned."""
        return self.changes[-1].version if self.changes else 0

    def now(self) -> dict[tuple[str, ...], Change]:
        """Return what holds now, by what it is found by."""
        found: dict[tuple[str, ...], Change] = {}
        for change in self.changes:
            found.pop(change.known.key, None)
            if change.action == LEARN:
                found[change.known.key] = change
        return found


_COLUMNS = ("version", "date", "action", *Known._fields)
_EARLIER = _COLUMNS[:-2]
"""The columns of files of an earlier version of the program."""


def key(part: str, name: str = "", specification: str = "", dimension: str = "") -> tuple[str, ...]:
    """Return what a material is found by: its part code alone, or what it is called and how it is counted."""
    return (_folded(part),) if part else (_folded(name), _folded(specification), dimension)


def is_called(known: Known, name: str) -> bool:
    """Tell whether a material still has the name under which it was learned."""
    return _folded(known.name) == _folded(name)


def _folded(text: str) -> str:
    return " ".join(words.folded(text).split())


def named(company: str) -> str:
    """Return a company as files name it: blanks and case aside."""
    return " ".join(company.split()) or NOBODY


def place(company: str) -> Path:
    """Return where what is known of a company is kept: two names never share a file. It need not exist."""
    sign = sha256(_folded(company).encode()).hexdigest()[:8]
    return home() / FOLDER / f"{plain(company)}-{sign}.csv"


def files() -> list[Path]:
    """Return the files of all companies, by name."""
    return sorted((home() / FOLDER).glob("*.csv"))


def load(company: str) -> Store:
    """Return what is known of a company, nothing where nothing was learned; `RequestError` where its file is torn."""
    path = place(named(company))
    return read(path) if path.is_file() else Store(named(company))


def read(path: Path) -> Store:
    """Return what a file holds; `RequestError` where it is torn, was changed, or is no such file."""
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise RequestError(problem("mapping-unread", Place(str(path)), said=reason(exc))) from exc
    torn = RequestError(problem("mapping-torn", Place(str(path))))
    try:
        first, head, *rows, last = csv.reader(io.StringIO(content.decode(_CODED), newline=""), strict=True)
        count = len(head)
        if first[0] != _COMPANY or tuple(head) not in {_COLUMNS, _EARLIER}:
            raise RequestError(problem("mapping-none", Place(str(path))))
        changes = tuple(Change(int(row[0]), row[1], row[2], Known(*map(_own, row[3:]))) for row in rows)
    except (ValueError, TypeError, IndexError, csv.Error) as exc:
        raise torn from exc
    found = Store(_own(first[1]), changes)
    if last != _ending(found, count) or written(found, count) != content:
        raise torn
    return found


def _quoted(text: str) -> str:
    """Return a text as the file holds it: an apostrophe before what a spreadsheet would calculate, and before one."""
    return f"'{text}" if text.startswith("'") else harmless(text)


def _own(text: str) -> str:
    """Return a text as it was before it was `_quoted`."""
    return text.removeprefix("'")


def written(store: Store, count: int = len(_COLUMNS)) -> bytes:
    """Return the file of what is known, in the first ``count`` of its columns."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow((_COMPANY, _quoted(store.company)))
    writer.writerow(_COLUMNS[:count])
    writer.writerows((c.version, c.date, c.action, *map(_quoted, c.known))[:count] for c in store.changes)
    writer.writerow(_ending(store, count))
    return out.getvalue().encode(_CODED)


def _ending(store: Store, count: int) -> list[str]:
    fields = Known._fields[: count - len(_COLUMNS) + len(Known._fields)]
    told = ", ".join(f"({', '.join(map(repr, each[:3]))}, {_spelt(each.known, fields)})" for each in store.changes)
    told = f"({store.company!r}, [{told}])"
    return [_END, str(store.version), str(len(store.changes)), sha256(told.encode()).hexdigest()[:16]]


def _spelt(known: Known, fields: Iterable[str]) -> str:
    return f"Known({', '.join(f'{field}={getattr(known, field)!r}' for field in fields)})"


Make = Callable[[Store], Iterable[tuple[str, Known]]]


def change(company: str, on: dt.date, make: Make) -> Store:
    """Add what ``make`` says of what is known to it, as one version; others wait meanwhile, and nothing is lost."""
    path = place(named(company))
    with _alone(path):
        before = load(company)
        made = tuple(Change(before.version + 1, on.isoformat(), action, known) for action, known in make(before))
        after = before._replace(changes=(*before.changes, *made))
        if made:
            put(path.parent, {path.name: written(after)})
        return after


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep others from changing a file meanwhile; `RequestError` where one of them does not end."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_suffix(".lock").open("ab")
    except OSError as exc:
        raise PublishError(problem("cannot-write", Place(str(path)), said=reason(exc))) from exc
    with lock:
        until = time.monotonic() + _PATIENCE_S
        while not _held(lock):
            if time.monotonic() > until:
                raise RequestError(problem("mapping-busy", Place(str(path))))
            time.sleep(_PAUSE_S)
        yield


def _held(lock: IO[bytes]) -> bool:
    if sys.platform != "win32":
        return hold(lock)
    import msvcrt

    try:
        msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    return True


class Learned(NamedTuple):
    """What came of learning: the state after it, what is new, and materials of which two datasets are said."""

    store: Store
    new: tuple[Known, ...]
    disputed: tuple[tuple[Known, ...], ...]


def learn(company: str, found: Sequence[Known], on: dt.date) -> Learned:
    """Remember ``found``; what two of them say differently of one material is left as it was."""
    said: dict[tuple[str, ...], dict[str, Known]] = {}
    for known in found:
        said.setdefault(known.key, {}).setdefault(known.dataset, known)
    disputed = tuple(tuple(each.values()) for each in said.values() if len(each) > 1)
    plainly = [next(iter(each.values())) for each in said.values() if len(each) == 1]
    new: list[Known] = []

    def make(store: Store) -> Iterable[tuple[str, Known]]:
        now = store.now()
        new.extend(k for k in plainly if k.key not in now or now[k.key].known.choice != k.choice)
        return [(LEARN, known) for known in new]

    return Learned(change(company, on, make), tuple(new), disputed)


def forget(company: str, written_: str, on: dt.date) -> tuple[Known, ...]:
    """Forget the materials of a part code or name; `RequestError` naming others where there is none."""
    gone: list[Known] = []

    def make(store: Store) -> Iterable[tuple[str, Known]]:
        known = [change.known for change in store.now().values()]
        gone.extend(each for each in known if _folded(written_) in {_folded(each.part), _folded(each.name)})
        if not gone:
            near = tuple(each.part or each.name for each in known)[:3]
            raise RequestError(problem("mapping-unknown", store.company, near=near, name=written_))
        return [(FORGET, each) for each in gone]

    change(company, on, make)
    return tuple(gone)


class Merged(NamedTuple):
    """What came of a merge: what is new, and pairs of what was known and what the file says instead."""

    store: Store
    new: tuple[Known, ...]
    disputed: tuple[tuple[Known, Known], ...]


def merge(path: Path, company: str, on: dt.date, *, force: bool = False) -> Merged:
    """Take in what a file holds; where it says otherwise, what is known stays unless forced.

    ``company``: that of the file where it is empty; `RequestError` where it is another.
    """
    given = read(path)
    if company and _folded(named(company)) != _folded(given.company):
        other = problem("mapping-company", Place(str(path)), company=named(company), other=given.company)
        raise RequestError(other)
    new: list[Known] = []
    disputed: list[tuple[Known, Known]] = []

    def make(store: Store) -> Iterable[tuple[str, Known]]:
        now = store.now()
        for known in (change.known for change in given.now().values()):
            here = now.get(known.key)
            if here is not None and here.known.dataset != known.dataset:
                disputed.append((here.known, known))
            if here is None or (force and here.known.dataset != known.dataset):
                new.append(known)
        return [(LEARN, known) for known in new]

    return Merged(change(given.company, on, make), tuple(new), tuple(disputed))
