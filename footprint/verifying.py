"""Verify a package: every member against the manifest, and the result against what it is said to be made of."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from footprint import __version__
from footprint import package as p
from footprint.elements import changed, elements
from footprint.errors import RequestError, VerificationError, problem
from footprint.page import Page
from footprint.provenance import Place
from footprint.tables.archive import unpack
from footprint.tables.limits import MAX_FILE

Document = dict[str, Any]


class Verified(NamedTuple):
    """The page, and the error with all that does not hold."""

    text: str
    error: VerificationError | None


def verify(path: Path, lang: str, *, reference: bool = False, key: Path | None = None) -> Verified:
    """Check a package and recalculate it from what it holds; ``key``: the public key that must have signed it."""
    members = unpack(_bytes(path), path.name)
    page = examined(members, path.name, reference=reference, key=key)
    return Verified(page.text(lang), VerificationError(*page.problems) if page.problems else None)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE:
            raise VerificationError(problem("package-too-large", Place(path.name), most="-", megabytes=MAX_FILE >> 20))
        return path.read_bytes()
    except OSError as exc:
        raise RequestError(problem("file-missing", Place(str(path)))) from exc


def examined(members: p.Members, file: str, *, reference: bool = False, key: Path | None = None) -> Page:
    """Return the page on ``members``, the members of the package ``file``."""
    page = Page(file, members)
    _manifest(page)
    _signature(page, key)
    try:
        about = _about(page)
        _noted(page)
    except VerificationError as exc:
        page.problems += exc.problems
        return page
    page.head("verify-title", file=file, **_versions(about))
    from footprint.rerun import rerun

    rerun(page, about, reference=reference)
    return page


def _versions(about: Mapping[str, Any]) -> dict[str, object]:
    made = about["software"]
    return {
        "made": made.get("footprint", "-"),
        "made_python": made.get("python", "-"),
        "here": __version__,
        "here_python": sys.version.split()[0],
    }


# ------------------------------------------------------------------------------------------------ manifest, signature


def _manifest(page: Page) -> None:
    """Compare every member with the manifest, and every name."""
    stated = p.stated(page.members, page.file)
    there = set(page.members) - {p.MANIFEST, p.SIGNATURE}
    for name in sorted(set(stated) - there):
        page.fail("package-gone", name)
    for name in sorted(there - set(stated)):
        page.fail("package-added", name)
    for name in sorted(there & set(stated)):
        if sha256(page.members[name]).hexdigest() != stated[name]:
            page.fail("package-edited", name)
    if not page.problems:
        page.did("verify-manifest", count=len(stated), hash=sha256(page.members[p.MANIFEST]).hexdigest())


def _signature(page: Page, key: Path | None) -> None:
    """Check the signature, if there is one; one by ``key`` must be there if that is given."""
    from footprint import signing

    member = page.members.get(p.SIGNATURE)
    wanted = None if key is None else signing.public_key(key)
    if member is None:
        if wanted is None:
            page.leave("verify-unsigned")
        else:
            page.fail("signature-missing", p.SIGNATURE, fingerprint=signing.fingerprint(wanted))
        return
    if not signing.is_possible():
        page.leave("verify-signature-unread")
        return
    try:
        signed = signing.checked(page.members[p.MANIFEST], member, Place(page.file, p.SIGNATURE))
    except VerificationError as exc:
        page.problems += exc.problems
        return
    if wanted is not None and signed.key != wanted:
        facts = {"fingerprint": signed.fingerprint, "wanted": signing.fingerprint(wanted)}
        page.fail("signature-other", p.SIGNATURE, **facts)
        return
    page.did("verify-signed" if wanted is not None else "verify-signed-by", fingerprint=signed.fingerprint)


# ----------------------------------------------------------------------------------------------- what it says of itself


def _read(page: Page, name: str) -> Document:
    """Return a member that is a JSON object; `VerificationError` if it is none."""
    try:
        found = json.loads(page.members[name])
    except (KeyError, ValueError, RecursionError) as exc:
        raise VerificationError(problem("package-malformed", Place(page.file, name), part=name)) from exc
    if not isinstance(found, dict):
        raise VerificationError(problem("package-malformed", Place(page.file, name), part=name))
    return found


_SHAPE: Mapping[str, type] = {"software": dict, "request": dict, "rules": dict, "databases": list, "evidence": list}
_REQUEST: Mapping[str, type] = {
    "workbook": str, "pcr": str, "databases": list, "explicit": bool, "lang": str, "draws": int, "seed": int,
}  # fmt: skip
_DRAWS = range(100, 10_000_001)
_DATABASE: Mapping[str, type] = {"name": str, "checksum": str, "licensed": bool, "matrix": bool}


def _about(page: Page) -> Document:
    """Return what the package says it was made of, its shape checked."""
    about = _read(page, p.ABOUT)
    if not str(about.get("schema", "")).startswith("footprint-package/1."):
        raise VerificationError(problem("package-malformed", Place(page.file, p.ABOUT), part="schema"))
    _shaped(page, about, _SHAPE, "")
    _shaped(page, about["request"], _REQUEST, "request.")
    for number, each in enumerate(about["databases"]):
        _shaped(page, each, _DATABASE, f"databases[{number}].")
    listed = [*about["rules"].values(), about["request"]["databases"]]
    if not all(isinstance(names, list) and all(isinstance(name, str) for name in names) for names in listed):
        raise VerificationError(problem("package-malformed", Place(page.file, p.ABOUT), part="rules"))
    needed = {name for names in about["rules"].values() for name in names}
    needed.add(f"{p.WORKBOOK}/{about['request']['workbook']}")
    lacking = sorted(needed - set(page.members))
    draws, seed = about["request"]["draws"], about["request"]["seed"]
    if (draws and draws not in _DRAWS) or seed < 0:
        raise VerificationError(problem("package-malformed", Place(page.file, p.ABOUT), part="request.draws"))
    if lacking or about["request"]["lang"] not in {"zh", "en"}:
        raise VerificationError(problem("package-malformed", Place(page.file, p.ABOUT), part=lacking or "request.lang"))
    return about


def _shaped(page: Page, found: object, shape: Mapping[str, type], path: str) -> None:
    for key, kind in shape.items():
        if not isinstance(found, dict) or not isinstance(found.get(key), kind):
            raise VerificationError(problem("package-malformed", Place(page.file, p.ABOUT), part=f"{path}{key}"))


def _noted(page: Page) -> None:
    """Compare what members consist of with what was noted, where their checksums differ: cell, dataset, rule."""
    noted = _read(page, p.ELEMENTS)
    for name, parts in noted.items():
        if not isinstance(parts, dict):
            raise VerificationError(problem("package-malformed", Place(page.file, p.ELEMENTS), part=name))
        content = page.members.get(name)
        if content is not None and parts.get("") != sha256(content).hexdigest():
            before = {key: text for key, text in parts.items() if key}
            names = changed(before, elements(name, content))
            page.fail_each("package-element", name, names)
            if not names:
                page.fail("package-edited-form", name)
