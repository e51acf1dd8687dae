"""The end of a verification: each member is held against what it follows from; what cannot be made anew is said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from math import isclose, isfinite
from typing import TYPE_CHECKING, Any

from footprint import package as p
from footprint.contents import Asked, as_json, contents, files_of, recorded
from footprint.page import Page

if TYPE_CHECKING:
    from footprint.shelf import Shelf

_RUN = frozenset({"footprint", "python", "numpy", "platform", "request", "seconds", "lang", "files", "reference"})
_AGREEMENT = {"bw2calc": str, "difference": float, "total": float, "activities": int}
_MACHINE = re.compile(r"[a-z0-9]{1,20} \d+(?:\.\d+)?(?:e-?\d+)?")
"""What a run says of the machine: its platform, and seconds."""
_CLOSE = 1e-9
"""How far whoever solved the whole system may be from the ledger, of its absolute sum [-]."""
About = Mapping[str, Any]
Declared = Mapping[str, Any]


def closed(page: Page, about: About, asked: Asked, shelf: Shelf, declared: Declared, made: set[str]) -> None:
    """Hold every member against what it follows from, and name those that follow from nothing."""
    members = page.members
    expected = _expected(page, about, asked, shelf, declared)
    names = {p.DECLARATION, *made, p.RUN, *((p.UNCERTAINTY,) if asked.draws else ())}
    given = {f"{p.RESULT}/{name}" for name in names} | {p.book(asked.workbook)}
    _run(page, about, asked, declared, names - {p.RUN})
    for name in sorted(expected.keys() | given | {p.ELEMENTS}):
        if name not in members:
            page.fail("package-lacking", name)
        elif name in expected and expected[name] != members[name]:
            page.unlike(name, expected[name], members[name])
    allowed = expected.keys() | given | {p.ELEMENTS, p.MANIFEST, p.SIGNATURE}
    for name in sorted(members.keys() - allowed):
        page.fail("package-extra", name)
    unused = [d["name"] for d in about["databases"] if d["licensed"] and not _is_used(d["name"], declared)]
    for name in unused:
        page.fail("package-licensed-unused", p.ABOUT, f"databases[{name}]", name=name)
    if not page.problems:
        page.did("verify-closed", count=len(members))


def _expected(page: Page, about: About, asked: Asked, shelf: Shelf, declared: Declared) -> dict[str, bytes]:
    """Return package.json, rules, rows and documents as they must be.

    Where licensed rows are lacking, theirs are as stated, and nothing was drawn, which looks at more rows.
    """
    members = page.members
    documents = p.documents(members, files_of(declared))
    expected = contents(asked, shelf.used, declared, about["software"], documents)
    if not shelf.lacking:
        return expected
    rows = [f"{p.DATABASES}/{name}/{p.ROWS}" for name in shelf.lacking]
    drawn = (f"{p.DATABASES}/",) if asked.draws else ()
    expected |= {n: members[n] for n in expected if n in members and (n in rows or n.startswith(drawn))}
    if asked.draws:
        made, counts = json.loads(expected[p.ABOUT]), {d["name"]: d.get("rows") for d in about["databases"]}
        for database in made["databases"]:
            database["rows"] = counts.get(database["name"])
        expected[p.ABOUT] = as_json(made)
    return expected


def _is_used(name: str, declared: Declared) -> bool:
    """Tell whether a line of the ledger, or one left out or beside it, leads to a dataset of a database."""
    return any(row["key"].startswith(f"{name}:") for row in declared["datasets"])


def _run(page: Page, about: About, asked: Asked, declared: Declared, names: Iterable[str]) -> None:
    """Hold run.json against what was asked for, the results it belongs to, and the versions that the package names."""
    member = f"{p.RESULT}/{p.RUN}"
    content = page.members.get(member)
    if content is None:
        return
    try:
        run = json.loads(content)
        found = {key: run[key] for key in sorted(_RUN & run.keys()) if key != "numpy"}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        page.fail("package-malformed", member, part=p.RUN)
        return
    made, libraries = about["software"], about["software"]["libraries"]
    said = {key: made.get(key) for key in ("footprint", "python")}
    said |= {"numpy": libraries.get("numpy")} if asked.draws else {}
    results = {name: page.members.get(f"{p.RESULT}/{name}", b"") for name in names}
    expected = recorded(found | said, asked, results)
    if expected != content:
        page.unlike(member, expected, content)
        return
    if not _MACHINE.fullmatch(f"{run.get('platform')} {run.get('seconds')}"):
        page.fail("package-malformed", member, part="platform, seconds")
        return
    page.leave("verify-left-run")
    if "reference" in run:
        _agreement(page, member, run["reference"], libraries, declared)


def _agreement(page: Page, member: str, found: Any, libraries: Mapping[str, str], declared: Declared) -> None:
    """Hold a stated agreement with Brightway against the version that the package names, and the declared total."""
    is_one = isinstance(found, dict) and {name: type(value) for name, value in found.items()} == _AGREEMENT
    if not is_one or found["bw2calc"] != libraries.get("bw2calc") or found["activities"] < 1:
        page.fail("package-malformed", member, part="reference")
        return
    result = declared["result"]
    is_near = isclose(found["total"], result["total"], rel_tol=0.0, abs_tol=2 * _CLOSE * result["absolute"])
    if not is_near or not isfinite(found["difference"]) or not 0.0 <= found["difference"] <= _CLOSE:
        facts = {"made": f"{result['total']:.12g}", "stated": f"{found['total']:.12g} ± {found['difference']:.1e}"}
        page.fail("package-differs", member, "reference", **facts)
    else:
        page.leave("verify-left-agreement", bw2calc=found["bw2calc"])


def left(page: Page, about: About, declared: Declared, *, reference: bool) -> None:
    """Say what cannot be made anew, and why; and what contradicts itself, though it was made anew."""
    found = declared.get("evidence", {})
    rows = found.get("documents", ())
    if rows:
        here = sum("member" in each for each in about["evidence"] if isinstance(each, dict))
        page.leave("verify-left-evidence", count=len(rows), here=here)
    kinds = [each["kind"] for each in found.get("findings", ())]
    if kinds:
        page.leave("verify-evidence-findings", faults=kinds.count("fault"), gaps=kinds.count("gap"))
    for each in declared["assumptions"]:
        if each["code"] == "formulas-stored":
            page.leave("verify-formulas", sheet=each["cell"])
    if not reference:
        page.leave("verify-left-background")
    elif any(not d["matrix"] and not d["licensed"] for d in about.get("databases", ())):
        page.leave("verify-left-tables")
