"""How far a number may be off: distributions of what stands in a cell or a database, and the variables they make."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from footprint.model.student import coverage_factor
from footprint.provenance import Place

_REACH = 5.0
"""Standard deviations of a normal distribution beyond which, on either side, one draw in three million is."""
_WITHIN = 1 - 5.733e-7
"""The share of draws within them [-]."""
WIDEST = 1 / _REACH
"""The standard deviation [-] up to which a normal distribution reaches nothing below zero."""
_NOISE = 1e-9
_FEW = 3.0
_LEAST_GSD = 1.01
MOST_GSD = 10.0
NORMAL, LOGNORMAL, UNIFORM, TRIANGULAR = "normal", "lognormal", "uniform", "triangular"
_SCORES = r"[1-5-](;[1-5-]){4}"
_SCALES = frozenset({"", "pact", "pef"})
_BETWEEN = r"[\s,;、，；|/]+"


class Distribution(NamedTuple):
    """The distribution of a number over the number itself [-], so that 1 is what was entered.

    ``parameters``: normal: standard deviation; lognormal: standard deviation of the logarithm, and the median where
    that is not 1; uniform: lowest and highest; triangular: lowest, most likely, highest. ``dof``: degrees of freedom of
    a standard deviation [-].
    """

    kind: str
    parameters: tuple[float, ...]
    dof: float = math.inf

    @property
    def median(self) -> float:
        """The median of a lognormal distribution [-]."""
        return self.parameters[1] if len(self.parameters) > 1 else 1.0

    @property
    def mean(self) -> float:
        """The mean [-]."""
        p = self.parameters
        if self.kind == LOGNORMAL:
            return self.median * math.exp(p[0] ** 2 / 2)
        return 1.0 if self.kind == NORMAL else math.fsum(p) / len(p)

    @property
    def standard(self) -> float:
        """The standard uncertainty [-]: the deviation but for what few degrees of freedom add."""
        return self.parameters[0] if self.kind == NORMAL else self.deviation

    @property
    def deviation(self) -> float:
        """The standard deviation [-]; of few degrees of freedom that of the t distribution, without bound up to two.

        References: JCGM 101:2008, 6.4.9.4.
        """
        p = self.parameters
        if self.kind == NORMAL:
            return p[0] * self._wider
        if self.kind == LOGNORMAL:
            return self.mean * math.sqrt(math.expm1(p[0] ** 2))
        if self.kind == UNIFORM:
            return (p[1] - p[0]) / math.sqrt(12)
        low, mode, high = p
        squares = low * low + mode * mode + high * high - low * mode - low * high - mode * high
        return math.sqrt(max(squares, 0.0) / 18)

    @property
    def width(self) -> float:
        """The standard deviation [-]; that of three degrees of freedom where there are fewer and it has no bound."""
        return self._replace(dof=max(self.dof, _FEW)).deviation

    @property
    def _wider(self) -> float:
        if math.isinf(self.dof):
            return 1.0
        return math.sqrt(self.dof / (self.dof - 2)) if self.dof > 2 else math.inf

    @property
    def reach(self) -> tuple[float, float]:
        """How far below and above itself a number may be drawn [-], but for one draw in three million."""
        p = self.parameters
        if self.kind == NORMAL:
            width = p[0] * (_REACH if math.isinf(self.dof) else coverage_factor(self.dof, _WITHIN))
            return width, width
        if self.kind == LOGNORMAL:
            return 1 - self.median * math.exp(-_REACH * p[0]), self.median * math.exp(_REACH * p[0]) - 1
        return 1 - p[0], p[-1] - 1

    @property
    def is_below_zero(self) -> bool:
        """Whether what stands in a cell is drawn with the other sign: no amount, share or factor has both.

        The rare far draws of few degrees of freedom do not count: they say how little is known of the deviation.
        """
        low = _REACH * self.width if self.kind == NORMAL else self.reach[0]
        return low > 1 + _NOISE

    @property
    def gsd(self) -> float:
        """The geometric standard deviation of the lognormal distribution as wide as this one over its mean [-]."""
        if self.kind == LOGNORMAL:
            return math.exp(self.parameters[0])
        return math.exp(math.sqrt(2 * math.log(math.hypot(1.0, self.width / self.mean))))


def lognormal(mean: float, deviation: float) -> Distribution:
    """Return the lognormal distribution of a mean and a standard deviation [-]."""
    variance = math.log1p((deviation / mean) ** 2)
    return Distribution(LOGNORMAL, (math.sqrt(variance), mean / math.exp(variance / 2)))


def told_wide(given: Distribution) -> dict[str, Any]:
    """Return how wide a distribution is, and the geometric standard deviation to state instead, as messages say it."""
    return {"share": f"{given.width:.2g}", "gsd": f"{min(max(given.gsd, _LEAST_GSD), MOST_GSD):.2f}"}


class Spread(NamedTuple):
    """What a row says of its number: the distribution (None: nothing stated) as ``written``, and five scores or "".

    ``place``: the cell of the number; ``called``: what number it is, by language, where lines do not bear its name;
    ``entered``: the number with its unit, None where there is none.
    """

    place: Place
    distribution: Distribution | None = None
    written: str = ""
    pedigree: str = ""
    called: Mapping[str, str] = MappingProxyType({})
    entered: tuple[float, str] | None = None


class Exact(NamedTuple):
    """What of a variable counts as exact: the ``share`` of it [-], and the ``rows`` by name with the share on each."""

    share: float = 0.0
    rows: tuple[tuple[str, float], ...] = ()


class Variable(NamedTuple):
    """One random quantity: a number that is drawn once, wherever it is used.

    ``id`` names its stream: the cell of an amount or of an instrument's uncertainty, or the key of a dataset.
    ``basis``: ``stated``, ``instrument``, ``readings``, ``pedigree``, ``published``, ``chain``: the numbers a dataset
    is calculated from. ``name``: what a person knows it by. ``causes``: the numbers behind a lognormal one by name,
    each with its correlation to this one's logarithm [-]; what their squares lack of 1 is its own. ``exact``: what of
    it rests on numbers of which nobody says how far they may be off.
    """

    id: str
    distribution: Distribution
    basis: str
    name: str = ""
    causes: tuple[tuple[str, float], ...] = ()
    exact: Exact = Exact()


def scores(written: str) -> str | None:
    """Return five scores parted by semicolons, None where a text is something else, "" where there is none.

    Before them stands the scale where it is not the pedigree matrix: ``pact -;-;1;2;2``.
    """
    narrowed = " ".join(unicodedata.normalize("NFKC", written).split())
    scale, given = re.fullmatch(r"([A-Za-z]*)[\s:]*(.*)", narrowed).groups()  # type: ignore[union-attr]
    plain = ";".join(filter(None, re.split(_BETWEEN, given.strip("()"))))
    if not plain and not scale:
        return ""
    is_told = re.fullmatch(_SCORES, plain) and scale.casefold() in _SCALES
    return f"{scale.casefold()} {plain}".strip() if is_told else None
