"""The Data quality sheet: ratings of the result, what would improve it most, balances, and the scores of each line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from footprint.model.quality import printed
from footprint.publish.book.parts import Entry, Row, heads
from footprint.publish.scored import SIDES, hows, score
from footprint.publish.wording import Words, percent
from footprint.tables.write import Cell, SheetSpec

WIDTHS = (26, 40, 14, 14, 14, 14, 14, 14, 14, 18)
_SCORE, _SHARE = "0.00", "0.0%"


def quality_sheets(document: Entry, words: Words) -> Iterator[SheetSpec]:
    """Yield the sheet, nothing where the document has no part on the quality of data."""
    found = document.get("data_quality")
    if found is not None:
        yield SheetSpec(words("sheet-quality"), [*_rows(document, found, words)], WIDTHS, heights={0: 26})


def _rows(document: Entry, found: Entry, w: Words) -> Iterator[Row]:
    asked = found["asked"]
    cover = 1.0 if asked is None else asked["most_relevant"]
    told = "quality-scheme" if cover < 1 else "quality-scheme-all"
    yield [Cell(w("quality-title"), "title")]
    yield [Cell(w(told, scheme=w.text(found["scheme"]["title"]), cover=percent(cover)), "key")]
    yield [Cell(w("quality-own") if asked is None else w.cited(asked), "key")]
    yield [Cell(w("quality-note"), "key")]
    captions = [w.text(each["title"]) for each in found["indicators"]]
    names = [each["id"] for each in found["indicators"]]
    more = ("rating", "level", "rated-share", "rating-worst")
    yield heads([w("quality-of"), *captions, *map(w, more)])
    stages = {s["id"]: w.text(s["title"]) for s in document["result"]["by_stage"]}
    rows = [(w(f"quality-{kind}"), found[kind]) for kind in ("whole", "activity", "factor")]
    rows += [(stages.get(row["id"], row["id"]), row) for row in found["by_stage"]]
    yield from (_roll(title, row, names, w) for title, row in rows)
    yield from _assessed(rows, captions, names, w)
    yield []
    for key in ("primary_share", "energy_share"):
        yield [Cell(w(key.replace("_", "-"))), _number(found[key], _SHARE, w)]
    if "primary_open" in found:
        told = found["primary_open"]
        shares = {name: percent(told[name]) for name in ("least", "most")}
        yield [Cell(w("primary-open", **shares, cells=", ".join(told["cells"])))]
    yield from _matching(found.get("matching"), w)
    yield from _improve(found["improve"], w)
    yield from _needs(found.get("needs"), w)
    yield from _balances(found, w)
    yield from _lines(document, found, captions, names, w)


def _roll(title: str, row: Entry, names: Sequence[str], w: Words) -> Row:
    level = w("not-assessed") if row["level"] is None else w.text(row["level"]["title"])
    scores = [_number(row["scores"].get(name), _SCORE, w) for name in names]
    return [
        Cell(title), *scores, _number(row["rating"], _SCORE, w), Cell(level, "plain" if row["level"] else "key"),
        _number(row["rated_share"], _SHARE, w), _number(row["worst"], _SCORE, w),
    ]  # fmt: skip


def _assessed(
    rows: Sequence[tuple[str, Entry]], captions: Sequence[str], names: Sequence[str], w: Words
) -> Iterator[Row]:
    """Yield the share that each mean rests on; nothing in a document that does not say."""
    if all("assessed" in row for _, row in rows):
        yield []
        yield heads([w("assessed-share"), *captions])
        for title, row in rows:
            yield [Cell(title), *(_number(row["assessed"][name], _SHARE, w) for name in names)]


def _number(value: float | None, shape: str, w: Words) -> Cell:
    """Return a number, scores as printed elsewhere, or that it was not assessed."""
    if value is None:
        return Cell(w("not-assessed"), "key")
    return Cell(printed(value) if shape == _SCORE else value, "fixed", number_format=shape)


def _headed(title: str, columns: Sequence[str], w: Words) -> list[Row]:
    return [[], [Cell(w(title), "section", span=4)], heads(map(w, columns))]


def _matching(found: Entry | None, w: Words) -> Iterator[Row]:
    """Yield how the datasets behind the result were found; nothing in a document that does not say."""
    if found is not None:
        yield from _headed("matching-title", ("matching-how", "matching-share", "matching-lines"), w)
        yield [Cell(w("matching-note"), "key")]
        for how in hows(found):
            share, lines = found["shares"].get(how), found["lines"].get(how)
            shown = Cell("") if share is None else _number(share, _SHARE, w)
            yield [Cell(w(f"matched-{how}")), shown, Cell("" if lines is None else lines, "fixed")]


def _improve(rows: Sequence[Entry], w: Words) -> Iterator[Row]:
    if rows:
        yield from _headed("improve-title", ("cell", "name", "share", "improve-weight", "what"), w)
    for row in rows:
        what = w("list").join(f"{w.text(e['title'])} {_told(e['score'], w)}" for e in row["what"])
        shares = (_number(row[key], _SHARE, w) for key in ("share", "weight"))
        yield [Cell(row["cell"], "key"), Cell(w.text(row["title"])), *shares, Cell(what)]


def _needs(found: Entry | None, w: Words) -> Iterator[Row]:
    """Yield what the data needs matrix asks of each line, nothing where the rules have none."""
    if found is not None:
        columns = ("cell", "name", "needs-situation", "needs-asked", "outcome", "seen", "clause", "status")
        yield from _headed("needs-title", columns, w)
        yield [Cell(w("needs-note", open=found["open"]), "key")]
        for row in found["lines"]:
            told = (w.of("situation", row["situation"]), w.text(row["asked"]), w.of("outcome", row["outcome"]))
            cited = (f"{row['source']}: {row['clause']}", w.of("status", row["status"]))
            texts = (w.text(row["title"]), *told, w.text(row["seen"]), *cited)
            yield [Cell(row["cell"], "key"), *map(Cell, texts)]


def _told(score: int | None, w: Words) -> str:
    return w("not-assessed") if score is None else str(score)


def _balances(found: Entry, w: Words) -> Iterator[Row]:
    """Yield the balances of the product and of each process, by mass and by energy; none in an old document."""
    product, rows = found.get("product"), found["processes"]
    if product is None:
        return
    yield from _headed("balance-title", ("cell", "name", "balance-in", "balance-out", "balance-difference"), w)
    yield [Cell(w("balance-note"), "key")]
    yield [Cell(""), Cell(w("balance-product")), *_sides(product, "kg", w), _verdict(product, w)]
    for row in rows:
        yield [Cell(row["cell"], "key"), Cell(row["process"]), *_sides(row, "kg", w), _verdict(row, w)]
    columns = ("cell", "name", "balance-in-mj", "balance-out-mj", "balance-difference", "balance-share")
    yield from _headed("balance-energy-title", columns, w) if rows else ()
    for row in rows:
        energy = row["energy"]
        share = _number(energy["share"], _SHARE, w)
        yield [Cell(row["cell"], "key"), Cell(row["process"]), *_sides(energy, "mj", w), share, _verdict(energy, w)]


def _sides(found: Entry, unit: str, w: Words) -> Iterator[Cell]:
    yield from (_number(found[f"{side}_{unit}"], "0.0000", w) for side in ("in", "out"))
    yield _number(found["difference"], _SHARE, w)


def _verdict(found: Entry, w: Words) -> Cell:
    """Return whether a balance closes, or why nobody can tell."""
    if found["closes"] is None:
        return Cell(w.text(found["why"]["text"]) if "why" in found else "", "key")
    return Cell(w("balance-closes-yes" if found["closes"] else "balance-closes-no"))


def _lines(document: Entry, found: Entry, captions: Sequence[str], names: Sequence[str], w: Words) -> Iterator[Row]:
    """Yield amount and dataset of each line, each score with what it rests on."""
    entries: Mapping[str, Any] = {entry["id"]: entry for entry in document["ledger"]}
    whole = document["result"]["absolute"] or 1.0
    profiles = [_profile(each, names, w) for each in found["profiles"]]
    yield from ([], [Cell(w("quality-lines"), "section", span=4)])
    yield heads([w("cell"), w("name"), w("share"), w("rating"), *captions])
    for line in found["lines"]:
        entry = entries[line["id"]]
        share = _number(abs(entry["value"]) / whole, _SHARE, w)
        yield [Cell(entry["cell"], "key"), Cell(w.named(entry)), share, *profiles[line["profile"]]]


def _profile(found: Entry, names: Sequence[str], w: Words) -> Row:
    both = (" / ".join(score(found[side].get(name), w) for side in SIDES) for name in names)
    return [_number(found["rating"], _SCORE, w), *map(Cell, both)]
