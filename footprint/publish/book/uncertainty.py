"""The Uncertainty sheet: moments, histogram, shares of the variance, what has no uncertainty, other choices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from footprint.publish.book.parts import Entry, Row, heads, number
from footprint.publish.spread import share_drawn, spread
from footprint.publish.wording import Words, gas, percent
from footprint.tables.write import Cell, SheetSpec

LINES = ("cell", "name", "value", "spread-share")
VARIABLES = (
    "what", "name", "spread-relative", "spread-share", "spread-share-drawn", "spread-basis", "spread-distribution",
)  # fmt: skip
NOTES = ("spread-around", "spread-figures", "spread-errors", "spread-student")
WIDTHS = (44, 52, 18, 18, 18, 20, 20)


def uncertainty_sheets(document: Entry, words: Words) -> Iterator[SheetSpec]:
    """Yield the sheet, nothing where nobody asked how far the result may be off."""
    shown = spread(document)
    if shown is None:
        return
    found, w = document["uncertainty"], words
    rows: list[Row] = [[Cell(w("spread-title"), "title")], []]
    drawn = found["monte_carlo"]
    if drawn is None:
        rows.append([Cell(w("spread-none"), "plain")])
    else:
        said = w("spread-note", draws=drawn["draws"], seed=found["seed"], unit=gas(w.per(found["unit"])))
        rows += [[Cell(said, "plain")], *([Cell(w(code), "key"), Cell(text)] for code, text in shown.numbers)]
        outside = () if drawn["low"] <= found["total"] <= drawn["high"] else ("spread-outside",)
        rows += [[Cell(w(code), "plain")] for code in (*outside, *NOTES)]
        lines = [row for row in found["lines"] if row["share"]]
        variables = [row for row in found["variables"] if row["share"] or share_drawn(row)]
        rows += _listed(w, "spread-lines", LINES, (_line(row, w) for row in lines))
        rows += _listed(w, "spread-variables", VARIABLES, (_variable(row, w) for row in variables))
        rows += [[], *([Cell(w(code), "plain")] for code in ("spread-chains", "spread-shares"))]
    rows += [*_open(found["not_stated"], w), *_exact(found.get("exact", ()), w)]
    rows += _listed(w, "choices", ("choice", "value", "choice-change"), (_choice(r, w) for r in found["choices"]))
    open_ = ([Cell(w.text(row["title"])), Cell(w.text(row["why"]), "wrap")] for row in found.get("choices_open", ()))
    rows += _listed(w, "choices-open", ("choice", "why"), open_)
    if drawn is not None:
        rows += _listed(w, "spread-draws", ("spread-class", "spread-draws"), _classes(drawn["classes"]))
    yield SheetSpec(w("sheet-uncertainty"), rows, WIDTHS, heights={0: 26})


def _listed(w: Words, title: str, columns: Sequence[str], rows: Iterable[Row]) -> list[Row]:
    """Return rows below their captions, nothing where there are none."""
    listed = list(rows)
    return [[], [Cell(w(title), "section", span=4)], heads(map(w, columns)), *listed] if listed else []


def _share(value: float) -> Cell:
    return Cell(value, "fixed", number_format='[=0]0.0%;[<0.0005]"< 0.1%";0.0%')


def _line(row: Entry, w: Words) -> Row:
    return [Cell(row["cell"], "key"), Cell(w.text(row["name"])), number(row["value"], "fixed"), _share(row["share"])]


def _variable(row: Entry, w: Words) -> Row:
    basis = w.of("variable", row["basis"]) + (w("list") + w("variable-lapsed") if row.get("lapsed") else "")
    told = (basis, w.of("distribution", row["distribution"]))
    shares = _share(row["deviation"]), _share(row["share"]), _share(share_drawn(row))
    return [Cell(row["id"], "key"), Cell(w.text(row["name"])), *shares, *map(Cell, told)]


def _open(of: Entry, w: Words) -> Iterator[Row]:
    yield []
    yield [Cell(w("spread-open"), "section", span=4)]
    shares = {part: percent(of[f"{part}_share"]) for part in ("amounts", "factors", "both")}
    is_open = of["amounts_share"] or of["factors_share"]
    yield [Cell(w("spread-open-is", **shares) if is_open else w("spread-open-none"), "plain")]
    if is_open:
        yield [Cell(w("spread-open-exact"), "plain")]
    for part in ("amounts", "factors", "rows"):
        if of.get(part):
            carried = of.get("carried", {})
            told = (f"{name} ({percent(carried[name])})" if name in carried else name for name in of[part])
            yield [Cell(w(f"spread-open-{part}", n=len(of[part])), "key"), Cell(w("list").join(told), "wrap")]


def _exact(found: Sequence[Entry], w: Words) -> Iterator[Row]:
    """Yield what no draw moves, with the reason."""
    if found:
        yield []
        yield [Cell(w("exact"), "section", span=4)]
    for of in found:
        yield [Cell(w(f"exact-{of['reason']}"), "plain")]
        yield [None, Cell(w("list").join(map(w.text, of["numbers"])), "wrap")]


def _choice(row: Entry, w: Words) -> Row:
    return [Cell(w.text(row["title"])), number(row["total"], "fixed"), number(row["change"], "fixed")]


def _classes(of: Entry) -> Iterator[Row]:
    for at, count in enumerate(of["counts"]):
        yield [number(of["low"] + at * of["step"], "fixed"), Cell(count, "fixed", number_format="#,##0")]
