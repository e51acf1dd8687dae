"""The verifier's package: the names of its members, and the manifest with the checksum of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from footprint.errors import VerificationError, problem
from footprint.provenance import Place
from footprint.tables.archive import key, safe

NAME, VERSION = "footprint-package", 2
SCHEMA = f"{NAME}/{VERSION}.0"
"""A package is what another run of the program must make again, byte for byte: what one of another version cannot."""
ABOUT, ELEMENTS = "package.json", "elements.json"
MANIFEST, SIGNATURE = "manifest.sha256", "manifest.sha256.sig"
RESULT, WORKBOOK, RULES, DATABASES, EVIDENCE = "result", "workbook", "pcr", "databases", "evidence"
DECLARATION, RUN, UNCERTAINTY = "declaration.json", "run.json", "uncertainty.json"
INTENSITIES, ROWS, MATRIX = "intensities.jsonl", "rows.json", "matrix"
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
Members = Mapping[str, bytes]


def name_of(asked: str) -> str:
    """Return what rules or a database are called in a package: a name as it is, of a path its last part."""
    return re.split(r"[/\\]", asked.rstrip("/\\"))[-1]


def safely(name: str) -> str:
    """Return a path as every system can write it."""
    return "/".join(safe(part) for part in re.split(r"[/\\]", name) if part not in {"", "."})


def book(name: str) -> str:
    """Return the member that a workbook called ``name`` becomes."""
    return f"{WORKBOOK}/{safe(name)}"


def named(folder: str, names: Iterable[str]) -> dict[str, str]:
    """Return the members that files called ``names`` become in ``folder``; of several taken for one, each its own."""
    found: dict[str, str] = {}
    files: set[str] = set()
    folders: set[str] = set()
    for name in dict.fromkeys(names):
        member, number = f"{folder}/{safely(name)}", 1
        while key(member) in files or key(member) in folders or not files.isdisjoint(_above(key(member))):
            number += 1
            member = f"{folder}/{number}/{safely(name)}"
        found[name] = member
        files.add(key(member))
        folders.update(_above(key(member)))
    return found


def documents(members: Members, names: Iterable[str]) -> dict[str, bytes]:
    """Return the documents of evidence in a package by what the workbook calls them."""
    return {name: members[member] for name, member in named(EVIDENCE, names).items() if member in members}


def _above(member: str) -> list[str]:
    """Return the folders of a member."""
    parts = member.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def manifest(members: Members) -> bytes:
    """Return the checksums of ``members`` in the format of `sha256sum`; it lists neither itself nor its signature."""
    listed = sorted(set(members) - {MANIFEST, SIGNATURE})
    return "".join(f"{sha256(members[name]).hexdigest()}  {name}\n" for name in listed).encode()


def stated(members: Members, file: str) -> dict[str, str]:
    """Return the checksum of each member as the manifest states it; `VerificationError` where there is none to read."""
    if MANIFEST not in members:
        raise VerificationError(problem("package-no-manifest", Place(file)))
    try:
        lines = members[MANIFEST].decode().splitlines()
    except UnicodeDecodeError as exc:
        raise VerificationError(problem("package-manifest", Place(file, MANIFEST), line=1)) from exc
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found:
            raise VerificationError(problem("package-manifest", Place(file, MANIFEST), line=number))
        found[match[2]] = match[1]
    return found


def inside(folder: Path, name: str) -> Path:
    """Return where member ``name`` goes below ``folder``, which is made."""
    path = folder.joinpath(*name.split("/"))
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
