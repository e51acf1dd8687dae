"""Two results of a product, and what makes them differ: folders, packages or declarations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from math import fsum
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from footprint import package as p
from footprint.asstated import unbalanced
from footprint.declare.numbers import exact, is_rounding
from footprint.declare.otherwise import otherwise
from footprint.declare.waterfall import CAUSES, ROUNDING, UNKNOWN, Changed, Decomposed, Effect, changed, decomposed
from footprint.elements import changed as named
from footprint.elements import parts
from footprint.errors import FootprintError, RequestError, VerificationError, no_file, problem
from footprint.messages import label, message
from footprint.provenance import Place
from footprint.runs import insist
from footprint.tables.archive import unpack_whole

_SHOWN = 15
_NEEDED = frozenset({
    "workbook", "study", "declared_unit", "result", "ledger", "flows", "excluded", "databases", "clauses", "conformity",
})  # fmt: skip
Document = Mapping[str, Any]


class Side(NamedTuple):
    """One result: what it is called, its declaration, its run if that is known, the files of its rules if they are.

    ``rows``: the dataset rows of a package; ``drawn``: its uncertainty, where it was calculated.
    """

    name: str
    document: Document
    run: Document
    rules: Mapping[str, bytes]
    rows: Mapping[str, bytes] = MappingProxyType({})
    drawn: Document = MappingProxyType({})

    def under(self, target: str, gwp_set: str, classes: frozenset[str]) -> float | None:
        """Return the factor of a dataset under a GWP set, of some GHG classes, where its rows are at hand."""
        from footprint.background import compiled

        name, _, code = target.partition(":")
        content = self.rows.get(name)
        if content is None:
            return None
        try:
            record = compiled.parse(Path(name), content).record(code)
        except FootprintError:
            return None
        rows = None if record is None else record["impact"].get(gwp_set)
        return None if rows is None else exact(fsum(value for ghg, _, _, value in rows if ghg in classes))


def diff(one: Path, other: Path, lang: str) -> str:
    """Return by how much ``other`` exceeds ``one``: by cause, then line by line, then what else differs."""
    sides = _side(one), _side(other)
    _insist(sides)
    found = decomposed(sides[0].document, sides[1].document, differing(*sides), sides[1].under)
    return "\n".join([*_totals(found, sides, lang), *_causes(found, lang), *_steps(found, lang), *_others(sides, lang)])


def differing(one: Side, other: Side) -> Changed:
    """Return which ingredients differ; rules of one version that say something else do."""
    found = changed(one.document, other.document)
    has_both = one.rules and other.rules
    made = [side.run.get("footprint") for side in (one, other)]
    software = made[0] != made[1] if all(made) else None
    return found._replace(rules=found.rules or bool(has_both and one.rules != other.rules), software=software)


# ------------------------------------------------------------------------------------------------ reading


def _side(path: Path) -> Side:
    """Return the result in a folder, a package or a file."""
    if path.is_dir():
        insist(path, p.DECLARATION)
        beside = [_run(path / name) for name in (p.RUN, p.UNCERTAINTY)]
        return Side(path.name or str(path), _declaration(path / p.DECLARATION), beside[0], {}, drawn=beside[1])
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise RequestError(no_file(path)) from exc
    if not content.startswith(b"PK"):
        insist(path.parent, path.name)
        return Side(path.name, _parsed(content, path), {}, {})
    members = unpack_whole(content, path.name)
    for name, sum_ in p.stated(members, path.name).items():
        if sha256(members.get(name, b"")).hexdigest() != sum_:
            raise VerificationError(problem("package-edited", Place(path.name, name)))
    declared = members.get(f"{p.RESULT}/{p.DECLARATION}", b"")
    run = members.get(f"{p.RESULT}/{p.RUN}", b"{}")
    rules = {name: text for name, text in members.items() if name.startswith(f"{p.RULES}/")}
    rows = {name.split("/")[1]: text for name, text in members.items() if name.endswith(f"/{p.INTENSITIES}")}
    drawn = _object(members.get(f"{p.RESULT}/{p.UNCERTAINTY}", b"{}"))
    return Side(path.name, _parsed(declared, path), _object(run), rules, rows, drawn)


def _declaration(path: Path) -> Document:
    try:
        return _parsed(path.read_bytes(), path)
    except OSError as exc:
        raise RequestError(no_file(path)) from exc


def _parsed(content: bytes, path: Path) -> Document:
    """Return a declaration; `RequestError` for what is none."""
    from footprint.publish import schema

    found = _object(content)
    if not str(found.get("schema", "")).startswith("footprint-declaration/1.") or not found.keys() >= _NEEDED:
        raise RequestError(problem("not-a-declaration", Place(str(path))))
    schema.insist(found, Place(str(path), p.DECLARATION))
    return found


def _run(path: Path) -> Document:
    return _object(path.read_bytes()) if path.is_file() else {}


def _object(content: bytes) -> Document:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _insist(sides: Sequence[Side]) -> None:
    """Refuse results that do not follow from their own ledgers: what is decomposed is what is declared."""
    wrong = [problem("package-unbalanced", Place(side.name, each)) for side in sides for each in _unfounded(side)]
    if wrong:
        raise VerificationError(*wrong)


def _unfounded(side: Side) -> list[str]:
    result = side.document["result"]
    is_rounded = is_rounding(result["declared"], result["total"], bound=result["lower_bound"])
    return [*unbalanced(side.document), *([] if is_rounded else ["result.declared"])]


# ------------------------------------------------------------------------------------------------ telling


def _totals(found: Decomposed, sides: tuple[Side, Side], lang: str) -> Iterator[str]:
    """Yield both results, and their difference."""
    for side in sides:
        result, unit, study = side.document["result"], side.document["declared_unit"], side.document["study"]["pcr"]
        bound = ">= " if result["lower_bound"] else ""
        value = f"{bound}{result['declared']} kg CO2e / {unit['amount']:g} {unit['unit']}"
        yield f"{side.name}: {value}, {study['id']} {study['version']}, footprint {side.run.get('footprint', '-')}"
    for side in sides:
        gaps = len(side.document["completeness"]["gaps"])
        if side.document["result"]["lower_bound"]:
            yield message("changes-bound", lang, name=side.name, count=gaps)
    yield message("changes-total", lang, value=_number(found.total), unit=found.unit)


def _causes(found: Decomposed, lang: str) -> Iterator[str]:
    sums = found.by_cause()
    for cause in (cause for cause in CAUSES if cause not in {ROUNDING, UNKNOWN} or sums[cause]):
        yield f"  {label(f'cause-{cause}', lang)}\t{_number(sums[cause])}"
    yield f"  {label('cause-residual', lang)}\t{_number(found.residual)}"
    yield message("changes-order", lang)


def _steps(found: Decomposed, lang: str) -> Iterator[str]:
    """Yield the largest steps, and the sum of the rest."""
    ranked = sorted(found.effects, key=lambda effect: -abs(effect.value))
    if ranked:
        yield ""
        yield message("changes-largest", lang)
    yield from (_step(effect, lang) for effect in ranked[:_SHOWN])
    rest = ranked[_SHOWN:]
    if rest:
        value = _number(sum((effect.value for effect in rest), Fraction(0)))
        yield "  " + message("changes-rest", lang, count=len(rest), value=value)


def _step(effect: Effect, lang: str) -> str:
    words = f"{label(f'cause-{effect.cause}', lang)}: {label(f'step-of-{effect.what}', lang)}"
    shown = [_shown(number) for number in (effect.one, effect.other)]
    between = f" {shown[0]} -> {shown[1]}" if any(shown) else ""
    return f"  {_number(effect.value)}\t{effect.cell}\t{effect.name}\t{words}{between}"


def _shown(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value or "")


def _number(value: Fraction) -> str:
    return f"{float(value):+.4g}" if value else "0"


def _others(sides: tuple[Side, Side], lang: str) -> Iterator[str]:
    """Yield what differs besides the numbers of the ledger: what went in, and what is said of the result."""
    one, other = (side.document for side in sides)
    told = [
        ("changes-workbook", one["workbook"]["sha256"][:12], other["workbook"]["sha256"][:12]),
        ("changes-rules", _rules(one), _rules(other)),
        ("changes-databases", _databases(one), _databases(other)),
        ("changes-software", sides[0].run.get("footprint", "-"), sides[1].run.get("footprint", "-")),
        ("changes-conformity", one["conformity"]["wording"][lang], other["conformity"]["wording"][lang]),
    ]
    lines = [message(code, lang, one=a, other=b) for code, a, b in told if a != b]
    outcomes = [{c["id"]: c["outcome"] for c in d["clauses"]} for d in (one, other)]
    for id_ in named(*outcomes):
        sides_of = {"one": outcomes[0].get(id_, "-"), "other": outcomes[1].get(id_, "-")}
        lines.append(message("changes-clause", lang, clause=id_, **sides_of))
    lines += [message("changes-rule-part", lang, part=part) for part in _edited(*sides)]
    lines += otherwise((one, other), [side.drawn for side in sides], lang)
    if lines:
        yield ""
        yield message("changes-others", lang)
        yield from (f"  {line}" for line in lines)


def _rules(document: Document) -> str:
    return f"{document['study']['pcr']['id']} {document['study']['pcr']['version']}"


def _databases(document: Document) -> str:
    return "; ".join(f"{d['id']}@{d['version']} ({d['checksum'][:12]})" for d in document["databases"])


def _edited(one: Side, other: Side) -> Iterator[str]:
    """Yield the parts of rule files that two packages hold in different wording."""
    for name in dict.fromkeys((*one.rules, *other.rules)) if one.rules and other.rules else ():
        pair = [parts(name, side.rules.get(name, b"")) for side in (one, other)]
        yield from (f"{name}!{part}" for part in named(*pair))
