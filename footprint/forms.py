"""The workbooks people fill in: the empty template of a rule file, and the examples that ship."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from footprint.background.open import open_background
from footprint.errors import RequestError, problem
from footprint.files import put
from footprint.model.pcr import Pcr
from footprint.provenance import Place
from footprint.rules import load as pcrs

DEFAULT_DATABASE = "open-cn"


def template(pcr: str, output: Path, lang: str, *, force: bool = False) -> str:
    """Write an empty guided workbook for ``pcr`` and return its path; an existing file is kept unless forced."""
    from footprint.intake.template import template as made

    rules = pcrs.load(pcr)
    if output.suffix.casefold() != ".xlsx":
        raise RequestError(problem("not-an-xlsx-name", Place(str(output))))
    if output.exists() and not force:
        raise RequestError(problem("file-exists", Place(str(output))))
    put(output.parent, {output.name: made(rules.fields, pcrs.name_in(output.parent, pcr), choices(rules), lang)})
    return str(output)


def company(output: Path, lang: str, *, force: bool = False) -> str:
    """Write an empty ``company.yaml`` and return its path; an existing file is kept unless forced."""
    from footprint.publish.outgoing.company import empty

    if output.exists() and not force:
        raise RequestError(problem("file-exists", Place(str(output))))
    put(output.parent, {output.name: empty(lang).encode()})
    return str(output)


def report(output: Path, lang: str, *, force: bool = False) -> str:
    """Write the Word template of the study report and return its path; an existing file is kept unless forced."""
    from footprint.publish.outgoing.word import own

    if output.exists() and not force:
        raise RequestError(problem("file-exists", Place(str(output))))
    put(output.parent, {output.name: own(f"report.{lang}")})
    return str(output)


def choices(pcr: Pcr) -> dict[str, list[str]]:
    """Return what cells of a workbook for ``pcr`` choose from, by list; captioned ones as ``id=Chinese caption``."""
    titled: dict[str, Sequence[Any]] = {
        "@pcr.boundaries": pcr.boundaries,
        "@pcr.declared_units": pcr.declared_units,
        "@pcr.components": pcr.components,
        "@pcr.materials": pcr.materials,
    }
    captioned = {name: [f"{part.id}={part.title['zh']}" for part in parts] for name, parts in titled.items()}
    return {**captioned, "@pcr.stages": [stage.id for stage in pcr.stages], "@datasets": codes()}


def codes() -> list[str]:
    """Return the codes of the embedded database, for drop-down lists."""
    return open_background((DEFAULT_DATABASE,)).databases[0].file.codes()


def example_company(folder: Path) -> dict[str, bytes]:
    """Return the company of the examples, which is nobody, by file name; nothing where ``folder`` has one already."""
    from footprint.paths import data_root

    name = "company.yaml"
    return {} if (folder / name).exists() else {name: (data_root() / "templates" / "examples" / name).read_bytes()}


def example(name: str, lang: str) -> bytes:
    """Return the workbook of example ``name``, made from its sheets; `RequestError` naming the examples there are."""
    from footprint.intake.template import filled
    from footprint.paths import data_root
    from footprint.tables.records import records

    root = data_root() / "templates" / "examples"
    folder = root / name
    if not folder.is_dir() or folder.parent != root:
        known = tuple(sorted(path.name for path in root.iterdir() if path.is_dir()))
        raise RequestError(problem("example-unknown", Place(name), near=known[:3], name=name))
    sheets = {path.stem: records(path) for path in sorted(folder.glob("*.csv"))}
    pcr = pcrs.load(next(row["value"] for row in sheets["Product"] if row["key"] == "pcr"))
    return filled(sheets, pcr.fields, pcr.id, choices(pcr), lang)
