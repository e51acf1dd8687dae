"""Where databases are: in the user's store by id and version, in a plain folder of the user, or shipped.

The store keeps each version of a database in a folder ``<id>@<version>``; see `store` for how they get there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from footprint.background import compiled
from footprint.errors import DatabaseError, problem, reason
from footprint.model.background import DatabaseInfo
from footprint.paths import data_root, home
from footprint.provenance import Place

_DIGITS = re.compile(r"(\d+)", re.ASCII)
_BY_CONTENT = re.compile(r"(?=\d*[a-f])[0-9a-f]{8}")
_NAME = re.compile(r"[^\W_][\w.+-]{0,79}")
_OFFERED = 5


class Found(NamedTuple):
    """A database there is; ``own``: the user's, not one that ships."""

    folder: Path
    own: bool

    @property
    def name(self) -> str:
        """The name it is opened by."""
        return self.folder.name


def root() -> Path:
    """Return the folder of the user's databases. It need not exist."""
    return home() / "databases"


def is_kept(folder: Path) -> bool:
    """Tell whether ``folder`` is a version in the store, which nothing changes any more."""
    return folder.resolve().parent == root().resolve() and "@" in folder.name


def shipped() -> frozenset[str]:
    """Return the ids of the databases that ship."""
    return frozenset(f.name for f in _in(data_root() / "databases", own=False))


def found() -> tuple[Found, ...]:
    """Return every database there is, the user's first, by name."""
    return (*_in(root(), own=True), *_in(data_root() / "databases", own=False))


def _in(folder: Path, *, own: bool) -> Iterable[Found]:
    if not folder.is_dir():
        return ()
    names = (path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    return [Found(path, own) for path in sorted(names)]


def folder_of(name: str) -> Path:
    """Return the folder of database ``name``: a path, ``id@version``, or an id, which means its highest version.

    A folder of the user that is called ``name``, without a version, stands in for one that ships. Raises
    `DatabaseError` naming what there is, and for an id whose versions have no order.
    """
    if ("/" in name or "\\" in name) and Path(name).is_dir():
        return Path(name)
    wanted, at, version = name.partition("@")
    candidates = _versions(wanted)
    if at:
        candidates = [f for f in candidates if f.name == name or ("@" not in f.name and _is_version(f, version))]
    if not candidates:
        raise DatabaseError(problem("database-unknown", Place(name), near=_near(name), name=name))
    return _highest(name, candidates)


def _versions(wanted: str) -> list[Path]:
    """Return the folders of every version of a database; a user's own folder of that very name hides a shipped one."""
    if not wanted or wanted.startswith("."):
        return []
    kept = [f.folder for f in _in(root(), own=True) if f.name.startswith(f"{wanted}@")]
    plain = (root() / wanted, data_root() / "databases" / wanted)
    return [*kept, *[folder for folder in plain if folder.is_dir()][:1]]


def _is_version(folder: Path, version: str) -> bool:
    try:
        return info(folder).version == version
    except DatabaseError:
        return False


def _highest(name: str, candidates: list[Path]) -> Path:
    """Return the folder with the highest version; `DatabaseError` where some were named by their content."""
    if len(candidates) == 1:
        return candidates[0]
    versions = {folder: _version(folder) for folder in candidates}
    if any(map(_BY_CONTENT.fullmatch, versions.values())):
        known = tuple(f"{name}@{version}" for version in sorted(versions.values()))
        raise DatabaseError(problem("database-versions", Place(name), near=known, name=name))
    return max(candidates, key=lambda folder: (natural(versions[folder]), versions[folder]))


def _version(folder: Path) -> str:
    return folder.name.partition("@")[2] or info(folder).version


def is_name(text: str) -> bool:
    """Tell whether an id or a version can be part of a folder's name on every system, and no other can be taken for it.

    Some systems tell no small letters from capitals, and cut off a dot at the end.
    """
    return _NAME.fullmatch(text) is not None and text == text.casefold() and not text.endswith(".")


def natural(version: str) -> tuple[str | int, ...]:
    """Return what versions are ordered by: numbers by value, letters by themselves; 2026.10 comes after 2026.9."""
    parts = _DIGITS.split(version.casefold())
    return tuple(int(part) if at % 2 else part for at, part in enumerate(parts))


def by_content(checksum: str) -> str:
    """Return the version of content that states none: eight digits of its checksum, a letter among them."""
    parts = (checksum[start : start + 8] for start in range(len(checksum) - 7))
    return next(filter(_BY_CONTENT.fullmatch, parts))


def info(folder: Path) -> DatabaseInfo:
    """Return what the compiled file of ``folder`` says of its database; no more than its first line is read."""
    try:
        with (folder / compiled.NAME).open("rb") as file:
            header = file.readline()
    except OSError as exc:
        raise DatabaseError(problem("database-not-compiled", Place(folder.name), said=reason(exc))) from exc
    return DatabaseInfo(**compiled.parse(folder, header).header["info"])


def _near(name: str) -> tuple[str, ...]:
    """Return the names of the databases there are; where there are many, of those like ``name``."""
    from difflib import get_close_matches

    known = sorted({f.name for f in found()})
    return tuple(known if len(known) <= _OFFERED else sorted(get_close_matches(name, known, _OFFERED, 0.0)))
