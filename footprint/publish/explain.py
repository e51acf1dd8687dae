"""One cell followed through entry, steps, rule, supply and factor to the declared number, as plain text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from footprint.errors import RequestError, problem
from footprint.paths import data_root
from footprint.publish import finding, schema
from footprint.publish.telling import Teller


def explain(document: Mapping[str, Any], address: str, lang: str, drawn: Path | None = None) -> str:
    """Return what became of cell ``address`` (``BOM!D8``, in any case; ``BOM!8`` names a row) in ``lang``.

    Several postings of one row are told one after the other; an assembly with what it carries; a row left out with its
    rule; a factor, document, instrument or field with the lines that rest on it. ``drawn``: the file of what was drawn
    of the result, which tells how far its numbers may be off. Raises `RequestError` when the document lacks parts, when
    the address is none, or no row of the declaration.
    """
    schema.check(document)
    _refuse_parts_missing(document)
    row = finding.parse(address)
    found = finding.find(document, row)
    if not found.anything():
        raise RequestError(
            problem("cell-unknown", address, near=finding.nearest(document, row), file=document["workbook"]["file"])
        )
    return Teller(document, lang, _variables(drawn)).tell(finding.written(document, row, address), found)


def _variables(drawn: Path | None) -> Sequence[Mapping[str, Any]]:
    """Return the random variables that a file tells of, none where there is no such file."""
    try:
        found = json.loads(drawn.read_bytes()) if drawn is not None else {}
    except (OSError, ValueError):
        return ()
    variables = found.get("variables") if isinstance(found, dict) else None
    return variables if isinstance(variables, list) else ()


def _refuse_parts_missing(document: Mapping[str, Any]) -> None:
    """Raise `RequestError` unless every part that a declaration must have is there, as what it must be."""
    if not all(isinstance(document.get(part), type_) for part, type_ in _parts().items()):
        raise RequestError(problem("not-a-declaration", "declaration.json"))


@cache
def _parts() -> Mapping[str, type]:
    """Return the parts of a declaration that its schema requires, with what each is in JSON."""
    path = data_root() / "templates" / "declaration.schema.json"
    schema_ = json.loads(path.read_text(encoding="utf-8"))
    types: Mapping[str, type] = {"object": dict, "array": list, "string": str}
    return {part: types[schema_["properties"][part]["type"]] for part in schema_["required"]}
