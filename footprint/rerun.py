"""Recalculate a package from what it holds, and compare every member with what comes out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from footprint import asstated, kept
from footprint import package as p
from footprint.closing import closed, left
from footprint.contents import Asked, withheld
from footprint.drawn import is_near, whole_system
from footprint.early import REPORTS, reading
from footprint.errors import CalculationError, FootprintError
from footprint.page import MOST, Page, near
from footprint.provenance import Place
from footprint.scratch import scratch

if TYPE_CHECKING:
    from footprint.model.sheets import Book
    from footprint.service import Calculated, Read, Request, Shelves
    from footprint.shelf import Shelf

About = Mapping[str, Any]
Document = dict[str, Any]
_UNUSABLE = (FootprintError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What comes of a document of another form than those that are written here."""


class Made(NamedTuple):
    """What came out: the calculation, and the results by name, of licensed rows no more than a package holds."""

    calculated: Calculated
    results: Mapping[str, bytes]


def rerun(page: Page, about: About, *, reference: bool, accepted: Sequence[str]) -> None:
    """Recalculate from workbook, rules and rows of the package, and compare what comes out with what is stated.

    Nothing of it finds or leaves anything in the caches of whoever verifies.
    """
    with scratch() as folder, kept.apart(folder / "kept"):
        _rerun(page, about, folder, reference=reference, accepted=accepted)


def _rerun(page: Page, about: About, folder: Path, *, reference: bool, accepted: Sequence[str]) -> None:
    asked = _asked(about)
    workbook = _laid_out(page.members, about, folder)
    with reading(workbook) as read:
        from footprint.service import Request, Shelves
        from footprint.shelf import Shelf

        shelf = Shelf(page, about, folder, accepted)
        is_whole = not shelf.lacking
        solvable = reference and is_whole and all(d["matrix"] or d["licensed"] for d in about["databases"])
        databases = asked.databases if asked.explicit else ()
        draws = asked.draws if is_whole else 0
        request = Request(workbook, asked.pcr, databases, solvable, draws, asked.seed)
        named = _called(read, asked.workbook)

        def on(shelf: Shelf) -> Shelves:
            return Shelves(shelf.rules, shelf.databases, lambda _, names: _digests(page.members, names))

        try:
            made = _referred(page, request, lambda each: _made(each, asked, named, on(shelf)))
        except FootprintError as exc:
            _not_made(page, asked, exc)
            return
        document = made.calculated.document
        shelves = () if is_whole else (on(shelf.split(each)) for each in asstated.splits(document))
        moved = asstated.moved(document, _declared(request, named, shelves))
    stated = page.members.get(f"{p.RESULT}/{p.DECLARATION}", b"")
    if is_whole:
        _compare(page, asked, made, stated)
    else:
        _compare_scores(page, asked, made, stated, moved, is_referred=reference)
    closed(page, about, asked, shelf, made.calculated.document, {*made.results})
    left(page, about, made.calculated.document, reference=reference)


def _declared(request: Request, read: Read, shelves: Iterable[Shelves]) -> Iterator[Document]:
    """Yield what would be declared with other shelves, where any result comes of them."""
    from footprint.service import calculate

    for each in shelves:
        with suppress(FootprintError):
            yield withheld(calculate(request, read, each).document)


def _asked(about: About) -> Asked:
    said = about["request"]
    databases, draws = tuple(said["databases"]), said["draws"]
    seed = said["seed"] if draws else 0
    return Asked(said["workbook"], said["pcr"], databases, said["explicit"], said["lang"], draws, seed)


def _laid_out(members: p.Members, about: About, folder: Path) -> Path:
    """Write what is read from files, and no more: workbook, rules, tables; return the workbook."""
    name = p.book(about["request"]["workbook"])
    tables = tuple(f"{p.DATABASES}/{d['name']}/{p.MATRIX}/" for d in about["databases"] if d["matrix"])
    rules = {each for names in about["rules"].values() for each in names}
    for member, content in members.items():
        if member == name or member in rules or member.startswith(tables or ("\0",)):
            p.inside(folder, member).write_bytes(content)
    return folder.joinpath(*name.split("/"))


