"""The readable form of a database, written: ``database.yaml`` and the tables that `source` reads."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from footprint.background.folders import by_content
from footprint.background.source import COLUMNS, META, SOURCES, Source

_PLAIN_KEY = re.compile(r"(?!(?:no|yes|on|off|null|true|false|n|y)$)[a-z_]+")
_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def versioned(source: Source) -> Source:
    """Return ``source`` with a version: its own, else one made of its content."""
    if source.meta.get("version"):
        return source
    version = by_content(source._replace(meta={**source.meta, "version": ""}).checksum())
    return source._replace(meta={**source.meta, "version": version})


def files(source: Source) -> dict[str, bytes]:
    """Return the files of a database by name; reading them gives the same content, and so the same checksum."""
    tables = {"activities.csv": source.activities, "exchanges.csv": source.exchanges}
    documents = {SOURCES: tuple(source.documents.values())} if source.documents else {}
    texts = {name: _table(rows, COLUMNS[name]) for name, rows in {**tables, **documents}.items()}
    return {name: text.encode() for name, text in {META: yaml(source.meta), **texts}.items()}


def write(source: Source, folder: Path) -> None:
    """Write the files of a database into ``folder``."""
    for name, content in files(source).items():
        (folder / name).write_bytes(content)


def _table(rows: Sequence[Mapping[str, str]], columns: Iterable[str]) -> str:
    """Return a table of the columns it needs, and of those besides in which some row has something."""
    found = dict.fromkeys(columns)
    for row in rows:
        for key in row:
            if key not in found and row[key]:
                found[key] = None
    header = [*found]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([row.get(key, "") for key in header] for row in rows)
    return out.getvalue()


def yaml(value: Mapping[str, Any], indent: str = "") -> str:
    """Return mappings, lists and texts as YAML, every text in quotation marks."""
    return "".join(f"{indent}{_key(key)}:{_value(inner, indent)}" for key, inner in value.items())


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else _text(key)


def _value(value: Any, indent: str) -> str:
    if isinstance(value, Mapping):
        return f"\n{yaml(value, f'{indent}  ')}" if value else " {}\n"
    if isinstance(value, list | tuple):
        return f" [{', '.join(map(_text, value))}]\n"
    return f" {_text(value)}\n"


def _text(text: str) -> str:
    """Return a text as JSON writes it, which is YAML, without what YAML refuses or takes for a line's end."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
