"""``battery-cfb.docx``: carbon footprint declaration of a battery, Regulation (EU) 2023/1542, Art. 7 (1), bilingual.

One battery model of one manufacturing plant. The fields are those that several secondary sources agree on; whether an
implementing act prescribes another form is to be checked in the Official Journal before it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from footprint.errors import Problem, problem
from footprint.publish.figures import told as shown
from footprint.publish.outgoing import contents, picture, word
from footprint.publish.outgoing.pieces import Row, Say, bound
from footprint.publish.outgoing.statement import Statement
from footprint.publish.wording import declared, figure, gas

FORMAT = "battery-cfb.docx"
LEAST = "public"
NEEDS = (
    "company.name", "company.address", "company.city", "company.country", "company.contact", "product.model",
    "product.province", "product.issue_date", "publication.study", "publication.conformity_id",
)  # fmt: skip
"""Rounding: the total as declared, stages to four significant digits. Unit: kg CO2e per kWh over the service life."""
UNIT = "kwh-delivered"
RULES = "battery-eu-2023-1542"
stated = word.stated


def problems(statement: Statement) -> Iterable[Problem]:
    """Yield what stands in the way: rules that are not those of EU batteries, or another unit."""
    study = statement.document["study"]["pcr"]
    of_batteries = RULES in {study["id"], *study.get("layers", ())}
    if not of_batteries or statement.document["declared_unit"]["id"] != UNIT:
        yield problem("cfb-rules", statement.document["product"]["id"], pcr=study["id"], rules=RULES)
    yield from picture.faults(statement)


def render(statement: Statement, lang: str) -> bytes:  # noqa: ARG001  both languages stand side by side
    """Return the declaration; every caption and title in English and Chinese."""
    both = _Both()
    told: contents.Tree = {
        "title": both("cfb-title"),
        "name": statement.document["product"]["name"],
        "basis": both("cfb-basis"),
        "note": both("cfb-note"),
        "draft": both("draft") if statement.draft else "",
        "draft_note": both("draft-note") if statement.draft else "",
        "level": both("cfb-per-model"),
        "conformity_id": statement.publication.get("conformity_id", ""),
        "company": {"name": str(statement.company.get("name", ""))},
        **{name: [*rows(statement, both)] for name, rows in _ROWS.items()},
    }
    document = statement.document
    told["says"] = {"unit": document["declared_unit"]["unit"], **dict(_said(told))}
    return word.document(statement, contents.printable(told), "battery-cfb", ("", b""))


class _Both:
    """Captions and texts in English and, behind a slash, Chinese."""

    def __init__(self) -> None:
        self._says = Say("en"), Say("zh")

    def __call__(self, code: str) -> str:
        return " / ".join(say(code) for say in self._says)

    def text(self, both: Any) -> str:
        return " / ".join(dict.fromkeys(say.text(both) for say in self._says))


def _said(told: contents.Tree) -> Iterator[tuple[str, str]]:
    for name in _ROWS:
        yield from ((row["says"], row["value"]) for row in told[name] if row["says"])


def _row(both: _Both, code: str, value: str, says: str = "", unit: str = "") -> Row:
    return {"caption": both(code), "value": value, "text": f"{value} {unit}".rstrip(), "says": says}


def _manufacturer(statement: Statement, both: _Both) -> Iterator[Row]:
    told = {key: str(value) for key, value in statement.company.items()}
    yield _row(both, "cfb-name", told["name"], "company")
    keys = ("address", "postcode", "city", "country")
    yield _row(both, "company-address", ", ".join(told[key] for key in keys if told.get(key)))
    yield _row(both, "company-contact", told["contact"])
    if told.get("website"):
        yield _row(both, "cfb-website", told["website"])


def _battery(statement: Statement, both: _Both) -> Iterator[Row]:
    product = statement.document["product"]
    yield _row(both, "model", product["model"])
    yield _row(both, "id", product["id"], "product")
    yield _row(both, "product-name", product["name"])
    yield _row(both, "net-mass", figure(product["net_mass_kg"], 6), "mass", "kg")


def _plant(statement: Statement, both: _Both) -> Iterator[Row]:
    product, period = statement.document["product"], statement.document["study"]["reference_period"]
    yield _row(both, "producer-name", product["manufacturer"])
    yield _row(both, "plant-province", product["province"])
    yield _row(both, "plant-country", product["country"], "country")
    yield _row(both, "period-start", period["start"] or "", "start")
    yield _row(both, "period-end", period["end"] or "", "end")


def _result(statement: Statement, both: _Both) -> Iterator[Row]:
    document = statement.document
    unit = f"{gas(document['result']['unit'])} / kWh"
    row = _row(both, "footprint", declared(document["result"]["declared"]), "total", unit)
    yield row | {"text": bound(document) + row["text"]}
    yield _row(both, "declared-unit", both.text(document["declared_unit"]["title"]))


def _stages(statement: Statement, both: _Both) -> Iterator[Row]:
    document = statement.document
    for row in document["result"]["by_stage"]:
        unit = f"{gas(document['result']['unit'])} / kWh"
        made = _row(both, "stage", shown(document, row["value"]), f"stage:{row['id']}", unit)
        yield made | {"caption": both.text(row["title"])}


def _class(_: Statement, both: _Both) -> Iterator[Row]:
    yield _row(both, "cfb-class", both("cfb-class-reason"))


def _references(statement: Statement, both: _Both) -> Iterator[Row]:
    study = statement.document["study"]
    yield _row(both, "cfb-conformity-id", statement.publication["conformity_id"])
    yield _row(both, "cfb-study", statement.publication["study"])
    yield _row(both, "pcr-id", study["pcr"]["id"], "pcr")
    yield _row(both, "version", study["pcr"]["version"])
    yield _row(both, "cfb-wording", both.text(statement.document["conformity"]["wording"]))
    yield _row(both, "report-date", study["issue_date"] or "", "issued")
    yield _row(both, "footprint-id", statement.id, "id")


_ROWS: dict[str, Callable[[Statement, _Both], Iterator[Row]]] = {
    "manufacturer": _manufacturer, "battery": _battery, "plant": _plant, "result": _result, "stages": _stages,
    "class": _class, "references": _references,
}  # fmt: skip
