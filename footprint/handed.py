"""A package of this program as a supplier hands it over: its footprint from cradle to gate, if it bears itself out.

Its declaration is held against its manifest and against itself: numbers, ledger, sums, boundary. Whether the ledger
follows from a workbook is not seen here; `footprint verify` calculates it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any

from footprint import jsons
from footprint import package as packages
from footprint.asstated import unbalanced
from footprint.errors import Problem, RequestError, VerificationError, problem
from footprint.provenance import Place
from footprint.publish.outgoing.statement import GATE_MODULES, Gate, gate, identity, in_gate
from footprint.publish.outgoing.supplied import DRAFT, LOWER_BOUND, Supplied
from footprint.publish.schema import check
from footprint.publish.shape import misshapen
from footprint.tables.archive import unpack_whole

FORMAT = "footprint"
_NAME = f"{packages.RESULT}/{packages.DECLARATION}"
_MOST = 2_000_000
"""Values of a declaration; a line of a bill takes some fifty."""
Document = Mapping[str, Any]


def handed(content: bytes, file: str) -> tuple[Supplied | None, list[Problem]]:
    """Return the footprint of a package and all that is wrong in it; no footprint where a number does not hold.

    `RequestError` for what is no package of this program.
    """
    members = unpack_whole(content, file)
    if _NAME not in members:
        raise RequestError(problem("supplied-unknown", Place(file)))
    faults = [*_unconfirmed(members, file)]
    try:
        read = jsons.parse(members[_NAME], f"{file}:{_NAME}", _MOST)
        faults += read.faults
        check(read.value)
        faults += misshapen(read.value, Place(file, _NAME))
        if faults:
            return None, faults
        faults += _untrue(read.value, Place(file, _NAME))
        return None if faults else _declared(read.value), faults
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as exc:
        raise RequestError(*faults or [problem("supplied-unknown", Place(file, _NAME))]) from exc


def _unconfirmed(members: Mapping[str, bytes], file: str) -> Iterator[Problem]:
    """Yield the members that are not those of which the manifest has the checksums."""
    try:
        sums = packages.stated(members, file)
    except VerificationError as exc:
        yield from exc.problems
        return
    for name in sorted(set(members) - {packages.MANIFEST, packages.SIGNATURE}):
        if sums.get(name) != sha256(members[name]).hexdigest():
            yield problem("file-other", Place(file, name))


def _untrue(document: Document, at: Place) -> Iterator[Problem]:
    """Yield each number of a declaration that cannot be, or does not follow from its ledger, and a boundary too small.

    Sums beyond all numbers are no sums.
    """
    unit = document["declared_unit"]
    sizes = {
        "declared_unit.amount": unit["amount"],
        "declared_unit.per_item": unit["per_item"],
        "product.net_mass_kg": document["product"]["net_mass_kg"],
    }
    empty = [key for key, value in sizes.items() if not value > 0]
    yield from (problem("exchange-zero", at._replace(cell=key), key=key, value=sizes[key]) for key in empty)
    if empty:
        return
    try:
        wrong = unbalanced(document)
    except ArithmeticError:
        wrong = ["ledger"]
    yield from (problem("package-unbalanced", at._replace(cell=name)) for name in wrong)
    if not _reaches_the_gate(document):
        told = document["study"]["boundary"]["id"]
        yield problem("supplied-boundary", at._replace(cell="study.boundary"), boundary=told)


def _reaches_the_gate(document: Document) -> bool:
    """Tell whether the stages counted begin at the cradle, hold the manufacture, and are not one with later ones."""
    modules = {stage["id"]: stage.get("module") or "" for stage in document["study"]["stages"]}
    inside = [modules.get(stage, "") for stage in document["study"]["boundary"]["stages"]]
    across = [each for each in inside if not in_gate(each) and each.partition("-")[0] in GATE_MODULES]
    ends = [part for each in inside if in_gate(each) for part in each.split("-")]
    return not across and GATE_MODULES[0] in ends and GATE_MODULES[-1] in ends


def _declared(document: Document) -> Supplied:
    """Return the part of a declaration from cradle to gate, as exchange formats would state it."""
    told, study, product = gate(document), document["study"], document["product"]
    publication = {row["key"]: row["value"] for row in document.get("publication", ())}
    period = study["reference_period"]

    def carbon(key: str) -> Decimal | None:
        return None if product[key] is None else _decimal(product[key] / told.per_item)

    return Supplied(
        format=FORMAT,
        id=publication.get("pcf_id") or identity(document),
        company=product["manufacturer"],
        product=product["name"],
        product_ids=tuple(filter(None, publication.get("product_ids", "").split("; "))),
        description=publication.get("description", ""),
        unit=told.unit,
        classes={name: _decimal(value) for name, value in told.classes.items() if value},
        total=_decimal(told.total),
        outbound=None,
        mass=_decimal(told.mass),
        fossil_carbon=carbon("fossil_carbon_kg"),
        biogenic_carbon=carbon("biogenic_carbon_kg"),
        start=period["start"] or "",
        end=period["end"] or "",
        valid_until=publication.get("valid_until", ""),
        status="",
        region=product["country"],
        gwp_sets=tuple(told.sets) or (study["gwp_set"],),
        primary_share=None if told.primary is None else _decimal(told.primary),
        exempted_share=None,
        scores=_scores(told),
        packaging=None,
        comment=publication.get("comment", ""),
        states=tuple(_states(document)),
        preceding=tuple(filter(None, publication.get("preceding_ids", "").split("; "))),
    )


def _scores(told: Gate) -> dict[str, Decimal]:
    return {name: Decimal(f"{value:.2f}") for name, value in told.scores.items()}


def _states(document: Document) -> Iterator[str]:
    """Yield what keeps a footprint from being final: gaps from cradle to gate that could only raise it, or any others.

    One of which the declaration does not say in which stages it is counts as before the gate.
    """
    inside = {stage["id"] for stage in document["study"]["stages"] if in_gate(stage.get("module") or "")}
    gaps = [gap for gap in document["completeness"]["gaps"] if inside & {*gap.get("stages", inside)}]
    if gaps:
        yield LOWER_BOUND if all(gap["non_negative"] for gap in gaps) else DRAFT


def _decimal(value: float) -> Decimal:
    return Decimal(f"{value:.12g}")
