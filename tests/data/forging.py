"""What a forger who has the program does to a package: a member changed, and all that follows made anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from footprint import package as p
from footprint import packing, rerun, service, verifying
from footprint.contents import as_json, noted
from footprint.declare.declare import text as canonical
from footprint.early import REPORTS
from footprint.page import Page
from footprint.publish import render
from footprint.tables.archive import unpack_whole

Members = dict[str, bytes]
SMALL = "databases/small@1"
ISO = {"pcr": "iso-14067", "declared_unit": "item", "net_mass": 2.0, "boundary": "cradle-to-gate"}


def once(make: Callable[[Callable[..., Path], Path], Members]) -> Callable[[Callable[..., Path], Path], Members]:
    """Return what makes a package the first time and hands out its members, which hold all they need, ever after."""
    kept: Members = {}

    @wraps(make)
    def made(bill: Callable[..., Path], tmp_path: Path) -> Members:
        kept.update(kept or make(bill, tmp_path))
        return dict(kept)

    return made


def fitted(members: Members) -> Members:
    """Return members whose run, elements and manifest are made anew."""
    run = json.loads(members["result/run.json"])
    run["files"] = {name: sha256(members[f"result/{name}"]).hexdigest() for name in run["files"]}
    made = {**members, "result/run.json": as_json(run)}
    made |= {p.ELEMENTS: as_json(noted(made))}
    return {**made, p.MANIFEST: p.manifest(made)}


def document(members: Members, name: str, change: Callable[[Any], object]) -> Members:
    """Return members with a document changed, in its own form, and reports that tell it."""
    found = json.loads(members[name])
    change(found)
    written = canonical(found).encode() if name.startswith("result/") and "run" not in name else as_json(found)
    made = {**members, name: written}
    if name.startswith("result/"):
        told = json.loads(made["result/declaration.json"])
        if "result/uncertainty.json" in made:
            told |= {"uncertainty": json.loads(made["result/uncertainty.json"])}
        with suppress(Exception):  # a document of another shape has no reports; those there were stay
            made |= {f"result/{each}": render(each, told, "en") for each in REPORTS}
    return fitted(made)


def replaced(members: Members, name: str, before: str, after: str) -> Members:
    """Return members with a text of one replaced."""
    content = members[name].decode()
    assert before in content, name
    return fitted({**members, name: content.replace(before, after, 1).encode()})


def rerun_as(members: Members, monkeypatch: pytest.MonkeyPatch) -> Members:
    """Return members with the results that the verifier itself makes of the rest."""
    made: Members = {}
    compare = rerun._compare

    def spy(page: Page, asked: Any, found: Any, stated: bytes) -> None:
        made.update({f"result/{name}": content for name, content in found.results.items()})
        compare(page, asked, found, stated)

    with monkeypatch.context() as patch:
        patch.setattr(rerun, "_compare", spy)
        examined(members)
    return fitted({**members, **made})


def examined(members: Members, **more: Any) -> Page:
    """Return the page on a package."""
    return verifying.examined(members, "r.zip", **more)


def told(members: Members) -> list[str]:
    """Return what does not hold: `member!element [code]`."""
    return [f"{q.place.address} [{q.code}]" for q in examined(members).problems if not isinstance(q.place, str)]


def packed(path: Path, tmp_path: Path, *databases: str, pcr: str = "", **more: Any) -> Members:
    """Return the members of the package of a workbook."""
    request = service.Request(path, pcr, tuple(databases), **more)
    service.produce(request, tmp_path / "out", "en")
    packing.pack(tmp_path / "out", tmp_path / "r.zip", "en", force=True)
    return unpack_whole((tmp_path / "r.zip").read_bytes(), "r.zip")
