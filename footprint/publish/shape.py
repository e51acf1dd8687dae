"""Whether a document has the shape of a declaration, which ``templates/declaration.schema.json`` says.

What of JSON Schema stands in it is understood here, so that what others send is judged before anything is read of it.
Fields that the schema does not know are let through: a later minor version adds some.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

from footprint.errors import Problem
from footprint.paths import data_root
from footprint.provenance import Place

Part = Mapping[str, Any]
_SAID = 20
_LARGEST = 1e60
"""What a number may be: products of some are numbers still."""
_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: _is_number(value),  # noqa: PLW0108  it stands below
    "integer": lambda value: _is_number(value) and value == int(value),
}


def misshapen(document: object, place: Place) -> tuple[Problem, ...]:
    """Return where a document is not of the shape of a declaration, the first places, each as a problem."""
    return tuple(
        Problem("declaration-shape", place._replace(cell=at or "/"), {"wanted": wanted})
        for at, wanted in islice(_wrong(document, _schema(), ""), _SAID)
    )


@cache
def _schema() -> Part:
    path = data_root() / "templates" / "declaration.schema.json"
    found: Part = json.loads(path.read_text(encoding="utf-8"))
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST


def _wrong(value: Any, schema: Part, at: str) -> Iterator[tuple[str, str]]:
    """Yield the JSON pointer of each part that is not as ``schema`` says, and what it should be."""
    if "$ref" in schema:
        yield from _wrong(value, _schema()["$defs"][schema["$ref"].rpartition("/")[2]], at)
        return
    wanted = _unmet(value, schema, at)
    if wanted is not None:
        yield at, wanted
    elif isinstance(value, dict):
        yield from _wrong_inside(value, schema, at)
    elif isinstance(value, list) and "items" in schema:
        for number, each in enumerate(value):
            yield from _wrong(each, schema["items"], f"{at}/{number}")


def _unmet(value: Any, schema: Part, at: str) -> str | None:
    """Return what a value itself should be and is not, None where it is."""
    names = schema.get("type", ())
    if names and not (_TYPES[names](value) if isinstance(names, str) else any(_TYPES[name](value) for name in names)):
        return names if isinstance(names, str) else " | ".join(names)
    if "enum" in schema or "const" in schema:
        words = schema["enum"] if "enum" in schema else [schema["const"]]
        if value not in words:
            return " | ".join(map(str, words))
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        return str(schema["pattern"])
    forms = schema.get("anyOf", ())
    if forms and all(any(_wrong(value, each, at)) for each in forms):
        return " | ".join(str(each.get("type", "object")) for each in forms)
    return None


def _wrong_inside(value: Part, schema: Part, at: str) -> Iterator[tuple[str, str]]:
    known, more = schema.get("properties", {}), schema.get("additionalProperties")
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{at}/{name}", str(known.get(name, {}).get("type", "-"))
    for name, each in value.items():
        inner = known.get(name, more if isinstance(more, dict) else None)
        if inner is not None:
            yield from _wrong(each, inner, f"{at}/{name}")
        if "propertyNames" in schema:
            yield from _wrong(name, schema["propertyNames"], f"{at}/{name}")
