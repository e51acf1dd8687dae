"""Which declaration documents can be read here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from footprint.errors import RequestError, problem
from footprint.provenance import Place

FORM, MAJOR = "footprint-declaration/", 1


def check(document: Mapping[str, Any]) -> None:
    """Raise `RequestError` unless ``document`` is a declaration of the major version read here."""
    told = str(document.get("schema", ""))
    major = told.removeprefix(FORM).partition(".")[0]
    if not told.startswith(FORM) or major != str(MAJOR):
        raise RequestError(problem("declaration-unreadable", "declaration.json", schema=told or "-", major=MAJOR))


def insist(document: Mapping[str, Any], place: Place) -> None:
    """Raise `RequestError` unless a document that came from elsewhere has the shape of a declaration, part by part."""
    from footprint.publish.shape import misshapen

    check(document)
    wrong = misshapen(document, place)
    if wrong:
        raise RequestError(*wrong)
