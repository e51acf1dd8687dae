"""Who states a footprint: ``company.yaml``, whose fields the table ``data/company.csv`` describes."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from footprint import yamls
from footprint.errors import Problem, PublishError, no_file, problem
from footprint.provenance import Place
from footprint.tables.archive import shown

URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{0,31}:\S+", re.IGNORECASE)
_FORMS = {"country": re.compile(r"[A-Z]{2}"), "url": re.compile(r"https?://\S+"), "urns": URN}
_MOST = 8 << 20


class Asked(NamedTuple):
    """A field that formats ask for: its captions and what it means."""

    key: str
    type: str
    en: str
    zh: str
    example: str
    meaning_en: str
    meaning_zh: str


class Company(NamedTuple):
    """What ``file`` says, and the content of the files it names, by field."""

    file: str
    fields: Mapping[str, Any]
    files: Mapping[str, bytes]


@cache
def fields() -> dict[str, Asked]:
    """Return the fields of ``company.yaml`` by key, in their order."""
    path = Path(__file__).parents[2] / "data" / "company.csv"
    with path.open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    return {row[0]: Asked(*row) for row in rows}


def read(path: Path) -> Company:
    """Return the company that ``path`` describes; `PublishError` with everything that is wrong in it."""
    if not path.is_file():
        raise PublishError(no_file(path))
    told = yamls.load(path, PublishError)
    if not isinstance(told, dict):
        raise PublishError(problem("company-form", Place(path.name)))
    told = {key: value for key, value in told.items() if value not in ("", [], None)}
    problems = [*_faults(told, path)]
    if problems:
        raise PublishError(*problems)
    named = {key: told[key] for key, field in fields().items() if field.type == "file" and key in told}
    return Company(path.name, told, {key: _content(_inside(path, key, name)) for key, name in named.items()})


def _inside(path: Path, key: str, name: str) -> Path:
    """Return the file called ``name`` in the folder of ``path``, or in one below it.

    Whoever wrote ``path`` does not choose among all files of whoever uses it, also not through a link.
    """
    folder = path.parent.resolve()
    file = folder if "\0" in name else (folder / name).resolve()
    if file == folder or not file.is_relative_to(folder):
        raise PublishError(problem("company-file-outside", Place(path.name, key), name=shown(name)))
    return path.parent / name


def _faults(told: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    for key, value in told.items():
        place, field = Place(path.name, key), fields().get(key)
        if field is None:
            yield problem("company-key", place, near=tuple(fields()), key=key)
            continue
        each = value if field.type == "urns" and isinstance(value, list) else [value]
        form = _FORMS.get(field.type)
        for text in each:
            if not isinstance(text, str) or (form and not form.fullmatch(text)):
                facts = {**field._asdict(), "text": text}
                yield problem("company-value", place, **facts)


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise PublishError(no_file(path))
    try:
        if path.stat().st_size > _MOST:
            raise PublishError(problem("company-file-large", Place(str(path)), megabytes=_MOST >> 20))
        return path.read_bytes()
    except OSError as exc:
        raise PublishError(no_file(path)) from exc


def is_web(text: str) -> bool:
    """Tell whether ``text`` is an address of the web."""
    return _FORMS["url"].fullmatch(text) is not None


def empty(lang: str) -> str:
    """Return an empty ``company.yaml`` with a comment on each field."""
    lines = []
    for field in fields().values():
        title, meaning = (field.zh, field.meaning_zh) if lang == "zh" else (field.en, field.meaning_en)
        lines += [f"# {title}: {meaning}" + (f" ({field.example})" if field.example else ""), f"{field.key}:", ""]
    return "\n".join(lines)
