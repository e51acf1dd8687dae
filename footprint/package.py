"""The verifier's package: the names of its members, and the manifest with the checksum of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from footprint.errors import VerificationError, problem
from footprint.provenance import Place

SCHEMA = "footprint-package/1.0"
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
