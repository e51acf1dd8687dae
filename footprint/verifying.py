"""Verify a package: every member against the manifest, and the result against what it is said to be made of."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from footprint import __version__
from footprint import package as p
from footprint.contents import noted
from footprint.elements import changed
from footprint.errors import RequestError, VerificationError, no_file, problem
from footprint.page import Page
from footprint.provenance import Place
from footprint.tables.archive import shown, unpack_again
from footprint.tables.limits import MAX_FILE

Document = dict[str, Any]


class Verified(NamedTuple):
    """The page, and the error with all that does not hold; ``stated``: what of the result was taken as stated."""

    text: str
    error: VerificationError | None
    stated: tuple[str, ...] = ()


def verify(
    path: Path, lang: str, *, reference: bool = False, key: Path | None = None, accepted: Sequence[str] = ()
) -> Verified:
    """Check a package and recalculate it from what it holds; ``key``: the public key that must have signed it.

    ``accepted``: databases and rules, ``id@version``, that are taken as the package has them though others are here.
    """
    members, is_as_packed = unpack_again(_bytes(path), path.name)
    page = examined(members, path.name, reference=reference, key=key, accepted=accepted)
    if not is_as_packed:
        page.fail("package-repacked", "")
    error = VerificationError(*page.problems) if page.problems else None
    return Verified(page.text(lang), error, tuple(page.stated))


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise RequestError(problem("package-folder", Place(str(path))))
    try:
        if path.stat().st_size > MAX_FILE:
            raise VerificationError(problem("package-too-large", Place(path.name), most="-", megabytes=MAX_FILE >> 20))
        return path.read_bytes()
    except OSError as exc:
        raise RequestError(no_file(path)) from exc


def examined(
    members: p.Members,
    file: str,
    *,
    reference: bool = False,
    key: Path | None = None,
    accepted: Sequence[str] = (),
) -> Page:
    """Return the page on ``members``, the members of the package ``file``."""
    page = Page(file, members)
    _manifest(page)
    _signature(page, key)
    try:
        _refuse_unwritten(page)
        about = _about(page)
        _noted(page)
    except VerificationError as exc:
        page.take(exc.problems)
        return page
    page.head("verify-title", file=file, **_versions(about))
    from footprint.rerun import rerun

    rerun(page, about, reference=reference, accepted=accepted)
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
    if not page.problems and page.members[p.MANIFEST] != p.manifest(page.members):
        page.fail("package-edited-form", p.MANIFEST)
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
        page.leave("verify-signature-unread", stated=p.SIGNATURE)
        return
    try:
        signed = signing.checked(page.members[p.MANIFEST], member, Place(page.file, p.SIGNATURE))
    except VerificationError as exc:
        page.take(exc.problems)
        return
    if wanted is not None and signed.key != wanted:
        facts = {"fingerprint": signed.fingerprint, "wanted": signing.fingerprint(wanted)}
        page.fail("signature-other", p.SIGNATURE, **facts)
        return
    if not page.problems:
        page.did("verify-signed" if wanted is not None else "verify-signed-by", fingerprint=signed.fingerprint)
        page.is_signer_asked = wanted is not None


# ----------------------------------------------------------------------------------------------- what it says of itself


_DOCUMENTS = {p.ABOUT, p.ELEMENTS, *(f"{p.RESULT}/{name}" for name in (p.DECLARATION, p.RUN, p.UNCERTAINTY))}
_ROWS = re.compile(rf"{p.DATABASES}/[^/]+/(?:{re.escape(p.INTENSITIES)}|{re.escape(p.ROWS)})")


def _refuse_unwritten(page: Page) -> None:
    """Raise for documents that say what nothing here writes: names twice, halves of signs, numbers without an end."""
    listed = [name for name in page.members if name in _DOCUMENTS or _ROWS.fullmatch(name)]
    wrong = [name for name in listed if not _is_written(name, page.members[name])]
    if wrong:
        raise VerificationError(*(problem("package-malformed", Place(page.file, name), part=name) for name in wrong))


def _is_written(name: str, content: bytes) -> bool:
    try:
        lines = content.decode().splitlines() if name.endswith(".jsonl") else [content.decode()]
        found = [json.loads(line.rpartition("\t")[2], object_pairs_hook=_once, parse_int=_int) for line in lines]
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError, OverflowError):
        return False
    return True


def _once(pairs: Sequence[tuple[str, Any]]) -> Document:
    """Return an object of JSON; ValueError for one that says a name twice."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError(pairs)
    return dict(pairs)