def _called(read: Read, name: str) -> Read:
    """Return what reads a workbook under the name it was packed from."""

    def renamed(path: Path) -> Book:
        book = read(path)
        return book._replace(file=name, sheets=tuple(sheet._replace(file=name) for sheet in book.sheets))

    return renamed


def _digests(members: p.Members, names: Iterable[str]) -> dict[str, str]:
    return {name: sha256(content).hexdigest() for name, content in p.documents(members, names).items()}


def _referred(page: Page, request: Request, make: Callable[[Request], Made]) -> Made:
    """Return what is made of a request; that the whole system solves to something else is a finding."""
    try:
        return make(request)
    except CalculationError as exc:
        codes = [each.code for each in exc.problems]
        if codes != ["reference-disagrees"]:
            raise
        page.fail("package-reference", p.DATABASES, difference=exc.problems[0].facts["difference"])
        return make(request._replace(reference=False))


def _made(request: Request, asked: Asked, read: Read, shelves: Shelves) -> Made:
    from footprint.declare.declare import text
    from footprint.publish import render
    from footprint.service import rendered

    calculated, results = rendered(request, asked.lang, read, shelves)
    told = withheld(calculated.document)
    if told is not calculated.document:
        calculated = calculated._replace(document=told)
        results = results | {p.DECLARATION: text(told).encode()}
        results |= {name: render(name, calculated.told, asked.lang) for name in REPORTS}
    return Made(calculated, results)


# ------------------------------------------------------------------------------------------------ what comes out


def _compare(page: Page, asked: Asked, made: Made, stated: bytes) -> None:
    calculated, results = made
    if results[p.DECLARATION] == stated:
        page.did("verify-declaration")
        _reports(page, {**results, **_drawn_elsewhere(page, calculated, results, asked.lang)})
        _about_what(page, calculated.document, "verify-product")
    else:
        _differs(page, p.DECLARATION, results[p.DECLARATION], stated)
        _on_its_own(page, stated, asked.lang)
    if "reference" in calculated.run:
        page.did("verify-reference", **calculated.run["reference"])


def _compare_scores(
    page: Page, asked: Asked, made: Made, stated: bytes, moved: frozenset[str], *, is_referred: bool
) -> None:
    """Compare a declaration as far as scores alone settle it; what they do not is taken as stated, and said."""
    try:
        unlike, open_ = asstated.differing(made.calculated.document, json.loads(stated), moved)
    except _UNUSABLE:
        page.fail("package-declaration-unusable", f"{p.RESULT}/{p.DECLARATION}")
        return
    for name, both in list(unlike.items())[:MOST]:
        one, other = near(*both)
        page.fail("package-differs", f"{p.RESULT}/{p.DECLARATION}", name, made=one, stated=other)
    if len(unlike) > MOST:
        page.fail("package-more", f"{p.RESULT}/{p.DECLARATION}", count=len(unlike) - MOST)
    if not unlike:
        page.did("verify-scores", count=len(made.calculated.document["ledger"]))
    if open_:
        names = ", ".join(dict.fromkeys(_top(name) for name in open_))
        page.leave("verify-split", stated=names, names=names, count=len(open_))
    if asked.draws:
        page.leave("verify-left-drawn", stated=p.UNCERTAINTY)
    if is_referred:
        page.leave("verify-left-reference")
    _on_its_own(page, stated, asked.lang)


def _top(name: str) -> str:
    """Return what a value that was taken as stated is called: its clause, else the list it stands in."""
    if name.startswith("clauses["):
        return name.partition("]")[0] + "]"
    return name.partition("[")[0].partition(".classes")[0]


