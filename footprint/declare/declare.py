"""Declare a result: one document of plain values, canonical, from which every output is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from footprint.declare.account import account
from footprint.declare.allocations import allocation
from footprint.declare.electricity import electricity
from footprint.declare.estimates import assumed
from footprint.declare.evidence import evidence
from footprint.declare.lines import (
    BY_CLASS,
    BY_SET,
    BY_STATUS,
    activity,
    credits_of,
    estimates,
    excluded,
    flow,
    is_internal,
    posting,
    proxies,
    reasons,
    split,
)
from footprint.declare.numbers import exact, total
from footprint.declare.quality import data_quality
from footprint.declare.results import benchmark, clause, completeness, conformity, result
from footprint.declare.texts import noticed
from footprint.messages import LANGUAGES
from footprint.model.background import DatabaseInfo, Dataset
from footprint.model.bill import Bill, Entry, Notice
from footprint.model.fields import Field
from footprint.model.pcr import Pcr
from footprint.model.result import Result

SCHEMA = "footprint-declaration/1.0"
Part = dict[str, Any]


def declare(res: Result) -> Part:
    """Return the declaration of ``res``; its JSON is byte-identical wherever it is made."""
    bill = res.ruled.graph.linked.bill
    graph, ledger = res.ruled.graph, res.ledger
    notices = (*bill.notices, *graph.notices, *res.ruled.notices)
    why = reasons(res.pcr, res.formulas)
    guesses = estimates(ledger, res.rating.absolute)
    return {
        "schema": SCHEMA,
        "workbook": {"file": bill.file, "sha256": bill.sha256, "schema": bill.schema},
        "product": _product(res, bill),
        "study": _study(res, bill),
        "declared_unit": _declared_unit(res),
        "result": result(res),
        "electricity": electricity(res),
        "completeness": completeness(res.rating),
        "data_quality": data_quality(res),
        "conformity": conformity(res),
        "clauses": [clause(c) for c in res.clauses],
        "benchmarks": [benchmark(m) for m in res.marks],
        "assumptions": [
            *_assumptions(notices),
            *credits_of(ledger),
            *proxies(ledger),
            *assumed(ledger, res.rating.absolute, bill.estimates),
        ],
        "allocations": [allocation(found) for found in graph.allocated],
        "excluded": [excluded(e, why, guesses) for e in res.ruled.excluded],
        "ledger": [posting(ledger, p, why) for p in ledger.postings],
        "activities": [activity(a, ledger.supply) for a in graph.activities.values()],
        "flows": [flow(e, graph.activities) for e in res.ruled.exchanges if is_internal(e)],
        "demand": {
            "activity": graph.root,
            "amount": exact(res.amount / res.per_item / graph.activities[graph.root].output),
        },
        "mass_balance": {
            "stated_kg": exact(graph.mass_balance.stated_kg),
            "summed_kg": exact(graph.mass_balance.summed_kg),
            "unknown": [place.address for place in graph.mass_balance.unknown],
        },
        "datasets": _datasets(res),
        "databases": [_database(info) for info in res.databases],
        "account": account(res.ruled),
        **evidence(res),
        **_publication(bill),
    }


def _assumptions(notices: Iterable[Notice]) -> list[Part]:
    """Return what must be known of cells; those that count nowhere for one reason stand together."""
    found: dict[object, Part] = {}
    for number, notice in enumerate(notices):
        told, cell = noticed(notice), notice.place.address
        key = told["en"] if notice.code == "cell-unused" else number
        if key in found:
            found[key]["cell"] += f", {cell}"
        else:
            found[key] = {"cell": cell, "code": notice.code, "text": told}
    return list(found.values())


def text(document: Mapping[str, Any]) -> str:
    """Return the canonical JSON of a declaration: sorted keys, one line per record."""
    parts = (f"{_json(key)}: {_records(document[key])}" for key in sorted(document))
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _records(value: object) -> str:
    if isinstance(value, list) and value:
        return "[\n " + ",\n ".join(map(_json, value)) + "\n]"
    return _json(value)


_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, allow_nan=False).encode


def _publication(bill: Bill) -> Part:
    """Return what formats for customers ask for, by key, and the cell of each; nothing where no row asks for it."""
    rows = [{"key": k, "value": str(e.value), "cell": e.place.address} for k, e in bill.publication.items()]
    return {"publication": rows} if rows else {}


def _product(res: Result, bill: Bill) -> Part:
    product = bill.product
    own = {field.key: field for field in res.pcr.fields}
    return {
        "id": product.text("id"),
        "name": product.text("name"),
        "model": product.text("model"),
        "manufacturer": product.text("manufacturer"),
        "country": product.text("country"),
        "province": product.text("province"),
        "net_mass_kg": exact(product.needed("net_mass")),
        "fossil_carbon_kg": product.number("fossil_carbon"),
        "biogenic_carbon_kg": product.number("biogenic_carbon"),
        "cells": {key: place.address for key, place in product.cells.items() if key not in own},
        "fields": [
            {
                "key": key,
                "title": {"zh": field.zh, "en": field.en},
                "value": _plain(product.entries[key]),
                "unit": product.entries[key].unit,
                "cell": product.entries[key].place.address,
                **_said(field, product.entries[key]),
            }
            for key, field in own.items()
            if key in product.entries
        ],
    }


def _said(field: Field, entry: Entry) -> Part:
    """Return the words of a choice, and whether a field tells of the bill."""
    chosen = str(entry.value) if field.type == "choice" else ""
    told: Part = {"private": True} if field.private else {}
    return told | ({"words": _words(field, chosen)} if chosen in field.options else {})


def _words(field: Field, chosen: str) -> Part:
    return {lang: field.option(chosen, lang) for lang in LANGUAGES}


def _plain(entry: Entry) -> str | float | bool:
    if isinstance(entry.value, float):
        return exact(entry.value)
    return entry.value if isinstance(entry.value, bool) else str(entry.value)


def _study(res: Result, bill: Bill) -> Part:
    pcr, product = res.pcr, bill.product
    return {
        "pcr": {
            "id": pcr.id,
            "version": pcr.version,
            "title": dict(pcr.title),
            "status": pcr.status.value,
            "scope": dict(pcr.scope),
            "layers": list(pcr.layers),
            **({"sha256": pcr.digest} if pcr.digest else {}),
            "sources": [{"id": s.id, "title": s.title, "status": s.status.value} for s in pcr.sources],
        },
        "boundary": {"id": res.boundary.id, "title": dict(res.boundary.title), "stages": list(res.boundary.stages)},
        "functional_unit": _functional_unit(pcr),
        "stages": [
            {"id": s.id, "title": dict(s.title), "module": s.module, "included": s.id in res.boundary.stages}
            for s in pcr.stages
        ],
        "reference_period": {"start": product.text("period_start"), "end": product.text("period_end")},
        "issue_date": product.text("issue_date") or None,
        "gwp_set": pcr.gwp_set,
        "headline": pcr.headline,
        "statements": _statements(res),
        "parameters": [
            {
                "id": p.id,
                "title": dict(p.title),
                "value": _parameter(res.parameters[p.id]),
                **_keyed(res, res.parameters[p.id]),
                "unit": p.unit,
                "clause": p.cited.clause,
                "source": p.cited.source,
                "status": p.cited.status.value,
                "used": p.id in res.used,
                **({} if p.todo is None else {"todo": dict(p.todo)}),
            }
            for p in pcr.parameters
        ],
    }


def _statements(res: Result) -> list[Part]:
    """Return what the rules say and nothing computes, topic by topic."""
    order = list(res.topics)
    return [
        {
            "id": said.id,
            "topic": said.topic,
            "title": dict(res.topics[said.topic]),
            "sentence": dict(said.sentence),
            "clause": said.cited.clause,
            "source": said.cited.source,
            "status": said.cited.status.value,
        }
        for said in sorted(res.pcr.statements, key=lambda each: order.index(each.topic))
    ]


def _functional_unit(pcr: Pcr) -> Part | None:
    unit = pcr.functional_unit
    if unit is None:
        return None
    asked = {"what": unit.what, "how_much": unit.how_much, "how_well": unit.how_well, "how_long": unit.how_long}
    cited = {"clause": unit.cited.clause, "source": unit.cited.source, "status": unit.cited.status.value}
    return {**{key: dict(text) for key, text in asked.items()}, **cited}


def _parameter(value: object) -> object:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_parameter(item)}" for key, item in value.items())
    return exact(value) if isinstance(value, float) else value


def _keyed(res: Result, value: object) -> Part:
    """Return a table in words: its keys are choices of the product, components or materials; nothing for others."""
    if not isinstance(value, Mapping):
        return {}
    known = {chosen: _words(field, chosen) for field in res.pcr.fields for chosen in field.options}
    known |= {named.id: dict(named.title) for named in (*res.pcr.components, *res.pcr.materials)}
    keys = {key: known.get(key, dict.fromkeys(LANGUAGES, key.replace("_", " "))) for key in value}
    told = {key: f"{item:.12g}" if isinstance(item, float) else item for key, item in value.items()}
    return {"words": {lang: "; ".join(f"{keys[key][lang]}: {told[key]}" for key in value) for lang in LANGUAGES}}


def _declared_unit(res: Result) -> Part:
    unit = next(u for u in res.pcr.declared_units if u.id == res.unit_id)
    return {
        "id": unit.id,
        "title": dict(unit.title),
        "unit": unit.unit,
        "amount": exact(res.amount),
        "per_item": exact(res.per_item),
        "sentence": dict(res.unit_sentence),
        "clause": unit.cited.clause,
        "source": unit.cited.source,
        "status": unit.cited.status.value,
    }


def _datasets(res: Result) -> list[Part]:
    posted = (*res.ledger.postings, *res.ledger.apart)
    used = {p.exchange.dataset.key: p.exchange.dataset for p in posted if p.exchange.dataset}
    rows = {row.code: row.place.address for row in res.ruled.graph.linked.bill.factors}
    return [{**_dataset(res, used[key]), **_row(key, rows)} for key in sorted(used)]


def _row(key: str, rows: Mapping[str, str]) -> Part:
    """Return the cell of a factor of the workbook; nothing of a dataset of a database."""
    cell = rows.get(key.partition(":")[2]) if key.startswith("workbook@") else None
    return {} if cell is None else {"cell": cell}


def _dataset(res: Result, dataset: Dataset) -> Part:
    found = res.intensity(dataset)
    headline = {k: v for k, v in found.impact.items() if k.ghg in res.ledger.headline}
    return {
        "key": dataset.key,
        "name": {"zh": dataset.name_zh, "en": dataset.name_en},
        "unit": dataset.unit,
        "region": dataset.region,
        "period": dataset.period,
        "kind": dataset.kind,
        "boundary": dataset.boundary,
        "category": dataset.category,
        "gwp_set": dataset.gwp_set,
        "status": dataset.status,
        "citation": dataset.citation,
        "proxy": dataset.proxy,
        "note": dataset.note,
        "technology": dataset.technology,
        "pedigree": dataset.pedigree,
        "includes_transport": dataset.includes_transport,
        "factor": total(headline.values()),
        "classes": split(found.impact, BY_CLASS),
        "statuses": split(headline, BY_STATUS),
        "sets": split(headline, BY_SET),
        "gaps": [_dataset_gap(res, dataset, code, amount) for code, amount in sorted(found.gaps.items())],
    }


def _dataset_gap(res: Result, dataset: Dataset, code: str, amount: float) -> Part:
    gap = res.gap(dataset.key.removesuffix(dataset.code) + code)
    return {"code": code, "name": {"zh": gap.name_zh, "en": gap.name_en}, "amount": exact(amount), "unit": gap.unit}


def _database(info: DatabaseInfo) -> Part:
    return {
        "id": info.id,
        "version": info.version,
        "title": {"zh": info.title_zh, "en": info.title_en},
        "licence": info.licence,
        "licensed": info.licensed == "yes",
        "citation": info.citation,
        "checksum": info.checksum,
    }
