"""Decide how the outputs of a process share its burdens: the first step of the rules that holds."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from footprint.errors import FootprintError, PcrError, Problem, UnfitError, WorkbookError, problem
from footprint.model.allocation import COLUMNS, CoProducts, Decide, Decision, Output, as_stated
from footprint.model.bill import Product
from footprint.model.dependent import highest, lowest, real, total
from footprint.model.expressions import Node
from footprint.model.pcr import Pcr, Step
from footprint.provenance import Place
from footprint.rules.expressions import ExpressionError, MissingValueError, Scope, evaluate, names
from footprint.rules.scope import needs, product_scope
from footprint.rules.seen import seen
from footprint.rules.words import words_of

RATIO, PRICES = "process.price_ratio", "process.has_prices"
_ASKED = {"has_masses": "mass", "has_energy": "energy", "has_volume": "volume", "has_custom": "custom"}


def decider(pcr: Pcr, product: Product) -> Decide:
    """Return what decides on co-products under ``pcr``; without rules of its own, what the workbook states."""
    if pcr.allocation is None:
        return as_stated
    return partial(_decided, pcr, product_scope(product, pcr), product.place)


def _decided(pcr: Pcr, base: Scope, place: Place, made: CoProducts) -> Decision:
    """Return the decision on the outputs of a process; `WorkbookError` where a step asks for what is not stated."""
    steps = () if pcr.allocation is None else pcr.allocation.steps
    whens = [step.when for step in steps]
    ratio, prices = _of_prices(pcr, whens, base, made)
    scope = {**base, **process_scope(made, ratio, prices=prices)}
    for number, step in enumerate(steps, start=1):
        try:
            if evaluate(step.when, scope):
                told = seen(whens[:number], scope, words_of(pcr))
                return Decision(step.method, step.id, step.cited, step.reason, told)
        except MissingValueError as exc:
            raise _unknown(pcr, step, base, made, place, exc) from exc
        except ExpressionError as exc:
            raise _cannot_run(pcr, step, exc) from exc
    listed = ", ".join(step.id for step in steps)
    raise WorkbookError(problem("allocation-undecided", made.outputs[0].place, process=made.process, steps=listed))


def _of_prices(pcr: Pcr, whens: Iterable[Node], base: Scope, made: CoProducts) -> tuple[float | None, bool]:
    """Return the price ratio, and whether every output that counts in it has a price, where steps ask for prices.

    The ratio is None where they do not, or nobody knows.
    """
    if not any(names(when) & {RATIO, PRICES} for when in whens):
        return None, False
    try:
        ignored = _ignored(pcr, base)
    except MissingValueError:
        return None, has_prices(made, -1.0)
    return price_ratio(made, ignored), has_prices(made, ignored)


def _ignored(pcr: Pcr, base: Scope) -> float:
    """Return up to which share of the mass an output is left out of the price ratio [-]; below zero: none is."""
    least = None if pcr.allocation is None else pcr.allocation.ignore_below
    return -1.0 if least is None else real(evaluate(least, base))


def process_scope(made: CoProducts, ratio: float | None, *, prices: bool) -> dict[str, float | str | bool | None]:
    """Return what steps may ask of a process."""
    outputs = made.outputs
    known = {f"process.{asked}": all(method in o.properties for o in outputs) for asked, method in _ASKED.items()}
    replaced = [bool(output.substitute) for output in outputs if not output.is_product]
    return {
        **known,
        "process.outputs": float(len(outputs)),
        "process.has_substitute": all(replaced),
        "process.stated": made.stated,
        RATIO: ratio,
        PRICES: prices,
    }


def price_ratio(made: CoProducts, ignored: float) -> float | None:
    """Return the highest over the lowest price per kilogram [-] of the outputs above ``ignored`` of the mass.

    None where the mass of any output, or the price of one that counts, is not known; infinite beside a price of zero.
    """
    if lacking(made, ignored):
        return None
    prices = [o.whole("economic") / o.whole("mass") for o in _counted(made, ignored)]  # type: ignore[operator]
    return highest(*prices) / lowest(*prices) if all(prices) else float("inf")


def has_prices(made: CoProducts, ignored: float) -> bool:
    """Tell whether every output above ``ignored`` of the mass has a price; while a mass is not known, every output."""
    return all("economic" in output.properties for output in _counted(made, ignored) or made.outputs)


def lacking(made: CoProducts, ignored: float) -> list[tuple[Output, str]]:
    """Return the outputs that lack a mass above zero, or, where they count in the price ratio, a price."""
    asked = [(output, "economic") for output in _counted(made, ignored) if "economic" not in output.properties]
    return [*asked, *((output, "mass") for output in made.outputs if not output.whole("mass"))]


def _counted(made: CoProducts, ignored: float) -> list[Output]:
    """Return the product and the co-products above ``ignored`` of the mass; none while a mass is not known."""
    masses = [output.whole("mass") or 0.0 for output in made.outputs]
    if ignored < 0:
        return list(made.outputs)
    if not all(masses):
        return []
    whole, pairs = total(masses), zip(made.outputs, masses, strict=True)
    return [output for output, mass in pairs if output.is_product or mass / whole > ignored]


def _unknown(
    pcr: Pcr, step: Step, base: Scope, made: CoProducts, place: Place, missing: MissingValueError
) -> FootprintError:
    """Return what says where to fill in what a step lacks: of an output, on the Product sheet, or in the rules."""
    if missing.path == RATIO:
        try:
            return WorkbookError(*_without(step, made, _ignored(pcr, base)))
        except MissingValueError as exc:
            missing = exc
    return WorkbookError(needs(missing, "allocation-field", place, step=step.id))


def _without(step: Step, made: CoProducts, ignored: float) -> list[Problem]:
    """Return the price or mass that each output lacks for a price ratio."""
    return [
        problem("allocation-property", output.place, process=made.process, flow=output.flow, step=step.id,
                clause=step.cited.clause, en=COLUMNS[method][0], zh=COLUMNS[method][1])
        for output, method in lacking(made, ignored)
    ]  # fmt: skip


def _cannot_run(pcr: Pcr, step: Step, said: UnfitError) -> PcrError:
    place = Place(f"{pcr.id}.yaml", "PCR", step.id)
    return PcrError(problem("rule-cannot-run", place, rule=f"{pcr.id}/{step.id}", said=said))
