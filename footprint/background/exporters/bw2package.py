"""Brightway's own package (``.bw2package``): the database and its methods, as JSON in bzip2.

The file is what ``bw2io.package.BW2Package.export_objs`` writes of a list of a database and methods; importing it in
Brightway or the Activity Browser needs nothing else. The class is named as older versions name it, which newer ones
know too.
"""

from __future__ import annotations

import bz2
import json
from collections.abc import Mapping
from typing import Any

from footprint.background import ownform
from footprint.background.exporters import brightway
from footprint.background.source import Source
from footprint.background.spread import Sigma, as_published

FORMAT = "bw2package"
SUFFIX = ".bw2package"
_DATABASE = {"module": "bw2data.backends.peewee.database", "name": "SQLiteBackend"}
_METHOD = {"module": "bw2data.method", "name": "Method"}
_TO_HUMANS = "kg CO2-eq"


def render(source: Source, of: Sigma = as_published) -> Mapping[str, bytes]:
    """Return the package as the one file it is."""
    model = brightway.model(source, of)
    nodes = {(model.name, flow.code): _emission(model.name, flow) for flow in model.flows}
    nodes |= {(model.name, process.code): _process(model.name, process) for process in model.processes}
    plain = _plain(nodes)
    own = {"digest": ownform.digest_of_json(plain), "files": ownform.texts(source)}
    database = _object(model.name, _DATABASE, {**model.metadata, "depends": [], "footprint": own}, None)
    told = {**{key: _plain(value) for key, value in database.items()}, "data": plain}
    methods = [_method(model.name, *method) for method in model.methods()]
    text = json.dumps([_marked([*told], [*told.values()]), *_plain(methods)], separators=(",", ":"))
    return {"": bz2.compress(text.encode())}


def _object(name: Any, kind: Mapping[str, str], metadata: Mapping[str, Any], data: Any) -> dict[str, Any]:
    return {"metadata": metadata, "name": name, "class": kind, "data": data}


def _method(database: str, name: tuple[str, ...], factors: Mapping[str, float]) -> dict[str, Any]:
    said = {"unit": _TO_HUMANS, "description": "Factors of the table gwp.csv of footprint; CO2 equivalents count as 1."}
    return _object(name, _METHOD, said, [((database, code), factor) for code, factor in factors.items()])


def _emission(database: str, flow: brightway.Flow) -> dict[str, Any]:
    return {
        "name": flow.name, "code": flow.code, "database": database, "unit": brightway.UNITS["kg"], "type": "emission",
        "categories": ("air",), "ghg class": flow.ghg, "exchanges": [],
    }  # fmt: skip


def _process(database: str, process: brightway.Process) -> dict[str, Any]:
    return {
        "name": process.name, "code": process.code, "database": database, "unit": process.unit, "type": "process",
        "location": process.location, "reference product": process.product, "comment": process.comment, **process.more,
        "exchanges": [_exchange(database, process.code, exchange) for exchange in process.exchanges],
    }  # fmt: skip


def _exchange(database: str, code: str, exchange: brightway.Exchange) -> dict[str, Any]:
    return {
        "input": (database, exchange.code), "output": (database, code), "type": exchange.kind,
        "amount": exchange.amount, "name": exchange.name, "unit": exchange.unit,
        **({"location": exchange.location} if exchange.location else {}),
        **({"comment": exchange.comment} if exchange.comment else {}),
        **(exchange.uncertainty() or {"uncertainty type": 0}),
    }  # fmt: skip


def _marked(keys: list[Any], values: list[Any]) -> dict[str, Any]:
    """Return a mapping as Brightway marks it."""
    return {"__dict__": True, "keys": keys, "values": values}


def _plain(value: Any) -> Any:
    """Return what JSON can hold, tuples and mappings marked as Brightway marks them."""
    if isinstance(value, tuple):
        return {"__tuple__": True, "data": [_plain(inner) for inner in value]}
    if isinstance(value, Mapping):
        return _marked([*map(_plain, value)], [*map(_plain, value.values())])
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
