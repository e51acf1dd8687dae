"""One cell followed through entry, steps, rule, supply and factor to the declared number, as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from footprint.errors import RequestError, problem
from footprint.publish import finding, schema
from footprint.publish.telling import Teller


def explain(document: Mapping[str, Any], address: str, lang: str) -> str:
    """Return what became of cell ``address`` (``BOM!D8``, in any case; ``BOM!8`` names a row) in ``lang``.

    Several postings of one row are told one after the other; an assembly with what it carries; a row left out with its
    rule. Raises `RequestError` when the address is none, or no row of the declaration.
    """
    schema.check(document)
    row = finding.parse(address)
    found = finding.find(document, row)
    if not found.anything():
        raise RequestError(
            problem("cell-unknown", address, near=finding.nearest(document, row), file=document["workbook"]["file"])
        )
    return Teller(document, lang).tell(finding.written(document, row, address), found)
