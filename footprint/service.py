"""The one entry: joins the stages for shells, notebooks and scripts. Files in, documents and files out."""

from __future__ import annotations

import json
import marshal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from footprint import __version__, runs
from footprint.background.open import Background, open_background
from footprint.beside import Beside
from footprint.declare.account import account, counted
from footprint.declare.declare import declare, text
from footprint.declare.texts import READING, noticed
from footprint.early import REPORTS, rendering
from footprint.errors import DatabaseError, FootprintError, PcrError, RequestError, WorkbookError, no_file, problem
from footprint.files import digests, put
from footprint.follows import follows
from footprint.forms import DEFAULT_DATABASE, example, example_company
from footprint.intake import read as intake
from footprint.intake.exported import exported
from footprint.line import Prepared, solved, under_rules
from footprint.messages import LANGUAGES, message
from footprint.model.bill import Bill
from footprint.model.fields import Field
from footprint.model.pcr import Pcr
from footprint.model.result import Result
from footprint.model.sheets import Book
from footprint.provenance import Place
from footprint.rules import load as pcrs
from footprint.rules.adapt import adapted
from footprint.rules.what_ifs import names
from footprint.tables.read import read as read_book

SOMETIMES = ("uncertainty.json",)
"""What a result has only where somebody asked for it."""
Document = dict[str, Any]
Read = Callable[[Path], Book]
"""What opens a workbook: `tables.read.read`, or what has begun to do so already."""


class Request(NamedTuple):
    """What to calculate.

    ``pcr`` overrides the workbook's, ``databases`` its list; ``reference``: also solve the whole system through
    Brightway and insist that both agree. ``draws``: of the uncertainty, none for 0; ``seed``: what they begin with.
    """

    workbook: Path
    pcr: str = ""
    databases: tuple[str, ...] = ()
    reference: bool = False
    draws: int = 0
    seed: int = 0


class Shelves(NamedTuple):
    """Where rules and databases are taken from by their names: what is installed here, unless told otherwise.

    ``rules`` takes a name, and the folder it is looked for in first; ``at_hand`` a folder and names of documents in it.
    """

    rules: Callable[..., Pcr] = pcrs.load
    databases: Callable[[Sequence[str]], Background] = open_background
    at_hand: Callable[[Path, Sequence[str]], Mapping[str, str]] = digests


HERE = Shelves()


class Calculated(NamedTuple):
    """A declaration, what varies with the machine, where its workbook stands, and how far it may be off, if asked."""

    document: Document
    run: Document
    workbook: Path
    uncertainty: Document | None = None

    @property
    def told(self) -> Document:
        """What reports are made of: the declaration, and how far it may be off where somebody asked."""
        return self.document if self.uncertainty is None else self.document | {"uncertainty": self.uncertainty}


def prepare(request: Request, read: Read = read_book, shelves: Shelves = HERE) -> Prepared:
    """Read, link, build and apply; raises the `FootprintError` of the first stage that finds problems."""
    book, pcr = opened(request, read, shelves)
    own = _own_rules(request, book, pcr, shelves)
    return _prepared(request, intake.read(book, pcr.fields, _fields(own)), pcr, own, shelves)


def _fields(own: Pcr | None) -> tuple[Field, ...]:
    """Return the fields of the rules that a workbook was written for."""
    return () if own is None else own.fields


def opened(request: Request, read: Read = read_book, shelves: Shelves = HERE) -> tuple[Book, Pcr]:
    """Return the workbook as read and the rules it is to be calculated under."""
    if not request.workbook.is_file():
        raise RequestError(no_file(request.workbook))
    book = read(request.workbook)
    if request.pcr:
        return book, shelves.rules(request.pcr)
    with _named_at(Place(book.file, "Product")):
        return book, shelves.rules(intake.pcr_id(book) or _no_pcr(book), request.workbook.parent)


