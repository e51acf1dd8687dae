"""Where data are from against where something happens."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

_PLACE = re.compile(r"[A-Z]{2}(-.+)?", re.ASCII)
"""A country, or a part of one; which of them are countries UN M49 says."""
_DATA = Path(__file__).parent.parent / "data"


class _Places(NamedTuple):
    """What is known of places: the world, groups of places by code, countries, and all of it by name, casefolded."""

    worlds: frozenset[str]
    groups: Mapping[str, frozenset[str]]
    countries: frozenset[str]
    named: Mapping[str, str]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def _places() -> _Places:
    areas: dict[str, frozenset[str]] = {}
    for row in _rows("m49.csv"):
        for area in filter(None, (row["region"], row["subregion"], row["intermediate"])):
            areas[area] = areas.get(area, frozenset()) | frozenset(row["countries"].split())
    rows = [*_rows("regions.csv")]
    groups = {row["region"]: frozenset(row["holds"].split()) for row in rows if row["kind"] == "region"}
    groups |= {row["region"]: areas[row["names"]] for row in rows if row["kind"] == "m49"}
    named: dict[str, str] = {}
    for row in rows:
        for name in (row["region"], *row["names"].split("|")):
            named.setdefault(name.casefold(), row["region"])
    countries = frozenset(place[:2] for held in groups.values() for place in held)
    return _Places(frozenset(row["region"] for row in rows if row["kind"] == "global"), groups, countries, named)


def subdivision(country: str, name: str) -> str:
    """Return the code of a part of a country by its name, the country itself where the name is not known."""
    written = name.strip().casefold()
    named = _places().named
    plain = written.removesuffix("壮族自治区").removesuffix("回族自治区").removesuffix("维吾尔自治区")
    for ending in ("省", "市", "自治区", " province", " city"):
        plain = plain.removesuffix(ending)
    found = named.get(written) or named.get(plain, "")
    return found if found.startswith(f"{country}-") else country


def relation(region: str, site: str) -> str | None:
    """Return what data of ``region`` are to ``site``, None where either is not known or they overlap in part.

    subdivision, country or region: they hold it; same country: they are of another part of it, or of one that nobody
    says the site is in; global, elsewhere. A part larger than a province that holds the site is as near as the country.
    """
    known = _places()
    region, site = (known.named.get(name.casefold(), name) for name in (region, site))
    if region in known.worlds:
        return "global" if site else None
    data, use = _extent(region), _extent(site)
    if not data or not use:
        return None
    if all(place in data or place[:2] in data for place in use):
        return _nearness(region, data)
    of, at = ({place[:2] for place in places} for places in (data, use))
    if of.isdisjoint(at):
        return "elsewhere"
    return "same country" if len(of | at) == 1 else None


def _extent(name: str) -> frozenset[str]:
    """Return the countries and parts of countries that a place is made of, none where it is not known."""
    known = _places()
    is_place = _PLACE.fullmatch(name) and name[:2] in known.countries
    return known.groups.get(name) or (frozenset({name}) if is_place else frozenset())


def _nearness(region: str, data: frozenset[str]) -> str:
    """Return how near data are that hold a site."""
    if region in data:
        return "subdivision" if "-" in region else "country"
    return "country" if len({place[:2] for place in data}) == 1 else "region"
