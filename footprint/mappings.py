"""``footprint mapping``: what people confirmed is remembered, listed, handed on and forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from footprint import learned
from footprint.assigning import company_of, confirmed
from footprint.background.open import open_background
from footprint.errors import RequestError, no_file, problem
from footprint.files import put
from footprint.intake.lines import asking
from footprint.learned import Known, Store
from footprint.messages import label, message
from footprint.provenance import Place
from footprint.publish.listing import table
from footprint.publish.wording import short
from footprint.service import listed
from footprint.tables.read import read as read_book

_COLUMNS = 40


def learn(workbook: Path, company: str, databases: Sequence[str], on: dt.date, lang: str) -> str:
    """Remember what a person entered or confirmed in a workbook, and return what is new."""
    if not workbook.is_file():
        raise RequestError(no_file(workbook))
    asked = asking(read_book(workbook))
    background = open_background(databases or listed(asked.text("databases")))
    known, unknown = confirmed(asked, background)
    whose = company_of(asked, company)
    if whose == learned.NOBODY:
        raise RequestError(problem("mapping-nobody", Place(str(workbook), "Product")))
    done = learned.learn(whose, known, on)
    return "\n".join((
        _said("mapping-learned", done.store, lang, count=len(done.new), read=len(known)),
        *_rows(done.new),
        *(_disputed(each, lang) for each in done.disputed),
        *([message("mapping-not-learned", lang, count=unknown)] if unknown else []),
    ))  # fmt: skip


def listing(company: str, lang: str) -> str:
    """Return what is remembered of a company, a row per material; without one, of each there is."""
    if company:
        return _listed(learned.load(company), lang)
    told = []
    for path in learned.files():
        try:
            told.append(_listed(learned.read(path), lang))
        except RequestError as exc:
            told.append(exc.text(lang))
    return "\n\n".join(told) or _listed(learned.load(company), lang)


def _listed(store: Store, lang: str) -> str:
    now = store.now().values()
    said = _said("mapping-listed", store, lang, count=len(now))
    heads = tuple(label(f"mapping-{head}", lang) for head in ("part", "name", "dataset", "version", "date"))
    rows = [(c.known.part, _called(c.known), c.known.dataset, str(c.version), c.date) for c in now]
    return "\n".join([said, *(table([heads, *rows], right={3}) if rows else ())])


def export(company: str, output: Path, lang: str, *, force: bool = False) -> str:
    """Write what is remembered of a company, with its version, to ``output``."""
    if output.exists() and not force:
        raise RequestError(problem("file-exists", Place(str(output))))
    store = learned.load(company)
    put(output.parent, {output.name: learned.written(store)})
    return "\n".join((_said("mapping-listed", store, lang, count=len(store.now())), str(output)))


def take_in(path: Path, company: str, on: dt.date, lang: str, *, force: bool = False) -> str:
    """Take in what another copy of the program exported, and return what is new and what it says otherwise."""
    done = learned.merge(path, company, on, force=force)
    code = "mapping-replaced" if force else "mapping-kept"
    disputes = (message(code, lang, name=_called(ours), ours=ours.dataset, theirs=theirs.dataset)
                for ours, theirs in done.disputed)  # fmt: skip
    return "\n".join((_said("mapping-merged", done.store, lang, count=len(done.new)), *_rows(done.new), *disputes))


def forget(company: str, name: str, on: dt.date, lang: str) -> str:
    """Forget the materials of a part code or name."""
    gone = learned.forget(learned.named(company), name, on)
    return "\n".join((_said("mapping-forgotten", learned.load(company), lang, count=len(gone)), *_rows(gone)))


def _said(code: str, store: Store, lang: str, **counts: int) -> str:
    return message(code, lang, company=store.company, version=store.version, **counts)


def _rows(known: Sequence[Known]) -> Iterator[str]:
    yield from (f"  {_called(each)} -> {each.dataset}" for each in known)


def _called(known: Known) -> str:
    return short(" ".join(filter(None, (known.part, known.name, known.specification))), _COLUMNS)


def _disputed(several: Sequence[Known], lang: str) -> str:
    datasets = ", ".join(known.dataset for known in several)
    return message("mapping-disputed", lang, name=_called(several[0]), datasets=datasets)
