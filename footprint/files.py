"""Files: those beside a workbook by checksum; written as a whole or not at all, never half."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from errno import EISDIR
from pathlib import Path
from typing import IO

from footprint.errors import PublishError, problem, reason
from footprint.provenance import Place

_WINDOWS = os.name == "nt"
_TRIES = 100
_LEFT = re.compile(r"\.(.+)\.\d+\.(new|new\.made|old)")


def put(
    directory: Path, contents: Mapping[str, bytes], without: Iterable[str] = (), *, anew: bool = False
) -> tuple[Path, ...]:
    """Write files beside their names, then rename them all; `PublishError` naming what could not be written.

    ``without``: names that belong to an earlier result and go with it; ``anew``: nothing may stand there yet.
    Where one of them cannot be replaced (it is open in Excel), those already replaced get their old content back. A
    process killed on the way leaves each name with its old content or its new: the last file, replaced last, tells by
    its checksums that they do not belong together (`runs.insist`). What it left beside them the next one clears away.
    """
    targets = [directory / name for name in contents]
    beside = [_aside(target, "new") for target in targets]
    with ExitStack() as held:
        try:
            directory.mkdir(parents=True, exist_ok=True)
            _sweep(directory, frozenset(contents))
            for path, content in zip(beside, contents.values(), strict=True):
                if not _WINDOWS:
                    _make_held(path, held)
                path.write_bytes(content)
            if anew:
                _link(beside, targets)
            else:
                _swap(beside, targets, [directory / name for name in without])
        except OSError as exc:
            blocking = next((path for path in (directory, *directory.parents) if path.exists()), directory)
            if not blocking.is_dir():
                raise PublishError(problem("folder-is-file", Place(str(blocking)))) from exc
            place = Place(str(exc.filename or directory))
            raise PublishError(problem("cannot-write", place, said=reason(exc))) from exc
        finally:
            held.close()
            for path in beside:
                with suppress(OSError):
                    path.unlink(missing_ok=True)
    return tuple(targets)


def _make_held(path: Path, held: ExitStack) -> None:
    """Make a file that bears its name only once it is held; where a sweep was faster than the hold, once more."""
    made = path.with_name(f"{path.name}.made")
    for _ in range(_TRIES):
        hold(held.enter_context(made.open("wb")))
        with suppress(FileNotFoundError):
            made.rename(path)
            break


def hold(file: IO[bytes]) -> bool:
    """Tell whether a file is ours alone now; the system lets go of it when the process ends, however it ends."""
    try:
        import fcntl
    except ImportError:
        return False

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sweep(directory: Path, names: frozenset[str]) -> None:
    """Delete what processes that are no more left beside files called ``names``; old content, where there is new."""
    for entry in os.scandir(directory):
        found = _LEFT.fullmatch(entry.name)
        if found is None or found[1] not in names or (found[2] == "old" and not (directory / found[1]).exists()):
            continue
        with suppress(OSError), Path(entry.path).open("rb") as file:
            if hold(file):
                Path(entry.path).unlink()


def _aside(target: Path, what: str) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}.{what}")


def _link(beside: list[Path], targets: list[Path]) -> None:
    """Give every file of ``beside`` the name of its target, where nothing has it: not even since we looked."""
    for path, target in zip(beside, targets, strict=True):
        try:
            target.hardlink_to(path)
        except FileExistsError:
            raise
        except OSError:
            if os.path.lexists(target):
                raise
            path.replace(target)  # a disk that knows no second names


def _swap(beside: list[Path], targets: list[Path], gone: list[Path]) -> None:
    """Rename every file of ``beside`` to its target, remove those ``gone``; put the old ones back when one refuses."""
    moved: list[tuple[Path, Path]] = []
    done: list[Path] = []
    try:
        for target in filter(Path.exists, (*targets, *gone)):
            moved.append((_set_aside(target), target))  # noqa: PERF401 - one by one, so that a failure knows them
        for target in gone:
            target.unlink(missing_ok=True)
        for path, target in zip(beside, targets, strict=True):
            path.replace(target)
            done.append(target)
    except OSError:
        for target in done:
            target.unlink(missing_ok=True)
        for old, target in moved:
            old.replace(target)
            old.unlink(missing_ok=True)
        raise
    for old, _ in moved:
        with suppress(OSError):
            old.unlink(missing_ok=True)


def _set_aside(target: Path) -> Path:
    """Keep an old file under a second name, or rename it where a disk knows no such thing, and return that name.

    A folder of the target's name stays and is an error.
    """
    if target.is_dir():
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(target))
    old = _aside(target, "old")
    old.unlink(missing_ok=True)
    try:
        old.hardlink_to(target)
    except OSError:
        target.replace(old)
    return old


def digests(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of those files of ``folder`` among ``names`` that can be read; what lies outside is not."""
    from hashlib import file_digest

    found = {}
    for name in dict.fromkeys(names):
        path = at_hand(folder, name)
        with suppress(OSError):
            if path is not None:
                with path.open("rb") as file:
                    found[name] = file_digest(file, "sha256").hexdigest()
    return found


def at_hand(folder: Path, name: str) -> Path | None:
    """Return the file called ``name`` if it lies in ``folder``, links followed, and in no hidden folder of it."""
    if not name or any(part.startswith(".") and part.strip(".") for part in re.split(r"[/\\]", name)):
        return None
    try:
        path = (folder / name).resolve(strict=True)
        return path if path.is_relative_to(folder.resolve()) and path.is_file() else None
    except (OSError, ValueError):
        return None
