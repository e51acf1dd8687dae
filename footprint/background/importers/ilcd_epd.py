"""EPDs in ILCD (ILCD+EPD 1.0 to 1.3): the results of each module of a declaration as a dataset of its own.

GWP-fossil, -biogenic and -luluc are kept apart where all three are stated; GWP-total alone has no class. What a module
emits and takes up of biogenic carbon is one number there: below zero it is an uptake, else a release. A1-A3 stands as
declared, or is the sum of A1, A2 and A3 where all of them are there. What is not declared is no dataset, nor is what
cannot be counted: that is told, and stops no other declaration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import fsum
from xml.etree import ElementTree as ET

from footprint.background.importers.ilcd_parts import Part, text
from footprint.background.importers.inventory import Emission, Process
from footprint.background.importers.spelling import number
from footprint.errors import UnfitError
from footprint.model.bill import Notice

Results = dict[tuple[str, str], dict[str, float]]
_INDICATORS = {
    "77e416eb-a363-4258-a04e-171d843a6460": ("plain", "unknown"),
    "6a37f984-a4b3-458a-a20a-64418c145fa2": ("total", "unknown"),
    "5f635281-343e-44fb-83df-1971b155e6b6": ("fossil", "unknown"),
    "2356e1ab-0185-4db5-86e5-16de51c7485c": ("biogenic", "unknown"),
    "4331bbdb-978a-490d-8707-eeb047f01a55": ("luluc", "unknown"),
    "a7ea142a-9749-11ed-a8fc-0242ac120002": ("total", "EF3.1"),
    "a7ea19c0-9749-11ed-a8fc-0242ac120002": ("fossil", "EF3.1"),
    "a7ea186c-9749-11ed-a8fc-0242ac120002": ("biogenic", "EF3.1"),
    "a7ea1ae2-9749-11ed-a8fc-0242ac120002": ("luluc", "EF3.1"),
}
"""Indicators of EN 15804+A1, and +A2 with EF 3.0 and 3.1, as reference data of the format have them; others are told by
their names. ``plain``: of no kind, as that of +A1 is; the total where none is named so, beside it."""
_NAMED = (
    ("excluded", re.compile(r"gwp.?ghg|iobc|except|without|\b(?:excl|esclu|(?:ohne|hors|sans|sin)\b)|不含|不包括")),
    ("total", re.compile(r"\btotale?s?\b|gesamt|总")),
    ("luluc", re.compile(r"luluc|land use|landnutzung|\bsols?\b|\bsuelos?\b|\bsuolo\b|土地利用")),
    ("biogenic", re.compile(r"biog[eé]n|生物")),
    ("fossil", re.compile(r"f[oó]s+il|化石")),
    ("plain", re.compile("")),
)
_GWP = re.compile(
    r"global warming|globales? erw|treibhauspotenzial|\bgwp|climate change|klimawandel|r[ée]chauffement|"
    r"changement climatique|calentamiento|cambio clim[áa]tico|riscaldamento|cambiamento climatico|全球变暖|气候变化"
)
_UNDECLARED = re.compile(r"-+|n/?a|nd|mnd|mnr|mna|ina|nr", re.IGNORECASE)
"""What stands for a module, or an indicator, that is not declared."""
_OTHERS, _LATER = frozenset(("", "excluded")), "EF3.1"
_PARTS = ("fossil", "biogenic", "luluc")
_TOGETHER = ("A1", "A2", "A3")
_APART = 0.02
"""How far total and parts may differ, relative: declarations round to three digits."""


def declared(part: Part, plain: Process, notices: list[Notice]) -> Iterator[Process]:
    """Yield one process per module and scenario that states a global warming potential."""
    try:
        results, sets = _results(part, plain.name, notices)
    except UnfitError as exc:
        notices.append(Notice(exc.code, part.place._replace(sheet=" ".join(exc.at)), exc.facts))
        return
    _add_up(results)
    if not results:
        notices.append(Notice("inventory-epd-none", part.place, {"name": plain.name}))
    for (module, scenario), found in sorted(results.items()):
        told = " ".join(filter(None, (module, scenario)))
        if not ("total" in found or all(key in found for key in _PARTS)):
            notices.append(Notice("inventory-epd-total", part.place._replace(sheet=told), {"module": told}))
            continue
        apart = fsum(found[key] for key in _PARTS if key in found)
        if all(key in found for key in (*_PARTS, "total")) and abs(apart - found["total"]) > _APART * max(
            abs(found["total"]), *(abs(found[key]) for key in _PARTS)
        ):
            facts = {"name": plain.name, "module": told, "total": f"{found['total']:.6g}", "sum": f"{apart:.6g}"}
            notices.append(Notice("inventory-epd-sum", part.place, facts))
        yield plain._replace(
            id=f"{plain.id}_{told}",
            name=f"{plain.name} [{told}]",
            name_zh=f"{plain.name_zh} [{told}]" if plain.name_zh else "",
            emissions=tuple(_emissions(found, sets, told)),
            is_result=True,
            boundary="cradle-to-gate" if module == "A1-A3" else f"module {module}",
        )


def _of_one_set(part: Part, name: str, notices: list[Notice]) -> Iterator[tuple[ET.Element, str, str]]:
    """Yield the results that are potentials, with kind and GWP set; of a kind under two sets those of EF 3.1 alone."""
    found = [(result, *_indicator(result)) for result in part.root.findall("LCIAResults/LCIAResult")]
    stated = {(kind, gwp_set) for _, kind, gwp_set in found if kind not in _OTHERS}
    is_twice = len({kind for kind, _ in stated}) < len(stated)
    if is_twice:
        notices.append(Notice("inventory-epd-sets", part.place, {"name": name}))
    for result, kind, gwp_set in found:
        if kind not in _OTHERS and (not is_twice or gwp_set == _LATER):
            yield result, kind, gwp_set


def _results(part: Part, name: str, notices: list[Notice]) -> tuple[Results, Mapping[str, str]]:
    """Return the potentials [kg CO2e] by module and scenario, and the GWP set of each kind."""
    results: Results = {}
    sets: dict[str, str] = {}
    for result, kind, gwp_set in _of_one_set(part, name, notices):
        sets[kind] = gwp_set
        for amount in result.iter("amount"):
            module = (amount.get("module") or "").replace(" ", "")
            said = (amount.text or "").strip()
            if module and said and not _UNDECLARED.fullmatch(said):
                at = f"{kind} {module}"
                found = results.setdefault((module, amount.get("scenario") or ""), {})
                if kind in found:
                    raise UnfitError("inventory-epd-twice", at, module=at)
                found[kind] = number(said, at)
    for found in results.values():
        if "plain" in found:
            found.setdefault("total", found.pop("plain"))
    sets.setdefault("total", sets.get("plain", ""))
    return results, sets


def _indicator(result: ET.Element) -> tuple[str, str]:
    """Return which potential a result is, "" for other indicators, and its GWP set as the format tells it."""
    refers = result.find("referenceToLCIAMethodDataSet")
    known = _INDICATORS.get("" if refers is None else refers.get("refObjectId", "").lower())
    if known is not None:
        return known
    said = text(result, "referenceToLCIAMethodDataSet/shortDescription").casefold()
    if not _GWP.search(said):
        return "", ""
    return next(kind for kind, words in _NAMED if words.search(said)), "unknown"


def _add_up(results: Results) -> None:
    """Have A1-A3 as the sum of its modules, of each potential that all three state, where it is not declared."""
    for scenario in {scenario for _, scenario in results}:
        three = [results.get((module, scenario)) for module in _TOGETHER]
        if ("A1-A3", scenario) not in results and all(three):
            stated = [found for found in three if found is not None]
            shared = set(stated[0]).intersection(*stated)
            results["A1-A3", scenario] = {key: fsum(found[key] for found in stated) for key in sorted(shared)}


def _emissions(found: Mapping[str, float], sets: Mapping[str, str], at: str) -> Iterator[Emission]:
    """Yield the potentials of a module: by class where all classes are stated, else the total of none."""
    if all(key in found for key in _PARTS):
        release = "biogenic_uptake" if found["biogenic"] < 0 else "biogenic_release"
        for number_, (key, ghg) in enumerate(
            (("fossil", "fossil"), ("biogenic", release), ("luluc", "land_use_change"))
        ):
            yield Emission(number_, f"co2e-{ghg}", found[key], at=f"{key} {at}", gwp_set=sets[key])
    else:
        yield Emission(0, "co2e-unsplit", found["total"], at=f"total {at}", gwp_set=sets["total"])
