"""Publish a result to customers: every format from one declaration, checked against it, all written or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from footprint.contradictions import contradictions
from footprint.errors import Problem, PublishError, RequestError, no_file, problem
from footprint.files import put
from footprint.intake import schema
from footprint.messages import label
from footprint.packing import document
from footprint.provenance import Place
from footprint.publish import schema as schema_of
from footprint.publish.figures import printed
from footprint.publish.outgoing import LEVELS, agreeing, disclosure, formats, module, named, statement
from footprint.publish.outgoing import company as companies
from footprint.publish.outgoing.pcf import PUBLICATION
from footprint.runs import insist

Document = dict[str, Any]
_PRODUCT = {"fossil_carbon": "fossil_carbon_kg", "biogenic_carbon": "biogenic_carbon_kg", "net_mass": "net_mass_kg"}


class Order(NamedTuple):
    """What to publish. ``level``: who it is for; ``company``: path of ``company.yaml``, None where there is none.

    ``template``: a Word template of one's own, None for that of this program.
    """

    directory: Path
    formats: tuple[str, ...]
    level: str = "customer"
    company: Path | None = None
    draft: bool = False
    template: Path | None = None


def publish(order: Order, output: Path, lang: str, *, force: bool = False) -> tuple[Path, ...]:
    """Write the formats of ``order`` into ``output`` and return their paths.

    Raises `RequestError` for an order that cannot be, `PublishError` with all that formats ask for and nobody has
    stated, or naming what two files would say differently; nothing is written then.
    """
    asked = tuple(dict.fromkeys(named(name) for name in order.formats))
    for name in asked:
        if (output / name).exists() and not force:
            raise RequestError(problem("file-exists", Place(str(output / name))))
    return put(output, contents(order, asked, lang))


def contents(order: Order, asked: Sequence[str], lang: str) -> dict[str, bytes]:
    """Return the formats ``asked`` for by file name, agreeing with the declaration and with each other."""
    if order.level not in LEVELS:
        raise RequestError(problem("level-unknown", order.level, near=LEVELS, level=order.level))
    whole = _declaration(order.directory)
    said = companies.Company("company.yaml", {}, {}) if order.company is None else companies.read(order.company)
    told = _statement(whole, said, order)
    made = {name: module(name) for name in asked}
    problems = [*_refused(whole, told, made, order), *_unanswered(whole, told, said.file, made)]
    problems += contradictions(whole, told.publication)
    standing = (p for writer in made.values() if hasattr(writer, "problems") for p in writer.problems(told))
    problems += _together(whole, standing)
    if problems:
        raise PublishError(*problems)
    rendered = {name: writer.render(told, lang) for name, writer in made.items()}
    stated = {name: writer.stated(rendered[name]) for name, writer in made.items()}
    apart = [*agreeing.disagreements(agreeing.reference(whole, told), stated)]
    if apart:
        raise PublishError(*apart)
    return rendered


def _together(whole: Document, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield what several formats say alike once, with the names of all that say it, at the cell that answers it."""
    asking: dict[str, list[Problem]] = {}
    for each in problems:
        alike = each._replace(facts={**each.facts, "formats": ""})
        asking.setdefault(repr(alike), []).append(each)
    for first, *others in asking.values():
        names = dict.fromkeys(str(each.facts["formats"]) for each in (first, *others) if "formats" in each.facts)
        facts = {**first.facts, "formats": ", ".join(names)} if names else first.facts
        place = _cell(whole, str(facts["key"])) if first.place == PUBLICATION else first.place
        yield first._replace(place=place, facts=facts)


def _cell(whole: Document, key: str) -> Place:
    """Return where the sheet Publication has a field, the sheet where it lacks it."""
    cells = {row["key"]: row["cell"] for row in whole.get("publication", ())}
    return Place(whole["workbook"]["file"], *cells.get(key, "Publication").split("!", 1))


def offered(lang: str) -> str:
    """Return the formats there are, a line each: what people ask for, and who may see it."""
    return "\n".join(f"{name}  ({label('level-' + module(name).LEAST, lang)})" for name in formats())


