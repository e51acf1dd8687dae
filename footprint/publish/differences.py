"""What changed between two databases, as a terminal shows it: added, removed, changed, the largest change first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isinf

from footprint.messages import label
from footprint.model.background import DatabaseInfo, Dataset
from footprint.model.described import Change, Differences
from footprint.publish.listing import indented, table, wrapped
from footprint.publish.wording import MINUS, MISSING, Words, number, percent

_WIDTH = 100
_SHOWN = 8


def told(found: Differences, before: DatabaseInfo, after: DatabaseInfo, lang: str) -> str:
    """Return what differs from ``before`` to ``after``: counts, then the datasets."""
    w = Words(lang)
    counts = {"added": len(found.added), "removed": len(found.removed), "changed": len(found.changed)}
    names = [f"{info.id}@{info.version}" for info in (before, after)]
    if names[0] == names[1] and before.checksum != after.checksum:
        names = [f"{name} [{info.checksum[:_SHOWN]}]" for name, info in zip(names, (before, after), strict=True)]
    facts = {"before": names[0], "after": names[1], "same": found.same}
    lines = [label("diff-counts", lang).format(**counts, **facts)]
    for code, datasets in (("added", found.added), ("removed", found.removed)):
        lines += _listed(label(f"diff-{code}", lang), datasets, w)
    if found.changed:
        lines += ["", label("diff-changed", lang)]
        lines += [line for change in found.changed for line in _changed(change, w)]
    return "\n".join(lines)


def _listed(caption: str, datasets: Sequence[Dataset], w: Words) -> list[str]:
    rows = [(d.code, d.name(w.lang), w.unit(d.unit), d.region, d.period) for d in datasets]
    return ["", caption, *indented(table(rows))] if rows else []


def _changed(change: Change, w: Words) -> Iterator[str]:
    yield f"  {change.before.code}  {change.after.name(w.lang)}"
    unit = w.unit(change.before.unit)
    rows = []
    for name, (before, after) in change.scores.items():
        if before != after:
            rows.append((name, number(before), "→", number(after), f"kg CO2e/{unit}", _relative(change.relative(name))))
    yield from (f"    {line}" for line in table(rows, right={1, 3, 5}))
    for field, (old, new) in change.fields.items():
        caption = label(f"field-{field}", w.lang)
        lines = wrapped(f"{caption}: {old or MISSING} → {new or MISSING}", _WIDTH)
        yield from (f"    {line}" for line in lines)


def _relative(change: float | None) -> str:
    if change is None or isinf(change):
        return ""
    return f"+{percent(change)}" if change > 0 else percent(change).replace("-", MINUS)
