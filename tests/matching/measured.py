"""How often the first of the candidates is right, and how far its confidence can be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from footprint.matching.candidates import ACCEPTED, Candidates
from tests.matching.labelled import Labelled

FIRST = (1, 5, 10)
BINS = 10
BAR = 40


class Outcome(NamedTuple):
    """A line and what came of it. ``rank``: of the first right candidate, 0 for the best; None for none."""

    line: Labelled
    rank: int | None
    confidence: float
    first: str

    @property
    def is_right(self) -> bool:
        """Tell whether the best candidate is right."""
        return self.rank == 0


def outcomes(candidates: Candidates, lines: Sequence[Labelled]) -> list[Outcome]:
    """Return what comes of each line."""
    code = {one.key: one.code for one in candidates.offered}
    found = []
    for line in lines:
        choices = candidates.choices(line.wanted, FIRST[-1])
        ranks = (at for at, choice in enumerate(choices) if code[choice.key] in line.right)
        best = choices[0] if choices else None
        found.append(
            Outcome(line, next(ranks, None), best.confidence if best else 0.0, code[best.key] if best else "")
        )
    return found


def table(found: Sequence[Outcome], threshold: float = ACCEPTED) -> Iterator[str]:
    """Yield how often the right dataset is among the first, by kind of line, and how many would be taken unasked."""
    yield f"{'lines':<16}{'count':>7}{'none':>6}" + "".join(f"{f'top-{n} %':>10}" for n in FIRST)
    kinds = sorted({one.line.kind for one in found})
    for name in ("all", *(kinds if len(kinds) > 1 else ())):
        mine = [one for one in found if name in {"all", one.line.kind}]
        asked = [one for one in mine if one.line.right]
        shares = (share(one.rank is not None and one.rank < n for one in asked) for n in FIRST)
        told = (f"{s:>10.1f}" if asked else f"{'-':>10}" for s in shares)
        yield f"{name:<16}{len(mine):>7}{len(mine) - len(asked):>6}" + "".join(told)
    taken = [one for one in found if one.confidence >= threshold]
    wrong = sum(not one.is_right for one in taken)
    covered = share(one.confidence >= threshold for one in found)
    yield f"taken unasked (confidence from {threshold:g}): {len(taken)}, {covered:.1f} % of lines"
    yield f"wrong among them: {wrong}" + (f", {100 * wrong / len(taken):.1f} %" if taken else "")


def share(held: Iterator[bool]) -> float:
    """Return the share of true among values [%]; 0 of none."""
    values = list(held)
    return 100 * sum(values) / len(values) if values else 0.0


def diagram(found: Sequence[Outcome]) -> Iterator[str]:
    """Yield for each tenth of confidence how many lines are in it, the mean confidence and the share that is right."""
    yield f"{'confidence':<12}{'count':>7}{'mean %':>8}{'right %':>9}"
    for tenth in range(BINS):
        low, high = tenth / BINS, (tenth + 1) / BINS
        mine = [one for one in found if low <= one.confidence < high or (high >= 1 <= one.confidence)]
        if mine:
            mean = 100 * sum(one.confidence for one in mine) / len(mine)
            right = share(one.is_right for one in mine)
            bar = "#" * round(BAR * right / 100)
            pointed = f"{bar:<{BAR}}"[: round(BAR * mean / 100)] + "|" + f"{bar:<{BAR}}"[round(BAR * mean / 100) :]
            yield f"{low:.1f} - {high:.1f}   {len(mine):>7}{mean:>8.1f}{right:>9.1f}  {pointed}"
    yield f"# right, | confidence; Brier score {brier(found):.4f}"


def brier(found: Sequence[Outcome]) -> float:
    """Return the mean square of what confidence is off [-]."""
    return sum((one.confidence - one.is_right) ** 2 for one in found) / max(len(found), 1)
