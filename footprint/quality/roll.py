"""The quality of the data of a result: lines rated, and their means by contribution, of stages and of the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import fsum

from footprint.model.balance import Balance, Flows
from footprint.model.bill import Bill
from footprint.model.graph import Exchange, Kind, SupplyGraph
from footprint.model.ledger import Ledger
from footprint.model.pcr import DataQuality
from footprint.model.quality import DEFAULT_SCHEME, SCHEMES, Profile, Quality, Rated, Roll, Scores
from footprint.provenance import Basis
from footprint.quality.cut_off import energy_shares
from footprint.quality.schemes import at_worst, most_relevant, rating, weighted
from footprint.quality.scores import OWN, Scorer

_OWN = frozenset({Basis.MEASURED, Basis.SUPPLIER})


def quality(
    ledger: Ledger, absolute: float, graph: SupplyGraph, asked: DataQuality | None, closure: float = 0.0
) -> Quality:
    """Return the quality of the data of ``ledger`` under the scheme the rules ask for, the default without one.

    ``closure``: by how much balances may miss [-].
    """
    scheme = DEFAULT_SCHEME if asked is None else asked.scheme
    bill = graph.linked.bill
    profiles = _Profiles(Scorer(bill, scheme))
    shares = [abs(ledger.value(p)) / absolute if absolute else 0.0 for p in ledger.postings]
    processes = [_process(p.exchange) for p in ledger.postings]
    cover = 1.0 if asked is None else asked.most_relevant
    relevant = most_relevant(zip(processes, shares, strict=True), cover)
    own, untold = _primary(bill), _untold(bill)
    open_: dict[str, list[float]] = {}
    lines = {
        p.exchange.id: Rated(share, profiles.of(p.exchange), process in relevant, own(p.exchange))
        for p, share, process in zip(ledger.postings, shares, processes, strict=True)
    }
    by_stage: dict[str, list[Rated]] = {}
    for posting in ledger.postings:
        rated = lines[posting.exchange.id]
        if rated.primary is None and posting.exchange.dataset is not None:
            open_.setdefault(untold[posting.exchange.dataset.code], []).append(rated.share)
        by_stage.setdefault(posting.exchange.stage, []).append(rated)
    known = fsum(line.share * line.primary for line in lines.values() if line.primary is not None)
    energies = energy_shares(ledger, {step: found.process for found in graph.balances for step in found.steps})
    counted = _together(line for line in lines.values() if line.relevant)
    return Quality(
        scheme=scheme,
        lines=lines,
        whole=_whole(scheme, counted),
        activity=_roll(scheme, [(s, _plain(p.activity), p.activity_rating, p.activity_worst) for p, s in counted]),
        factor=_roll(scheme, [(s, _plain(p.factor), p.factor_rating, p.factor_worst) for p, s in counted]),
        stages={stage: _whole(scheme, _together(found)) for stage, found in by_stage.items()},
        primary=None if open_ else known,
        energy=energies.pop(""),
        profiles=tuple(profiles.known.values()),
        balances=tuple(_judged(found, closure) for found in graph.balances),
        product=_product(graph),
        energies=energies,
        known=known,
        untold={cell: fsum(shares) for cell, shares in open_.items()},
    )


class _Profiles:
    """The profiles of lines, each made once."""

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer
        self.known: dict[object, Profile] = {}

    def of(self, line: Exchange) -> Profile:
        """Return the profile of a line."""
        activity, factor = self.scorer.activity(line), self.scorer.factor(line)
        has_dataset = line.kind is Kind.DATASET
        key = (tuple(activity.items()), tuple(factor.items()), has_dataset)
        if key not in self.known:
            self.known[key] = self._made(activity, factor, has_dataset=has_dataset)
        return self.known[key]

    def _made(self, activity: Scores, factor: Scores, *, has_dataset: bool) -> Profile:
        """Return a profile: in each indicator a line is as good as the worse of its sides."""
        scheme, asked = self.scorer.scheme, self.scorer.asked(has_dataset=has_dataset)
        sides = [(activity, asked), (factor, self.scorer.indicators if has_dataset else frozenset[str]())]
        scores = {}
        for indicator in SCHEMES[scheme]:
            found = [side[indicator].value for side, _ in sides if indicator in side]
            if found and all(indicator in side for side, wanted in sides if indicator in wanted):
                scores[indicator] = max(found)
        alone = [(rating(scheme, side), at_worst(scheme, side)) for side in (scores, _plain(activity), _plain(factor))]
        return Profile(activity, factor, scores, *(each for pair in alone for each in pair))  # type: ignore[arg-type]


Shared = Sequence[tuple[Profile, float]]
"""Profiles, each with the share of the lines that have it [-]."""


def _process(line: Exchange) -> tuple[str, str, str]:
    """Return the process that a line is of: its dataset or, of what is emitted, the activity, within its stage.

    References: Recommendation (EU) 2021/2279, Annex I, 6.3.3, from memory: identical processes count together in a
    stage, and apart in different stages.
    """
    return (line.stage, "", line.activity) if line.dataset is None else (line.stage, line.dataset.key, "")


def _plain(scores: Scores) -> dict[str, int]:
    return {name: score.value for name, score in scores.items()}


def _together(lines: Iterable[Rated]) -> Shared:
    """Return lines that are alike together."""
    found: dict[int, tuple[Profile, list[float]]] = {}
    for line in lines:
        found.setdefault(id(line.profile), (line.profile, []))[1].append(line.share)
    return [(profile, fsum(shares)) for profile, shares in found.values()]


def _whole(scheme: str, lines: Shared) -> Roll:
    return _roll(scheme, [(share, profile.scores, profile.rating, profile.worst) for profile, share in lines])


def _roll(scheme: str, lines: Sequence[tuple[float, Mapping[str, int], float | None, float]]) -> Roll:
    """Return the means of ``lines``: share, scores, rating and rating at worst of each."""
    whole = fsum(share for share, *_ in lines)

    def over(weights: Iterable[float]) -> float:
        return min(fsum(weights) / whole, 1.0) if whole else 0.0

    scores, assessed = {}, {}
    for indicator in SCHEMES[scheme]:
        known = [(found[indicator], share) for share, found, _, _ in lines if indicator in found]
        assessed[indicator] = over(share for _, share in known)
        mean = weighted(known)
        if mean is not None:
            scores[indicator] = mean
    rated = [(value, share) for share, _, value, _ in lines if value is not None]
    worst = weighted((value, share) for share, _, _, value in lines)
    return Roll(scores, weighted(rated), over(share for _, share in rated), worst, assessed)


def _untold(bill: Bill) -> Mapping[str, str]:
    """Return the factors of the workbook that name neither a supplier nor a share, each with its cell."""
    rows = (row for row in bill.factors if not row.supplier and row.primary_share is None)
    return {row.code: row.place.address for row in rows}


def _primary(bill: Bill) -> Callable[[Exchange], float | None]:
    """Return what tells the share of a line whose amount, and factor if any, is of the company or a supplier [-].

    Of a footprint that states its own share, only that share counts; None: nobody says whose factor it is.
    """
    stated = {
        row.code: (1.0 if row.supplier else None) if row.primary_share is None else row.primary_share
        for row in bill.factors
    }

    def primary(line: Exchange) -> float | None:
        if line.amount.basis not in _OWN:
            return 0.0
        if line.dataset is None:
            return 1.0
        return stated.get(line.dataset.code, 0.0) if line.dataset.key.startswith(OWN) else 0.0

    return primary


def _product(graph: SupplyGraph) -> Flows:
    """Return the balance of the product: its lines against its stated mass [kg]."""
    found = graph.mass_balance
    if found.unknown:
        return Flows(None, found.stated_kg, "no-mass", found.unknown[0].address)
    return Flows(found.summed_kg, found.stated_kg)


def _judged(found: Balance, within: float) -> Balance:
    return found._replace(mass=found.mass.judged(within), energy=found.energy.judged(within))
