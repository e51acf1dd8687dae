"""Tables that are no parts of the product by what they are called: spare parts, tools, a recapitulation of others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from footprint.errors import Problem, problem
from footprint.layouts.alike import called
from footprint.layouts.locating.namesakes import title
from footprint.layouts.naming.cells import as_text
from footprint.layouts.part import Part

_ASIDE = re.compile(
    r"(?<![a-z])(?:spares?|spare[\s_-]?parts?|tools?|tooling|jigs?|fixtures?|recapitulation|récapitulatif|recap"
    r"|optional parts?|options)(?![a-z])|ersatzteil|verschleißteil|werkzeug|vorrichtung|rekapitulation"
    r"|备件|备品|备用件|易损件|工装|工具|夹具|刀具|治具|選配|选配|選購|选购", re.IGNORECASE,
)  # fmt: skip
"""What sheets and titles say of what is not in the product, or is told by other tables, too."""
_LONGEST = 80


def asked(parts: Sequence[Part]) -> Iterator[Problem]:
    """Ask whether the first of several tables counts that is called so, unless sheets are stated."""
    if any(part.layout.sheets for part in parts):
        return
    aside = {id(part): text for part in parts if (text := _said(part, parts))}
    if aside and len(aside) < len(parts):
        first = next(part for part in parts if id(part) in aside)
        others = [called(part, parts) for part in parts if id(part) not in aside]
        yield problem("import-aside", first.table.origin, (), text=aside[id(first)], others=",".join(others),
                      every=",".join(dict.fromkeys(called(part, parts) for part in parts)))  # fmt: skip


def _said(part: Part, parts: Sequence[Part]) -> str:
    """Return what calls a table so: its sheet, where there are several, or a title."""
    sheet = part.table.sheet
    texts = [sheet.name] if any(other.table.sheet is not sheet for other in parts) else []
    rows = (sheet.rows[at] for at in part.table.above)
    texts += [next(as_text(cell) for cell in row if cell is not None and cell != "") for row in rows if title(row)]
    return next((text for text in texts if len(text) <= _LONGEST and _ASIDE.search(text)), "")
