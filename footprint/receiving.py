"""Understand a supplier's footprint - PACT, Catena-X or a package of this program - and put it into the next bill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from footprint import jsons, units
from footprint.asking import plain
from footprint.errors import Problem, RequestError, no_file, problem
from footprint.handed import FORMAT as PACKAGE
from footprint.handed import handed
from footprint.merging import Fit, Sent, write_factor
from footprint.messages import label, message
from footprint.model.quality import WORST
from footprint.provenance import Place
from footprint.publish.outgoing import supplied
from footprint.publish.outgoing.supplied import CONTRADICTORY, DEPRECATED, DRAFT, LOWER_BOUND, Supplied
from footprint.quality.scores import PEDIGREE
from footprint.tables.limits import MAX_FILE

SETS = frozenset({"AR4", "AR5", "AR6", "EF3.1"})
STATES = (CONTRADICTORY, LOWER_BOUND, DRAFT, DEPRECATED)
"""Why a footprint is not final, what weighs most first."""
MOST = 1000
"""Footprints in a file."""
_ZIP = b"PK\x03\x04"
_SAID = 200
"""Faults of a file that are said."""
_NAME, _NOTE = 200, 30_000
"""Characters of a name, and of a remark, that go into a cell."""


class Received(NamedTuple):
    """The footprints of a file that can be understood, and all that is wrong in it.

    ``open``: of that, names stated twice that leave open what a footprint says.
    """

    footprints: tuple[Supplied, ...]
    faults: tuple[Problem, ...]
    open: tuple[Problem, ...] = ()


class Said(NamedTuple):
    """What there is to say of a file, and whether it holds a footprint that nothing speaks against."""

    text: str
    holds: bool


def received(path: Path) -> Received:
    """Return what ``path`` says; `RequestError` where it is no file of a known format."""
    content = _content(path)
    if content.startswith(_ZIP):
        found, wrong = handed(content, path.name)
        return Received(() if found is None else (found,), tuple(wrong))
    if len(content) > jsons.MAX_JSON:
        raise RequestError(problem("json-large", Place(path.name), most=jsons.MOST))
    try:
        return _documents(jsons.parse(content, path.name), path.name)
    except (ValueError, RecursionError) as exc:
        raise RequestError(problem("supplied-unknown", Place(path.name))) from exc


def _documents(told: jsons.Told, file: str) -> Received:
    found: list[Supplied] = []
    faults: list[Problem] = []
    twice = [fault for fault in told.faults if fault.code == "json-twice"]
    names = {"data"}
    documents = supplied.documents(told.value) or [None]
    if len(documents) > MOST:
        raise RequestError(problem("supplied-many", Place(file), most=MOST))
    for document in documents:
        if not isinstance(document, Mapping) or not supplied.recognised(document):
            raise RequestError(problem("supplied-unknown", Place(file)))
        wrong = supplied.faults(document, file)
        one = supplied.supplied(document, file)
        if one is not None:
            untrue = supplied.contradicts((*twice, *wrong))
            found.append(one._replace(states=(*one.states, CONTRADICTORY)) if untrue else one)
        faults += wrong
        names |= supplied.names(document)
    named = {fault.place for fault in faults}
    strange = (f for f in told.faults if f.code != "json-number" or f.place not in named)
    left_open = tuple(fault for fault in twice if fault.facts["key"] in names)
    return Received(tuple(found), (*strange, *faults), left_open)


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise RequestError(no_file(path))
    try:
        if path.stat().st_size > MAX_FILE:
            raise RequestError(problem("file-too-large", path.name, limit=MAX_FILE >> 20))
        return path.read_bytes()
    except OSError as exc:
        raise RequestError(no_file(path)) from exc


def described(path: Path, lang: str) -> Said:
    """Return in words what a file says, and everything that is wrong in it."""
    found = received(path)
    lines = [line for one in found.footprints for line in _lines(one, lang)]
    if not found.footprints:
        lines.append(message("supplied-nothing", lang))
    if found.faults:
        lines += ["", message("supplied-faults", lang, count=len(found.faults)), *_faults(found.faults, lang)]
    if any(one.format == PACKAGE for one in found.footprints):
        lines += ["", message("supplied-not-verified", lang, file=path.name)]
    return Said("\n".join(lines), bool(found.footprints) and not found.faults)


def _faults(faults: Iterable[Problem], lang: str) -> list[str]:
    said = [fault.text(lang) for fault in faults]
    return [*said[:_SAID], *([message("supplied-more", lang, count=len(said) - _SAID)] if len(said) > _SAID else [])]


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
        "exempted-share": _percent(one.exempted_share), "scores": _scores(one), "status": _status(one, lang),
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


def _status(one: Supplied, lang: str) -> str:
    return "; ".join(filter(None, (one.status, *(label(f"supplied-state-{state}", lang) for state in one.states))))


def _scores(one: Supplied) -> str:
    return "; ".join(f"{name} {score}" for name, score in one.scores.items())


def into(
    path: Path, book: Path, output: Path, lang: str, *, line: str = "", energy: str = "", force: bool = False
) -> Said:
    """Write ``book`` with the footprint of ``path`` as a row of its Factors to ``output``, and say what changed.

    ``line``: the line of the BOM whose dataset it becomes; ``energy``: what a footprint per unit of energy is of, which
    no format states. A file with several footprints, with none, or with one that states something twice is refused.
    """
    found = received(path)
    if len(found.footprints) != 1:
        wrong = found.faults[:_SAID] if not found.footprints else ()
        raise RequestError(problem("supplied-one", Place(path.name), count=len(found.footprints)), *wrong)
    if found.open:
        raise RequestError(*found.open)
    (one,) = found.footprints

    def row(fit: Fit | None) -> dict[str, object]:
        made = _factor(one, path.name, fit, lang)
        if not units.convertible(str(made["unit"]), "kWh"):
            return made
        if not energy:
            raise RequestError(problem("supplied-energy", Place(path.name), unit=made["unit"]))
        return {**made, "energy": energy}

    sent = Sent(row, Place(path.name), one.preceding)
    told = write_factor(book, sent, output, lang, line=line, force=force)
    return Said("\n".join([*_faults(found.faults, lang), told]), not found.faults)


def _factor(one: Supplied, file: str, fit: Fit | None, lang: str) -> dict[str, object]:
    """Return the row of the Factors sheet that a footprint is, in a unit that fits the line it is for."""
    unit, per = _fitted(one, file, fit)
    sets = [name for name in one.gwp_sets if name in SETS]
    scores = [_whole(one.scores.get(name)) for name in PEDIGREE]
    document = f"{one.format} {one.id}, {file}"
    state = next((state for state in STATES if state in one.states), "")
    others = [label(f"supplied-state-{each}", lang) for each in one.states if each != state]
    converted = message("supplied-per-mass", lang, document=document, unit=one.unit, mass=f"{per:f}")
    given = {
        "code": _code(one),
        "name": one.product[:_NAME],
        "unit": unit,
        "total": float(one.total / per),
        "classes": "; ".join(f"{name}={value / per:.12g}" for name, value in one.classes.items()),
        "gwp_set": sets[0] if len(one.gwp_sets) == len(sets) == 1 else "unknown",
        "boundary": "cradle-to-gate",
        "region": one.region[:_NAME] or "GLO",
        "period": f"{one.start}/{one.end}" if one.start and one.end else "",
        "status": "unverified",
        "document": document if unit == one.unit else converted,
        "supplier": one.company[:_NAME],
        "primary_share": None if one.primary_share is None else float(one.primary_share),
        "valid_until": one.valid_until,
        "pcf_id": one.id[:_NAME],
        "state": state,
        "pedigree": f"pact {';'.join(scores)}" if {*scores} != {"-"} else "",
        "note": "\n".join((*others, one.comment))[:_NOTE],
    }
    return {key: value for key, value in given.items() if value not in (None, "")}


def _code(one: Supplied) -> str:
    """Return the code of a factor: the same for every version of one product's footprint, another for every other.

    The names as they are and the ids of the product tell them apart, where there are none that of the footprint.
    """
    told = (one.company, one.product, *sorted(one.product_ids or (one.id,)))
    name = plain(f"{one.company}-{one.product}")
    return f"{name if name != '-' else 'pcf'}-{sha256(repr(told).encode()).hexdigest()[:8]}"


def _fitted(one: Supplied, file: str, fit: Fit | None) -> tuple[str, Decimal]:
    """Return the unit for a line, and how many of it one unit of the footprint is: by the mass that its file states.

    The mass that the line states is that of one of its own units, and serves it alone. `RequestError` for a line that
    the footprint cannot be counted for.
    """
    if fit is None or units.convertible(one.unit, fit.unit):
        return one.unit, Decimal(1)
    stated, wanted = (units.convertible(unit, "kg") for unit in (one.unit, fit.unit))
    if wanted and one.mass is not None and one.mass > 0:
        return "kg", one.mass
    if stated and fit.weighed:
        return one.unit, Decimal(1)
    code = "supplied-line-mass" if stated else "supplied-line-unit"
    raise RequestError(problem(code, fit.place, unit=fit.unit, file=file, wanted=one.unit))


def _whole(score: Decimal | None) -> str:
    """Return a rating as a score of a pedigree: between two it counts as the worse; "-" where it is none."""
    whole = None if score is None else score.to_integral_value(ROUND_CEILING)
    return f"{whole:f}" if whole is not None and 1 <= whole <= WORST else "-"
