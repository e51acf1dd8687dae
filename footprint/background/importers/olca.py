"""openLCA's JSON: a folder, zip or file of the schemas 1 and 2, with processes, results, flows, units and parameters.

A product flow is made where it goes out and consumed where it goes in; a waste flow is treated where it goes in, and
its treatment consumed where it goes out. What is avoided is consumed with the opposite sign. Other products of a
process share it as the file says. Formulas count before the amounts that stand beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from footprint.background.importers.asked import Asked, Read
from footprint.background.importers.inventories import database
from footprint.background.importers.inventory import Input, Process
from footprint.background.importers.olca_package import Entity, Package, flag, id_of, kind_of, part, parts, text
from footprint.background.importers.olca_process import Common, Reading
from footprint.errors import DatabaseError, FootprintError, UnfitError, problem
from footprint.model.bill import Notice
from footprint.provenance import Place
from footprint.tables.bundle import heads, opened

FORMAT = "olca"
METHODS = True
_DERBY = ("seg0", "service.properties")
_UNREAD = ("ProductSystem", "Project", "Epd")


def sniff(path: Path) -> bool:
    """Tell whether files of ``path`` are entities of openLCA, or it is a whole database of it."""
    return any(kind_of(head) for head in heads(path)) or _is_whole(path)


def read(path: Path, asked: Asked) -> Read:
    """Return the processes in ``path`` as a database; `DatabaseError` with everything that cannot be read."""
    if _is_whole(path):
        raise DatabaseError(problem("olca-zolca", Place(path.name)))
    package = Package(opened(path))
    try:
        reader = _Reader(package, asked)
        processes = reader.supplied([*reader.processes(), *reader.results()])
        notices = (*reader.common.notices, *reader.common.flows.doubts(), *_unread(package), *_whole(reader, path))
    except UnfitError as exc:
        package.refuse(exc, "")
    if package.problems:
        raise DatabaseError(*package.problems)
    asked = asked._replace(licensed=asked.licensed or bool(reader.common.protected))
    found = database(processes, reader.common.elementary, path, asked, notices=notices)
    return _advised(found) if package.files.get("ImpactCategory") and not asked.method else found


def _advised(found: Read) -> Read:
    """Return an import whose package has impact categories to count with where nothing else can be counted."""
    none = "inventory-no-gases"
    told = (notice._replace(code="olca-no-gases") if notice.code == none else notice for notice in found.notices)
    return found._replace(notices=tuple(told))


def _is_whole(path: Path) -> bool:
    """Tell whether ``path`` is a database as openLCA keeps it, which nothing but openLCA reads."""
    try:
        return set(_DERBY) <= {name.partition("/")[0] for name in opened(path).names}
    except FootprintError:
        return False


def _unread(package: Package) -> Iterator[Notice]:
    """Yield what a package holds beside processes and results, and what it rests on and does not hold."""
    file, libraries = package.libraries()
    if libraries:
        yield Notice("olca-libraries", package.bundle.place(file), {"names": ", ".join(libraries)})
    for kind in _UNREAD:
        names = package.files.get(kind, [])
        if names:
            yield Notice("olca-unread", package.bundle.place(names[0]), {"kind": kind, "count": len(names)})


def _whole(reader: _Reader, path: Path) -> Iterator[Notice]:
    """Yield what holds for all of a package: who may pass it on, and that parameters are uncertain."""
    if reader.common.protected:
        yield Notice("olca-copyright", Place(path.name), {"count": reader.common.protected})
    if reader.common.uncertain:
        yield Notice("olca-parameters", Place(path.name), {"count": reader.common.uncertain})


class _Reader:
    """One package under way."""

    def __init__(self, package: Package, asked: Asked) -> None:
        self.package = package
        self.common = Common(package, asked.method)

    def processes(self) -> Iterator[Process]:
        """Yield every process that can be read."""
        for file, entity in self.package.read("Process"):
            yield from self._whole(file, entity)

    def results(self) -> Iterator[Process]:
        """Yield the results of systems as processes: of flows, or of the impact that is asked for."""
        for file, entity in self.package.read("Result"):
            try:
                found = self._result(entity)
            except UnfitError as exc:
                self.package.refuse(exc, file)
                continue
            if found is None:
                self.common.tell("olca-result-empty", file, name=text(entity, "name"))
            else:
                yield from self._whole(file, found)

    def _result(self, entity: Entity) -> Entity | None:
        """Return a result in the form of a process, None for one without flows and without the impact asked for."""
        rows: list[Entity] = [
            {**each, "isQuantitativeReference": flag(each, "isRefFlow")} for each in parts(entity, "flowResults")
        ]
        wanted = self.common.impacts.id if self.common.impacts else ""
        stated = [each for each in parts(entity, "impactResults") if wanted == id_of(part(each, "indicator")) != ""]
        if stated:
            rows = [each for each in rows if flag(each, "isQuantitativeReference")]
        if not stated and len(rows) < 2:
            return None
        return {**entity, "exchanges": rows, "impactResults": stated, "processType": "LCI_RESULT"}

    def supplied(self, processes: list[Process]) -> list[Process]:
        """Return the processes without suppliers that do not make what they are named for."""
        made = {process.id: {product.flow.id for product in process.products} for process in processes}
        return [
            process._replace(inputs=tuple(self._from(made, process, need) for need in process.inputs))
            for process in processes
        ]

    def _from(self, made: Mapping[str, set[str]], process: Process, need: Input) -> Input:
        if need.why is not None or need.flow.id in made.get(need.provider, {need.flow.id}):
            return need
        place = process.place._replace(sheet=need.at)
        self.common.notices.append(Notice("olca-supplier", place, {"name": need.flow.name}))
        return need._replace(provider="")

    def _whole(self, file: str, entity: Entity) -> Iterator[Process]:
        try:
            yield Reading(self.common, file, entity).process()
        except UnfitError as exc:
            place = self.package.bundle.place(file)
            yield Process(id_of(entity) or file, text(entity, "name"), place, (), why=(exc,))
        except DatabaseError as exc:
            self.package.problems += exc.problems