def _int(written: str) -> int:
    """Return a whole number; ValueError for one that nothing here counts to."""
    if len(written) > _MOST_DIGITS:
        raise ValueError(written)
    return int(written)


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
_VERSION = re.compile(r"[\w.-]+ \d[\w.+!-]*", re.ASCII)
_MOST_DIGITS = 19
_LONGEST = 60
"""Characters of the name and version of a library."""
_DATABASE: Mapping[str, type] = {"name": str, "checksum": str, "licensed": bool, "matrix": bool}


def _about(page: Page) -> Document:
    """Return what the package says it was made of, its shape checked."""
    about = _read(page, p.ABOUT)
    _versioned(page, about)
    _shaped(page, about, _SHAPE, "")
    _shaped(page, about["request"], _REQUEST, "request.")
    _shaped(page, about["software"], {"libraries": dict}, "software.")
    for number, each in enumerate(about["databases"]):
        _shaped(page, each, _DATABASE, f"databases[{number}].")
    listed = [*about["rules"].values(), about["request"]["databases"]]
    if not all(isinstance(names, list) and all(isinstance(name, str) for name in names) for names in listed):
        raise VerificationError(problem("package-malformed", Place(page.file, p.ABOUT), part="rules"))
    _named(page, about)
    draws, seed = about["request"]["draws"], about["request"]["seed"]
    if (draws and draws not in _DRAWS) or seed < 0:
        raise VerificationError(problem("package-malformed", Place(page.file, p.ABOUT), part="request.draws"))
    if about["request"]["lang"] not in {"zh", "en"}:
        raise VerificationError(problem("package-malformed", Place(page.file, p.ABOUT), part="request.lang"))
    return about


def _versioned(page: Page, about: Document) -> None:
    """Refuse a package of another schema: with the version of the program that made it, as it says."""
    written = re.fullmatch(rf"{p.NAME}/(\d{{1,4}})\.\d{{1,4}}", str(about.get("schema", "")))
    place = Place(page.file, p.ABOUT)
    if written is None:
        raise VerificationError(problem("package-malformed", place, part="schema"))
    if int(written[1]) != p.VERSION:
        code = "package-older" if int(written[1]) < p.VERSION else "package-newer"
        made = about.get("software")
        version = shown(str(made.get("footprint", "-")) if isinstance(made, dict) else "-")
        facts: Document = {"schema": written[0], "wanted": p.SCHEMA, "version": version[:_LONGEST], "here": __version__}
        raise VerificationError(problem(code, place, **facts))


def _named(page: Page, about: Document) -> None:
    """Look at the names a package uses: each leads to a member of its own folder, and is no longer than a name is."""
    book, made = str(about["request"]["workbook"]), about["software"]
    needed = {name: f"{p.RULES}/" for names in about["rules"].values() for name in names}
    needed[p.book(book)] = f"{p.WORKBOOK}/"
    lacking = sorted(name for name, folder in needed.items() if name not in page.members or not name.startswith(folder))
    versions = {"footprint": made.get("footprint"), "python": made.get("python"), **made["libraries"]}
    wrong = [
        *lacking,
        *(name for name, text in made["libraries"].items() if not _VERSION.fullmatch(f"{name} {text}")),
        *(["request.workbook"] if re.search("[/\0]", book) else []),
        *(d["name"] for d in about["databases"] if p.safely(d["name"]) != d["name"] or "/" in d["name"]),
        *(name for name, text in versions.items() if not isinstance(text, str) or len(name + text) > _LONGEST),
        *(made.keys() ^ {"footprint", "python", "libraries"}),
    ]
    if wrong:
        raise VerificationError(problem("package-malformed", Place(page.file, p.ABOUT), part=shown("; ".join(wrong))))


def _shaped(page: Page, found: object, shape: Mapping[str, type], path: str) -> None:
    for key, kind in shape.items():
        if not isinstance(found, dict) or not isinstance(found.get(key), kind):
            raise VerificationError(problem("package-malformed", Place(page.file, p.ABOUT), part=f"{path}{key}"))


def _noted(page: Page) -> None:
    """Compare what members consist of with what was noted when they were packed: cell, dataset, part of a rule."""
    stated, found = _read(page, p.ELEMENTS), noted(page.members)
    for name in sorted(stated.keys() | found.keys()):
        before, after = stated.get(name, {}), found.get(name, {})
        if not isinstance(before, dict):
            raise VerificationError(problem("package-malformed", Place(page.file, p.ELEMENTS), part=shown(name)))
        if name not in found or name not in stated:
            page.fail("package-noted", p.ELEMENTS, name)
            continue
        names = [each for each in changed(before, after) if each]
        page.fail_each("package-element", name, names)
        if not names and before != after:
            page.fail("package-edited-form", name)
