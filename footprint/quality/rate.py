"""Rate a ledger. Shares use absolute contributions, so that credits hide nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import fsum

from footprint.model.background import EITHER_WAY, Dataset, Key
from footprint.model.graph import Exchange, Kind, MassBalance, SupplyGraph
from footprint.model.ledger import Ledger, Posting
from footprint.model.pcr import DataQuality
from footprint.model.rating import Estimated, Gap, Rating
from footprint.quality.cut_off import is_weighed, left_out
from footprint.quality.evidence import findings
from footprint.quality.roll import quality

_NOISE = 1e-9
_WEAK = frozenset({"proxy", "default"})
Find = Callable[[str], Dataset]
Part = tuple[Posting, float | None]


def rate(
    ledger: Ledger, find: Find, graph: SupplyGraph, asked: DataQuality | None = None, closure: float = 0.0
) -> Rating:
    """Return the rating of ``ledger`` over ``graph``; ``find`` gives the dataset of a gap's code.

    ``asked``: how the rules want data rated; ``closure``: by how much balances may miss [-].
    """
    absolute = fsum(abs(ledger.value(p)) for p in ledger.postings)
    runs = ledger.supply[graph.root]
    explained = _explained(graph.mass_balance)
    parts = [(p, _mass(p, runs)) for p in (*ledger.postings, *ledger.open_lines) if _is_part(p.exchange)]
    cut = [(p, _mass(p, runs)) for p in ledger.left_out if _is_part(p.exchange)]
    gaps = (*_own_gaps(ledger), *_background_gaps(ledger, find))
    return Rating(
        absolute=absolute,
        by_basis=_shares(((p.exchange.amount.basis.value, ledger.value(p)) for p in ledger.postings), absolute),
        by_status=_split(ledger, lambda key: key.status),
        by_set=_split(ledger, lambda key: key.gwp),
        mass_share=_of(explained, _mass_share([*parts, *cut], lambda p: _has_data(p) and p not in ledger.left_out)),
        proxy_mass_share=_mass_share(parts, lambda p: p.exchange.amount.basis.value in _WEAK),
        largest_gap_mass_share=_largest(parts),
        line_share=_line_share(ledger),
        gaps=gaps,
        left_out=left_out(ledger, absolute, _weighed(ledger, runs), _whole([*parts, *cut])),
        quality=quality(ledger, absolute, graph, asked, closure),
        documented=documented(ledger, absolute),
        findings=findings(graph.linked.bill),
        estimated=_estimated(ledger, absolute, parts),
        stages=tuple(dict.fromkeys(p.exchange.stage for p in (*ledger.postings, *ledger.open_lines))),
    )


def _estimated(ledger: Ledger, absolute: float, parts: Sequence[Part]) -> Estimated:
    """Return what stands in for gaps: how many gaps, in how many lines, what share of the result and of the mass."""
    lines = [p for p in ledger.postings if p.exchange.estimate is not None]
    gaps = {p.exchange.estimate.key for p in lines if p.exchange.estimate is not None}
    share = fsum(abs(ledger.value(p)) for p in lines) / absolute if absolute else 0.0
    return Estimated(len(gaps), len(lines), share, _mass_share(parts, lambda p: p.exchange.estimate is not None))


def documented(ledger: Ledger, absolute: float) -> float:
    """Return the share of absolute contributions whose amount refers to a document [-]."""
    found = fsum(abs(ledger.value(p)) for p in ledger.postings if p.exchange.amount.evidence)
    return found / absolute if absolute else 0.0


def _explained(balance: MassBalance) -> float | None:
    """Return the share of the stated mass that the lines add up to [-], None while any mass is unknown."""
    if balance.unknown:
        return None
    is_short = balance.summed_kg < balance.stated_kg * (1 - _NOISE)
    return balance.summed_kg / balance.stated_kg if is_short else 1.0


def _of(explained: float | None, share: float | None) -> float | None:
    """Return a share of what the lines add up to as one of the stated mass, None while one of both is unknown."""
    return None if explained is None or share is None else explained * share


def _has_data(posting: Posting) -> bool:
    """Tell whether a line has data of its own: no gap, and nothing that stands in for one."""
    return posting.exchange.kind is not Kind.GAP and posting.exchange.estimate is None


def _line_share(ledger: Ledger) -> float:
    """Return the share of lines with data of their own [-]; estimates of what is deep in a chain are no lines."""
    estimates = [p.exchange.estimate for p in ledger.postings]
    lines = len(ledger.open_lines) + sum(found is None or found.own for found in estimates)
    return sum(found is None for found in estimates) / lines if lines else 0.0


def _whole(parts: Sequence[Part]) -> float | None:
    """Return the mass of all ``parts`` [kg per bill], None while any is not known."""
    known = [mass for _, mass in parts if mass is not None]
    return fsum(known) if len(known) == len(parts) else None


def _weighed(ledger: Ledger, runs: float) -> list[float | None]:
    """Return the masses of what is left out [kg per bill], whether or not it would be in the product."""
    return [_mass(p, runs) for p in ledger.left_out if _is_part(p.exchange) or is_weighed(p.exchange)]


def _is_part(line: Exchange) -> bool:
    """Tell whether a line is a part of the product itself: of its bill, or put into it by a process."""
    facts = line.facts
    return (line.role == "product" and facts.get("sheet") == "BOM") or facts.get("destination") == "product"


def _mass(posting: Posting, runs: float) -> float | None:
    """Return the mass of a part in the product [kg per bill], without what was lost or made again; None: unknown.

    ``runs`` of the product's activity are in a declared unit; a process is made as often as its supply says.
    """
    line = posting.exchange
    if line.mass_kg is None:
        return None
    times = line.facts.get("in_product", posting.supply / runs if runs else 0.0)
    return float(times) * line.coefficient * line.mass_kg


def _mass_share(parts: Sequence[Part], counts: Callable[[Posting], bool]) -> float | None:
    """Return the share of the product's mass that ``counts``, None while any mass is unknown."""
    known = [(posting, mass) for posting, mass in parts if mass is not None]
    total = fsum(mass for _, mass in known)
    if len(known) < len(parts) or not total > 0:
        return None
    return fsum(mass for posting, mass in known if counts(posting)) / total


