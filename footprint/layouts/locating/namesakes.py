"""Titles and headings that are the name of a row, no more: what stands below them are the parts of that row.

A table whose title or sheet is called as a row of another table is the bill of that row. A heading within a table may
as well be that of a chapter: it is asked about where there is more than one of the row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.locating.titles import LONGEST
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.once import Row, once
from footprint.provenance import Place

_OF_BILL = re.compile(
    r"[\s:：_(（-]*(?:的?(?:物料|材料|用料|零件|部件|产品)?(?:清单|明细|组成|bom|用料)表?"
    r"|bill of materials?|parts? list|stückliste)[)）]?\s*$", re.IGNORECASE,
)  # fmt: skip
"""What a title says besides the name of what it is the bill of."""
_BILL_OF = re.compile(
    r"^\s*(?:bills? of materials?|bom|parts? list|stückliste|(?:物料|材料|零件|部件)?(?:清单|明细表?))"
    r"\s*(?:(?:of|for|für|von)\s|[:：])\s*(?=\S)", re.IGNORECASE,
)  # fmt: skip
"""What a title says before the name of what it is the bill of: ``Bill of Material: Base``."""
_PAGE = re.compile(
    r"[\s,;:：(（-]*(?:(?:\b(?:page|seite|p\.)\s*[:：]?\s*\d+(?:\s*(?:/|of|von)\s*\d+)?|(?:第\s*)?\d+\s*页(?:\s*共\s*\d+\s*页)?"
    r"|\b(?:sheet|blatt)\s*\d+\s*(?:/|of|von)\s*\d+|\b\d+\s*(?:/|of|von)\s*\d+)\W*|^(?:sheet|blatt)\s*\d+\W*)$"
    r"|^(?:print(?:ed|out)?|(?:ge|aus)?druckt?|druckdatum|(?:打印|制表)(?:日期|时间|人|者|日)?)(?:\s*(?:[:：]|\d+[-./:年]\d)"
    r"|\s+(?:on|at|by|am|um|von|date|time|datum|[\u4e00-\u9fff])|$).*|^(?:\d{4}[-./年]\d\d?[-./月]\d\d?日?|\d\d?[-./]\d\d?[-./]\d{4})"
    r"(?:[\s,]+\d\d?:\d\d(?::\d\d)?)?$|[\s,;:：(（-]*\b(?:continued|cont['.]?d?|fortsetzung)\b\W*$|[(（]?续[上表页]*[)）]?$"
    r"|^(?:to be )?continued\b.*|^fortsetzung\b.*|^[(（]?[转轉接承][上下]一?[页頁表][)）]?$",
    re.IGNORECASE,
)
"""What a print adds to its title on each page."""
_NUMBER = r"(?:[一二三四五六七八九十]{1,3}|\d{1,2}|[ivx]{1,5}|[a-z])"
_CHAPTER = re.compile(
    rf"[(（]?(?:第\s*{_NUMBER}\s*(?:部分|章|节|節|篇)|{_NUMBER}\s*[)）、.．](?!\d)"
    r"|(?:section|chapter|fig(?:ure)?|abschnitt|kapitel|abb(?:ildung)?|anhang|appendix|annex|附录|附表|图|圖|表)\.?"
    rf"\s*{_NUMBER}(?![a-z\d]))[\s:：.-]*"
)
_OF_PRODUCT = re.compile(r"produ[ck]|prodotto|erzeugnis|model|[产產]品|成品|机型|機型|整机|整機|型号|型號")
_PRODUCT = re.compile(
    r"(?:(?:finished )?(?:product|produkt|producto|produto|produit|prodotto|erzeugnis|model|modell|modelo|modèle)"
    r"(?:\s+(?:no\.?|nr\.?|name))?(?:\s+|\s*[-_:#]\s*)\S{1,20}(?:\s+\S{1,12})?|(?:[产產]品|成品|机型|機型|整机|整機|型号|型號)"
    r"(?:名称|编号)?\s*[-_:：#(（]?\s*\S{1,20})"
)
"""How the chapters of one list are numbered, and words of titles that name products all the same."""
Called = dict[str, dict[str, int]]
"""The codes of the rows of each name, "" for none, each with the first of its rows."""


@once
def title(row: Row) -> str:
    """Return the only text of a row as names are compared; "" for others."""
    filled = [cell for cell in row if cell is not None and cell != ""]
    return named(filled[0]) if len(filled) == 1 and isinstance(filled[0], str) else ""


def named(text: str) -> str:
    """Return a title as names are compared, without what says that it is of a bill; "" for a story."""
    bare = _BILL_OF.sub("", _OF_BILL.sub("", text), count=1) if len(text) <= LONGEST else ""
    return _spelt(bare) or _spelt(text) if len(text) <= LONGEST else ""


def unpaged(title: str) -> str:
    """Return a title without the number of its page, or when it was printed: "" where it says no more."""
    return _PAGE.sub("", title)


def are_chapters(one: str, other: str) -> bool:
    """Tell whether two titles are numbered as chapters of one list, and named otherwise: ``I. Metal, II. Plastic``."""
    found = [_CHAPTER.match(title) for title in (one, other)]
    rests = [title[match.end() :] for title, match in zip((one, other), found, strict=True) if match]
    is_named = any(map(_OF_PRODUCT.search, rests)) or (rests[:1] == rests[1:] and any(rests))
    return len(rests) > 1 and not is_named


def names_product(title: str) -> bool:
    """Tell whether a title says no more than which product: ``Product A``, ``成品1``, ``Modell X-20``."""
    return _PRODUCT.fullmatch(title) is not None


def _spelt(text: str) -> str:
    return " ".join(text.split()).casefold()


def called(
    rows: Sequence[Row], columns: Mapping[str, tuple[int, ...]], wanted: Collection[str] | None = None
) -> Called:
    """Return the codes of some rows by their names, and by these codes where they are spelt as names; not of titles.

    ``wanted``: the names that are looked for, all of them if None.
    """
    found: Called = {}
    own = columns.get("code", (-1,))[0]
    for column in {*columns.get("name", ())[:1], *columns.get("code", ())[:1]}:
        for at, row in enumerate(rows):
            cell = row[column] if column < len(row) else None
            if not isinstance(cell, str) or not (name := _spelt(cell)) or (wanted is not None and name not in wanted):
                continue
            if not title(row):
                found.setdefault(name, {}).setdefault(as_text(row[own]) if own >= 0 else "", at)
    return found


def entitle(tables: Sequence[Table], is_known: Callable[[int], bool]) -> Iterator[Problem]:
    """Give tables that nothing else names the code of the row that their title is the name of; ask which of several.

    ``is_known``: tells whether anything else says of a table what it is the bill of.
    """
    open_ = [at for at in range(len(tables)) if not is_known(at)] if len(tables) > 1 else []
    sheets = len({id(table.sheet) for table in tables})
    said = {at: [*_titles(tables[at]), *([(-1, tables[at].sheet.name)] if sheets > 1 else ())] for at in open_}
    wanted = {named(text) for texts in said.values() for _, text in texts}
    every = [called(_rows(table), table.columns, wanted) for table in tables] if wanted else []
    for number, (row, text) in ((number, one) for number, texts in said.items() for one in texts):
        name = named(text)
        rows = {code: (table, at) for other, table in enumerate(tables) if other != number
                for code, at in every[other].get(name, {}).items()}  # fmt: skip
        if tables[number].title or not rows:
            continue
        if len(rows) == 1 and "" not in rows:
            tables[number].title = next(iter(rows))
        else:
            yield _which(tables[number].sheet.place(row) if row >= 0 else tables[number].origin, text,
                         *next(iter(rows.values())))  # fmt: skip


def _titles(table: Table) -> Iterator[tuple[int, str]]:
    """Yield the titles of a table with their rows, the nearest first."""
    rows = table.sheet.rows
    yield from ((row, _text(rows[row])) for row in reversed(table.above) if title(rows[row]))


def _rows(table: Table) -> list[Row]:
    return [table.sheet.rows[at] for at in table.at]


def _which(place: Place, text: str, other: Table, row: int) -> Problem:
    """Ask which of the rows of one name a table is the bill of; where they have no codes, their names may be these."""
    facts = {"text": text, "other": other.place(row, "name"), "caption": other.caption("name")}
    code = "import-title-names" if other.has("code") else "import-title-name"
    return problem(code, place, (), **facts)


def _text(cells: Row) -> str:
    return next((as_text(cell) for cell in cells if cell is not None and cell != ""), "")


def asked(table: Table, headings: Sequence[int], layout: Layout) -> Iterator[Problem]:
    """Ask about the first heading that is the name of a row elsewhere in its table of which there are several."""
    rows = _rows(table) if headings and "headings" not in layout.constants else []
    names = called(rows, table.columns, {title(rows[at]) for at in headings}) if rows else {}
    counts = table.field("quantity")
    for at, end in zip(headings, [*headings[1:], len(rows)], strict=True) if names else ():
        found = names.get(title(rows[at]), {}).values()
        row = next((row for row in found if not at < row < end and counts[row] not in {None, 1.0}), -1)
        if row >= 0 and at + 1 < end:
            yield problem("import-heading-name", table.place(at), (), text=_text(rows[at]),
                          other=table.place(row, "quantity"), count=as_text(counts[row]))  # fmt: skip
            return
