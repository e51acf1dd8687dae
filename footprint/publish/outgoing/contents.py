"""What documents show: a statement as texts of one language, by name, for templates that hold no logic of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import isclose
from typing import Any

from footprint.publish.figures import told as shown
from footprint.publish.outgoing.pieces import PIECES, Row, Say, bound, known, unit_of
from footprint.publish.outgoing.statement import Statement
from footprint.publish.scored import chosen
from footprint.publish.wording import declared, figure, percent

Tree = dict[str, Any]
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ud800-\udfff\ufffe\uffff]")
_FACTS = (
    "producer", "product", "fields", "method", "purpose", "unit", "boundary", "time", "quality_facts", "gwp",
    "result_facts", "verification", "limits", "improvements",
)  # fmt: skip


def contents(statement: Statement, lang: str) -> Tree:
    """Return everything a document may show of ``statement``; a template decides what it does.

    Texts by name (``result.declared``), lists of captions and values (``producer``), tables as lists of rows
    (``stages``), and for each of them in ``why`` the reason where it has nothing to show. ``says``: what is stated of
    the result, as printed.
    """
    say, document = Say(lang), statement.document
    tree: Tree = {
        "title": say("title-study"),
        "draft": say("draft") if statement.draft else "",
        "draft_note": say("draft-note") if statement.draft else "",
        "level": say(f"for-{statement.level}"),
        "result": _result(statement, say),
        "company": {key: str(statement.company.get(key, "")) for key in _COMPANY},
        "report": _report(statement, say),
        "cover": _cover(statement, say),
        "name": document["product"]["name"],
        "model": document["product"]["model"],
        "cut_off": [*_rules(statement, say, "cut-off"), *_completeness(statement, say)],
        "allocation": [*_rules(statement, say, "allocation"), *_rules(statement, say, "recycling")],
        "findings": [*_findings(statement, say)],
        "conformity": [*_conformity(statement, say)],
        **{name: [*_ASKED[name](statement, say)] for name in _FACTS},
        **{name: [*piece.rows(document, say)] if known(document, piece.key) else [] for name, piece in PIECES.items()},
    }
    for row in (row for name in _FACTS for row in tree[name]):
        row["text"] = f"{row['bound']}{row['value']} {row['unit']}".rstrip()
    tree["not_stated"] = [*_not_stated(statement, say, tree)]
    tree["why"] = {name: _why(statement, say, name, tree[name]) for name in (*PIECES, *_LISTS)}
    tree["says"] = {"unit": document["declared_unit"]["unit"], **dict(_says(tree))}
    cleaned: Tree = printable(tree)
    return cleaned


_COMPANY = ("name", "address", "postcode", "city", "country", "contact", "website")
_LISTS = ("cut_off", "allocation", "findings", "conformity")


def printable(value: Any) -> Any:
    """Return texts without the characters that no document may hold, however deep they stand."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("\ufffd", value.replace("\r\n", "\n"))
    if isinstance(value, dict):
        return {key: printable(each) for key, each in value.items()}
    return [printable(each) for each in value] if isinstance(value, list) else value


def _why(statement: Statement, say: Say, name: str, shown: list[Any]) -> str:
    if shown:
        return ""
    withheld = name in PIECES and statement.level != "verifier" and not known(statement.document, PIECES[name].key)
    return say("withheld") if withheld else say("none")


