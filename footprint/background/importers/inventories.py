"""The end of every import of inventories: the linked rows become a database, or all that is in the way is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from footprint import gwp
from footprint.background.importers.asked import Asked, Read, id_of
from footprint.background.importers.elementary import Elementary, Substance, origin
from footprint.background.importers.inventory import Process
from footprint.background.importers.linking import linked
from footprint.background.importers.others import Others
from footprint.background.importers.unread import told as noticed
from footprint.background.readable import versioned
from footprint.background.source import Source, Table
from footprint.background.systems import BIOGENIC, CHAIN
from footprint.errors import DatabaseError, Problem, problem
from footprint.model.bill import Notice
from footprint.provenance import Place
from footprint.tables.harmless import cell

_MORE = "inventory-problems"
NO_LICENCE = "not stated"
_NAMED = 3
TOLD = 20
"""Problems of one kind that are told one by one before the rest is counted."""


def database(
    processes: Iterable[Process],
    flows: Elementary,
    path: Path,
    asked: Asked,
    title: str = "",
    notices: Sequence[Notice] = (),
) -> Read:
    """Return the database that ``processes`` make; `DatabaseError` for inputs that lead nowhere, unless allowed."""
    others, stated = Others(asked.link), list(processes)
    asked.tell("import-linking", 0, len(stated))
    found = linked(stated, others)
    if not any(row["kind"] != "gap" for row in found.activities):
        why = (Problem(n.code, n.place, n.facts) for n in [*notices, *found.notices][:TOLD])
        nothing = () if found.unread else (problem("inventory-nothing", Place(path.name)),)
        raise DatabaseError(*first(found.unread, path), *why, *nothing)
    if (found.unread or found.unlinked) and not asked.allow_unlinked:
        raise DatabaseError(*_unread(found.unread, path), *_refused(found.unlinked, path))
    licensed = (*_licensed(found.counts["licensed"], others, path),)
    notices = notices if asked.licensed else (*notices, *licensed)
    name = asked.id or id_of(path.stem)
    called = cell(title) or name
    meta = {
        "id": name, "version": "", "title": {"en": called, "zh": called}, "licence": NO_LICENCE, "licensed": "no",
        "citation": f"{called}, imported", "gwp_sets": [*gwp.SETS], BIOGENIC: CHAIN,
        **({"links": others.used} if others.used else {}), **({"licensed": "yes"} if licensed else {}),
    }  # fmt: skip
    source = versioned(Source(Path(name), asked.over(meta), Table(found.activities), Table(found.exchanges), {}))
    told = (*notices, *found.notices, *map(noticed, found.unread), *found.unlinked, *elementary_notices(flows, path))
    counts = {**found.counts, "gases": flows.mapped.total(), "others": flows.others.total()}
    return Read(source, found.counts["exchanges"] + counts["others"], told, counts)


def _licensed(count: int, others: Others, path: Path) -> Iterator[Notice]:
    """Yield why only licence holders may pass a database on: ``count`` datasets say so, or it holds results of such."""
    if count:
        yield Notice("inventory-licensed", Place(path.name), {"count": count})
    if others.licensed:
        yield Notice("inventory-linked-licensed", Place(path.name), {"names": ", ".join(others.licensed)})


def first(problems: Iterable[Problem], path: Path) -> Iterator[Problem]:
    """Yield the first problems of each kind, and how many there are where these are not all."""
    told: Counter[str] = Counter()
    for each in problems:
        told[each.code] += 1
        if told[each.code] <= TOLD:
            yield each
    if told and max(told.values()) > TOLD:
        yield problem(_MORE, Place(path.name), count=told.total())


def _unread(problems: tuple[Problem, ...], path: Path) -> Iterable[Problem]:
    """Yield what cannot be counted as its file states it, and how to take the rest in."""
    yield from (each for each in first(problems, path) if each.code != _MORE)
    if problems:
        yield problem("inventory-unread-all", Place(path.name), count=len(problems))


def _refused(unlinked: tuple[Notice, ...], path: Path) -> Iterable[Problem]:
    """Yield the first inputs that lead nowhere, the most used before the others, and how many there are."""
    most = sorted(unlinked, key=lambda notice: -int(str(notice.facts["uses"])))
    yield from (Problem(notice.code, notice.place, notice.facts) for notice in most[:TOLD])
    if unlinked:
        yield problem("inventory-unlinked-all", Place(path.name), count=len(unlinked))


def elementary_notices(flows: Elementary, path: Path) -> Iterable[Notice]:
    """Yield what was counted as a gas only by assumption, and what sounds like a gas and was not counted."""
    place = Place(path.name)
    if not flows.mapped and flows.others:
        yield Notice("inventory-no-gases", place)
    for flow in flows.doubtful():
        code = "inventory-no-gas" if flow.name else "inventory-no-name"
        yield Notice(code, place, {"name": named(flow), "count": flows.others[flow]})
    astray = flows.astray()
    if astray:
        names = ", ".join(map(named, astray[:_NAMED])) + (", …" if len(astray) > _NAMED else "")
        yield Notice("inventory-astray", place, {"names": names, "count": sum(flows.others[flow] for flow in astray)})
    for (flow, gas), count in sorted(flows.mapped.items()):
        if gas in {"co2-fossil", "ch4-unspecified"} and flow.name and origin(flow) != "fossil":
            yield Notice("inventory-origin", place, {"name": named(flow), "gas": gas, "count": count})


def named(flow: Substance) -> str:
    """Return a flow as it is told: name and compartment, its key where it has no name."""
    name = flow.name or flow.id
    return f"{name} ({', '.join(flow.within)})" if flow.within else name
