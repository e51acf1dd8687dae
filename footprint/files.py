"""Files: those beside a workbook by checksum; written as a whole or not at all, never half."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from errno import EISDIR
from pathlib import Path

from footprint.errors import PublishError, problem
from footprint.provenance import Place


def put(directory: Path, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write files beside their names, then rename them all; `PublishError` naming what could not be written.

    Where one of them cannot be replaced (it is open in Excel), those already replaced get their old content back.
    """
    targets = [directory / name for name in contents]
    beside = [_aside(target, "new") for target in targets]
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for path, content in zip(beside, contents.values(), strict=True):
            path.write_bytes(content)
        _swap(beside, targets)
    except OSError as exc:
        said = exc.strerror or str(exc)
        raise PublishError(problem("cannot-write", Place(str(exc.filename or directory)), said=said)) from exc
    finally:
        for path in beside:
            with suppress(OSError):
                path.unlink(missing_ok=True)
    return tuple(targets)


def _aside(target: Path, what: str) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}.{what}")


def _swap(beside: list[Path], targets: list[Path]) -> None:
    """Rename every file of ``beside`` to its target; put the old ones back when one refuses."""
    moved: list[tuple[Path, Path]] = []
    done: list[Path] = []
    try:
        for target in filter(Path.exists, targets):
            moved.append((_set_aside(target), target))  # noqa: PERF401 - one by one, so that a failure knows them
        for path, target in zip(beside, targets, strict=True):
            path.replace(target)
            done.append(target)
    except OSError:
        for target in done:
            target.unlink(missing_ok=True)
        for old, target in moved:
            old.replace(target)
        raise
    for old, _ in moved:
        with suppress(OSError):
            old.unlink(missing_ok=True)


def _set_aside(target: Path) -> Path:
    """Rename an old file out of the way and return where it is; a folder of that name stays and is an error."""
    if target.is_dir():
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(target))
    old = _aside(target, "old")
    target.replace(old)
    return old


def digests(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of those files of ``folder`` among ``names`` that can be read; what lies outside is not."""
    from hashlib import file_digest

    found = {}
    for name in dict.fromkeys(names):
        with suppress(OSError, ValueError):
            path = (folder / name).resolve(strict=True)
            if path.is_relative_to(folder.resolve()) and path.is_file():
                with path.open("rb") as file:
                    found[name] = file_digest(file, "sha256").hexdigest()
    return found
