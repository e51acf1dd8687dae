"""Datasets as a terminal shows them: hits of a search in a table, and everything on one dataset."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from math import fsum
from operator import attrgetter

from footprint import gwp
from footprint.messages import label
from footprint.model.background import Dataset, GhgClass, Impact, Intensity
from footprint.model.described import Facts, Part
from footprint.publish.listing import fields, indented, table
from footprint.publish.wording import MISSING, Words, entered, figure, number, percent, short

WIDTH = 110
_NAME_COLUMNS = 56
_PEDIGREE = ("reliability", "completeness", "time", "place", "technology")
_HITS = ("code", "name", "unit", "region", "period", "value", "status")


def hits(
    found: Sequence[tuple[str, Dataset, str, Intensity]], headline: Collection[str], gwp_set: str, lang: str
) -> str:
    """Return a table of datasets: the code each is shown by, its score and, where it is not ``gwp_set``, whose."""
    w = Words(lang)
    rows = [tuple(label(f"dataset-{head}", lang).format(set=gwp_set) for head in _HITS)]
    for code, dataset, of, intensity in found:
        gap = dataset.kind == "gap"
        value = f"[{w('kind-gap')}]" if gap else score(intensity.impact, intensity.gaps, headline, w)
        value += f" ({of})" if of != gwp_set and not gap else ""
        status = "" if gap else w.of("status", dataset.status)
        status += f" [{w('scope-direct')}]" if dataset.boundary == "direct" else ""
        name = short(dataset.name(lang), _NAME_COLUMNS)
        rows.append((code, name, w.unit(dataset.unit), dataset.region, dataset.period, value, status))
    return "\n".join(table(rows, right={5}))


def score(impact: Impact, gaps: Mapping[str, float], headline: Collection[str], w: Words) -> str:
    """Return a score [kg CO2e], marked where its chain lacks a number: at least this much, or nobody knows."""
    value = number(total(impact, headline))
    if not any(gaps.values()):
        return value
    return f"≥ {value}" if min(gaps.values()) >= 0 else f"{value} [{w('incomplete')}]"


def total(impact: Impact, headline: Collection[str]) -> float:
    """Return the sum of the classes of a headline [kg CO2e]."""
    return fsum(value for key, value in impact.items() if key.ghg in headline)


def shown(facts: Facts, headlines: Mapping[str, Collection[str]], lang: str) -> str:
    """Return everything on one dataset; ``headlines``: which classes count, by name, that of the scores first."""
    return "\n".join(_Shown(facts, headlines, lang).lines())


class _Shown:
    """One dataset, in one language."""

    def __init__(self, facts: Facts, headlines: Mapping[str, Collection[str]], lang: str) -> None:
        self.facts, self.lang, self.w = facts, lang, Words(lang)
        self.dataset, self.headlines = facts.dataset, headlines
        self.headline = next(iter(headlines.values()))
        self.sets = tuple(facts.intensities)

    def caption(self, code: str, **facts: str) -> str:
        return label(f"dataset-{code}", self.lang).format(**facts)

    def lines(self) -> Iterator[str]:
        other = "en" if self.lang == "zh" else "zh"
        yield from (self.dataset.key, self.dataset.name(self.lang), self.dataset.name(other), "")
        yield from indented(fields(list(self._fields()), WIDTH - 2))
        for section in filter(None, self._sections()):
            yield from ("", *section)

    def _fields(self) -> Iterator[tuple[str, str]]:
        d, w = self.dataset, self.w
        told = {
            "product": d.product if d.product != d.name_en else "", "unit": w.unit(d.unit), "region": d.region,
            "period": d.period, "technology": d.technology,
            "category": d.category, "boundary": w.of("scope", d.boundary), "kind": w.of("kind", d.kind),
            "status": "" if d.kind == "gap" else w.of("status", d.status), "gwp-set": d.gwp_set,
            "transport": w("transport-included") if d.includes_transport else "", "proxy": d.proxy,
            "pedigree": self._pedigree(), "note": d.note, "synonyms": w("list").join(self.facts.synonyms),
            "citation": d.citation, "licence": w("licensed") if self.facts.info.licensed == "yes" else "",
        }  # fmt: skip
        return ((self.caption(code), text) for code, text in told.items())

    def _pedigree(self) -> str:
        scores = self.dataset.pedigree.split(";")
        if len(scores) != len(_PEDIGREE) or " " in self.dataset.pedigree:
            return self.dataset.pedigree
        names = (self.caption(f"pedigree-{name}") for name in _PEDIGREE)
        return self.w("list").join(f"{name} {of}" for name, of in zip(names, scores, strict=True))

    def _sections(self) -> Iterator[list[str]]:
        if self.dataset.kind == "gap":
            yield [self.caption("is-gap")]
            return
        yield self._section("intensity", self._intensity())
        parts = self.facts.parts
        if parts is None:
            yield [self.caption("no-source")]
        else:
            yield self._section("inputs", self._parts([p for p in parts if p.dataset], self._input))
            yield self._section("emissions", self._parts([p for p in parts if not p.dataset], self._emission))
        yield self._section("gaps", self._gaps())

    def _section(self, code: str, lines: list[str]) -> list[str]:
        caption = self.caption(code, unit=self.w.unit(self.dataset.unit))
        return [caption, *indented(lines)] if lines else []

    def _intensity(self) -> list[str]:
        impacts = {name: found.impact for name, found in self.facts.intensities.items()}
        classes = [c for c in GhgClass if any(key.ghg == c for impact in impacts.values() for key in impact)]
        rows = [("", *self.sets)]
        rows += [(self.w.of("class", c), *(number(total(i, {c})) for i in impacts.values())) for c in classes]
        for name, headline in self.headlines.items():
            if headline == self.headline or {GhgClass.BIOGENIC_RELEASE, GhgClass.BIOGENIC_UPTAKE} & set(classes):
                scores = (score(i.impact, i.gaps, headline, self.w) for i in self.facts.intensities.values())
                rows.append((self.caption("total", headline=name), *scores))
        return [*table(rows, right=range(1, len(rows[0]))), *fields(list(self._shares()), WIDTH)]

    def _shares(self) -> Iterator[tuple[str, str]]:
        """Yield what the score under the last GWP set rests on: shares of its absolute parts."""
        impact = self.facts.intensities[self.sets[-1]].impact
        counted = {key: abs(value) for key, value in impact.items() if key.ghg in self.headline}
        whole = fsum(counted.values())
        for caption, kind, of in (("by-status", "status", attrgetter("status")), ("by-set", "", attrgetter("gwp"))):
            sums = {name: fsum(v for key, v in counted.items() if of(key) == name) for name in sorted(map(of, counted))}
            told = (f"{self.w.of(kind, name)} {percent(value / whole)}" for name, value in sums.items() if whole)
            yield self.caption(caption, set=self.sets[-1]), self.w("list").join(told)

    def _parts(self, parts: Sequence[Part], named: Callable[[Part], tuple[str, str]]) -> list[str]:
        """Return a table of inputs or emissions, the largest first: amount, spread, score, share of the whole."""
        if not parts:
            return []
        last = self.sets[-1]
        whole = total(self.facts.intensities[last].impact, self.headline)
        spread = any(part.gsd for part in parts)
        heads = ("code", "name", "amount", "gsd", "score", "share")
        rows = [tuple(self.caption(head, set=last) for head in heads)]
        for part in sorted(parts, key=lambda part: -abs(total(part.impact[last], self.headline))):
            value = total(part.impact[last], self.headline)
            gap, is_counted = part.dataset is not None and part.dataset.kind == "gap", part.only_for in {"", last}
            told = f"[{self.w('kind-gap')}]" if gap else score(part.impact[last], part.gaps, self.headline, self.w)
            share = percent(value / whole) if whole and not gap and is_counted else MISSING
            amount = f"{entered(part.amount)} {self.w.unit(part.unit)}"
            gsd = figure(float(part.gsd)) if part.gsd else ""
            rows.append((*named(part), amount, gsd, told if is_counted else MISSING, share))
        kept = [at for at, head in enumerate(heads) if head != "gsd" or spread]
        return table([tuple(row[at] for at in kept) for row in rows], right=range(2, len(kept)))

    def _input(self, part: Part) -> tuple[str, str]:
        dataset = part.dataset
        name = "" if dataset is None else dataset.name(self.lang)
        proxy = f" [{self.caption('is-proxy')}]" if dataset is not None and dataset.proxy else ""
        return part.flow, short(name, _NAME_COLUMNS) + proxy

    def _emission(self, part: Part) -> tuple[str, str]:
        only = f" [{self.caption('only-for', set=part.only_for)}]" if part.only_for else ""
        if part.flow.startswith("co2e-"):
            return part.flow, self.w.of("class", part.flow.removeprefix("co2e-")) + only
        return part.flow, gwp.gas(part.flow).name(self.lang) + only

    def _gaps(self) -> list[str]:
        if not self.facts.gaps:
            return []
        heads = tuple(self.caption(head) for head in ("code", "name", "amount"))
        rows = [(g.code, g.name(self.lang), f"{number(amount)} {self.w.unit(g.unit)}") for g, amount in self.facts.gaps]
        return table([heads, *sorted(rows)], right={2})
