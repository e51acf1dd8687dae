"""What must hold in a factor table beyond the type of each cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from footprint import gwp
from footprint.background.importers import factor_fields
from footprint.errors import Problem, UnfitError, problem
from footprint.model.bill import Notice
from footprint.model.stated import factor_scatter
from footprint.model.uncertain import scores
from footprint.provenance import Place, column_letters
from footprint.tables.typed.cells import shown
from footprint.tables.typed.headers import units_in
from footprint.tables.typed.names import Nearest, clean, lookup
from footprint.tables.typed.rows import find_header
from footprint.tables.typed.table import Row, Table

NEGATIVE_WORDS = {"en": ("removal", "substitution", "credit"), "zh": ("移除", "清除", "替代", "抵扣")}
"""Words of which a note must hold one, in either language, where a number is below zero."""
RELEASE, UPTAKE = "co2_biogenic", "co2_uptake"
_UNFIT = re.compile(r"[\s@:;,|]")
_BRACKETED = re.compile(r"\([^)]*\)|（[^）]*）|【[^】]*】|\[[^\]]*\]")


def problems(table: Table) -> Iterator[Problem]:
    """Yield what is wrong in the rows and headers of a table whose cells are typed."""
    if not table.rows and not table.problems:
        about = factor_fields.about()
        yield problem("sheet-empty", table.place, en=about.en, zh=about.zh)
    yield from _headers(table)
    yield from _twice(table)
    for row in table.rows:
        for check in _CHECKS:
            yield from check(row)


def masses(row: Row) -> dict[str, float]:
    """Return the mass of each gas [kg/unit] that a row states, by gas id."""
    found = {gas: row.number(key) for key, gas in factor_fields.gases().items()}
    return {gas: amount for gas, amount in found.items() if amount is not None}


def is_remark(notice: Notice) -> bool:
    """Tell whether a notice is of a column whose header says that it is a remark."""
    return notice.code == "column-unknown" and str(notice.facts["header"]).startswith(("#", "＃"))


def _headers(table: Table) -> Iterator[Problem]:
    """Yield the columns that may hold a gas under another name, and those whose header says more than its caption."""
    gases = [*factor_fields.gases().values()]
    near, closely = Nearest(gases, cutoff=0.4), Nearest(gases, cutoff=0.8)
    for notice in table.notices:
        if notice.code == "column-unknown" and not is_remark(notice):
            header = str(notice.facts["header"])
            if closely(header.casefold()) or _holds_numbers(table, notice.place):
                yield problem("factor-column", notice.place, near=near(header.casefold()), header=header)
    at = find_header(table.sheet, lookup(factor_fields.readable()))
    if at is not None:
        for key in ("total", *factor_fields.gases()):
            yield from _said_besides(table, key, at)


def _holds_numbers(table: Table, header: Place) -> bool:
    """Tell whether a cell below a header is a number; truth values and dates are none."""
    columns = range(max(map(len, table.sheet.rows), default=0))
    at = next(i for i in columns if column_letters(i) == header.cell.rstrip("0123456789"))
    return any(type(table.sheet.rows[row.index][at]) is float for row in table.rows)


def _said_besides(table: Table, key: str, at: int) -> Iterator[Problem]:
    """Yield a header of a number that has words in brackets which are neither a unit nor a part of its caption."""
    column = table.columns.get(key)
    if column is None:
        return
    gas = gwp.gases().get(factor_fields.gases().get(key, ""))
    known = clean(f"{column.field.en} {column.field.zh} {gas.name_en if gas else ''} {gas.name_zh if gas else ''}")
    header = clean(str(table.sheet.rows[at][column.at]))
    for said in _BRACKETED.findall(header):
        if not [*units_in(said)] and said.casefold() not in known.casefold():
            facts = {"header": header, "en": column.field.en, "zh": column.field.zh}
            yield Problem("factor-header", table.sheet.place(at, column.at), facts)


def _twice(table: Table) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for row in table.rows:
        code = row.text("code")
        if code in first:
            yield problem("id-twice", row.place("code"), id=code, first=first[code])
        if code:
            first.setdefault(code, row.place("code").address)


def _refused(row: Row, *keys: str) -> bool:
    """Tell whether a cell of ``keys`` has a problem of its own already."""
    return any(row.place(key).cell in row.table.refused for key in keys if key in row.table.columns)


def _code(row: Row) -> Iterator[Problem]:
    if _UNFIT.search(row.text("code")):
        yield problem("factor-code", row.place("code"), text=row.text("code"))


def _names(row: Row) -> Iterator[Problem]:
    columns = [key for key in ("name_en", "name_zh") if key in row.table.columns]
    if columns and not any(map(row.text, columns)) and not _refused(row, *columns):
        yield problem("factor-name-missing", row.place(columns[0]))


def _numbers(row: Row) -> Iterator[Problem]:
    """Yield that a row has no number, or both a total and gases, or a set that does not go with them."""
    if _refused(row, "total", "gwp_set", *factor_fields.gases()):
        return
    total, found = row.number("total"), masses(row)
    if total is None and not found:
        yield problem("factor-number-missing", row.place("total"))
    elif total is not None and found:
        yield problem("factor-both", row.place("total"), gases=", ".join(found))
    elif total is not None and not row.text("gwp_set"):
        yield problem("factor-set-missing", row.place("gwp_set"))
    elif found and row.text("gwp_set"):
        yield problem("factor-set-of-gases", row.place("gwp_set"))


def _negative(row: Row) -> Iterator[Problem]:
    english, chinese = NEGATIVE_WORDS["en"], NEGATIVE_WORDS["zh"]
    if any(word in row.text("note").casefold() for word in (*english, *chinese)):
        return
    for key in ("total", *(gas for gas in factor_fields.gases() if gas != UPTAKE)):
        value = row.number(key)
        if value is not None and value < 0:
            words = {"words_en": ", ".join(english), "words_zh": "、".join(chinese)}
            yield Problem("factor-negative", row.place(key), {"value": shown(value), **words})


def _uptake(row: Row) -> Iterator[Problem]:
    """Yield an uptake that is missing beside its release, and one entered with the sign that its column carries."""
    uptake = row.number(UPTAKE)
    if uptake is not None and uptake < 0:
        yield problem("amount-negative", row.place(UPTAKE), value=shown(uptake))
    if row.number(RELEASE) is not None and uptake is None and not _refused(row, UPTAKE):
        yield problem("factor-uptake-missing", row.place(RELEASE))


def _spread(row: Row) -> Iterator[Problem]:
    if row.text("uncertainty") and not _refused(row, "total"):
        try:
            factor_scatter(row.text("uncertainty"), row.number("total"))
        except UnfitError as exc:
            yield Problem(exc.code, row.place("uncertainty"), exc.facts)
    if scores(row.text("pedigree")) is None:
        yield problem("factor-pedigree", row.place("pedigree"), text=row.text("pedigree"))


_CHECKS: tuple[Callable[[Row], Iterator[Problem]], ...] = (
    _code, _names, _numbers, _negative, _uptake, _spread,
)  # fmt: skip