def _says(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield what rows and facts say of the result, by name."""
    for rows in tree.values():
        for row in rows if isinstance(rows, list) else ():
            for column, key in row.get("says", {}).items() if isinstance(row, dict) else ():
                yield key, row[column]


def _fact(say: Say, caption: str, value: object, says: str = "") -> Row:
    text = str(value) if value not in (None, "") else say("not-stated")
    said = {"value": says} if says and value else {}
    return {"caption": say(caption), "bound": "", "value": text, "unit": "", "says": said}


# --------------------------------------------------------------------------------------------------- facts


def _result(statement: Statement, say: Say) -> dict[str, str]:
    document = statement.document
    result, unit = document["result"], document["declared_unit"]
    return {
        "declared": bound(document) + declared(result["declared"]),
        "number": declared(result["declared"]),
        "bound": bound(document),
        "unit": unit_of(document, say),
        "per": say.text(unit["title"]),
        "boundary": say.text(document["study"]["boundary"]["title"]),
    }


def _report(statement: Statement, say: Say) -> dict[str, str]:
    told, study = statement.publication, statement.document["study"]
    keys = ("report_number", "valid_until", "verifier", "verified_on", "issuer", "study", "conformity_id", "comment")
    return {
        **{key: told.get(key, "") for key in keys},
        "date": study["issue_date"] or "",
        "id": statement.id,
        "pcr": f"{say.text(study['pcr']['title'])} ({study['pcr']['id']}, {study['pcr']['version']})",
        "period": say.span(study["reference_period"]["start"], study["reference_period"]["end"]),
    }


def _cover(statement: Statement, say: Say) -> dict[str, str]:
    """Return the fields of a cover, each saying so where nobody stated it."""
    told, document = statement.publication, statement.document
    fields = {
        "producer": document["product"]["manufacturer"] or statement.company.get("name"),
        "number": told.get("report_number"),
        "issuer": told.get("issuer"),
        "date": document["study"]["issue_date"],
    }
    return {key: str(value or say("not-stated")) for key, value in fields.items()}


def address(company: Mapping[str, Any], say: Say) -> str:
    """Return the postal address in one line, "" where nobody stated one."""
    parts = [str(company.get(key, "")) for key in ("country", "city", "address", "postcode")]
    return " ".join(filter(None, parts if say.lang == "zh" else parts[::-1]))


def _producer(statement: Statement, say: Say) -> Iterator[Row]:
    product = statement.document["product"]
    yield _fact(say, "producer-name", product["manufacturer"])
    yield _fact(say, "company-name", statement.company.get("name"), "company")
    yield _fact(say, "company-address", address(statement.company, say))
    yield _fact(say, "company-contact", statement.company.get("contact"))
    yield _fact(say, "plant-province", product["province"])
    yield _fact(say, "plant-country", product["country"], "country")


def _product(statement: Statement, say: Say) -> Iterator[Row]:
    product = statement.document["product"]
    yield _fact(say, "product-name", product["name"])
    yield _fact(say, "model", product["model"])
    yield _fact(say, "id", product["id"], "product")
    yield _fact(say, "description", statement.publication.get("description"))
    yield _fact(say, "net-mass", figure(product["net_mass_kg"], 6), "mass") | {"unit": "kg"}
    yield from _fields(statement, say)


def _fields(statement: Statement, say: Say) -> Iterator[Row]:
    """Yield the fields that the rules add to the product."""
    for field in statement.document["product"]["fields"]:
        unit = say.unit(field["unit"])
        yield _fact(say, "unit", say.value(field)) | {"caption": say.text(field["title"]), "unit": unit}


def _method(statement: Statement, say: Say) -> Iterator[Row]:
    study = statement.document["study"]
    yield _fact(say, "pcr", say.text(study["pcr"]["title"]))
    yield _fact(say, "pcr-id", study["pcr"]["id"], "pcr")
    yield _fact(say, "version", study["pcr"]["version"])
    yield _fact(say, "status", say.of("status", study["pcr"]["status"]))
    yield _fact(say, "footprint-id", statement.id, "id")


def _purpose(statement: Statement, say: Say) -> Iterator[Row]:
    yield _fact(say, "purpose-of", statement.publication.get("purpose"))
    yield _fact(say, "audience", statement.publication.get("audience"))


def _unit(statement: Statement, say: Say) -> Iterator[Row]:
    study, unit = statement.document["study"], statement.document["declared_unit"]
    used = study.get("functional_unit")
    if used:
        parts = [say.text(used[key]) for key in ("what", "how_much", "how_well", "how_long")]
        yield _fact(say, "functional-unit", say("list").join(filter(None, parts)))
    yield _fact(say, "declared-unit", say.text(unit["title"]))
    yield _fact(say, "units-per-item", f"{figure(unit['per_item'], 6)} {say.unit(unit['unit'])}".strip())
    yield _fact(say, "unit-sentence", say.text(unit["sentence"]))
    yield _fact(say, "clause", say.cited(unit))


def _boundary(statement: Statement, say: Say) -> Iterator[Row]:
    study = statement.document["study"]
    yield _fact(say, "boundary", say.text(study["boundary"]["title"]))
    for code, included in (("stage-included", True), ("stage-left-out", False)):
        titles = [say.text(s["title"]) for s in study["stages"] if s["included"] is included]
        if titles:
            yield _fact(say, code, say("list").join(titles))


def _time(statement: Statement, say: Say) -> Iterator[Row]:
    study = statement.document["study"]
    yield _fact(say, "period-start", study["reference_period"]["start"], "start")
    yield _fact(say, "period-end", study["reference_period"]["end"], "end")
    yield _fact(say, "issued", study["issue_date"], "issued")
    yield _fact(say, "valid-until", statement.publication.get("valid_until"), "valid_until")


def _quality_facts(statement: Statement, say: Say) -> Iterator[Row]:
    quality = statement.document.get("data_quality", {})
    yield _fact(say, "quality-scheme-name", say.text(quality["scheme"]["title"]) if "scheme" in quality else "")
    for key in ("primary_share", "energy_share"):
        share = quality.get(key)
        yield _fact(say, key.replace("_", "-"), None if share is None else percent(share))
    if "matching" in quality:
        yield _fact(say, "matching-title", chosen(quality["matching"], say))


def _gwp(statement: Statement, say: Say) -> Iterator[Row]:
    study = statement.document["study"]
    yield _fact(say, "impact", say("impact-is"))
    yield _fact(say, "characterisation", say("metric-is", set=study["gwp_set"], headline=study["headline"]))
    yield _fact(say, "offsets", say("offsets-none"))


def _result_facts(statement: Statement, say: Say) -> Iterator[Row]:
    document, told = statement.document, _result(statement, say)
    yield _fact(say, "footprint", told["number"], "total") | {key: told[key] for key in ("bound", "unit")}
    item = _per_item(document)
    unit = document["result"]["unit"].replace("CO2", "CO₂")
    yield _fact(say, "per-item", item, "per_item") | {"bound": told["bound"], "unit": unit}


def _per_item(document: Mapping[str, Any]) -> str:
    """Return the result of one item; as declared where a declared number is of one item."""
    result = document["result"]
    others = ((row["total"], row["declared"]) for row in result["also"])
    for value, text in ((result["total"], result["declared"]), *others):
        if isclose(value, result["per_item"], rel_tol=1e-9):
            return declared(text)
    return shown(document, result["per_item"], bound=True)


def _verification(statement: Statement, say: Say) -> Iterator[Row]:
    told = statement.publication
    yield _fact(say, "verifier", told.get("verifier") or say("verified-by-nobody"))
    if told.get("verifier"):
        for key in ("verified_on", "verification_standard", "verification_scope"):
            yield _fact(say, key.replace("_", "-"), told.get(key))


def _limits(statement: Statement, say: Say) -> Iterator[Row]:
    yield _fact(say, "limitations", statement.publication.get("limitations"))


def _improvements(statement: Statement, say: Say) -> Iterator[Row]:
    yield _fact(say, "improvements-said", statement.publication.get("improvements"))


_ASKED = {
    "producer": _producer, "product": _product, "fields": _fields, "method": _method, "purpose": _purpose,
    "unit": _unit, "boundary": _boundary, "time": _time, "quality_facts": _quality_facts, "gwp": _gwp,
    "result_facts": _result_facts, "verification": _verification, "limits": _limits, "improvements": _improvements,
}  # fmt: skip


# --------------------------------------------------------------------------------------------------- sentences


def _rules(statement: Statement, say: Say, topic: str) -> Iterator[str]:
    for row in statement.document["study"].get("statements", ()):
        if row["topic"] == topic:
            yield f"{say.text(row['sentence'])} ({say.cited(row)})"


def _completeness(statement: Statement, say: Say) -> Iterator[str]:
    found = statement.document["completeness"]
    for key, code in (("mass_share", "complete-mass"), ("line_share", "complete-lines")):
        if found.get(key) is not None:
            yield say(code, share=percent(found[key]))
    closed = found.get("estimated")
    if closed:
        yield say("estimated-gaps", gaps=closed["gaps"], share=percent(closed["impact_share"]))
    left = found.get("cut_off", {})
    if left.get("lines"):
        yield say("cut-off-lines", lines=left["lines"], share=percent(left["impact_share"]))


def _findings(statement: Statement, say: Say) -> Iterator[str]:
    document = statement.document
    yield say("finding-total", product=document["product"]["name"], **_result(statement, say))
    largest = max(document["result"]["by_stage"], key=lambda row: abs(row["value"]), default=None)
    if largest is not None:
        yield say("finding-stage", stage=say.text(largest["title"]), share=percent(largest["share"]))
    if not document["result"]["complete"]:
        yield say("finding-bound" if document["result"]["lower_bound"] else "finding-open")


def _conformity(statement: Statement, say: Say) -> Iterator[str]:
    found = statement.document["conformity"]
    yield say.text(found["wording"])
    yield from (say.text(row) for row in found.get("why", ()))


def _not_stated(statement: Statement, say: Say, tree: Tree) -> Iterator[str]:
    """Yield what a study report has to say and nobody stated: no chapter of it holds a text."""
    document, told, company = statement.document, statement.publication, statement.company
    stated = {
        "producer-name": document["product"]["manufacturer"] or company.get("name"),
        "company-address": company.get("address"),
        "company-contact": company.get("contact"),
        "model": document["product"]["model"],
        "plant-province": document["product"]["province"],
        "report-number": told.get("report_number"),
        "report-date": document["study"]["issue_date"],
        "purpose-of": told.get("purpose"),
        "audience": told.get("audience"),
        "period-start": document["study"]["reference_period"]["start"],
        "period-end": document["study"]["reference_period"]["end"],
        "cut-off": tree["cut_off"] or tree["excluded"],
        "allocation": tree["allocation"] or tree["allocations"],
        "data-quality": tree["quality"] or statement.level == "public",
        "uncertainty": tree["spread"] or statement.level == "public",
        "limitations": told.get("limitations"),
        "improvements-said": told.get("improvements"),
        "verification-of": told.get("verifier"),
    }
    yield from (say(code) for code, value in stated.items() if not value)