def _not_made(page: Page, asked: Asked, error: FootprintError) -> None:
    """Say that nothing came out, and hold the declaration against itself."""
    page.fail("package-not-recalculated", p.RESULT)
    page.take(error.problems)
    _on_its_own(page, page.members.get(f"{p.RESULT}/{p.DECLARATION}", b""), asked.lang)


def _about_what(page: Page, document: Mapping[str, Any], code: str) -> None:
    """Head the page with what was declared of which product."""
    product, result, unit, study = (document[part] for part in ("product", "result", "declared_unit", "study"))
    bound = "≥ " if result["lower_bound"] else ""
    page.head(
        code, id=product["id"], model=product["model"], name=product["name"], value=f"{bound}{result['declared']}",
        amount=f"{unit['amount']:g}", unit=unit["unit"], pcr=f"{study['pcr']['id']} {study['pcr']['version']}",
        issued=study["issue_date"] or "-", workbook=document["workbook"]["file"], hash=document["workbook"]["sha256"],
    )  # fmt: skip


def _drawn_elsewhere(page: Page, calculated: Calculated, made: Mapping[str, bytes], lang: str) -> dict[str, bytes]:
    """Return the results made of a stated uncertainty that is not the one drawn here, yet near it.

    What the databases drawn anew told is taken as stated: a package holds no more of them than was used.
    """
    from footprint.declare.declare import text
    from footprint.publish import render

    here, stated = made.get(p.UNCERTAINTY, b""), page.members.get(f"{p.RESULT}/{p.UNCERTAINTY}", b"")
    if here == stated or not calculated.uncertainty or not stated:
        return {}
    whole = whole_system(stated, (f"{d['id']}@{d['version']}" for d in calculated.document["databases"]))
    if whole is not None and calculated.uncertainty["whole_system"] is None:
        page.leave("verify-left-whole", stated=f"{p.UNCERTAINTY} whole_system")
        here = text(calculated.uncertainty | {"whole_system": whole}).encode()
    if here != stated and not is_near(here, stated):
        return {p.UNCERTAINTY: here}
    told = calculated._replace(uncertainty=json.loads(stated)).told
    return {p.UNCERTAINTY: here} | {name: render(name, told, lang) for name in REPORTS}


def _reports(page: Page, made: Mapping[str, bytes]) -> None:
    """Compare the reports with those made of the same declaration."""
    for name, content in made.items():
        stated = page.members.get(f"{p.RESULT}/{name}", b"")
        if name in {p.DECLARATION, p.RUN}:
            continue
        if content == stated:
            page.did("verify-report", name=name)
        elif name == p.UNCERTAINTY and is_near(content, stated):
            page.did("verify-drawn", name=name)
        else:
            _differs(page, name, content, stated)


def _differs(page: Page, name: str, made: bytes, stated: bytes) -> None:
    """Name what a stated result says otherwise than the one recalculated."""
    page.unlike(f"{p.RESULT}/{name}", made, stated)


def _on_its_own(page: Page, stated: bytes, lang: str) -> None:
    """Hold a declaration that cannot be made anew against itself and its reports."""
    from footprint.asstated import unbalanced
    from footprint.publish import render, schema
    from footprint.publish.templates import fault

    try:
        document = json.loads(stated)
        schema.insist(document, Place(page.file, p.DECLARATION))
        wrong = unbalanced(document)
        drawn = page.members.get(f"{p.RESULT}/{p.UNCERTAINTY}")
        told = document if drawn is None else document | {"uncertainty": json.loads(drawn)}
        made = {name: render(name, told, lang) for name in REPORTS}
        _about_what(page, document, "verify-product-stated")
    except (*_UNUSABLE, fault()):
        page.fail("package-declaration-unusable", f"{p.RESULT}/{p.DECLARATION}")
        return
    page.fail_each("package-unbalanced", f"{p.RESULT}/{p.DECLARATION}", wrong)
    if not wrong:
        page.did("verify-ledger", count=len(document["ledger"]))
    _reports(page, made)
