"""What a database is worth: how far it rests on data of its own, and how it compares with others. For shells."""

from __future__ import annotations

from collections import Counter
from math import fsum

from footprint.background.open import folder_of, open_background
from footprint.background.source import Source
from footprint.messages import label, message

GWP_SET = "AR6"


def coverage(name: str, lang: str) -> str:
    """Return one line per unit process of a database, and the counts of its datasets by kind and status."""
    from footprint.background import coverage as covering
    from footprint.background import source, systems
    from footprint.engine.compile import intensities

    src = source.read(folder_of(name))
    system = systems.system(src, GWP_SET)
    whole, own = intensities(system), intensities(covering.without_proxies(src, system))
    heads = (label(f"coverage-{code}", lang) for code in covering.Coverage._fields)
    lines = ["\t".join(heads)]
    for c in covering.coverage(src, whole.impact, own.impact, whole.gaps):
        shares = (f"{share:.0%}" for share in (c.linked, c.proxied, c.missing))
        bound = "≥ " if c.gaps else ""
        scores = (f"{bound}{c.score:.4g}", f"{c.score_linked:.0%}", f"{c.score_proxied:.0%}", str(c.gaps))
        lines.append("\t".join((c.code, str(c.inputs), *shares, *scores)))
    return "\n".join((*lines, "", *_counts(src, lang)))


def _counts(src: Source, lang: str) -> tuple[str, ...]:
    """Return how many datasets there are of each kind and, with numbers, of each status; and how many stand in."""
    kinds = Counter(row["kind"] for row in src.activities)
    filled = [row for row in src.activities if row["kind"] != "gap"]
    statuses = Counter(row["status"] for row in filled)
    told = [(label(f"report-kind-{kind}", lang), count) for kind, count in sorted(kinds.items())]
    told += [(label(f"report-status-{status}", lang), count) for status, count in sorted(statuses.items())]
    told.append((label("coverage-proxies", lang), sum(bool(row["proxy"]) for row in filled)))
    return tuple(f"{caption}\t{count}" for caption, count in told)


def plausibility(name: str, lang: str) -> str:
    """Return one line per comparison of a database with a published value: code, ours, theirs, ratio, source."""
    from footprint.background.plausibility import comparisons

    folder = folder_of(name)
    background = open_background((name,))

    bounds: dict[str, str] = {}

    def score(code: str) -> tuple[float, str]:
        (dataset,) = background.find(code) or (None,)
        if dataset is None:
            raise KeyError(code)
        intensity = background.intensity(dataset, GWP_SET)
        bounds[code] = "≥ " if intensity.gaps else ""
        return fsum(intensity.impact.values()), dataset.unit

    found = comparisons(folder, score)
    if not found:
        return message("plausibility-none", lang, name=name)
    heads = ("code", "ours", "published", "ratio", "citation")
    lines = ["\t".join(label(f"plausibility-{key}", lang) for key in heads)]
    for c in found:
        numbers = (f"{bounds[c.code]}{c.ours:.4g}/{c.unit}", f"{c.published:.4g}/{c.unit}", f"{c.ratio:.2f}")
        lines.append("\t".join((c.code, *numbers, c.citation)))
        lines += [f"\t{c.explanation}"] if c.is_outlier else []
    outliers = sum(c.is_outlier for c in found)
    return "\n".join((*lines, "", message("plausibility-count", lang, count=len(found), outliers=outliers)))
