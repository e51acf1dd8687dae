"""The scores of a line as a person reads them: what, and what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from footprint.publish.wording import Words

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
