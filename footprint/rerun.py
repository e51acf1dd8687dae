"""Recalculate a package from what it holds, and compare every result with what is stated."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from math import fsum, isclose, isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from footprint import package as p
from footprint.early import reading
from footprint.elements import changed, parts
from footprint.errors import DatabaseError, FootprintError, PcrError, problem
from footprint.page import MOST, Page
from footprint.provenance import Place

if TYPE_CHECKING:
    from footprint.background.open import Background, Database
    from footprint.model.pcr import Pcr
    from footprint.service import Calculated, Read, Request, Shelves

_SHOWN = 30
_TOLERANCE = 1e-9
_LAST_DIGIT = 2e-3
About = Mapping[str, Any]


class _LicensedError(DatabaseError):
    """Rows that may not be passed on, and are not here either."""


def rerun(page: Page, about: About, *, reference: bool) -> None:
    """Recalculate from workbook, rules and rows of the package, and compare what comes out with what is stated."""
    with TemporaryDirectory(prefix="footprint-") as place:
        folder = Path(place)
        workbook = _laid_out(page.members, about, folder)
        with reading(workbook) as read:
            from footprint.service import Request, Shelves

            asked = about["request"]
            shelf = _Shelf(page, about, folder, with_tables=reference or asked["draws"] > 0)
            databases = tuple(asked["databases"]) if asked["explicit"] else ()
            request = Request(workbook, asked["pcr"], databases, reference, asked["draws"], asked["seed"])
            _compare(page, request, asked["lang"], read, Shelves(shelf.rules, shelf.databases))
    _left(page, about, reference=reference)


def _laid_out(members: p.Members, about: About, folder: Path) -> Path:
    """Write what is read from files: workbook, evidence beside it, rules and tables; return the workbook."""
    for name, content in members.items():
        top, _, below = name.partition("/")
        if top in {p.RULES, p.DATABASES}:
            p.inside(folder, name).write_bytes(content)
        elif top in {p.WORKBOOK, p.EVIDENCE}:
            p.inside(folder / p.WORKBOOK, below).write_bytes(content)
    workbook = folder / p.WORKBOOK / str(about["request"]["workbook"])
    workbook.write_bytes(members[f"{p.WORKBOOK}/{workbook.name}"])
    return workbook


# ------------------------------------------------------------------------------------------------ what it rests on


class _Shelf:
    """The rules and databases of a package."""

    def __init__(self, page: Page, about: About, folder: Path, *, with_tables: bool) -> None:
        self._page, self._about, self._folder, self._with_tables = page, about, folder, with_tables

    def rules(self, name: str, _: Path | None = None) -> Pcr:
        """Return the rules called ``name``; those installed here where every file of theirs is the same."""
        from footprint.rules import load as pcrs

        names = self._about["rules"].get(p.name_of(name))
        if not names:
            raise PcrError(problem("package-lacks", Place(self._page.file, p.RULES), name=name))
        files = [self._folder.joinpath(*each.split("/")) for each in names]
        with suppress(PcrError):
            installed = pcrs.files(files[-1].stem)
            if [f.read_bytes() for f in installed] == [f.read_bytes() for f in files]:
                self._page.did("verify-rules-ship", name=files[-1].stem)
                return pcrs.load(files[-1].stem)
        self._page.leave("verify-rules-own", name=files[-1].name)
        below = dict(zip(files[1:], files, strict=False))
        return pcrs.read(files[-1], _finder(below))[0]

    def databases(self, names: Sequence[str]) -> Background:
        """Return the databases that were asked for as ``names``: their rows in the package alone."""
        from footprint.background.open import Background

        asked = self._about["request"]["databases"]
        if [*map(p.name_of, names)] != asked:
            place = Place(self._page.file, p.DATABASES)
            raise DatabaseError(problem("package-lacks", place, name="; ".join(names)))
        return Background(tuple(map(self._database, self._about["databases"])))

    def _database(self, said: Mapping[str, Any]) -> Database:
        from footprint.background import compiled, source
        from footprint.background.open import Database

        member = f"{p.DATABASES}/{said['name']}"
        folder = self._folder.joinpath(*member.split("/"))
        if said["licensed"]:
            return self._licensed(said["name"])
        content = self._page.members.get(f"{member}/{p.INTENSITIES}")
        if content is None:
            raise DatabaseError(problem("package-lacks", Place(self._page.file, member), name=p.INTENSITIES))
        file = compiled.parse(folder, content)
        if not file.is_intact():
            self._page.fail("package-rows-edited", f"{member}/{p.INTENSITIES}")
        if file.header["info"]["checksum"] != said["checksum"]:
            self._page.fail("package-checksum", p.ABOUT, f"databases[{said['name']}].checksum")
        _as_installed(self._page, said["name"], file)
        tables = folder / p.MATRIX
        return Database(file, folder, source.read(tables) if said["matrix"] and self._with_tables else None)

    def _licensed(self, name: str) -> Database:
        """Return the installed rows of a database that may not be passed on, if they are those of the package."""
        from footprint.background import compiled, folders
        from footprint.background.open import Database

        member = f"{p.DATABASES}/{name}/{p.ROWS}"
        rows = json.loads(self._page.members[member])
        try:
            folder = folders.folder_of(name)
            file = compiled.load(folder)
        except DatabaseError as exc:
            raise _LicensedError(problem("package-licensed", Place(self._page.file, member), name=name)) from exc
        for code, row in rows.items():
            line = file.line(code)
            if line is None or sha256(line).hexdigest() != row["sha256"]:
                self._page.fail("package-row-other", member, code, name=name)
        self._page.did("verify-licensed", name=name, count=len(rows))
        return Database(compiled.parse(folder, compiled.subset(file, rows).encode()), folder)


def _finder(below: Mapping[Path, Path]) -> Callable[[str], Path]:
    """Return what finds the file that another extends, in a chain of files one above the other."""
    waiting = list(reversed(list(below.values())))

    def find(name: str) -> Path:
        if not waiting:
            raise PcrError(problem("package-lacks", Place(p.RULES), name=name))
        return waiting.pop(0)

    return find


def _as_installed(page: Page, name: str, file: Any) -> None:
    """Compare rows with those of the same database where it is installed here: who edits one cannot edit the other."""
    from footprint.background import compiled, folders

    try:
        installed = compiled.load(folders.folder_of(name))
    except DatabaseError:
        page.leave("verify-not-installed", name=name)
        return
    if installed.header["info"]["checksum"] != file.header["info"]["checksum"]:
        page.leave("verify-other-installed", name=name)
        return
    differing = [code for code in file.codes() if installed.line(code) != file.line(code)]
    page.fail_each("package-row-installed", f"{p.DATABASES}/{name}/{p.INTENSITIES}", differing)
    if not differing:
        page.did("verify-rows-installed", name=name, count=len(file.codes()))


# ------------------------------------------------------------------------------------------------ what comes out


def _compare(page: Page, request: Request, lang: str, read: Read, shelves: Shelves) -> None:
    from footprint.service import rendered

    stated = page.members.get(f"{p.RESULT}/{p.DECLARATION}", b"")
    try:
        calculated, made = rendered(request, lang, read, shelves)
    except _LicensedError as exc:
        page.leave("verify-licensed-gone", name=exc.problems[0].facts["name"])
        _on_its_own(page, stated, lang)
        return
    except FootprintError as exc:
        page.fail("package-not-recalculated", p.RESULT)
        page.problems += exc.problems
        _on_its_own(page, stated, lang)
        return
    if made[p.DECLARATION] == stated:
        page.did("verify-declaration")
        _reports(page, made | _drawn_elsewhere(page, calculated, made, lang))
    else:
        _differs(page, p.DECLARATION, made[p.DECLARATION], stated)
        _on_its_own(page, stated, lang)
    if "reference" in calculated.run:
        page.did("verify-reference", **calculated.run["reference"])


def _drawn_elsewhere(page: Page, calculated: Calculated, made: Mapping[str, bytes], lang: str) -> dict[str, bytes]:
    """Return the results made of a stated uncertainty that is not the one drawn here, yet near it.

    What the databases drawn anew told is taken as stated: a package holds no more of them than was used.
    """
    from footprint.declare.declare import text
    from footprint.publish import render
    from footprint.service import REPORTS

    here, stated = made.get(p.UNCERTAINTY, b""), page.members.get(f"{p.RESULT}/{p.UNCERTAINTY}", b"")
    if here == stated or not calculated.uncertainty or not stated:
        return {}
    whole = _whole_system(stated)
    if whole is not None and calculated.uncertainty["whole_system"] is None:
        page.leave("verify-left-whole")
        here = text(calculated.uncertainty | {"whole_system": whole}).encode()
    if here != stated and not _is_near(here, stated):
        return {p.UNCERTAINTY: here}
    told = calculated._replace(uncertainty=json.loads(stated)).told
    return {p.UNCERTAINTY: here} | {name: render(name, told, lang) for name in REPORTS}


def _whole_system(stated: bytes) -> dict[str, Any] | None:
    """Return what an uncertainty states of the databases drawn anew, None where that is nothing or no moments."""
    try:
        found = json.loads(stated)["whole_system"]
        moments = [found[name] for name in ("draws", "mean", "median", "deviation", "low", "high")]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if all(type(value) in {int, float} and isfinite(value) for value in moments) else None


def _reports(page: Page, made: Mapping[str, bytes]) -> None:
    """Compare the reports with those made of the same declaration."""
    for name, content in made.items():
        stated = page.members.get(f"{p.RESULT}/{name}", b"")
        if name in {p.DECLARATION, p.RUN}:
            continue
        if content == stated:
            page.did("verify-report", name=name)
        elif name == p.UNCERTAINTY and _is_near(content, stated):
            page.did("verify-drawn", name=name)
        else:
            _differs(page, name, content, stated)


def _is_near(made: bytes, stated: bytes) -> bool:
    """Tell whether two documents of four digits differ by no more than another processor may make of the last one."""
    expected, found = parts(p.UNCERTAINTY, made), parts(p.UNCERTAINTY, stated)
    return expected.keys() == found.keys() and all(_agree(text, found[name]) for name, text in expected.items())


def _agree(one: str, other: str) -> bool:
    try:
        return one == other or isclose(float(one), float(other), rel_tol=_LAST_DIGIT)
    except ValueError:
        return False


def _differs(page: Page, name: str, made: bytes, stated: bytes) -> None:
    """Name what a stated result says otherwise than the one recalculated."""
    member = f"{p.RESULT}/{name}"
    expected, found = parts(name, made), parts(name, stated)
    names = changed(expected, found)
    for each in names[:MOST]:
        facts = dict(zip(("made", "stated"), _near(expected.get(each, ""), found.get(each, "")), strict=True))
        page.fail("package-differs", member, each, **facts)
    if len(names) > MOST:
        page.fail("package-more", member, count=len(names) - MOST)
    if not names:
        page.fail("package-edited-form", member)


def _near(made: str, stated: str) -> tuple[str, str]:
    """Return two texts, long ones around the place where they begin to differ."""
    if max(len(made), len(stated)) <= 2 * _SHOWN:
        return made or "-", stated or "-"
    at = next((i for i, (a, b) in enumerate(zip(made, stated, strict=False)) if a != b), min(len(made), len(stated)))
    begin = max(0, at - _SHOWN)
    return tuple(f"…{text[begin : at + _SHOWN]}…" for text in (made, stated))  # type: ignore[return-value]


def _on_its_own(page: Page, stated: bytes, lang: str) -> None:
    """Hold a declaration that cannot be made anew against itself and its reports."""
    from footprint.publish import render
    from footprint.service import REPORTS

    try:
        document = json.loads(stated)
        wrong = [*_unbalanced(document)]
        drawn = page.members.get(f"{p.RESULT}/{p.UNCERTAINTY}")
        told = document if drawn is None else document | {"uncertainty": json.loads(drawn)}
        made = {name: render(name, told, lang) for name in REPORTS}
    except (FootprintError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        page.fail("package-declaration-unusable", f"{p.RESULT}/{p.DECLARATION}")
        return
    page.fail_each("package-unbalanced", f"{p.RESULT}/{p.DECLARATION}", wrong)
    if not wrong:
        page.did("verify-ledger", count=len(document["ledger"]))
    _reports(page, made)


def _unbalanced(document: Mapping[str, Any]) -> list[str]:
    """Return what of a ledger does not follow from itself: postings that are no product, and the total no sum."""
    ledger = document["ledger"]
    wrong = [
        f"ledger[{each['id']}].value"
        for each in ledger
        if not isclose(each["value"], _product(each), rel_tol=_TOLERANCE, abs_tol=_TOLERANCE**2)
    ]
    total, size = fsum(each["value"] for each in ledger), fsum(abs(each["value"]) for each in ledger)
    if abs(total - document["result"]["total"]) > _TOLERANCE * size:
        wrong.append("result.total")
    return wrong


def _product(posting: Mapping[str, Any]) -> float:
    return float(posting["supply"] * posting["coefficient"] * posting["amount"] * posting["factor"])


def _left(page: Page, about: About, *, reference: bool) -> None:
    """Say what cannot be made anew, and why."""
    page.leave("verify-left-run")
    if f"{p.RESULT}/{p.UNCERTAINTY}" in page.members and not about["request"]["draws"]:
        page.leave("verify-left-uncertainty")
    _documents(page, about["evidence"])
    if not reference:
        page.leave("verify-left-background")


def _documents(page: Page, evidence: Sequence[Any]) -> None:
    """Compare the documents at hand with the checksums stated for them, and say how many are not."""
    here = [e for e in evidence if isinstance(e, dict) and "member" in e]
    for each in here:
        content = page.members.get(str(each["member"]))
        if content is not None and sha256(content).hexdigest() != each.get("sha256"):
            page.fail("package-document", str(each["member"]), str(each.get("id", "")))
        elif content is not None and each.get("stated") and str(each["stated"]).lower() != each.get("sha256"):
            page.fail("package-document-stated", str(each["member"]), str(each.get("id", "")))
    if evidence:
        page.leave("verify-left-evidence", count=len(evidence), here=len(here))
