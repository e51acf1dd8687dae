"""What two results say otherwise besides their numbers: method, evidence, instruments, scores, uncertainty."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from footprint.messages import label, message

Document = Mapping[str, Any]
Facts = Mapping[str, Mapping[str, object]]
_SHOWN = 10
_UNTOLD = frozenset({"id", "cell", "share", "backs", "name", "title"})
"""What is no fact of a document or an instrument: where it stands, and what it is worth here."""
_SIDES = ("activity", "factor")


def otherwise(documents: Sequence[Document], drawn: Sequence[Document], lang: str) -> Iterator[str]:
    """Yield each fact that differs between two declarations, and between what was drawn of them (``{}``: nothing)."""
    for kind, facts in _KINDS.items():
        yield from _told(kind, facts(documents[0]), facts(documents[1]), lang)
    if all(drawn):
        yield from _told("uncertainty", _drawn(drawn[0]), _drawn(drawn[1]), lang)


def _told(kind: str, one: Facts, other: Facts, lang: str) -> Iterator[str]:
    """Yield the first facts of a kind that differ, and how many more do."""
    found = []
    for id_ in dict.fromkeys((*one, *other)):
        sides = one.get(id_, {}), other.get(id_, {})
        for key in dict.fromkeys((*sides[0], *sides[1])):
            values = [side.get(key) for side in sides]
            if values[0] != values[1]:
                shown = dict(zip(("one", "other"), map(_shown, values), strict=True))
                name = " ".join(filter(None, (id_, key)))
                found.append(message("changes-fact", lang, kind=label(f"changes-of-{kind}", lang), name=name, **shown))
    yield from found[:_SHOWN]
    if len(found) > _SHOWN:
        rest = len(found) - _SHOWN
        yield message("changes-facts-more", lang, kind=label(f"changes-of-{kind}", lang), count=rest)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return "-" if value in (None, "") else str(value)


def _method(document: Document) -> Facts:
    """Return the choices of method, and how the data as a whole were rated."""
    study, rated = document["study"], document.get("data_quality", {})
    told = {"gwp_set": study["gwp_set"], "headline": study["headline"], "boundary": study["boundary"]["id"]}
    whole = {"rating": rated.get("whole", {}).get("rating"), "primary_share": rated.get("primary_share")}
    return {"": {**told, "data_quality": rated.get("scheme", {}).get("id"), **whole}}


def _listed(part: str) -> Callable[[Document], Facts]:
    """Return what reads a list of the evidence: a row by its id, of several of one id by its cell as well."""

    def facts(document: Document) -> Facts:
        rows = document.get("evidence", {}).get(part, ())
        ids = [row["id"] for row in rows]
        return {
            row["id"] if ids.count(row["id"]) == 1 else f"{row['id']} {row['cell']}": dict(_flat(row)) for row in rows
        }

    return facts


def _flat(row: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, object]]:
    for key, value in row.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        elif before or key not in _UNTOLD:
            yield f"{before}{key}", value


def _found(document: Document) -> Facts:
    """Return the contradictions and gaps of evidence by cell."""
    rows = document.get("evidence", {}).get("findings", ())
    return {row["cell"]: {row["id"]: row["kind"]} for row in rows}


def _scores(document: Document) -> Facts:
    """Return the scores of each line, of its amount and of its dataset."""
    rated = document.get("data_quality")
    if rated is None:
        return {}
    return {
        line["id"]: {
            f"{side}.{name}": score[0]
            for side in _SIDES
            for name, score in rated["profiles"][line["profile"]][side].items()
        }
        for line in rated["lines"]
    }


def _drawn(document: Document) -> Facts:
    """Return the uncertainty of a result, and of each number behind it."""
    whole = {
        **{f"first_order.{key}": document["first_order"].get(key) for key in ("deviation", "expanded", "dof")},
        **{f"monte_carlo.{key}": (document.get("monte_carlo") or {}).get(key) for key in ("low", "high")},
    }
    variables = {
        each["id"]: {key: each.get(key) for key in ("basis", "distribution", "deviation", "dof")}
        for each in document["variables"]
    }
    return {"": whole, **variables}


_KINDS: Mapping[str, Callable[[Document], Facts]] = {
    "method": _method, "documents": _listed("documents"), "instruments": _listed("instruments"),
    "findings": _found, "scores": _scores,
}  # fmt: skip
