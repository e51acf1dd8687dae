"""The rules and databases of a package, each held against what is installed here under the same name and version."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footprint import asstated, kept, yamls
from footprint import package as p
from footprint.background import build, compiled, folders, source
from footprint.background.open import Background, Database
from footprint.contents import Used, matrix
from footprint.elements import changed, parts
from footprint.engine.compile import intensities
from footprint.errors import DatabaseError, FootprintError, PcrError, problem
from footprint.page import MOST, Page
from footprint.provenance import Place
from footprint.rules import load as pcrs

if TYPE_CHECKING:
    from footprint.background.compiled import Compiled, Record
    from footprint.background.source import Source
    from footprint.model.pcr import Pcr

About = Mapping[str, Any]


class Shelf:
    """The rules and databases of a package, laid out in ``folder``; ``accepted``: names whose other text is taken.

    ``used`` is what a calculation was made of, ``lacking`` the licensed databases that are not here: of them, it takes
    the scores that the package states.
    """

    def __init__(
        self, page: Page, about: About, folder: Path, accepted: Sequence[str], split: asstated.Split | None = None
    ) -> None:
        self._page, self._about, self._folder, self._accepted = page, about, folder, frozenset(accepted)
        self._split = split
        self._rules: dict[str, Sequence[Path]] = {}
        self._databases: dict[str, Database] = {}
        self.lacking = [d["name"] for d in about["databases"] if d["licensed"] and _installed(d["name"]) is None]

    def split(self, split: asstated.Split) -> Shelf:
        """Return a shelf on which the scores are taken to be split; what it finds stands on no page."""
        aside = Page(self._page.file, self._page.members)
        return Shelf(aside, self._about, self._folder, [*self._accepted], split)

    @property
    def used(self) -> Used:
        """What was asked for."""
        return Used(self._rules, tuple(self._databases.values()))

    def rules(self, name: str, _: Path | None = None) -> Pcr:
        """Return the rules called ``name``; those installed here where every file of theirs is the same."""
        names = self._about["rules"].get(p.name_of(name))
        if not names:
            raise PcrError(problem("package-lacks", Place(self._page.file, p.RULES), name=name))
        files = [self._folder.joinpath(*each.split("/")) for each in names]
        stem = files[-1].stem
        if stem in pcrs.ids():
            with kept.apart(None), suppress(PcrError):
                installed = pcrs.files(stem)
                if [f.read_bytes() for f in installed] == [f.read_bytes() for f in files]:
                    self._rules[name] = installed
                    self._page.did("verify-rules-ship", name=stem)
                    return pcrs.load(stem)
        found, read = pcrs.read(files[-1], _finder(files[:-1]))
        self._rules[name] = read
        self._page.leave("verify-rules-own", name=f"{found.id} {found.version}")
        for path, member, (id_, version) in zip(files, names, _identities(files), strict=True):
            self._as_shipped(path, member, id_, version)
        return found

    def _as_shipped(self, path: Path, member: str, id_: str, version: str) -> None:
        """Hold a rule file against the one that ships with its id and version: one version has one text."""
        if id_ not in pcrs.ids():
            return
        with kept.apart(None):
            ships = pcrs.load(id_).version
        content, shipped = path.read_bytes(), pcrs.path_of(id_).read_bytes()
        if version == ships and content != shipped:
            differing = changed(parts("rules.yaml", shipped), parts("rules.yaml", content)) or [""]
            self._contradicts("package-rules-other", f"{id_}@{version}", member, differing)

    def _contradicts(self, code: str, name: str, member: str, elements: Sequence[str]) -> None:
        """Say that what bears a name and version is not what bears them here, unless that was accepted."""
        if name in self._accepted:
            self._page.leave("verify-accepted", stated=name, name=name, count=len(elements))
        else:
            self._page.fail_each(code, member, elements, name=name)

    def databases(self, names: Sequence[str]) -> Background:
        """Return the databases that were asked for as ``names``: their rows in the package alone."""
        if [*map(p.name_of, names)] != self._about["request"]["databases"]:
            place = Place(self._page.file, p.DATABASES)
            raise DatabaseError(problem("package-lacks", place, name="; ".join(names)))
        for said in self._about["databases"]:
            self._databases[said["name"]] = self._licensed(said) if said["licensed"] else self._open(said)
        return Background(tuple(self._databases.values()))

    def _open(self, said: About) -> Database:
        member = f"{p.DATABASES}/{said['name']}"
        content = self._page.members.get(f"{member}/{p.INTENSITIES}")
        if content is None:
            raise DatabaseError(problem("package-lacks", Place(self._page.file, member), name=p.INTENSITIES))
        folder = self._folder.joinpath(*member.split("/"))
        file = compiled.parse(folder, content)
        compiled.examine(file)
        if not file.is_intact():
            self._page.fail("package-rows-edited", f"{member}/{p.INTENSITIES}")
        if file.header["info"]["checksum"] != said["checksum"]:
            self._page.fail("package-checksum", p.ABOUT, f"databases[{said['name']}].checksum")
        tables = self._tables(folder / p.MATRIX) if said["matrix"] else None
        if tables is not None:
            self._from_tables(said["name"], file)
        self._as_installed(said["name"], file)
        return Database(file, folder, tables)

    def _tables(self, folder: Path) -> Source | None:
        """Return the tables of a database; what is wrong with them stands on the page."""
        try:
            return source.read(folder)
        except FootprintError as exc:
            self._page.take(exc.problems)
            return None

    def _from_tables(self, name: str, file: Compiled) -> None:
        """Compile the tables of a database anew, and hold its rows against what comes out, field by field."""
        member = f"{p.DATABASES}/{name}/{p.INTENSITIES}"
        try:
            text = build.compiled_text(file.path.parent / p.MATRIX, intensities)
            fresh = compiled.parse(file.path.parent, text.encode())
            found = [*_unlike_header(file, fresh), *_unlike_rows(file, fresh)]
        except FootprintError as exc:
            self._page.fail("package-tables-unusable", f"{p.DATABASES}/{name}/{p.MATRIX}")
            self._page.take(exc.problems)
            return
        for element, (stated, made) in found[:MOST]:
            self._page.fail("package-row-tables", member, element, made=_told(made), stated=_told(stated))
        if len(found) > MOST:
            self._page.fail("package-more", member, count=len(found) - MOST)
        if not found and file.codes():
            self._page.did("verify-rows-tables", name=name, count=len(file.codes()))

    def _as_installed(self, name: str, file: Compiled) -> None:
        """Compare rows with those installed under the same name: who edits one cannot edit the other."""
        with kept.apart(None):
            installed = _installed(name)
            if installed is None:
                self._page.leave("verify-not-installed", stated=name, name=name)
                self._as_another_version(name, file)
                return
            member, codes = f"{p.DATABASES}/{name}", file.codes()
            differing = [code for code in codes if installed.file.line(code) != file.line(code)]
            if _header(installed.file) != _header(file):
                differing.insert(0, "header")
            if differing:
                self._contradicts("package-row-installed", name, f"{member}/{p.INTENSITIES}", differing)
            elif not codes:
                self._page.leave("verify-rows-none", name=name)
            else:
                self._page.did("verify-rows-installed", name=name, count=len(codes))
            self._as_installed_behind(name, matrix(installed, codes))

    def _as_another_version(self, name: str, file: Compiled) -> None:
        """Name the rows that are not those of the version installed here, where there is another."""
        other = _installed(name.partition("@")[0])
        if other is None:
            return
        rows = {code: (file.record(code), other.file.record(code)) for code in file.codes()}
        differing = [code for code, (one, two) in rows.items() if not (one and two) or _unlike(one, two)]
        here = f"{other.info.id}@{other.info.version}"
        names = ", ".join([*differing[:MOST], *["…"][: len(differing[MOST:])]])
        self._page.leave(
            "verify-other-version", name=name, other=here, rows=len(rows), count=len(differing), names=names or "-"
        )

    def _as_installed_behind(self, name: str, expected: Mapping[str, bytes]) -> None:
        """Compare the tables behind the rows with those of the database installed: all that it has, and no more."""
        folder, unlike = f"{p.DATABASES}/{name}/{p.MATRIX}", 0
        if not expected and any(member.startswith(f"{folder}/") for member in self._page.members):
            self._page.leave("verify-tables-alone", stated=folder, name=name)
        for file, content in expected.items():
            found = self._page.members.get(f"{folder}/{file}", b"")
            if content != found:
                unlike += 1
                differing = changed(parts(file, content), parts(file, found)) or [""]
                self._contradicts("package-row-installed", name, f"{folder}/{file}", differing)
        if expected and not unlike:
            self._page.did("verify-tables-installed", name=name)

    def _licensed(self, said: About) -> Database:
        """Return a database that may not be passed on as it is installed here, else what the package states of it."""
        name = said["name"]
        member = f"{p.DATABASES}/{name}/{p.ROWS}"
        place = Place(self._page.file, member)
        if member not in self._page.members:
            raise DatabaseError(problem("package-lacks", place, name=p.ROWS))
        stated = _document(self._page.members[member])
        with kept.apart(None):
            installed = _installed(name)
        folder = self._folder / p.DATABASES / name
        taken = asstated.database(name, stated, folder, place, self._split)
        if installed is None:
            self._page.leave("verify-licensed-gone", stated=name, name=name, count=len(stated["rows"]))
            return taken
        if installed.info.licensed != "yes":
            self._page.fail("package-not-licensed", p.ABOUT, f"databases[{name}].licensed", name=name)
        lines = {code: installed.file.line(code) for code in stated["rows"]}
        hashes = {code: sha256(line).hexdigest() for code, line in lines.items() if line is not None}
        others = [code for code, row in stated["rows"].items() if hashes.get(code) != row.get("sha256")]
        self._page.fail_each("package-row-other", member, others, name=name)
        if not others:
            self._page.did("verify-licensed", name=name, count=len(lines))
        return installed


def _installed(name: str) -> Database | None:
    """Return the database installed here as ``name``, with its version; None where there is none."""
    try:
        folder = folders.folder_of(name)
        return Database(compiled.load(folder), folder)
    except DatabaseError:
        return None


def _identities(files: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Yield id and version of each file of a chain as they are read: what one does not say, the file above it does."""
    id_ = version = ""
    for path in files:
        raw = yamls.load(path, PcrError)
        id_, version = (str(raw.get(key, above)).strip() for key, above in (("id", id_), ("version", version)))
        yield id_, version


