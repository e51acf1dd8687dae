"""Parameters of openLCA as names with numbers, and the amounts that formulas give."""

from __future__ import annotations

from collections.abc import Iterable

from footprint.background.importers.formulas import Values
from footprint.background.importers.olca_package import Entity, Package, number, text
from footprint.errors import UnfitError


def values(parameters: Iterable[Entity], outer: Values | None = None) -> Values:
    """Return the parameters of a process or a category: those that are worked out by their formulas, others stated.

    openLCA takes a parameter for stated unless the file says otherwise, whatever formula stands beside it.
    """
    numbers: dict[str, float] = {}
    formulas: dict[str, str] = {}
    wrong: dict[str, UnfitError] = {}
    for each in parameters:
        name, formula = text(each, "name"), text(each, "formula")
        try:
            stated = number(each, "value", "parameters")
        except UnfitError as exc:
            stated, wrong[name] = None, exc
        is_stated = each.get("isInputParameter", each.get("inputParameter", True)) is not False
        if formula and (not is_stated or stated is None):
            formulas[name] = formula
        elif stated is not None:
            numbers[name] = stated
    return Values(numbers, formulas, outer, wrong=wrong)


def shared_values(package: Package) -> Values:
    """Return the global parameters of a package."""
    every = (entity for _, entity in package.read("Parameter"))
    return values(entity for entity in every if text(entity, "parameterScope") in {"", "GLOBAL_SCOPE"})