def _prepared(request: Request, read: Bill, pcr: Pcr, own: Pcr | None, shelves: Shelves = HERE) -> Prepared:
    read = _with_files(read, request.workbook.parent, shelves)
    bill = adapted(read, pcr, own) if request.pcr else read
    entry = bill.product.entries.get("databases")
    with _named_at(None if request.databases or entry is None else entry.place):
        background = _own_factors(shelves.databases(request.databases or listed(bill.product.text("databases"))), bill)
    return under_rules(bill, pcr, background)


def _with_files(bill: Bill, folder: Path, shelves: Shelves) -> Bill:
    """Return ``bill`` with the checksums of those files of its evidence that lie in ``folder``, where it names some."""
    names = [row.file for row in bill.evidence if row.file]
    return bill._replace(at_hand=shelves.at_hand(folder, names)) if names else bill


def _own_rules(request: Request, book: Book, pcr: Pcr, shelves: Shelves = HERE) -> Pcr | None:
    """Return the rules that a workbook names where others are asked for, None where they cannot be read."""
    if not request.pcr:
        return pcr
    named = intake.pcr_id(book) or ""
    try:
        return pcr if named == pcr.id else shelves.rules(named, request.workbook.parent)
    except PcrError:
        return None


def _own_factors(background: Background, bill: Bill) -> Background:
    """Return ``background`` with the factors that the workbook brings before all others."""
    if not bill.factors:
        return background
    from footprint.background.supplied import database

    return Background((database(bill.factors), *background.databases))


@contextmanager
def _named_at(place: Place | None) -> Iterator[None]:
    """Say of a name that leads nowhere where in the workbook it stands."""
    try:
        yield
    except (PcrError, DatabaseError) as exc:
        if place is None:
            raise
        unknown = {"pcr-unknown", "database-unknown"}
        raise type(exc)(*(p._replace(place=place) if p.code in unknown else p for p in exc.problems)) from exc


def _no_pcr(book: Book) -> str:
    """Say that there are no rules, and what else is wrong: it may not be a guided workbook at all."""
    missing = problem("pcr-missing", Place(book.file), near=pcrs.ids()[:3])
    others = (p for p in intake.examine(book).problems if p.facts.get("key") != "pcr")
    raise WorkbookError(missing, *others)


def listed(databases: str) -> tuple[str, ...]:
    """Return the databases that a workbook names, the one that ships where it names none."""
    named = databases.replace("；", ";").replace(",", ";").replace("，", ";")
    return tuple(name.strip() for name in named.split(";") if name.strip()) or (DEFAULT_DATABASE,)


def calculate(request: Request, read: Read = read_book, shelves: Shelves = HERE) -> Calculated:
    """Return the declaration of a workbook; ``read`` gives the workbook, where it is being read already."""
    started = time.perf_counter()
    reading = cache(read)
    ready = prepare(request, reading, shelves)
    result = solved(ready)
    run: Document = {"footprint": __version__, "python": sys.version.split()[0], "platform": sys.platform}
    run["request"] = {
        "workbook": str(request.workbook.absolute()), "pcr": runs.named(request.pcr),
        "databases": [runs.named(name) for name in request.databases],
    }  # fmt: skip
    run |= {"reference": _reference(ready, result)} if request.reference else {}
    document: Document = {**declare(result), "inputs": follows(ready)}
    if origins := exported(reading(request.workbook)):
        document["exported"] = origins
    if names(ready.read):
        from footprint.alternatives import alternatives

        document["scenarios"] = alternatives(ready, document)
    spread = None
    if request.draws:
        from footprint.engine.sampling import library
        from footprint.uncertainty import uncertainty

        run["numpy"] = library()
        run["request"] |= {"draws": request.draws, "seed": request.seed}
        whatifs = document.get("scenarios", ())
        spread = uncertainty(ready, result, request.draws, request.seed, reference=request.reference, scenarios=whatifs)
    run["seconds"] = round(time.perf_counter() - started, 3)
    return Calculated(document, run, request.workbook, spread)


