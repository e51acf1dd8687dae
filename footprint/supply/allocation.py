"""How the outputs of a process share its burdens: what is known of them, what is decided, and what each bears."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from footprint import units
from footprint.errors import WorkbookError
from footprint.messages import label
from footprint.model.allocation import (
    COLUMNS,
    STATED,
    SUBDIVISION,
    SUBSTITUTION,
    Allocated,
    Bearing,
    CoProducts,
    Decision,
    Output,
    Property,
)
from footprint.model.bill import Notice, ProcessRow
from footprint.model.dependent import total
from footprint.provenance import Place
from footprint.supply.bench import OUTPUTS, Bench

_MEASURED = {"mass": ("kg",), "energy": ("MJ",), "volume": ("m3", "Nm3")}
_COLUMN = {"mass": "unit_mass", "energy": "energy_content", "economic": "price", "custom": "allocation_value"}


class Part(NamedTuple):
    """What one output bears of the rows its process has in common: ``share`` [-], and the cell it follows from."""

    output: ProcessRow
    share: float
    place: Place
    decision: Decision = Decision(STATED)

    def bears(self, row: ProcessRow) -> bool:
        """Tell whether a row belongs to the output: to it alone, or to all; replacing leaves every row to the product.

        What makes a co-product fit to replace something is part of what the product causes, for the credit is whole.
        """
        if self.decision.method == SUBSTITUTION:
            return self.output.direction == "product"
        return row.only_for in {"", self.output.flow}


def parts(bench: Bench, process: str, outputs: Sequence[ProcessRow]) -> list[Part]:
    """Return what each output of ``process`` bears; problems where nothing decides, or something is not known."""
    _refuse_strangers(bench, process, outputs)
    alone = [Part(row, 1.0, row.place) for row in outputs]
    if len(outputs) < 2 or _mixed(bench, process, outputs):
        return alone
    made = co_products(bench, process, outputs)
    decision = _decision(bench, made)
    if decision is None:
        return alone
    found = _shared(bench, made, outputs, decision)
    return alone if found is None else found


def co_products(bench: Bench, process: str, outputs: Sequence[ProcessRow]) -> CoProducts:
    """Return what is known of the outputs of a process that makes several.

    A value entered for the stated method stands in for a property that is not known of every output.
    """
    stated = next((row.allocation for row in outputs if row.allocation), "")
    known = [{method: own for method in COLUMNS if (own := _own(bench, row, method))} for row in outputs]
    if stated in _COLUMN and not all(stated in has for has in known) and all("custom" in has for has in known):
        known = [{**has, stated: has["custom"]} for has in known]
    if len({has["volume"].unit for has in known if "volume" in has}) > 1:
        known = [{method: has[method] for method in has if method != "volume"} for has in known]
    made = (
        Output(row.flow, row.place, row.amount, has, row.direction == "product", row.substitute)
        for row, has in zip(outputs, known, strict=True)
    )
    return CoProducts(process, stated, tuple(made))


def _own(bench: Bench, row: ProcessRow, method: str) -> Property | None:
    """Return a property of one unit of an output: from its unit, its column, or as the bill knows it."""
    unit = row.amount.unit
    for base in _MEASURED.get(method, ()):
        if units.convertible(unit, base):
            return Property(units.factor(unit, base), base, row.amount.place)
    if method == "mass" and row.unit_mass is None:
        return _known_mass(bench, row)
    return _column(row, method) if method in _COLUMN else None


def _column(row: ProcessRow, method: str) -> Property | None:
    """Return what a column says of one unit of an output, None where it is empty."""
    column = _COLUMN[method]
    value = {
        "price": row.price, "unit_mass": row.unit_mass, "energy_content": row.energy_content,
        "allocation_value": row.allocation_value,
    }[column]  # fmt: skip
    unit = next(iter(_MEASURED.get(method, ("",))))
    return None if value is None else Property(value, unit, row.places.get(column, row.place))


def _known_mass(bench: Bench, row: ProcessRow) -> Property | None:
    """Return the mass of one unit of what is a line or the product [kg], None when it is not known."""
    mass, made = bench.unit_mass(row.flow), bench.activities.get(row.flow)
    if mass is None or made is None or not units.convertible(row.amount.unit, made.unit):
        return None
    return Property(mass.to("kg").value * units.factor(row.amount.unit, made.unit), "kg", mass.place)


def _refuse_strangers(bench: Bench, process: str, outputs: Sequence[ProcessRow]) -> None:
    """Refuse rows that belong to an output the process does not have, and outputs that belong to another."""
    made = tuple(row.flow for row in outputs)
    for row in bench.process_rows[process]:
        place = row.places.get("only_for", row.place)
        if row.only_for and row.direction in OUTPUTS:
            bench.fail("only-for-output", place, flow=row.flow)
        elif row.only_for and row.only_for not in made:
            bench.fail("only-for-unknown", place, near=made[:3], process=process, flow=row.only_for)


def _mixed(bench: Bench, process: str, outputs: Sequence[ProcessRow]) -> bool:
    """Tell, and say, whether the outputs of a process state several methods."""
    methods = sorted({row.allocation for row in outputs if row.allocation})
    if len(methods) > 1:
        bench.fail("allocation-mixed", outputs[0].place, process=process, methods=", ".join(methods))
    return len(methods) > 1


def _decision(bench: Bench, made: CoProducts) -> Decision | None:
    """Return how the outputs share; None where the rules cannot tell. Rows that name their outputs need no rule."""
    rows = [row for row in bench.process_rows[made.process] if row.direction not in OUTPUTS]
    if rows and all(row.only_for for row in rows):
        return Decision(SUBDIVISION)
    try:
        return bench.decide(made)
    except WorkbookError as exc:
        bench.problems += exc.problems
        return None


def _shared(
    bench: Bench, made: CoProducts, outputs: Sequence[ProcessRow], decision: Decision
) -> list[Part] | None:
    """Return the share of each output by what was decided, and keep it; None where something is missing."""
    method = made.stated if decision.method == STATED else decision.method
    by = _properties(bench, made, decision, method)
    if by is None:
        return None
    shares = _shares(bench, made, method, by)
    if shares is None:
        return None
    found = Allocated(made.process, outputs[0].place, method, made.stated, decision, tuple(
        Bearing(output, share, property_, _replaced(bench, row, method), _only(bench, row))
        for output, share, property_, row in zip(made.outputs, shares, by, outputs, strict=True)
    ))  # fmt: skip
    bench.allocated.append(found)
    if found.deviates:
        bench.notices.append(_told(found, outputs))
    places = [row.place if p is None else p.place for row, p in zip(outputs, by, strict=True)]
    return [
        Part(row, 1.0 if share is None else share, place, decision)
        for row, share, place in zip(outputs, shares, places, strict=True)
    ]


def _properties(
    bench: Bench, made: CoProducts, decision: Decision, method: str
) -> list[Property | None] | None:
    """Return what each output is shared by, None of it where nothing is; None, and problems, where one is missing."""
    if method == SUBDIVISION:
        return [None] * len(made.outputs)
    if method == SUBSTITUTION:
        found: list[Property | None] = [None] * len(made.outputs)
        open_ = [output for output in made.outputs if not (output.is_product or output.substitute)]
    else:
        entered = decision.method == STATED and any("custom" in o.properties for o in made.outputs)
        found = [output.properties.get("custom" if entered else method) for output in made.outputs]
        open_ = [output for output, by in zip(made.outputs, found, strict=True) if by is None]
    for output in open_:
        _missing(bench, made, output, decision)
    return None if open_ else found


def _missing(bench: Bench, made: CoProducts, output: Output, decision: Decision) -> None:
    """Say what an output lacks to be shared by: what the workbook was to state, or what the rules ask for."""
    if decision.method == STATED:
        bench.fail("allocation-missing", output.place, process=made.process, flow=output.flow)
        return
    en, zh = COLUMNS[decision.method]
    code = "allocation-volume" if decision.method == "volume" else "allocation-property"
    cited = {"step": decision.step, "clause": decision.clause}
    bench.fail(code, output.place, process=made.process, flow=output.flow, en=en, zh=zh, **cited)


def _shares(
    bench: Bench, made: CoProducts, method: str, by: Sequence[Property | None]
) -> list[float] | list[None] | None:
    """Return the share [-] of each output: property per unit x amount, over the sum of all outputs."""
    if method == SUBDIVISION:
        return [None] * len(by)
    if method == SUBSTITUTION:
        return [float(output.is_product) for output in made.outputs]
    weights = [p.value * o.amount.value for p, o in zip(by, made.outputs, strict=True) if p is not None]
    whole = total(weights)
    if not float(whole) > 0:
        first = made.outputs[0]
        bench.fail("allocation-missing", first.place, process=made.process, flow=first.flow)
        return None
    return [weight / whole for weight in weights]


def _replaced(bench: Bench, row: ProcessRow, method: str) -> str:
    """Return the key of the dataset that an output replaces, "" where nothing is replaced."""
    if method != SUBSTITUTION or row.direction == "product":
        return ""
    dataset = bench.linked.dataset(row.substitute, row.places.get("substitute", row.place))
    return "" if dataset is None else dataset.key


def _only(bench: Bench, output: ProcessRow) -> tuple[Place, ...]:
    """Return the places of the rows that belong to one output alone."""
    return tuple(row.place for row in bench.process_rows[output.process] if row.only_for == output.flow)


def _told(found: Allocated, outputs: Sequence[ProcessRow]) -> Notice:
    """Return the notice of a process that states another method than the rules decide."""
    stated = next(row for row in outputs if row.allocation)
    facts = _captions("stated", found.stated) | _captions("method", found.method)
    told: Mapping[str, object] = {
        "process": found.process, "step": found.decision.step, "clause": found.decision.clause, **facts,
    }  # fmt: skip
    return Notice("allocation-deviates", stated.places.get("allocation", stated.place), told)


def _captions(name: str, method: str) -> dict[str, object]:
    """Return the caption of a method in both languages, as facts."""
    return {f"{name}_{lang}": label(f"report-method-{method}", lang) for lang in ("zh", "en")}
