"""EcoSpold 2: a folder or zip of ``.spold`` files, each one activity with the product that it is run for.

Linked releases (cut-off, APOS, consequential) name the supplier of every input and give one reference product per file;
its co-products stand there with an amount of zero. A waste has a negative amount, as output and as input. Where several
products have amounts, nothing in the format says how to share between them: the reference product comes first. An
output that nobody is named for is a waste where another activity treats it, and a co-product elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from footprint.background.importers import crew
from footprint.background.importers.asked import Asked
from footprint.background.importers.asked import Read as Imported
from footprint.background.importers.ecospold2_activity import Activity, Read
from footprint.background.importers.ecospold2_cut import Cutter, Key
from footprint.background.importers.ecospold2_results import NONE, NUMBER, RESULT
from footprint.background.importers.ecospold2_words import SPACE
from footprint.background.importers.elementary import Elementary, Substance
from footprint.background.importers.inventories import database
from footprint.background.importers.inventory import Input, Process
from footprint.background.importers.unread import found as unread
from footprint.errors import DatabaseError, FootprintError, Problem, RequestError, problem
from footprint.provenance import Place
from footprint.tables.bundle import Bundle, first_element, heads, opened, tree

FORMAT = "ecospold2"
METHODS = True
_ROOT = "www.EcoInvent.org/EcoSpold02"
_HEAD = 4096
_FLOW, _MANY = b"<elementaryExchange", 1000
"""Elementary exchanges of an activity from which on one without inputs is the result of a chain, whatever it says."""
_ANY = (b"elementaryExchange", "elementaryExchange".encode("utf-16-le")[:-1])
"""What stands in a document that has elementary exchanges, in letters of one byte or of two."""
_ANYTHING = Asked()
_ROOT_TAG = f"{SPACE}ecoSpold"
_ACTIVITIES = (f"{SPACE}activityDataset", f"{SPACE}childActivityDataset")


def sniff(path: Path) -> bool:
    """Tell whether a file, or files in a folder or zip, are of the namespace of EcoSpold 2."""
    return any(map(_is_ours, heads(path)))


def _is_ours(head: bytes) -> bool:
    """Tell whether the root element of a file that begins so is of the namespace."""
    return _ROOT in first_element(head)[1]


def read(path: Path, asked: Asked) -> Imported:
    """Return the activities in ``path`` as a database."""
    flows = Elementary()
    return database(together(activities(path, flows, asked)), flows, path, asked)


def activities(path: Path, flows: Elementary, asked: Asked = _ANYTHING) -> list[Read]:
    """Return every activity of the files; `DatabaseError` with each file that cannot be read."""
    found: list[Read] = []
    problems: list[Problem] = []
    bundle = opened(path)
    work = partial(portion_of, method=asked.method)
    for number, portion in enumerate(crew.together(work, path, bundle.names), 1):
        bundle.done(min(number * crew.PORTION, len(bundle.names)))
        found += portion.activities
        problems += portion.problems
        flows.mapped.update(portion.mapped)
        flows.others.update(portion.others)
    if problems:
        raise DatabaseError(*problems)
    if asked.method and not any(out.gas == RESULT for each in found for out in each.process.emissions):
        raise _without(found, path)
    return found


def _without(found: Sequence[Read], path: Path) -> FootprintError:
    """Return why no activity has the result that was asked for: nothing else is one, or a release holds none."""
    needs = ((each.process, tuple(need for need in each.process.inputs if need.number == NUMBER)) for each in found)
    problems = [why for process, inputs in needs for why in unread(process._replace(inputs=inputs, why=()))]
    if any(why.facts.get("name") != NONE for why in problems):
        return DatabaseError(*problems)
    return RequestError(problem("import-option", Place(path.name), option="--method", format=FORMAT))


class Portion(NamedTuple):
    """What some of the files hold, and what is amiss in them."""

    activities: tuple[Read, ...]
    problems: tuple[Problem, ...]
    mapped: Mapping[tuple[Substance, str], int]
    others: Mapping[Substance, int]


def portion_of(path: Path, names: Sequence[str], method: str = "") -> Portion:
    """Return what the files called ``names`` hold; see `Asked` for ``method``."""
    flows, cutter, bundle = Elementary(), Cutter(_known()), opened(path)
    found: list[Read] = []
    problems: list[Problem] = []
    for name in names:
        try:
            found += _activities(bundle, name, flows, cutter, method)
        except DatabaseError as exc:
            problems += exc.problems
    cutter.count(flows)
    return Portion(tuple(found), tuple(problems), flows.mapped, flows.others)


@cache
def _known() -> dict[Key, Substance | None]:
    """Return what is known of flows: it is learnt once for all portions."""
    return {}


def _activities(bundle: Bundle, name: str, flows: Elementary, cutter: Cutter, method: str) -> Iterator[Read]:
    """Yield the activities of one file; files of master data have none, and one called so has to hold some."""
    is_called = name.casefold().endswith(".spold")
    if not is_called and not _is_ours(bundle.head(name)):
        return
    content, place = bundle.read(name), bundle.place(name)
    root = tree(cutter.cut(content) if _is_ours(content[:_HEAD]) else content, place)
    if is_called and root.tag != _ROOT_TAG:
        raise DatabaseError(problem("ecospold2-root", place, name=root.tag.replace("}", " ").lstrip("{")))
    has_any, has_many = any(each in content for each in _ANY), content.count(_FLOW) >= _MANY
    for activity in root:
        if activity.tag in _ACTIVITIES:
            yield Activity(activity, place, flows, method, has_any=has_any, has_many=has_many).read()


def together(found: Iterable[Read]) -> list[Process]:
    """Return the processes, now that it is known which flows are wastes that somebody treats."""
    every = list(found)
    wastes = {product.flow.id for read in every for product in read.process.products if product.amount < 0}
    return [_named(_told_apart(read, wastes)) for read in every]


def _told_apart(read: Read, wastes: set[str]) -> Process:
    """Return a process whose outputs without a taker are co-products, or wastes given to treatment."""
    process = read.process
    if not read.others and not read.treated:
        return process
    inputs = [_treated(need, wastes) if need.number in read.treated else need for need in process.inputs]
    products = list(process.products)
    for number, product, at in read.others:
        if product.flow.id in wastes and product.amount > 0:
            inputs.append(Input(number, product.flow, -product.amount, at=at, is_signed=True))
        else:
            products.append(product)
    inputs.sort(key=lambda need: need.number)
    return process._replace(products=tuple(products), inputs=tuple(inputs))


def _treated(need: Input, wastes: set[str]) -> Input:
    """Return material for treatment as consumption of the treatment, in the sign in which that counts its waste."""
    return need._replace(amount=-need.amount) if need.flow.id in wastes else need


def _named(process: Process) -> Process:
    """Return a process with the id by which others name it: of activity and product, where there is one product."""
    if len(process.products) != 1:
        return process
    return process._replace(id=f"{process.id}_{process.products[0].flow.id}")