def _reference(ready: Prepared, result: Result) -> Document:
    """Solve bill and background as one system through Brightway and return how far the ledger is from it."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        import bw2calc

    from footprint.background import systems
    from footprint.engine.whole import compare

    background = {src.id: systems.system(src, result.pcr.gwp_set) for src in ready.background.sources()}
    graph = ready.ruled.graph
    demand = result.amount / result.per_item / graph.activities[graph.root].output
    agreement = compare(ready.ruled, result.ledger, demand, background)
    version = bw2calc.__version__
    return {
        "bw2calc": version if isinstance(version, str) else ".".join(map(str, version)),
        "difference": agreement.difference,
        "total": agreement.total,
        "activities": agreement.activities,
    }


def graph(request: Request) -> Any:
    """Return the supply-chain graph of a workbook as a ``networkx.MultiDiGraph``, before any rule."""
    from footprint.supply.views import networkx_graph

    return networkx_graph(prepare(request).ruled.graph)


def produce(
    request: Request,
    directory: Path,
    lang: str,
    read: Read = read_book,
    aside: Beside | None = None,
) -> tuple[Calculated, tuple[Path, ...]]:
    """Calculate a workbook and write what `write` does; ``aside``: what `early.rendering` began."""
    ledger = runs.Writer()
    calculated, contents = rendered(request, lang, read, aside=aside, meanwhile=ledger.begin)
    return calculated, _put(calculated, contents, directory, lang, ledger)


def rendered(
    request: Request,
    lang: str,
    read: Read = read_book,
    shelves: Shelves = HERE,
    aside: Beside | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> tuple[Calculated, dict[str, bytes]]:
    """Calculate a workbook and return declaration and reports by name; the last report is rendered beside the rest.

    ``meanwhile`` is done while that is waited for.
    """
    *here, last = REPORTS
    with rendering(lang) if aside is None else nullcontext(aside) as beside:
        calculated = calculate(request, read, shelves)
        beside.give(marshal.dumps(calculated.told))
        contents = _contents(calculated, here, lang)
        meanwhile()
        return calculated, contents | {last: beside.result()}


def write(calculated: Calculated, directory: Path, lang: str, formats: Sequence[str] = REPORTS) -> tuple[Path, ...]:
    """Write declaration, run record and reports into ``directory``: all is rendered before anything is renamed."""
    return _put(calculated, _contents(calculated, formats, lang), directory, lang, runs.Writer())


def _contents(calculated: Calculated, formats: Sequence[str], lang: str) -> dict[str, bytes]:
    """Return declaration, uncertainty if there is one, and ``formats`` by file name."""
    from footprint.publish import render

    told = {"declaration.json": text(calculated.document)}
    if calculated.uncertainty is not None:
        told["uncertainty.json"] = text(calculated.uncertainty)
    rendered = {name: render(name, calculated.told, lang) for name in formats}
    return {name: content.encode() for name, content in told.items()} | rendered


def _put(
    calculated: Calculated, contents: Mapping[str, bytes], directory: Path, lang: str, ledger: runs.Writer
) -> tuple[Path, ...]:
    """Write files, and last the run, which says what belongs to it; once all stand, the run is recorded."""
    every = {**contents, "run.json": runs.sealed(calculated.run, lang, contents)}
    for name in every:
        if (directory / name).resolve() == calculated.workbook.resolve():
            raise RequestError(problem("would-overwrite-input", Place(str(directory / name))))
    written = put(directory, every, [name for name in SOMETIMES if name not in every])
    ledger.add(runs.record(*calculated[:3], directory, every))
    if ledger.missed:
        calculated.run["unrecorded"] = ledger.missed
    return written


def notices(calculated: Calculated, lang: str) -> str:
    """Return what a person must see at once: sheets, columns and rows read otherwise than they look."""
    told = (n for n in calculated.document["assumptions"] if n["code"] in READING)
    lines = [f"{calculated.workbook.name}:{n['cell']}: {n['text'][lang]} [{n['code']}]" for n in told]
    return "\n".join([*lines, *runs.missed(calculated.run, lang)])


def summary(calculated: Calculated, written: Sequence[Path], lang: str) -> str:
    """Return what a person wants to see first: the number, what it lacks, where the files are."""
    from footprint.publish.summary import summary as told

    lines = told(_printed(calculated), _spread(calculated, lang), lang)
    return "\n".join([*lines, *(str(path) for path in written)])


def _printed(calculated: Calculated) -> Document:
    """Return the declaration to the figures that its uncertainty lets stand, where somebody asked for that."""
    if calculated.uncertainty is None:
        return calculated.document
    from footprint.publish.figures import printed

    return dict(printed(calculated.told))


def _spread(of: Calculated, lang: str) -> Sequence[str]:
    """Return how far the result may be off, in words; nothing where nobody asked."""
    if of.uncertainty is None:
        return ()
    from footprint.told import said

    return tuple(said(of.uncertainty, lang, len(of.document["completeness"]["gaps"])))


class Checked(NamedTuple):
    """What a check says, and the error that stands in the way of a calculation, if any."""

    text: str
    error: FootprintError | None


def check(request: Request, lang: str) -> Checked:
    """Return notices, the account of every row, and what stands in the way of a calculation."""
    book, pcr = opened(request)
    own = _own_rules(request, book, pcr)
    reading = intake.examine(book, pcr.fields, _fields(own))
    notices = list(reading.notices)
    counts = counted(reading.account.rows)
    error: FootprintError | None = WorkbookError(*reading.problems) if reading.bill is None else None
    if reading.bill is not None:
        try:
            ready = _prepared(request, reading.bill, pcr, own)
            result = solved(ready)
            if names(ready.read):
                from footprint.alternatives import alternatives

                alternatives(ready, declare(result))
            notices += [*ready.ruled.graph.notices, *ready.ruled.notices]
            counts = account(ready.ruled)["counts"]
        except FootprintError as exc:
            error = exc
    lines = [f"{n.place}: {noticed(n)[lang]} [{n.code}]" for n in notices]
    for states in counts:
        rows = sum(count for count in states.values() if isinstance(count, int))
        lines.append(message("check-account", lang, rows=rows, **states))
    lines += [message("check-passed", lang, file=request.workbook.name)] if error is None else []
    return Checked("\n".join(lines), error)


def demo(name: str, directory: Path, lang: str, *, force: bool = False) -> tuple[Calculated, tuple[Path, ...]]:
    """Write the example workbook ``name``, a company and its results into ``directory``; what was edited is kept."""
    workbook = directory / f"{name}.xlsx"
    made = example(name, lang)
    if workbook.exists() and not force and not _is_example(workbook.read_bytes(), name, made, lang):
        raise RequestError(problem("file-exists", Place(str(workbook))))
    put(directory, {workbook.name: made} | example_company(directory))
    calculated, written = produce(Request(workbook), directory, lang)
    return calculated, (workbook, *written)


def _is_example(content: bytes, name: str, made: bytes, lang: str) -> bool:
    """Tell whether a workbook is the example in any language, ``made`` being that in ``lang``: nothing was edited."""
    return content == made or any(content == example(name, each) for each in LANGUAGES if each != lang)


def explain(declaration: Path, cell: str, lang: str) -> str:
    """Return how one cell reaches the declared number; reads only the declaration, and what was drawn beside it."""
    from footprint.publish.explain import explain as explained

    try:
        document = json.loads(declaration.read_text(encoding="utf-8"))
    except OSError as exc:
        raise RequestError(no_file(declaration)) from exc
    except ValueError as exc:
        raise RequestError(problem("not-a-declaration", Place(str(declaration)))) from exc
    if not isinstance(document, dict) or not str(document.get("schema", "")).startswith("footprint-declaration/1."):
        raise RequestError(problem("not-a-declaration", Place(str(declaration))))
    runs.insist(declaration.parent, declaration.name)
    return explained(document, cell, lang, declaration.with_name("uncertainty.json"))
