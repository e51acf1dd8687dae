"""Where data are from against where something happens."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_PLACE = re.compile(r"[A-Z]{2}(-|$)", re.ASCII)
"""A country, or a part of one."""


@cache
def _table() -> tuple[Mapping[str, frozenset[str]], Mapping[str, str], frozenset[str]]:
    """Return the countries each region holds, the codes of subdivisions by name, and the names of the world."""
    path = Path(__file__).parent.parent / "data" / "regions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    held = {row["region"]: frozenset(row["holds"].split()) for row in rows if row["kind"] == "region"}
    named = [(row["region"], row["names"].split("|")) for row in rows if row["kind"] == "subdivision"]
    codes = {name.casefold(): code for code, names in named for name in (code, *names)}
    return held, codes, frozenset(row["region"] for row in rows if row["kind"] == "global")


def subdivision(country: str, name: str) -> str:
    """Return the code of a part of a country by its name, the country itself where the name is not known."""
    written = name.strip().casefold()
    _, codes, _ = _table()
    plain = written.removesuffix("壮族自治区").removesuffix("回族自治区").removesuffix("维吾尔自治区")
    for ending in ("省", "市", "自治区", " province", " city"):
        plain = plain.removesuffix(ending)
    found = codes.get(written) or codes.get(plain, "")
    return found if found.startswith(f"{country}-") else country


def relation(region: str, site: str) -> str | None:
    """Return what data of ``region`` are to ``site``: subdivision, country, region, global, elsewhere; None: unknown.

    Data of a part of the country say nothing while it is not known in which part the site is.
    """
    held, _, worlds = _table()
    if not region or not site or region.startswith(f"{site}-"):
        return None
    if region in worlds:
        return "global"
    if region in held:
        return "region" if site[:2] in held[region] else "elsewhere"
    if not _PLACE.match(region):
        return None
    if not f"{site}-".startswith(f"{region}-"):
        return "elsewhere"
    return "subdivision" if "-" in region else "country"
