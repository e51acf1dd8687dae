"""Understand a supplier's footprint - PACT, Catena-X or a package of this program - and put it into the next bill."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from footprint import package as packages
from footprint.asking import plain
from footprint.errors import Problem, RequestError, VerificationError, problem
from footprint.merging import write_factor
from footprint.messages import label, message
from footprint.provenance import Place
from footprint.publish.outgoing import supplied
from footprint.publish.outgoing.statement import gate, identity
from footprint.publish.outgoing.supplied import Supplied
from footprint.publish.schema import check
from footprint.tables.archive import unpack_whole
from footprint.tables.limits import MAX_FILE

PACKAGE = "footprint"
SETS = frozenset({"AR4", "AR5", "AR6"})
_ZIP = b"PK\x03\x04"
_INDICATORS = ("", "", "time", "geography", "technology")
"""Places of the five scores of a pedigree that a rating of PACT fills."""


class Received(NamedTuple):
    """The footprints of a file that can be understood, and all that is wrong in it."""

    footprints: tuple[Supplied, ...]
    faults: tuple[Problem, ...]


def received(path: Path, lang: str) -> Received:
    """Return what ``path`` says; `RequestError` where it is no file of a known format."""
    content = _content(path)
    if content.startswith(_ZIP):
        return _package(content, path.name, lang)
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as exc:
        raise RequestError(problem("supplied-unknown", Place(path.name))) from exc
    found: list[Supplied] = []
    faults: list[Problem] = []
    for document in supplied.documents(told) or [None]:
        if not isinstance(document, Mapping) or not supplied.recognised(document):
            raise RequestError(problem("supplied-unknown", Place(path.name)))
        faults += supplied.faults(document, path.name)
        one = supplied.supplied(document, path.name)
        found += [] if one is None else [one]
    return Received(tuple(found), tuple(faults))


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE:
            raise RequestError(problem("file-too-large", path.name, limit=MAX_FILE >> 20))
        return path.read_bytes()
    except OSError as exc:
        raise RequestError(problem("file-missing", Place(str(path)))) from exc


def _package(content: bytes, file: str, lang: str) -> Received:
    """Return the footprint of a package of this program; what its checksums do not confirm is a fault."""
    members = unpack_whole(content, file)
    name = f"{packages.RESULT}/{packages.DECLARATION}"
    if name not in members:
        raise RequestError(problem("supplied-unknown", Place(file)))
    try:
        document = json.loads(members[name])
        check(document)
        told = _declared(document, lang)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as exc:
        raise RequestError(problem("supplied-unknown", Place(file, name))) from exc
    return Received((told,), tuple(_unconfirmed(members, file)))


def _unconfirmed(members: Mapping[str, bytes], file: str) -> Iterator[Problem]:
    from hashlib import sha256

    try:
        sums = packages.stated(members, file)
    except VerificationError as exc:
        yield from exc.problems
        return
    for name in sorted(set(members) - {packages.MANIFEST, packages.SIGNATURE}):
        if sums.get(name) != sha256(members[name]).hexdigest():
            yield problem("file-other", Place(file, name))


def _declared(document: Mapping[str, Any], lang: str) -> Supplied:
    """Return the part of a declaration from cradle to gate, as exchange formats would state it."""
    told, study, product = gate(document), document["study"], document["product"]
    publication = {row["key"]: row["value"] for row in document.get("publication", ())}
    period = study["reference_period"]

    def carbon(key: str) -> Decimal | None:
        return None if product[key] is None else _decimal(product[key] / told.per_item)

    return Supplied(
        format=PACKAGE,
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
        status="" if document["result"]["complete"] else label("publish-draft", lang),
        region=product["country"],
        gwp_sets=(study["gwp_set"],),
        primary_share=None if told.primary is None else _decimal(told.primary),
        exempted_share=None,
        scores={},
        packaging=None,
        comment=publication.get("comment", ""),
    )


def _decimal(value: float) -> Decimal:
    return Decimal(f"{value:.12g}")


def described(path: Path, lang: str) -> str:
    """Return in words what a file says, and everything that is wrong in it."""
    found = received(path, lang)
    lines = [line for one in found.footprints for line in _lines(one, lang)]
    if not found.footprints:
        lines.append(message("supplied-nothing", lang))
    if found.faults:
        lines += ["", message("supplied-faults", lang, count=len(found.faults)), *(p.text(lang) for p in found.faults)]
    return "\n".join(lines)


def _lines(one: Supplied, lang: str) -> Iterator[str]:
    """Yield a line per thing stated; what is not stated is said so."""
    per = f"kg CO2e / {one.unit}"
    facts: dict[str, str] = {
        "format": one.format, "id": one.id, "company": one.company, "product": one.product,
        "product-ids": "; ".join(one.product_ids), "total": f"{_short(one.total)} {per}",
        **{f"class-{name}": f"{_short(value)} {per}" for name, value in one.classes.items()},
        "outbound": "" if one.outbound is None else f"{_short(one.outbound)} {per}",
        "mass": "" if one.mass is None else f"{_short(one.mass)} kg / {one.unit}",
        "period": f"{one.start} / {one.end}", "valid-until": one.valid_until, "region": one.region,
        "gwp-set": ", ".join(one.gwp_sets), "primary-share": _percent(one.primary_share),
        "exempted-share": _percent(one.exempted_share), "scores": _scores(one), "status": one.status,
        "comment": one.comment,
    }  # fmt: skip
    missing = label("supplied-not-stated", lang)
    for key, text in facts.items():
        title = label(f"report-{key}" if key.startswith("class-") else f"supplied-{key}", lang)
        yield f"{title}: {' '.join(text.split()) or missing}"


def _short(value: Decimal) -> str:
    return f"{value:.6g}"


def _percent(share: Decimal | None) -> str:
    return "" if share is None else f"{share * 100:.4g} %"


def _scores(one: Supplied) -> str:
    return "; ".join(f"{name} {score}" for name, score in one.scores.items())


def into(path: Path, book: Path, output: Path, lang: str, *, line: str = "", force: bool = False) -> str:
    """Write ``book`` with the footprint of ``path`` as a row of its Factors to ``output``, and say what changed.

    ``line``: the line of the BOM whose dataset it becomes. A file with several footprints, or none, is refused.
    """
    found = received(path, lang)
    if len(found.footprints) != 1:
        raise RequestError(problem("supplied-one", Place(path.name), count=len(found.footprints)))
    (one,) = found.footprints
    told = write_factor(book, _factor(one, path.name), Place(path.name), output, lang, line=line, force=force)
    return "\n".join([*(p.text(lang) for p in found.faults), told])


def _factor(one: Supplied, file: str) -> dict[str, object]:
    """Return the row of the Factors sheet that a footprint is."""
    sets = [name for name in one.gwp_sets if name in SETS]
    scores = [_whole(one.scores.get(name)) for name in _INDICATORS]
    given = {
        "code": plain(f"{one.company}-{one.product}"),
        "name": one.product,
        "unit": one.unit,
        "total": float(one.total),
        "classes": "; ".join(f"{name}={value:f}" for name, value in one.classes.items()),
        "gwp_set": sets[0] if len(one.gwp_sets) == len(sets) == 1 else "unknown",
        "boundary": "cradle-to-gate",
        "region": one.region or "GLO",
        "period": f"{one.start}/{one.end}",
        "status": "unverified",
        "document": f"{one.format} {one.id}, {file}",
        "supplier": one.company,
        "primary_share": None if one.primary_share is None else float(one.primary_share),
        "valid_until": one.valid_until,
        "pcf_id": one.id,
        "pedigree": ";".join(scores) if {*scores} != {"-"} else "",
        "note": one.comment,
    }
    return {key: value for key, value in given.items() if value not in (None, "")}


def _whole(score: Decimal | None) -> str:
    """Return a rating as a score of a pedigree, "-" where it is none or lies between two."""
    return f"{score:.0f}" if score is not None and score == score.to_integral_value() else "-"
