"""What two studies have in common: which of their random variables are one and the same number.

A variable is the same in both where it is the same by name and by content. A factor or dataset: code, numbers, unit,
source and distribution. A calibration: instrument, certificate and uncertainty. Readings: the document they stand in. A
number of the workbook: the row it stands in, the number and its distribution, in the same product or from the same
document. A product is the same by id and manufacturer, a document by its SHA-256. All else is drawn for each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from math import fsum
from typing import Any

from footprint.model.amounts import Amount
from footprint.model.background import Dataset
from footprint.model.bill import Bill
from footprint.model.result import Result
from footprint.model.uncertain import Distribution
from footprint.provenance import Place, numbered
from footprint.quality.measured import instrumented, repeated
from footprint.quality.scores import OWN
from footprint.uncertainty import Uncertain

_NAMES = {
    "bom": ("id",), "processes": ("process", "direction", "flow", "site", "period", "only_for"),
    "electricity": ("id", "type", "generator", "period", "market"), "parameters": ("name",),
    "transport": ("applies_to", "leg", "vehicle", "stage", "scenario"), "use": ("flow", "stage", "scenario", "country"),
    "end_of_life": ("part", "route", "treatment", "scenario"), "estimates": ("gap", "dataset"),
}  # fmt: skip
"""Part of the bill -> what a row of it is known by."""
_DIGITS = 12


def names(found: Uncertain, result: Result) -> tuple[str, ...]:
    """Return for each variable what it is, by name and content: equal texts are one number; no two of a study are."""
    bill = result.ruled.graph.linked.bill
    datasets = {p.exchange.dataset.key: p.exchange.dataset for p in result.ledger.postings if p.exchange.dataset}
    by_number = {at: datasets[key] for key, at in found.known.datasets.items() if key in datasets}
    cells = _cells(bill, found)
    counts: Counter[str] = Counter()
    texts = []
    for at, variable in enumerate(found.response.variables):
        dataset = by_number.get(at)
        said = _of_dataset(dataset, result) if dataset else cells[variable.id]
        text = f"{said} {_of_distribution(variable.distribution)}"
        counts[text] += 1
        texts.append(f"{text} #{counts[text]}")
    return tuple(texts)


def _of_distribution(of: Distribution) -> str:
    parameters = (f"{p:.{_DIGITS}g}" for p in of.parameters)
    return f"{of.kind} {' '.join(parameters)} {of.dof:g}"


def _of_dataset(dataset: Dataset, result: Result) -> str:
    """Return code, numbers, unit and source of a dataset, whatever its database is called and holds besides."""
    impact: dict[str, list[float]] = {}
    for key, value in result.intensity(dataset).impact.items():
        impact.setdefault(f"{key.ghg} {key.gwp}", []).append(value)
    numbers = sorted((name, f"{fsum(values):.{_DIGITS}g}") for name, values in impact.items())
    is_own = dataset.key.startswith(OWN)
    source = re.sub(r"\[[^]]*\]", "", dataset.citation).strip(" ,") if is_own else dataset.citation
    return repr((dataset.code, dataset.unit, dataset.region, dataset.period, dataset.boundary, source, numbers))


def _cells(bill: Bill, found: Uncertain) -> dict[str, str]:
    """Return what the variables of the workbook are, by their id: a number without a name or value is a `KeyError`."""
    cells: dict[str, str] = {}
    documents = {row.id: row.sha256 for row in bill.evidence if row.sha256}
    owner = repr((bill.product.text("id"), bill.product.text("manufacturer")))
    rows = {place: (row, key, name) for place, row, key, name in _rows(bill)}
    measured = dict(_measured(bill, owner, documents))
    fields = {entry.place: key for key, entry in bill.product.entries.items()}
    for place, numbers in found.known.cells.items():
        for id_ in {found.response.variables[at].id for at in numbers} - measured.keys():
            row, key, name = rows[place] if place in rows else (None, fields[place], "")
            whose = owner if row is None else documents.get(_evidence(row, place), owner)
            cells[id_] = f"{whose} {name} {key} {_entered(bill, place)}"
    return cells | measured


def _entered(bill: Bill, place: Place) -> tuple[float, str]:
    """Return the number in a cell with its unit; `KeyError` where nobody entered one: what is missing is no number."""
    entered = bill.spreads[place].entered
    if entered is None:
        raise KeyError(place.address)
    return entered


def _rows(bill: Bill) -> Iterator[tuple[Place, Any, str, str]]:
    """Yield cell, row, column and name of the row for each cell of the rows with numbers."""
    for part, keys in _NAMES.items():
        for row in getattr(bill, part):
            name = repr((part, *(getattr(row, key) for key in keys)))
            places: Mapping[str, Place] = getattr(row, "places", {}) or {"value": row.value_place}
            for key, place in places.items():
                yield place, row, key, name


def _evidence(row: Any, place: Place) -> str:
    """Return the document behind the number in a cell of a row."""
    amount = next((each for each in row if isinstance(each, Amount) and each.place == place), None)
    return str(getattr(row, "evidence", "") if amount is None else amount.evidence)


def _measured(bill: Bill, owner: str, documents: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what calibrations and readings are, by the id of their variable.

    A calibration without certificate is known in its own product only.
    """
    for found in instrumented(bill):
        row = found.calibration
        number = numbered(row.certificate)
        said = (row.id, number, row.laboratory, row.expanded, row.expanded_unit, row.k, row.dof, row.calibrated_on)
        is_of_all = found.variable == found.place.address
        read = "" if is_of_all else documents.get(found.amount.evidence, owner)
        yield found.variable, repr((*said, read, "" if row.certificate else owner))
    for each in repeated(bill):
        document = each.document
        yield each.place.address, repr((documents.get(document.id, owner), document.id, document.repeats))
