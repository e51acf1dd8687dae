"""The scores of a line as a person reads them: what, and what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from footprint.model.matched import How
from footprint.publish.wording import Words, percent

Entry = Mapping[str, Any]
SIDES = ("activity", "factor")
_DAYS = re.compile(r"\d+ d", re.ASCII)


def score(found: Sequence[Any] | None, w: Words) -> str:
    """Return a score with what it rests on, ``2 (derived: 731 d)``; or that nobody assessed it."""
    if found is None:
        return w("not-assessed")
    value, origin, *facts = found
    told = (w.per(fact) if _DAYS.fullmatch(fact) else fact for fact in facts)
    return f"{value} ({': '.join(filter(None, (w.of('origin', origin), *told)))})"


def hows(found: Entry) -> list[str]:
    """Return by what datasets were found, the surest first: of results and lines that a document tells of."""
    every = (*How, "rules", "none")
    return [how for how in every if how in found["shares"] or how in found["lines"]]


def chosen(found: Entry | None, w: Words) -> str:
    """Return by what the datasets behind a result were found, in words; "" of a document that does not say."""
    if not found:
        return ""
    told = [f"{w(f'matched-{how}')} {percent(found['shares'][how])}" for how in hows(found) if how in found["shares"]]
    return w("list").join(told)


def scored(document: Entry, w: Words) -> dict[str, tuple[str, ...]]:
    """Return by id of a line the scores of its amount and of its dataset, in words."""
    found = document.get("data_quality")
    if found is None:
        return {}
    titles = {each["id"]: w.text(each["title"]) for each in found["indicators"]}
    profiles = [tuple(_sides(profile, titles, w)) for profile in found["profiles"]]
    return {line["id"]: profiles[line["profile"]] for line in found["lines"]}


def _sides(profile: Entry, titles: Mapping[str, str], w: Words) -> Iterator[str]:
    for side in SIDES:
        told = (f"{title} {score(profile[side].get(name), w)}" for name, title in titles.items())
        yield f"{w(f'quality-{side}')}: {w('list').join(told)}"
