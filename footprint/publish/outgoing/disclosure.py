"""What may leave the house: a table of what each level sees. What it does not list, only a verifier sees."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from footprint.messages import LANGUAGES, label
from footprint.paths import data_root
from footprint.publish.outgoing import LEVELS

_TABLE = Path(__file__).parents[2] / "data" / "disclosure.csv"
Tree = dict[str, Any]


@cache
def _seen(level: str) -> Tree:
    """Return the keys that ``level`` sees, nested; an empty tree stands for all that is below."""
    tree: Tree = {}
    with _TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if LEVELS.index(row["from"]) <= LEVELS.index(level):
                at = tree
                for key in row["path"].replace("[]", "").removesuffix(".*").split("."):
                    at = at.setdefault(key, {})
    return tree


def disclosed(document: Mapping[str, Any], level: str) -> dict[str, Any]:
    """Return of ``document`` what ``level`` may see; all of it for a verifier."""
    return dict(document) if level == "verifier" else _kept(_without_own(document), _seen(level))


def _without_own(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a declaration without what tells of databases of the company's own: neither shipped nor sold to all.

    A licensed one that nobody else knows is a supplier's or a consultant's, and told to verifiers alone.
    """
    shipped = {path.name for path in (data_root() / "databases").iterdir()}
    own = {"id": "own", "version": "-", "licence": "", "citation": "", "licensed": False, "checksum": ""}
    titles = {lang: label("publish-own-data", lang) for lang in LANGUAGES}
    told: list[Mapping[str, Any]] = []
    for row in document["databases"]:
        known = row["id"] in shipped or (row["licensed"] and row["id"].casefold().startswith(_sold()))
        if known or all(each["id"] != own["id"] for each in told):
            told.append(row if known else {**row, **own, "title": titles})
    return {**document, "databases": told}


@cache
def _sold() -> tuple[str, ...]:
    """Return what the ids of databases begin with that anybody may buy, and every customer expects to see named."""
    with (Path(__file__).parents[2] / "data" / "sold_databases.csv").open(encoding="utf-8", newline="") as file:
        return tuple(row["id"] for row in csv.DictReader(file))


def _kept(value: Any, tree: Tree) -> Any:
    if not tree:
        return value
    if isinstance(value, Mapping):
        return {key: _kept(value[key], below) for key, below in tree.items() if key in value}
    if isinstance(value, list):
        return [_kept(each, tree) for each in value if not _is_private(each)]
    return value


def _is_private(value: Any) -> bool:
    """Tell whether a field of the product tells of its bill of materials."""
    return isinstance(value, Mapping) and value.get("private") is True