def _known_mass(part: Part) -> float:
    return -1.0 if part[1] is None else part[1]


def _largest(parts: Sequence[Part]) -> float | None:
    """Return the mass share of the heaviest part without data, None while any mass is unknown."""
    gaps = [(posting, mass) for posting, mass in parts if posting.exchange.kind is Kind.GAP]
    heaviest = max(gaps, key=_known_mass, default=None)
    return _mass_share(parts, lambda posting: heaviest is not None and posting is heaviest[0])


def _shares(pairs: Iterable[tuple[str, float]], total: float) -> dict[str, float]:
    sums: dict[str, list[float]] = {}
    for name, value in pairs:
        sums.setdefault(name, []).append(abs(value))
    return {name: fsum(values) / total if total else 0.0 for name, values in sorted(sums.items())}


def _split(ledger: Ledger, part: Callable[[Key], str]) -> Mapping[str, float]:
    """Return the shares of the leaf contributions of the headline by a part of their key."""
    pairs = [(part(k), v) for p in ledger.postings for k, v in p.impact.items() if k.ghg in ledger.headline]
    return _shares(pairs, fsum(abs(v) for _, v in pairs))


def _own_gaps(ledger: Ledger) -> Iterable[Gap]:
    """Yield the lines without data, and those left out that nobody can estimate.

    Those of a co-product that nothing uses lack nothing.
    """
    unknown = (*ledger.open_lines, *(p for p in ledger.left_out if not p.is_whole))
    for posting in (p for p in unknown if p.supply):
        line = posting.exchange
        positive = posting.quantity >= 0 and "biogenic_uptake" not in ledger.headline
        yield Gap(line.called, "", posting.quantity, line.amount.unit, (line,), positive)


def _background_gaps(ledger: Ledger, find: Find) -> Iterable[Gap]:
    """Yield each unfilled input of the datasets used, once, with all lines that need it."""
    needed: dict[str, list[Posting]] = {}
    for posting in ledger.postings:
        for code, amount in posting.gaps.items():
            if amount:
                needed.setdefault(code, []).append(posting)
    for code, postings in sorted(needed.items()):
        gap = find(code)
        name = {"zh": gap.name_zh, "en": gap.name_en}
        amount = fsum(p.gaps[code] for p in postings)
        positive = amount >= 0 and "biogenic_uptake" not in ledger.headline and gap.category != EITHER_WAY
        yield Gap(name, code, amount, gap.unit, tuple(p.exchange for p in postings), positive)
