"""The scenarios of a workbook: what the result would be, beside it, and why."""

from __future__ import annotations

from typing import Any

from footprint.declare.declare import declare
from footprint.declare.difference import difference, of_unit
from footprint.errors import FootprintError
from footprint.intake import product
from footprint.line import Prepared, solved, under_rules
from footprint.model.bill import Entry, WhatIf
from footprint.provenance import Place
from footprint.rules.what_ifs import names, supposed

Document = dict[str, Any]


def alternatives(ready: Prepared, document: Document) -> list[Document]:
    """Return each scenario of the bill with its result, and what makes it differ from ``document``."""
    return [_alternative(ready, name, document) for name in names(ready.read)]


def _alternative(ready: Prepared, name: str, document: Document) -> Document:
    def read(key: str, written: str, place: Place) -> Entry:
        return product.supposed(key, written, place, ready.pcr.fields)

    bill, pcr, _ = supposed(ready.read, ready.pcr, name, read)
    try:
        other = declare(solved(under_rules(bill, pcr, ready.background)))
    except FootprintError as exc:
        raise type(exc)(*(p._replace(scenario=name) for p in exc.problems)) from exc
    result, found = other["result"], difference(document, other)
    return {
        "id": name,
        "changes": [_change(change) for change in ready.read.what_ifs if change.scenario == name],
        "total": result["total"],
        "declared": result["declared"],
        "location_based": result["location_based"],
        "per_item": result["per_item"],
        "unit": other["declared_unit"]["unit"],
        "lower_bound": result["lower_bound"],
        "by_stage": [{"id": stage["id"], "value": stage["value"]} for stage in result["by_stage"]],
        "difference": {**found, "causes": [*of_unit(document, other), *found["causes"]]},
    }


def _change(change: WhatIf) -> Document:
    return {"target": change.target, "value": change.value, "cell": change.place.address}
