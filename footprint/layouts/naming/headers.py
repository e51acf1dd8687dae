"""What the headers of exported bills mean: words in several languages, kept in ``data/bom_headers.csv``.

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

from footprint import units, words
from footprint.tables.typed.headers import SHARE_WORDS, units_in
from footprint.tables.typed.names import plain

_TABLE = Path(__file__).parents[2] / "data" / "bom_headers.csv"
_LANGUAGES = ("zh", "en", "de", "other")
_LONGEST, _MOST_BLANKS = 60, 600
"""Letters of a header, and letters with its blanks."""
_NUMBERED = re.compile(r"[0-9一二三四五]$")
_PARTS = re.compile(r"[/\n|:]")
_TAIL = re.compile(
    r"(?:^(?=\w{1,2}/)|(?<=[^\x00-\x7f])|(?<=\w)(?=%)|(?<=\w)[\s_,，.-]{1,3})((?:k?g|mg|t)/(?:[cdk]?m[23²³]?|pcs?|ea|each|stc?k|stück|件|个|只|套|台|米)|mm|cm|m|kgs?|g|mg|t|lbs?|oz|grams?|[%‰]|克|千克|公斤|吨|毫米|厘米|米)$",
    re.IGNORECASE,
)
_FOR_MANY = re.compile(
    r"[(（/\s]*(?:per|je|pro|每|/)\s*(1[ .,']?000|100|10[ .,']?000|百|千|万|K(?!\w))\s*"
    r"(?:pieces|pcs|pc|sets?|units?|items?|parents?|Stück|Stk|St|ME|(?:件|个|台|套|片|只|支|份)份?)?\s*[)）]*\s*$",
    re.IGNORECASE,
)  # fmt: skip
_OF_MANY = re.compile(
    r"\s*每?\s*(1[ .,']?000|100|10[ .,']?000|百|千|万|(?<=每)K)\s*(?:pcs|件|个|台|套|片|只|支)?"
    r"(?=用量|用料|耗用|单耗|消耗|定额|[净毛]?重|质量)", re.IGNORECASE
)  # fmt: skip
_BY = re.compile(
    r"(.*_(?:id|uom))/(\.?id|name|display_name|default_code)|"
    r"(.*\w)\s*/\s*(external id|database id|internal reference|display name)", re.IGNORECASE
)
"""A field that leads to a record, and by what that is told: ``product_id/default_code``, ``Product/External ID``."""
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
_FRONTS = frozenset({"prefix", "rank", "weighing", "word"})
"""Types of rows that list words of headers, no whole ones."""
_LINKS = re.compile(r"[^\w\s%]|_")
_APIECE = re.compile(r"(?<=g)[\s,;]{1,3}(?=(?:each|ea)\b)", re.IGNORECASE)
_INITIALS = re.compile(r"(?<![a-z])([ng])\.?\s?w(?![a-z])\.?")
_TIMES = re.compile(r"[*×]|\b[x乘]\b|乘", re.IGNORECASE)
_CHILD = ("code",)
_SHORT, _WHOLE = 5, frozenset({"whole", "count"})
_WEIGHED = {"gross": ("gross_mass",), "whole": ("total_mass",), "one": ("mass",), "piece": ("mass",),
            "row": ("total_mass",), "weight": ("mass", "other_mass")}  # fmt: skip
"""Which mass a header is of by what its words say, what decides first."""
_EXTENTS = frozenset({"length", "area", "volume"})
_OF_PARTS = {"", "mass", "item", *_EXTENTS}
"""What masses may be per, of parts; those per anything else (``g/Ah``) are of what is made."""
_SIGNS = re.compile(r"[\W_]+")


class Meant(NamedTuple):
    """What a header may mean, the likeliest field first, and the ``unit`` it carries, "" for none.

    ``is_stated``: by the user; that counts whatever stands below or beside it.
    """

    fields: tuple[str, ...]
    unit: str = ""
    is_stated: bool = False


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
def pattern(kind: str = "prefix") -> re.Pattern[str]:
    """Return what finds a word of a row of the table that lists words of headers."""
    words = {normal(word) for row in _rows() if row["field"] == kind for word in _spelt(row)}
    return re.compile("|".join(sorted(words, key=len, reverse=True)))


@cache
def naming() -> frozenset[str]:
    """Return the captions of what is made of others, as they may be spelt: ``产品``, ``产品编码``, ``parent item``."""
    by_field = {row["field"]: [*_spelt(row)] for row in _rows() if row["field"] in {"of_product", "parent", "product"}}
    own = [word for row in _rows() if row["field"] in {"code", "name"} for word in _spelt(row)]
    fronted = (f"{front}{gap}{word}" for front in by_field["product"] for word in own for gap in ("", " "))
    return frozenset(word.casefold() for word in (*by_field["of_product"], *by_field["parent"], *own, *fronted))


@cache
def spellings(field: str) -> frozenset[str]:
    """Return the captions of a field, as headers are compared."""
    return frozenset(normal(word) for row in _rows() if row["field"] == field for word in _spelt(row))


def rank(caption: str) -> str:
    """Return what a caption is of, by its first word: ``product``, ``stock``, ``component``, or ""."""
    written = normal(caption)
    return next((kind for kind in _RANKS if pattern(kind).match(written)), "")


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
    plainer = _plainer(written)
    if plainer != written:
        return meant(plainer)
    if is_gross(written) and "quantity" in (net := meant(_GROSS.sub("", _narrow(written)))).fields:
        return net._replace(fields=("quantity", "other_quantity"))
    if (bare := _of_record(written) or _ratio(written)) is not None or (bare := _weighed(written)).fields:
        return bare
    if (worded := _worded(normal(written))) == _CHILD:
        return Meant(worded)
    signs = ("%", "") if "%" in _narrow(written) else ("",)
    fields = next((known for spelling in _readings(written) for sign in signs if (known := _known(spelling, sign))),
                  _totalled(written))  # fmt: skip
    return _measured(fields, unit_in(written)) if fields else Meant(worded)


@lru_cache(4096)
def _worded(spelling: str) -> tuple[str, ...]:
    """Return the fields of a header by its words: ``bom_child``, ``parent_product_id``, ``QTY_PER_ROBOT``.

    What is above or below another is told by such a word and what it is called by; so many per anything but a
    package, an order or a time are those of what is made, where no other quantity is told.
    """
    upper, child, lower, identity = (pattern(kind).pattern for kind in ("upper", "child", "lower", "identity"))
    maker, stuff = (_of_identity(pattern(kind).pattern, identity) for kind in ("maker", "stuff"))
    if re.fullmatch(rf"(?:bom)?(?:{upper})(?:{identity})*|{maker}", spelling):
        return ("parent",)
    if re.fullmatch(rf"(?:bom)?(?:(?:{child})(?:{identity})*|(?:{lower})(?:{identity}){{2,}})|{stuff}", spelling):
        return _CHILD
    if re.fullmatch(rf"(?:bom)?(?:{child}|{lower})(?:{identity})*(?:{pattern('naming').pattern})", spelling):
        return ("name",)
    return ("quantity", "other_quantity") if _per(spelling) else ()


def _of_identity(words_: str, identity: str) -> str:
    """Return a pattern of a word with what it is told by, before or behind it: ``recipe_id``, ``id_insumo``."""
    return rf"(?:(?:{words_})(?:{identity})+|(?:id|cod|codigo|código|code)(?:{words_}))"


def _per(spelling: str) -> str:
    """Return what a header says that its quantities are per, "" for none and for what is not made: packages, times."""
    per = re.fullmatch(rf"(?:{pattern('counted').pattern})(?:per|je|pro)(\D+)", spelling)
    return per[1] if per and not re.fullmatch(rf"(?:{pattern('packing').pattern})(?:e?s)?", per[1]) else ""


def tells_product(caption: str, quantity: str) -> bool:
    """Tell whether a caption calls what quantities are per, known by words alone: ``robot_no, qty_per_robot``."""
    per = _per(normal(quantity)) if meant(quantity).fields == _worded(normal(quantity)) else ""
    ends = f"{pattern('identity').pattern}|{pattern('naming').pattern}"
    return bool(per) and re.fullmatch(rf"{re.escape(per)}(?:{ends})*", normal(caption)) is not None


def _ratio(written: str) -> Meant | None:
    """Return what a header means that is but a unit per another; None if it is none, or masses of pieces.

    ``kg/t`` is how much of a whole, ``m/pc`` the length of each; ``m3/t`` is nothing that a bill tells.
    """
    counted, _, per = _narrow(written).strip("()[] ").partition("/")
    kind, of = (units.measures(each.strip()) for each in (counted, per))
    if of == "mass" and kind:
        return Meant(("quantity",), f"{counted.strip()}/{per.strip()}") if kind == "mass" else NOTHING
    return Meant((kind,), counted.strip()) if of == "item" and kind in _EXTENTS else None


def is_of_each(written: str) -> bool:
    """Tell whether a header is but a unit per piece: ``kg/pc``, ``m/pc``."""
    return _ratio(written) is not None or units.measures(_narrow(written).partition("/")[0].strip()) == "mass"


def counts_pieces(written: str) -> bool:
    """Tell whether a header says that it counts pieces: ``Nos.``, ``个数``; ``Parts`` may be those of a recipe."""
    fields = meant(written).fields
    return "other_quantity" in fields and "designator" not in fields


def is_gross(written: str) -> bool:
    """Tell whether a header says that its quantities hold their losses: ``用量(含损耗)``, ``Qty incl. scrap``."""
    return _GROSS.search(_narrow(written)) is not None


def _measured(fields: tuple[str, ...], unit: str) -> Meant:
    """Return what a header with a unit means: shares have none but a sign, and a loss in kilograms is an amount."""
    if not _IN_PARTS.search(unit or "%") and types()[fields[0]] == "share":
        return Meant(("fixed_loss",), unit) if fields[0] == "loss" else NOTHING
    return Meant(fields, unit)


def _of_record(written: str) -> Meant | None:
    """Return what a header means that leads to a record, without by what that is told; None for any other.

    A name counts as one where another column tells the code of the record.
    """
    led = _BY.fullmatch(written.strip())
    if led is None or normal(written) in _words():
        return None
    found = meant(led[1] or led[3])
    is_named = (led[2] or led[4]).casefold().endswith("name") and "code" in found.fields
    return found._replace(fields=(*found.fields, "name")) if is_named else found


def _plainer(written: str) -> str:
    """Return a header with ``(total)`` as its first word, ``kg each`` as a unit, and without how many it is for."""
    if _TOTAL.search(written):
        rest = _TOTAL.sub("", written)
        return f"total {rest}" if rest.isascii() else f"总{rest}"
    written = _APIECE.sub("/", written)
    if _OF_MANY.match(written):
        return _OF_MANY.sub("", written)
    if per_in(written) != 1:
        return _FOR_MANY.sub(lambda many: ")" if "(" in _narrow(written[: many.start()]) else "", written)
    return written


def _weighed(written: str) -> Meant:
    """Return which mass a header means: ``Finished weight per piece (kg)``, ``单件净重(kg)``, ``合计(kg)``, ``kg/件``.

    Every word of it is known to say of what. The unit may stand for the word for a mass; one of shares is of a recipe.
    """
    unit = unit_in(written)
    is_other = any(types()[field] != "ignored" for field in _words().get(normal(written), ()))
    said = None if is_other else _weighing(written, unit)
    counted, _, per = unit.partition("/")
    tells = bool(said and said & {"whole", "row", "piece"}) if not per else units.measures(per) == "item"
    if said is None or ("weight" not in said and not (tells and units.measures(counted) == "mass")):
        return NOTHING
    if unit in SHARE_WORDS:
        return Meant(("quantity",), unit)
    if "count" in said:
        return _by_quantity(written, unit)
    field = next((field for word, field in _WEIGHED.items() if word in said), _WEIGHED["piece"])
    return Meant(field, f"{unit}/pc" if unit and not per and "piece" in said and field == ("mass",) else unit)


def _by_quantity(written: str, unit: str) -> Meant:
    """Return what a mass and a quantity together mean: ``Mass*Qty`` that of all, ``Weight/Qty`` that of one."""
    if _TIMES.search(written):
        return Meant(_WEIGHED["row"], unit)
    mass, _, per = written.rpartition("/")
    return Meant(_WEIGHED["one"], unit) if mass and "count" in (_weighing(per, unit) or ()) else NOTHING


def _totalled(written: str) -> tuple[str, ...]:
    """Return the field of a header that says a quantity of the whole product: ``Comp. Qty (total)``, ``整机用量``."""
    said = _weighing(written, unit_in(written)) or frozenset()
    return ("total_quantity",) if said - {"part", "prefix"} == _WHOLE else ()


def mentions_mass(written: str) -> bool:
    """Tell whether a header has a word for a mass in it, or a unit of mass, whatever else it says."""
    folded = _narrow(written).casefold()
    is_weighed = units.measures(unit_in(written).partition("/")[0]) == "mass"
    return is_weighed or any(re.search(pattern, folded) for pattern in _masses())


@cache
def _masses() -> tuple[str, ...]:
    each = [word.casefold() for row in _rows() if row["field"] == "weight" for word in _spelt(row)]
    return tuple(rf"(?<![a-z]){word}" if len(word) < _SHORT and word.isascii() else word for word in each)


def _weighing(written: str, unit: str) -> frozenset[str] | None:
    """Return what the words of a header, its unit left aside, say of a mass; None if one says something else."""
    folded = _narrow(written).casefold()
    own = rf"(?<![a-z]){re.escape(_narrow(unit).casefold())}(?![a-z])"
    rest = re.sub(own, " ", folded, count=1).replace(f"({unit.casefold()})", " ") if unit else folded
    bare = _LINKS.sub(" ", _INITIALS.sub(_initials, rest))
    pattern, kinds = _weights()
    at, said = 0, set()
    while found := pattern.match(bare, at):
        said.add(kinds[found[1]])
        at = found.end()
    return None if bare[at:].strip() else frozenset(said)


def _initials(found: re.Match[str]) -> str:
    return " net wt " if found[1] == "n" else " gross wt "


@cache
def _weights() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return what finds the next word of a header that says of what a mass is, and what each of them says."""
    fronts = ("prefix", "weighing")
    kinds = {word.casefold(): row["field"] for row in _rows() if row["type"] in fronts for word in _spelt(row)}
    return re.compile(rf"\s*({'|'.join(sorted(map(re.escape, kinds), key=len, reverse=True))})"), kinds


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
        front = pattern().match(spelling)
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
    if len(written) > _MOST_BLANKS:
        return ""
    counted, _, per = map(str.strip, _narrow(written).partition("/"))
    if units.measures(counted) == "mass" and units.measures(per) not in _OF_PARTS:
        return counted
    tail = _TAIL.search(_narrow(written).strip()) or _IN.search(written)
    told = (unit for unit in units_in(written) if "unit" not in _words().get(normal(unit), ()) or units.measures(unit))
    return tail[1] if tail and "/" in tail[1] else next(told, tail[1] if tail else "")
