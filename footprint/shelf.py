"""The rules and databases of a package, each held against what is installed here under the same name and version."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footprint import asstated, kept
from footprint import package as p
from footprint.background import compiled, folders, source
from footprint.background.open import Background, Database
from footprint.contents import Used, matrix
from footprint.elements import changed, parts
from footprint.errors import DatabaseError, FootprintError, PcrError, problem
from footprint.page import Page
from footprint.provenance import Place
from footprint.rules import load as pcrs

if TYPE_CHECKING:
    from footprint.background.compiled import Compiled
    from footprint.background.source import Source
    from footprint.model.pcr import Pcr

About = Mapping[str, Any]
_HEAD = re.compile(r"^(id|version): *[\"']?([^\"'\s#]+)", re.MULTILINE)


class Shelf:
    """The rules and databases of a package, laid out in ``folder``; ``accepted``: names whose other text is taken.

    ``used`` is what a calculation was made of, ``lacking`` the licensed databases that are not here: of them, it takes
    the scores that the package states.
    """

    def __init__(self, page: Page, about: About, folder: Path, accepted: Sequence[str]) -> None:
        self._page, self._about, self._folder, self._accepted = page, about, folder, frozenset(accepted)
        self._rules: dict[str, Sequence[Path]] = {}
        self._databases: dict[str, Database] = {}
        self.lacking = [d["name"] for d in about["databases"] if d["licensed"] and _installed(d["name"]) is None]

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
        for path, member in zip(files, names, strict=True):
            self._as_shipped(path, member)
        return found

    def _as_shipped(self, path: Path, member: str) -> None:
        """Hold a rule file against the one that ships with its id and version: one version has one text."""
        content = path.read_bytes()
        here = dict(_HEAD.findall(content.decode(errors="replace")))
        if here.get("id") not in pcrs.ids():
            return
        shipped = pcrs.path_of(here["id"]).read_bytes()
        if here != dict(_HEAD.findall(shipped.decode())) or content == shipped:
            return
        name = f"{here['id']}@{here.get('version', '')}"
        differing = changed(parts("rules.yaml", shipped), parts("rules.yaml", content)) or [""]
        self._contradicts("package-rules-other", name, member, differing)

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
        if not file.is_intact():
            self._page.fail("package-rows-edited", f"{member}/{p.INTENSITIES}")
        if file.header["info"]["checksum"] != said["checksum"]:
            self._page.fail("package-checksum", p.ABOUT, f"databases[{said['name']}].checksum")
        tables = self._tables(folder / p.MATRIX) if said["matrix"] else None
        self._as_installed(said["name"], file, tables)
        return Database(file, folder, tables)

    def _tables(self, folder: Path) -> Source | None:
        """Return the tables of a database; what is wrong with them stands on the page."""
        try:
            return source.read(folder)
        except FootprintError as exc:
            self._page.take(exc.problems)
            return None

    def _as_installed(self, name: str, file: Compiled, tables: Source | None) -> None:
        """Compare rows with those installed under the same name: who edits one cannot edit the other."""
        with kept.apart(None):
            installed = _installed(name)
            if installed is None:
                self._page.leave("verify-not-installed", name=name)
                return
            member, codes = f"{p.DATABASES}/{name}", file.codes()
            differing = [code for code in codes if installed.file.line(code) != file.line(code)]
            if _header(installed.file) != _header(file):
                differing.insert(0, "header")
            if differing:
                self._contradicts("package-row-installed", name, f"{member}/{p.INTENSITIES}", differing)
            else:
                self._page.did("verify-rows-installed", name=name, count=len(codes))
            if tables is not None:
                self._as_installed_behind(name, matrix(installed, codes))

    def _as_installed_behind(self, name: str, expected: Mapping[str, bytes]) -> None:
        """Compare the tables behind the rows with those of the database installed, where that has any."""
        folder, unlike = f"{p.DATABASES}/{name}/{p.MATRIX}", 0
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
        taken = asstated.database(name, stated, folder, place)
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