def _declaration(directory: Path) -> Document:
    """Return declaration, and uncertainty if there is one, of the result in ``directory``."""
    run, declared = document(directory / "run.json"), document(directory / "declaration.json")
    schema_of.insist(declared, Place("declaration.json"))
    insist(directory)
    drawn = "uncertainty.json" in run.get("files", ("uncertainty.json",))
    if drawn and (directory / "uncertainty.json").is_file():
        declared["uncertainty"] = document(directory / "uncertainty.json")
    return declared


def _statement(whole: Document, said: companies.Company, order: Order) -> statement.Statement:
    told = disclosure.disclosed(printed(whole), order.level)
    publication = {row["key"]: row["value"] for row in whole.get("publication", ()) if row["value"]}
    given = publication.get("pcf_id", "")
    return statement.Statement(
        document=told,
        gate=statement.gate(whole),
        company=said.fields,
        publication=publication,
        id=given or statement.identity(whole),
        level=order.level,
        draft=statement.is_draft(whole),
        files=said.files,
        template=("", b"") if order.template is None else (order.template.name, _template(order.template)),
    )


def _template(path: Path) -> bytes:
    try:
        content = path.read_bytes() if path.is_file() else None
    except OSError as exc:
        raise RequestError(no_file(path)) from exc
    if content is None:
        raise RequestError(no_file(path))
    return content or b"\0"


def _refused(whole: Document, told: statement.Statement, made: dict[str, Any], order: Order) -> Iterator[Problem]:
    """Yield why nothing may leave yet: gaps nobody accepted, or lines for those who may not see them."""
    if told.draft and not order.draft:
        gaps = whole["completeness"]["gaps"]
        place = Place(whole["workbook"]["file"], *(gaps[0]["cell"].split("!", 1) if gaps else ()))
        yield problem("result-incomplete", place, count=len(gaps))
    if order.template is not None and not any(hasattr(writer, "TEMPLATE") for writer in made.values()):
        yield problem("template-unused", order.template.name)
    for name, writer in made.items():
        if LEVELS.index(order.level) < LEVELS.index(writer.LEAST):
            yield problem("level-low", name, level=writer.LEAST)


def _unanswered(whole: Document, told: statement.Statement, file: str, made: dict[str, Any]) -> Iterator[Problem]:
    """Yield what the formats ask for and nobody has stated: each once, with the formats that ask."""
    asking: dict[str, list[str]] = {}
    for name, writer in made.items():
        for key in writer.NEEDS:
            asking.setdefault(key, []).append(name)
    for key, names in asking.items():
        where, _, field = key.partition(".")
        if not _answered(whole, told, where, field):
            yield _asked(whole, where, field, file, names)


def _answered(whole: Document, told: statement.Statement, where: str, field: str) -> bool:
    if where == "company":
        return field in told.company
    if where == "publication":
        return bool(told.publication.get(field))
    if field == "issue_date":
        return whole["study"]["issue_date"] is not None
    return whole["product"].get(_PRODUCT.get(field, field)) not in (None, "")


def _asked(whole: Document, where: str, field: str, file: str, names: Iterable[str]) -> Problem:
    facts: dict[str, object] = {"formats": ", ".join(names)}
    if where == "company":
        return Problem("asked-company", Place(file, field), facts | companies.fields()[field]._asdict())
    sheet = where.capitalize()
    known = schema.field(sheet, field)
    facts |= {"key": field, "en": known.en, "zh": known.zh, "example": known.example}
    facts |= {"meaning_en": known.meaning_en, "meaning_zh": known.meaning_zh}
    cells = {row["key"]: row["cell"] for row in whole.get("publication", ())}
    cell = (cells if where == "publication" else whole["product"].get("cells", {})).get(field)
    book = whole["workbook"]["file"]
    if cell is None:
        return Problem("asked-row", Place(book, sheet), facts)
    return Problem("asked-cell", Place(book, *cell.split("!", 1)), facts)
