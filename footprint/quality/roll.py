"""The quality of the data of a result: lines rated, and their means by contribution, of stages and of the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import fsum

from footprint import units
from footprint.model.bill import Bill
from footprint.model.graph import Kind, SupplyGraph
from footprint.model.ledger import Ledger, Posting
from footprint.model.pcr import DataQuality
from footprint.model.quality import DEFAULT_SCHEME, SCHEMES, Quality, Rated, Roll, Scores
from footprint.provenance import Basis
from footprint.quality.balances import balances
from footprint.quality.schemes import at_worst, most_relevant, rating, weighted
from footprint.quality.scores import OWN, Scorer

_OWN = frozenset({Basis.MEASURED, Basis.SUPPLIER})
_ENERGY = frozenset({"energy", "fuel"})


def quality(ledger: Ledger, absolute: float, graph: SupplyGraph, asked: DataQuality | None) -> Quality:
    """Return the quality of the data of ``ledger`` under the scheme the rules ask for, the default without one."""
    scheme = DEFAULT_SCHEME if asked is None else asked.scheme
    bill = graph.linked.bill
    lines = _rated(ledger, absolute, Scorer(bill, scheme), 1.0 if asked is None else asked.most_relevant)
    of_stage: dict[str, list[Rated]] = {}
    for posting, line in lines:
        of_stage.setdefault(posting.exchange.stage, []).append(line)
    counted = [line for _, line in lines if line.relevant]
    return Quality(
        scheme=scheme,
        lines={posting.exchange.id: line for posting, line in lines},
        whole=_whole(scheme, counted),
        activity=_side(scheme, counted, lambda line: line.activity),
        factor=_side(scheme, counted, lambda line: line.factor),
        stages={stage: _whole(scheme, found) for stage, found in of_stage.items()},
        primary=_primary(ledger, absolute, bill),
        energy=_energy(ledger),
        balances=tuple(balances(graph)),
    )


def _rated(ledger: Ledger, absolute: float, scorer: Scorer, cover: float) -> list[tuple[Posting, Rated]]:
    shares = [abs(ledger.value(p)) / absolute if absolute else 0.0 for p in ledger.postings]
    relevant = most_relevant(shares, cover)
    return [
        (posting, _line(scorer, posting, share, relevant=at in relevant))
        for at, (posting, share) in enumerate(zip(ledger.postings, shares, strict=True))
    ]


def _line(scorer: Scorer, posting: Posting, share: float, *, relevant: bool) -> Rated:
    """Return a line rated: in each indicator it is as good as the worse of its sides."""
    line = posting.exchange
    activity, factor = scorer.activity(line), scorer.factor(line)
    asked = scorer.asked_of_activity(posting)
    sides = [(activity, asked), (factor, scorer.indicators if line.kind is Kind.DATASET else frozenset[str]())]
    scores = {}
    for indicator in SCHEMES[scorer.scheme]:
        found = [side[indicator].value for side, _ in sides if indicator in side]
        if found and all(indicator in side for side, wanted in sides if indicator in wanted):
            scores[indicator] = max(found)
    scheme = scorer.scheme
    alone = (rating(scheme, {name: score.value for name, score in side.items()}) for side in (activity, factor))
    return Rated(share, activity, factor, scores, rating(scheme, scores), at_worst(scheme, scores), relevant, *alone)


def _whole(scheme: str, lines: Sequence[Rated]) -> Roll:
    return _roll(scheme, [(line.share, line.scores) for line in lines])


def _side(scheme: str, lines: Sequence[Rated], side: Callable[[Rated], Scores]) -> Roll:
    """Return the means of one side of lines."""
    plain = ((line.share, side(line)) for line in lines)
    return _roll(scheme, [(share, {name: score.value for name, score in found.items()}) for share, found in plain])


def _roll(scheme: str, lines: Sequence[tuple[float, Mapping[str, int]]]) -> Roll:
    scores = {}
    for indicator in SCHEMES[scheme]:
        mean = weighted((found[indicator], share) for share, found in lines if indicator in found)
        if mean is not None:
            scores[indicator] = mean
    rated = [(value, share) for share, found in lines if (value := rating(scheme, found)) is not None]
    whole = fsum(share for share, _ in lines)
    covered = fsum(share for _, share in rated)
    worst = weighted((at_worst(scheme, found), share) for share, found in lines)
    return Roll(scores, weighted(rated), min(covered / whole, 1.0) if whole else 0.0, worst)


def _primary(ledger: Ledger, absolute: float, bill: Bill) -> float:
    """Return the share of contributions whose amount, and factor if any, is of the company or a supplier [-]."""
    of_suppliers = {row.code for row in bill.factors if row.supplier}

    def is_primary(posting: Posting) -> bool:
        line = posting.exchange
        dataset = line.dataset
        own = dataset is None or (dataset.key.startswith(OWN) and dataset.code in of_suppliers)
        return line.amount.basis in _OWN and own

    found = fsum(abs(ledger.value(p)) for p in ledger.postings if is_primary(p))
    return found / absolute if absolute else 0.0


def _energy(ledger: Ledger) -> float | None:
    """Return the share of the energy bought that has data [-], None while an amount is no energy."""
    bought = [p for p in (*ledger.postings, *ledger.open_lines) if p.exchange.role in _ENERGY]
    amounts = [_megajoules(p) for p in bought]
    known = [amount for amount in amounts if amount is not None]
    whole = fsum(known)
    if len(known) < len(amounts) or not whole > 0:
        return None
    return _sum(bought, amounts, lambda p: p.is_whole) / whole


def _sum(postings: Iterable[Posting], amounts: Iterable[float | None], counts: Callable[[Posting], bool]) -> float:
    pairs = zip(postings, amounts, strict=True)
    return fsum(amount for posting, amount in pairs if amount is not None and counts(posting))


def _megajoules(posting: Posting) -> float | None:
    """Return the energy of a line [MJ], None where its amount is none."""
    unit = posting.exchange.amount.unit
    return abs(posting.quantity) * units.factor(unit, "MJ") if units.convertible(unit, "MJ") else None