def _unlike(one: Record, other: Record) -> compiled.Unlike:
    """Return the fields in which rows of two versions differ, but for their keys, which name the version."""
    mine, other = ({**row, "dataset": {**row["dataset"], "key": ""}} for row in (one, other))
    return compiled.unlike(mine, other)


_Found = tuple[str, tuple[object, object]]


def _unlike_header(file: Compiled, fresh: Compiled) -> Iterator[_Found]:
    """Yield what a header says otherwise than ``database.yaml``: all but the checksum, which is that of all rows."""
    one, other = (
        {**found.header["info"], "checksum": "", "gwp_sets": found.header.get("gwp_sets")} for found in (file, fresh)
    )
    yield from ((f"header.{name}", both) for name, both in compiled.unlike_texts(one, other).items())


def _unlike_rows(file: Compiled, fresh: Compiled) -> Iterator[_Found]:
    for code in file.codes():
        one, other = file.record(code), fresh.record(code)
        if one is None or other is None:
            yield code, (one and code, other and code)
        else:
            yield from ((f"{code}.{name}", both) for name, both in compiled.unlike(one, other).items())


def _told(value: object) -> str:
    return "-" if value is None else f"{value}"


def _header(file: Compiled) -> Mapping[str, Any]:
    """Return what the header of a database says, however many of its lines are there and wherever they come from."""
    return {key: value for key, value in file.header.items() if key not in {"files", "sha256"}}


def _document(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _finder(above: Sequence[Path]) -> Callable[[str], Path]:
    """Return what finds the file that another extends, in a chain of files one above the other."""
    waiting: Iterator[Path] = reversed(above)

    def find(name: str) -> Path:
        found = next(waiting, None)
        if found is None:
            raise PcrError(problem("package-lacks", Place(p.RULES), name=name))
        return found

    return find
