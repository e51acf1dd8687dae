"""What stands in a study report, chapter by chapter: parts, tables and their columns, for every form of it.

The order of the chapters is that of GB/T 24067-2024 and ISO 14067 (purpose, scope, inventory, assessment,
interpretation). What their annexes print below each heading could not be checked; a laboratory brings its own template.
"""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    """A column: the key of its cells, the code of its caption, its share of the width in per cent."""

    key: str
    caption: str
    width: int
    number: bool = False


class Part(NamedTuple):
    """A part of a chapter: the code of its heading, the code of a sentence below it, and what it shows by kind.

    ``shows``: pairs of a kind (``facts``, ``lines``, ``table``) and the name of what is shown. ``silent``: left out
    where there is nothing to show, instead of saying why.
    """

    title: str
    shows: tuple[tuple[str, str], ...]
    note: str = ""
    silent: bool = False


class Chapter(NamedTuple):
    """A chapter: the code of its heading and its parts; ``annex``: begins a page, left out where it is empty."""

    title: str
    parts: tuple[Part, ...]
    annex: bool = False


TABLES: dict[str, tuple[Column, ...]] = {
    "stages": (
        Column("title", "stage", 42), Column("bar", "", 28), Column("value", "value", 16, number=True),
        Column("share", "share-absolute", 14, number=True),
    ),
    "classes": (
        Column("title", "class", 56), Column("counted", "in-total", 22), Column("value", "value", 22, number=True),
    ),
    "also": (Column("title", "result-per", 56), Column("value", "value", 22, number=True), Column("unit", "unit", 22)),
    "rests": (
        Column("kind", "rests-kind", 26), Column("title", "rests-on", 32), Column("bar", "", 26),
        Column("share", "share-absolute", 16, number=True),
    ),
    "spread": (Column("title", "quantity", 66), Column("value", "value", 34, number=True)),
    "quality": (
        Column("title", "quality-of", 26), Column("scores", "scores", 34), Column("rating", "rating", 10, number=True),
        Column("level", "level", 14), Column("rated", "rated-share", 16, number=True),
    ),
    "databases": (
        Column("title", "database", 26), Column("version", "version", 10), Column("licence", "licence", 32),
        Column("citation", "citation", 32),
    ),
    "sources": (Column("id", "source", 18), Column("title", "title-of", 64), Column("status", "status", 18)),
    "parameters": (
        Column("title", "parameter", 28), Column("value", "value", 26), Column("unit", "unit", 8),
        Column("clause", "clause", 27), Column("status", "status", 11),
    ),
    "clauses": (
        Column("outcome", "outcome", 14), Column("sentence", "requirement", 52), Column("clause", "clause", 22),
        Column("status", "status", 12),
    ),
    "benchmarks": (
        Column("outcome", "outcome", 16), Column("title", "benchmark", 44), Column("clause", "clause", 26),
        Column("status", "status", 14),
    ),
    "allocations": (
        Column("title", "method-of", 16), Column("clause", "clause", 16), Column("process", "process", 20),
        Column("reason", "reason", 30), Column("shares", "shares", 18),
    ),
    "excluded": (Column("name", "name", 34), Column("clause", "clause", 22), Column("reason", "reason", 44)),
    "gaps": (Column("cell", "cell", 16), Column("name", "name", 34), Column("amount", "amount", 18, number=True),
             Column("why", "why", 32)),
    "assumptions": (Column("cell", "cell", 20), Column("text", "assumption", 80)),
    "hotspots": (
        Column("name", "name", 38), Column("stage", "stage", 30), Column("value", "value", 16, number=True),
        Column("share", "share-absolute", 16, number=True),
    ),
    "improve": (
        Column("name", "name", 40), Column("share", "share-absolute", 18, number=True), Column("what", "what", 42),
    ),
    "ledger": (
        Column("cell", "cell", 13), Column("name", "name", 21), Column("stage", "stage", 14),
        Column("amount", "amount", 14, number=True), Column("target", "dataset", 21),
        Column("value", "value", 17, number=True),
    ),
    "datasets": (
        Column("name", "dataset", 30), Column("region", "region", 10), Column("period", "period", 10),
        Column("status", "status", 14), Column("citation", "citation", 36),
    ),
}  # fmt: skip

STUDY = (
    Chapter("overview", (
        Part("producer", (("facts", "producer"),)),
        Part("product", (("facts", "product"),)),
        Part("method", (("facts", "method"), ("table", "sources"))),
    )),
    Chapter("purpose", (Part("", (("facts", "purpose"),)),)),
    Chapter("scope", (
        Part("unit-of-study", (("facts", "unit"),)),
        Part("boundary-of-study", (("facts", "boundary"),)),
        Part("cut-off", (("lines", "cut_off"), ("table", "excluded"))),
        Part("time", (("facts", "time"),)),
    )),
    Chapter("inventory", (
        Part("data-sources", (("table", "databases"), ("table", "rests"))),
        Part("allocation", (("lines", "allocation"), ("table", "allocations"))),
        Part("inventory-results", (("table", "hotspots"),), "hotspots-few"),
        Part("parameters", (("table", "parameters"),)),
        Part("data-quality", (("facts", "quality_facts"), ("table", "quality"))),
    )),
    Chapter("assessment", (
        Part("factors", (("facts", "gwp"),)),
        Part("result", (("facts", "result_facts"), ("table", "stages"), ("table", "classes"), ("table", "also"))),
        Part("uncertainty", (("table", "spread"),)),
    )),
    Chapter("interpretation", (
        Part("result-said", (("lines", "findings"), ("facts", "verification"))),
        Part("conformity", (("lines", "conformity"), ("table", "clauses"))),
        Part("benchmarks", (("table", "benchmarks"),), silent=True),
        Part("limits", (("facts", "limits"), ("table", "assumptions"), ("table", "gaps"))),
        Part("improvements", (("facts", "improvements"), ("table", "improve"))),
    )),
    Chapter("ledger-annex", (Part("", (("table", "ledger"),), "ledger-note"),), annex=True),
    Chapter("datasets-annex", (Part("", (("table", "datasets"),)),), annex=True),
)  # fmt: skip
