"""One bill under several rule files: a result for each, and why they differ, rule by rule."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from footprint.declare.difference import difference
from footprint.declare.texts import READING
from footprint.files import put
from footprint.messages import message
from footprint.service import Calculated, Request, calculate, write

SCHEMA = "footprint-comparison/1.0"
Document = dict[str, Any]
_NAMED = 6


class Contrast(NamedTuple):
    """The results of one workbook under several rule files, and the document that explains their differences."""

    results: tuple[Calculated, ...]
    document: Document


def contrast(request: Request, pcrs: Sequence[str]) -> Contrast:
    """Return the results of a workbook under each of ``pcrs``, and why each differs from the first, per item."""
    results = tuple(calculate(request._replace(pcr=pcr)) for pcr in pcrs)
    first, *others = (r.document for r in results)
    names = _names([r.document for r in results])
    document: Document = {
        "schema": SCHEMA,
        "workbook": first["workbook"],
        "product": {key: first["product"][key] for key in ("id", "name", "model")},
        "results": [_result(r.document, name) for r, name in zip(results, names, strict=True)],
        "differences": [
            {"from": names[0], "to": name, **difference(first, o)} for o, name in zip(others, names[1:], strict=True)
        ],
    }
    return Contrast(results, document)


def _names(documents: Sequence[Document]) -> tuple[str, ...]:
    """Return what rule files are called beside each other: by id, where that is one of several with the version too.

    Those of one id and version are numbered.
    """
    ids = [str(document["study"]["pcr"]["id"]) for document in documents]
    full = [f"{id_}@{document['study']['pcr']['version']}" for id_, document in zip(ids, documents, strict=True)]
    told = [name if ids.count(id_) > 1 else id_ for id_, name in zip(ids, full, strict=True)]
    return tuple(f"{name}-{told[: at + 1].count(name)}" if told.count(name) > 1 else name
                 for at, name in enumerate(told))  # fmt: skip


def _result(document: Document, name: str) -> Document:
    result, unit = document["result"], document["declared_unit"]
    return {
        "name": name,
        "pcr": document["study"]["pcr"]["id"],
        "version": document["study"]["pcr"]["version"],
        "title": document["study"]["pcr"]["title"],
        "boundary": document["study"]["boundary"]["title"],
        "gwp_set": document["study"]["gwp_set"],
        "declared": result["declared"],
        "unit": {"amount": unit["amount"], "unit": unit["unit"], "title": unit["title"]},
        "per_item": result["per_item"],
        "location_declared": result["location_declared"],
        "scale": unit["per_item"] / unit["amount"],
        "lower_bound": result["lower_bound"],
        "gaps": [gap["title"] for gap in document["completeness"]["gaps"]],
        "by_stage": result["by_stage"],
        "conformity": document["conformity"]["wording"],
        "read": [notice for notice in document["assumptions"] if notice["code"] in READING],
    }


def produce(request: Request, pcrs: Sequence[str], directory: Path, lang: str) -> tuple[Contrast, tuple[Path, ...]]:
    """Calculate a workbook under each of ``pcrs`` into a folder of its own, and write what tells them apart."""
    from footprint.publish.comparison import comparison

    found = contrast(request, pcrs)
    told = {"comparison.json": _text(found.document), "comparison.html": comparison(found.document, lang)}
    named = zip(found.results, (row["name"] for row in found.document["results"]), strict=True)
    paths = [path for result, name in named for path in write(result, directory / name, lang)]
    return found, (*paths, *put(directory, told))


def _text(document: Document) -> bytes:
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def summary(found: Contrast, written: Sequence[Path], lang: str) -> str:
    """Return the results side by side per item, and the causes of their differences, largest first."""
    lines = []
    for result in found.document["results"]:
        bound = ">= " if result["lower_bound"] else ""
        unit = result["unit"]
        told = f"{bound}{result['declared']} kg CO2e / {unit['amount']:g} {unit['unit']} ({unit['title'][lang]})"
        lines.append(f"{result['name']}: {told}; {message('comparison-per-item', lang, value=_signed(result, bound))}")
        if result["gaps"]:
            names = ", ".join(dict.fromkeys(gap[lang] for gap in result["gaps"][:_NAMED]))
            lines.append("  " + message("summary-gaps", lang, count=len(result["gaps"]), names=names))
        lines += [f"  {notice['cell']}: {notice['text'][lang]}" for notice in result["read"]]
        if result["location_declared"] != result["declared"]:
            located = {"value": bound + result["location_declared"], "amount": f"{unit['amount']:g}"}
            lines.append("  " + message("summary-location", lang, **located, unit=unit["unit"]))
    for each in found.document["differences"]:
        facts = {"one": each["from"], "other": each["to"], "value": f"{each['value']:+.4g}"}
        lines.append(message("comparison-difference" if each["causes"] else "comparison-same", lang, **facts))
        lines += [f"  {c['value']:+.4g}  {c['sentence'][lang]} [{c['cells']}]" for c in each["causes"]]
    return "\n".join([*lines, *(str(path) for path in written)])


def _signed(result: Document, bound: str) -> str:
    return f"{bound}{result['per_item']:.4g}"
