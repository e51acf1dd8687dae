"""What the headers of exported bills mean: words in Chinese, English and German, kept in ``data/bom_headers.csv``.

A header is looked up as it stands, then without what it carries besides: a unit (``单重(kg)``, ``长度mm``), a number
(``替代料2``), the other language (``数量Qty``), and the words of the row ``prefix`` in front (``子项物料代码``).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from footprint import words
from footprint.tables.typed.headers import units_in
from footprint.tables.typed.names import plain

_TABLE = Path(__file__).parents[1] / "data" / "bom_headers.csv"
_LANGUAGES = ("zh", "en", "de")
_LONGEST, _MOST_BLANKS = 60, 600
"""Letters of a header, and letters with its blanks."""
_NUMBERED = re.compile(r"[0-9一二三四五]$")
_PARTS = re.compile(r"[/\n|:]")
_TAIL = re.compile(
    r"(?:(?<=[^\x00-\x7f])|(?<=\w)[\s_,，]{1,3})((?:k?g|mg|t)/(?:[cd]?m[23²³]?|pcs?|件|个|只|套|台|米)|mm|cm|m|kg|g|mg|t|[%‰]|克|千克|公斤|吨|毫米|厘米|米)$",
    re.IGNORECASE,
)
_FOR_MANY = re.compile(
    r"[(（/\s]*(?:per|je|pro|每|/)\s*(1[ .,']?000|100|10[ .,']?000|百|千|万)\s*"
    r"(?:pieces|pcs|pc|units?|items?|parents?|Stück|Stk|St|ME|件|个|台|套|片|只)?\s*[)）]*\s*$", re.IGNORECASE
)  # fmt: skip
_OF_MANY = re.compile(
    r"\s*每?\s*(1[ .,']?000|100|10[ .,']?000|百|千|万|(?<=每)K)\s*(?:pcs|件|个|台|套|片|只|支)?"
    r"(?=用量|用料|耗用|单耗|消耗|定额)", re.IGNORECASE
)  # fmt: skip
_TOTAL = re.compile(r"\s*[(（\[]\s*(?:total|ext(?:ended)?\.?|合计|总计?|累计)\s*[)）\]]", re.IGNORECASE)
_GROSS = re.compile(
    r"[(（]?\s*(?:含|包含|包括|加)(?:损耗?|报废|废品)率?量?\s*的?[)）]?|毛(?=[需用数])|\bgross\b|\bbrutto"
    r"|[(（]?\s*\b(?:incl(?:\.|usive|uding)?|inkl\.?|einschl\.?|with|mit)\s*(?:of\s*)?"
    r"(?:scrap|loss(?:es)?|waste|ausschuss|verschnitt|verlust)\b[)）]?", re.IGNORECASE
)  # fmt: skip
_IN_PARTS = re.compile("[%‰]")
_HAN = {"百": 100.0, "千": 1000.0, "万": 10_000.0, "k": 1000.0}
_IN = re.compile(r"\s+in\s+([%\w./³²]{1,8})\s*$", re.IGNORECASE)
_RANKS = ("product", "component", "stock")
_FRONTS = frozenset({"prefix", "rank"})
"""Types of rows that list first words of headers."""
_SIGNS = re.compile(r"[\W_]+")


class Meant(NamedTuple):
    """What a header may mean, the likeliest field first, and the ``unit`` it carries, "" for none."""

    fields: tuple[str, ...]
    unit: str = ""


NOTHING = Meant(())


@cache
def types() -> dict[str, str]:
    """Return the type of each field that a header may name."""
    return {row["field"]: row["type"] for row in _rows() if row["type"] not in _FRONTS}


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """Return the fields by every spelling of a header, as `normal` leaves it; a word with % behind it keeps that."""
    found: dict[str, dict[str, None]] = {}
    for row in _rows():
        for word in _spelt(row) if row["type"] not in _FRONTS else ():
            found.setdefault(normal(word) + "%" * ("%" in word), {})[row["field"]] = None
    return {word: tuple(fields) for word, fields in found.items()}


@cache
def _prefix(kind: str = "prefix") -> re.Pattern[str]:
    words = {normal(word) for row in _rows() if row["field"] == kind for word in _spelt(row)}
    return re.compile("|".join(sorted(words, key=len, reverse=True)))


def rank(caption: str) -> str:
    """Return what a caption is of, by its first word: ``product``, ``stock``, ``component``, or ""."""
    written = normal(caption)
    return next((kind for kind in _RANKS if _prefix(kind).match(written)), "")


def is_part_of(rank: str, other: str) -> bool:
    """Tell whether what has a rank is part of what has another, where captions tell both apart."""
    return rank == "component" if other == "stock" else other == "product" and rank != "product"


def _spelt(row: dict[str, str]) -> Iterator[str]:
    return (word for language in _LANGUAGES for word in row[language].split("|") if word)


@lru_cache(4096)
def normal(text: str) -> str:
    """Return a header as it is compared: `plain`, and where that leaves nothing (``#``, ``%``) the signs themselves."""
    return plain(text).translate(words.simplified()) or "".join(_narrow(text).split()).casefold()


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


@lru_cache(4096)
def meant(written: str) -> Meant:
    """Return what a header means; `NOTHING` for one that is not known, or too long to be one."""
    if len(written) > _MOST_BLANKS or not written.strip() or len(" ".join(written.split())) > _LONGEST:
        return NOTHING
    if _TOTAL.search(written):
        rest = _TOTAL.sub("", written)
        return meant(f"total {rest}" if rest.isascii() else f"总{rest}")
    if is_gross(written) and "quantity" in (net := meant(_GROSS.sub("", _narrow(written)))).fields:
        return net._replace(fields=("quantity", "gross_quantity"))
    if _OF_MANY.match(written):
        return meant(_OF_MANY.sub("", written))
    if per_in(written) != 1:
        return meant(_FOR_MANY.sub(lambda many: ")" if "(" in _narrow(written[: many.start()]) else "", written))
    signs = ("%", "") if "%" in _narrow(written) else ("",)
    fields = next((known for spelling in _readings(written) for sign in signs if (known := _known(spelling, sign))), ())
    return _measured(fields, unit_in(written)) if fields else NOTHING


def is_gross(written: str) -> bool:
    """Tell whether a header says that its quantities hold their losses: ``用量(含损耗)``, ``Qty incl. scrap``."""
    return _GROSS.search(_narrow(written)) is not None


def _measured(fields: tuple[str, ...], unit: str) -> Meant:
    """Return what a header with a unit means: shares have none but a sign, and a loss in kilograms is an amount."""
    if not _IN_PARTS.search(unit or "%") and types()[fields[0]] == "share":
        return Meant(("fixed_loss",), unit) if fields[0] == "loss" else NOTHING
    return Meant(fields, unit)


def per_in(written: str) -> float:
    """Return how many parents a header says that its quantities are for: ``per 1000 pcs``, ``/千件``; 1 for none."""
    many = _OF_MANY.match(written)
    if many is None and ((many := _FOR_MANY.search(written)) is None or not many.start()):
        return 1.0
    return many_of(many[1])


def many_of(written: str) -> float:
    """Return the number that ``1,000``, ``千`` or ``K`` stands for."""
    return _HAN.get(written.casefold()) or float(re.sub(r"\D", "", written))


def _known(spelling: str, sign: str) -> tuple[str, ...]:
    """Return the fields of a spelling, words of the row ``prefix`` taken off its front until it is known.

    ``sign``: ``%`` for what is known of headers with that only.
    """
    while spelling + sign not in _words():
        front = _prefix().match(spelling)
        if front is None:
            return ()
        spelling = spelling[front.end() :]
    return _words()[spelling + sign]


def _readings(written: str) -> Iterator[str]:
    """Yield each way to read a header: whole first, then without what it carries besides, then its parts."""
    whole = normal(written)
    yield whole
    yield _SIGNS.sub("", _narrow(written).casefold())
    yield _NUMBERED.sub("", whole)
    yield normal(_TAIL.sub("", _narrow(written).strip()))
    yield normal(_IN.sub("", written))
    parts = _PARTS.split(written)
    yield from (normal(part) for part in parts if len(parts) > 1)
    yield from map(normal, _scripts(written))


def _scripts(written: str) -> tuple[str, ...]:
    """Return the Chinese and the Latin part of a header that says itself twice: ``数量Qty``."""
    han = "".join(re.findall(r"[\u4e00-\u9fff]+", written))
    latin = " ".join(re.findall(r"[A-Za-z.]+", _narrow(written)))
    return (han, latin) if han and latin else ()


def unit_in(written: str) -> str:
    """Return the unit that a header carries, in brackets, after a slash or at its end; "" for none."""
    tail = _TAIL.search(_narrow(written).strip()) or _IN.search(written)
    return tail[1] if tail and "/" in tail[1] else next(units_in(written), tail[1] if tail else "")
