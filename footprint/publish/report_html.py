"""``report.html``: one file a browser shows and a printer prints, with nothing fetched and nothing run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from footprint.publish import chain, figures, sankey, templates, trace, view
from footprint.publish.scored import hows
from footprint.publish.wording import Words

NAME = "report.html"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_HASH = re.compile("[0-9a-f]{64}")


def render(document: Mapping[str, Any], lang: str) -> bytes:
    """Return the report of ``document`` in ``lang`` as UTF-8 HTML."""
    template = templates.environment("report", lang).get_template("report.html.j2")
    shown = _shown(document, lang) if "uncertainty" not in document else _spread(document, lang)
    return _CONTROL.sub("\ufffd", template.render(shown)).encode("utf-8")


def _shown(document: Mapping[str, Any], lang: str) -> dict[str, Any]:
    linked = chain.chain_of(document)
    result = document["result"]
    return {
        "lang": lang,
        "told": partial(figures.told, document),
        "spread": None,
        "result_unit": result["unit"],
        "traced": trace.traced(document, Words(lang)),
        "doc": document,
        "chain": linked,
        "several": len(document["databases"]) > 1,
        "supply": {a["id"]: a["supply"] for a in document["activities"]},
        "activities": {a["id"]: a for a in document["activities"]},
        "datasets": {d["key"]: d for d in document["datasets"]},
        "picture": sankey.picture(document, linked, Words(lang).named),
        "hotspots": view.hotspots(document),
        "rests_on": view.rests_on(document),
        "colours": view.stage_colours(document),
        "stage_titles": {s["id"]: s["title"] for s in (*document["study"]["stages"], *result["by_stage"])},
        "basis_titles": {b["id"]: b["title"] for b in result["by_basis"]},
        "status_titles": {s["id"]: s["title"] for s in result["by_status"]},
        "stage_bars": view.bars([s["value"] for s in result["by_stage"]]),
        "stacked": view.stacked,
        "gap_names": view.gap_codes(document),
        "hows": hows,
        "gaps": view.largest_gaps(document),
        "parameters_used": [p for p in document["study"]["parameters"] if p.get("used", True) or p.get("todo")],
        "classes": [c for c in result["by_class"] if c["value"]],
        "empty_classes": [c for c in result["by_class"] if not c["value"]],
        "fingerprint": _fingerprint(document),
        "headline": "",
        **_leads(document),
    }


def _leads(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what numbers lead to: the rows of postings, datasets, documents, instruments and scores, by number."""
    quality, evidence = document.get("data_quality") or {}, document.get("evidence") or {}
    documents, instruments = evidence.get("documents", ()), evidence.get("instruments", ())
    return {
        "notes": {},
        "behind": view.behind(document),
        "postings": _numbered(e["id"] for e in document["ledger"]),
        "dataset_rows": _numbered(d["key"] for d in document["datasets"]),
        "document_rows": _numbered(row["id"] for row in documents),
        "instrument_rows": _numbered(row["id"] for row in instruments),
        "profiles": {line["id"]: line["profile"] + 1 for line in quality.get("lines", ())},
    }


def _numbered(ids: Iterable[str]) -> dict[str, int]:
    return {id_: number for number, id_ in enumerate(ids, 1)}


def _spread(document: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Return what is shown with how far the result may be off, its numbers to the figures that this lets stand."""
    from footprint.publish.headline import headline
    from footprint.publish.spread import share_drawn, spread

    said = headline(document.get("uncertainty"), Words(lang), len(document["completeness"]["gaps"]))
    more = {"spread": spread(document), "headline": said, "share_drawn": share_drawn}
    return {**_shown(figures.printed(document), lang), **more}


def _fingerprint(document: Mapping[str, Any]) -> str:
    """Return the beginning of the workbook's checksum for the foot of each page, "" unless it is one."""
    digest = str(document["workbook"]["sha256"])
    return digest[:16] if _HASH.fullmatch(digest) else ""
