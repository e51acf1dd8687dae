"""The tables of a document, by name: rows of texts, made of what may be seen of a declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from footprint.messages import labels
from footprint.publish import view
from footprint.publish.figures import spread_of, to_interval
from footprint.publish.figures import told as shown
from footprint.publish.headline import headline
from footprint.publish.view import Bar
from footprint.publish.wording import MISSING, Words, declared, entered, figure, gas, number, percent

Document = Mapping[str, Any]
Row = dict[str, Any]
"""Texts by column; ``bar``: a `Bar` or None; ``says``: what the row states of the result, by column."""
_PREFIX = "paper-"
_MOST = 10


class Say(Words):
    """Captions of documents, before those of reports."""

    def __init__(self, lang: str) -> None:
        super().__init__(lang)
        own = {k.removeprefix(_PREFIX): v for k, v in labels(lang).items() if k.startswith(_PREFIX)}
        self._captions = {**self._captions, **own}

    def cited(self, finding: Mapping[str, Any]) -> str:
        """Return source and clause of a rule."""
        return f"{finding['source']} {finding['clause']}".strip()


class Piece(NamedTuple):
    """A table: the key of the declaration that it is made from, and how."""

    key: str
    rows: Callable[[Document, Say], Iterator[Row]]


def bound(document: Document) -> str:
    """Return what stands before a number that is a lower bound."""
    return "≥ " if document["result"]["lower_bound"] else ""


def _stages(document: Document, say: Say) -> Iterator[Row]:
    rows = document["result"]["by_stage"]
    for row, bar in zip(rows, view.bars([row["value"] for row in rows]), strict=True):
        yield {
            "title": say.text(row["title"]) or row["id"],
            "bar": bar,
            **_of_stage(document, row),
        }


def _of_stage(document: Document, row: Document) -> Row:
    """Return value and share of a stage; one without a line has none, which is not zero."""
    if not row.get("lines", 1):
        return {"value": MISSING, "share": MISSING}
    value, share = bound(document) + shown(document, row["value"], bound=True), percent(row["share"])
    return {"value": value, "share": share, "says": {"value": f"stage:{row['id']}"}}


def _classes(document: Document, say: Say) -> Iterator[Row]:
    for row in document["result"]["by_class"]:
        counted = say("yes" if row["in_total"] else "no")
        told = {"title": gas(say.text(row["title"])), "counted": counted, "value": shown(document, row["value"])}
        yield {**told, "says": {"value": f"class:{row['id']}"}}


def _also(document: Document, say: Say) -> Iterator[Row]:
    result, low = document["result"], bound(document)
    for row in result["also"]:
        unit = f"{gas(result['unit'])} / {say.unit(row['unit'])}"
        yield {"title": say.text(row["title"]), "value": low + declared(row["declared"]), "unit": unit}
    for row in result.get("subtotals", ()):
        value = low + declared(row["declared"])
        yield {"title": say.text(row["title"]), "value": value, "unit": unit_of(document, say)}
    yield {
        "title": say("location-based"), "value": low + declared(result["location_declared"]),
        "unit": unit_of(document, say),
    }  # fmt: skip


def unit_of(document: Document, say: Say) -> str:
    """Return the unit of the result per declared unit."""
    unit = document["declared_unit"]
    amount = "" if unit["amount"] == 1 else f"{entered(unit['amount'])} "
    return f"{gas(document['result']['unit'])} / {amount}{say.unit(unit['unit']) or unit['unit']}"


def _rests(document: Document, say: Say) -> Iterator[Row]:
    for kind in ("by_basis", "by_status", "by_gwp_set"):
        for at, row in enumerate(document["result"].get(kind, ())):
            bar = Bar(0.0, max(0.0, min(row["share"], 1.0)) * 100, 0.0, credit=False)
            told = {"kind": "" if at else say(kind.replace("_", "-")), "title": say.text(row.get("title")) or row["id"]}
            yield {**told, "bar": bar, "share": percent(row["share"])}


def _spread(document: Document, say: Say) -> Iterator[Row]:
    found = document["uncertainty"]
    drawn = found.get("monte_carlo")
    said = headline(found, say, len(document.get("completeness", {}).get("gaps", ())))
    if said:
        yield {"title": say("headline"), "value": said}
    if drawn:
        width = spread_of(found)
        for key in ("mean", "median", "deviation"):
            yield {"title": say(f"spread-{key}"), "value": to_interval(drawn[key], width)}
        ends = " – ".join(to_interval(drawn[key], width) for key in ("low", "high"))
        yield {"title": say("spread-interval"), "value": ends}
        yield {"title": say("draws"), "value": entered(drawn["draws"])}


def _quality(document: Document, say: Say) -> Iterator[Row]:
    quality = document["data_quality"]
    stages = {stage["id"]: stage["title"] for stage in document["study"]["stages"]}
    rolls = [(say(f"quality-{kind}"), quality[kind]) for kind in ("whole", "activity", "factor")]
    rolls += [(say.text(stages.get(row["id"])) or row["id"], row) for row in quality["by_stage"]]
    for title, row in rolls:
        scores = [(i["title"], row["scores"].get(i["id"])) for i in quality["indicators"]]
        told = [f"{say.text(each)} {say('not-assessed') if s is None else f'{s:.2f}'}" for each, s in scores]
        yield {
            "title": title,
            "scores": " · ".join(told),
            "rating": say("not-assessed") if row["rating"] is None else f"{row['rating']:.2f}",
            "level": say.text(row["level"]["title"]) if row["level"] else "",
            "rated": percent(row["rated_share"]),
        }


def _databases(document: Document, say: Say) -> Iterator[Row]:
    for row in document["databases"]:
        told = {key: row[key] for key in ("version", "licence", "citation")}
        yield {"title": f"{say.text(row['title'])} ({row['id']})", **told}


def _sources(document: Document, say: Say) -> Iterator[Row]:
    for row in document["study"]["pcr"]["sources"]:
        yield {"id": row["id"], "title": say.text(row["title"]), "status": say.of("status", row["status"])}


def _parameters(document: Document, say: Say) -> Iterator[Row]:
    for row in document["study"]["parameters"]:
        if row.get("used", True):
            yield {
                "title": say.text(row["title"]), "value": say.value(row), "unit": say.unit(row["unit"]),
                "clause": say.cited(row), "status": say.of("status", row["status"]),
            }  # fmt: skip


def _clauses(document: Document, say: Say) -> Iterator[Row]:
    for row in document["clauses"]:
        told = {"outcome": say.of("outcome", row["outcome"]), "sentence": say.text(row["sentence"])}
        yield {**told, "clause": say.cited(row), "status": say.of("status", row["status"])}


def _benchmarks(document: Document, say: Say) -> Iterator[Row]:
    for row in document["benchmarks"]:
        told = {"outcome": say.of("mark", row["outcome"]), "title": say.text(row["title"])}
        yield {**told, "clause": say.cited(row), "status": say.of("status", row["status"])}


def _allocations(document: Document, say: Say) -> Iterator[Row]:
    for row in document["allocations"]:
        shares = [f"{output['flow']} {percent(output['share'])}" for output in row.get("outputs", ())]
        told = {"process": row.get("process", ""), "title": say.text(row["title"]), "clause": say.cited(row)}
        yield {**told, "reason": say.text(row.get("reason")), "shares": say("list").join(shares)}


def _excluded(document: Document, say: Say) -> Iterator[Row]:
    for row in document["excluded"]:
        yield {"name": say.named(row), "clause": f"{row['rule']} {row['clause']}", "reason": say.text(row["reason"])}


def _gaps(document: Document, say: Say) -> Iterator[Row]:
    for row in view.largest_gaps(document):
        amount = f"{number(row['amount'])} {say.unit(row['unit'])}".strip()
        yield {"cell": row["cell"], "name": say.text(row["title"]), "amount": amount, "why": say.text(row["why"])}


def _assumptions(document: Document, say: Say) -> Iterator[Row]:
    for row in document["assumptions"]:
        yield {"cell": row["cell"], "text": say.text(row["text"])}


def stage_titles(document: Document, say: Say) -> dict[str, str]:
    """Return the titles of stages by id."""
    stages: Sequence[Document] = (*document["study"]["stages"], *document["result"]["by_stage"])
    return {row["id"]: say.text(row["title"]) for row in stages}


def _hotspots(document: Document, say: Say) -> Iterator[Row]:
    titles = stage_titles(document, say)
    for spot in view.hotspots(document):
        told = {"name": say.named(spot.entry), "stage": titles.get(spot.entry["stage"], spot.entry["stage"])}
        yield {**told, "value": shown(document, spot.entry["value"]), "share": percent(spot.share)}


def _improve(document: Document, say: Say) -> Iterator[Row]:
    for row in document["data_quality"].get("improve", ())[:_MOST]:
        what = [
            f"{say.text(w['title'])} {w['score'] if w['score'] is not None else say('not-assessed')}"
            for w in row["what"]
        ]
        yield {"name": say.text(row["title"]), "share": percent(row["share"]), "what": say("list").join(what)}


def _ledger(document: Document, say: Say) -> Iterator[Row]:
    titles = stage_titles(document, say)
    for row in document["ledger"]:
        amount = f"{figure(row['amount'])} {say.unit(row['unit'])}".strip()
        told = {"cell": row["cell"], "name": say.named(row), "stage": titles.get(row["stage"], row["stage"])}
        yield {**told, "amount": amount, "target": say.text(row["target_name"]), "value": shown(document, row["value"])}


def _datasets(document: Document, say: Say) -> Iterator[Row]:
    for row in document["datasets"]:
        told = {key: row[key] for key in ("region", "period", "citation")}
        yield {"name": say.text(row["name"]), "status": say.of("status", row["status"]), **told}


PIECES: dict[str, Piece] = {
    "stages": Piece("result", _stages),
    "classes": Piece("result", _classes),
    "also": Piece("result", _also),
    "rests": Piece("result.by_basis", _rests),
    "spread": Piece("uncertainty", _spread),
    "quality": Piece("data_quality.whole", _quality),
    "databases": Piece("databases", _databases),
    "sources": Piece("study", _sources),
    "parameters": Piece("study.parameters", _parameters),
    "clauses": Piece("clauses", _clauses),
    "benchmarks": Piece("benchmarks", _benchmarks),
    "allocations": Piece("allocations", _allocations),
    "excluded": Piece("excluded", _excluded),
    "gaps": Piece("completeness.gaps", _gaps),
    "assumptions": Piece("assumptions", _assumptions),
    "hotspots": Piece("ledger", _hotspots),
    "improve": Piece("data_quality.improve", _improve),
    "ledger": Piece("ledger", _ledger),
    "datasets": Piece("datasets", _datasets),
}


def known(document: Document, path: str) -> bool:
    """Tell whether ``document`` has what stands at ``path``, empty or not."""
    at: Any = document
    for key in path.split("."):
        if not isinstance(at, Mapping) or key not in at:
            return False
        at = at[key]
    return True
