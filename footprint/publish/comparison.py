"""``comparison.html``: results side by side, and the causes of their differences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from footprint.publish import templates


def comparison(document: Mapping[str, Any], lang: str) -> bytes:
    """Return the comparison ``document`` in ``lang`` as UTF-8 HTML."""
    stages = {stage["id"]: stage["title"] for result in document["results"] for stage in result["by_stage"]}
    template = templates.environment("report", lang).get_template("comparison.html.j2")
    return template.render(lang=lang, doc=document, stages=stages, notes={}).encode("utf-8")
