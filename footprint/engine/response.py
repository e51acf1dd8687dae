"""How a result answers to its random variables: every line as a product of powers of them and of parts of formulas.

A line is ``unit x product of r^e`` over its parts: variables, r being what was drawn over what was entered, and what
is no product of them, such as the sum below a share. What stands in many lines (a factor, a parameter, the output of a
process, a mix) is one number in all of them. Runs of the activities are solved anew for every draw, loops included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from footprint.engine.ledger import consumption
from footprint.model.dependent import Branch, Dependent, Formulas, Part, Powers, Term
from footprint.model.graph import Kind, Ruled
from footprint.model.ledger import Ledger, Posting
from footprint.model.uncertain import Variable
from footprint.provenance import Place


class Inside(NamedTuple):
    """A line between two activities: ``share`` outputs of ``target`` per run of ``activity`` [-].

    ``unit``: the share per what ``powers`` make.
    """

    activity: str
    target: str
    share: float
    powers: Powers
    unit: float


class Leaf(NamedTuple):
    """A line that leaves the bill: ``value`` per run of ``activity``, ``unit`` per what ``powers`` make [kg CO2e]."""

    posting: Posting
    activity: str
    value: float
    powers: Powers
    unit: float


class Response(NamedTuple):
    """A ledger as a function of ``variables``.

    ``demand``: runs of the root that a declared unit takes [-]; ``parts``: those of formulas, numbered on from the
    variables, each after what it is made of; ``branches``: the comparisons that were made on the way; ``held``: the
    variables of which rules made what has no formula, and stays as entered. ``consumption`` and ``runs``: as entered.
    """

    variables: tuple[Variable, ...]
    inside: tuple[Inside, ...]
    leaves: tuple[Leaf, ...]
    root: str
    demand: Term
    consumption: Mapping[str, Mapping[str, float]]
    runs: Mapping[str, float]
    file: str
    parts: tuple[Part, ...] = ()
    branches: tuple[Branch, ...] = ()
    held: tuple[int, ...] = ()

    def rests_on(self, term: Term) -> set[int]:
        """Return the variables that a term is of."""
        first, found, open_ = len(self.variables), set[int](), [at for at, _ in term.powers]
        while open_:
            at = open_.pop()
            if at not in found:
                found.add(at)
                made = self.parts[at - first].made_of if at >= first else ()
                open_ += [inner for each in made for inner, _ in each.powers]
        return {at for at in found if at < first}

    @property
    def needed(self) -> float:
        """The runs of the root that a declared unit takes, as entered [-]."""
        return valued(self.demand, self.entered)

    @property
    def entered(self) -> tuple[float, ...]:
        """Variables and parts as entered."""
        return (*(1.0 for _ in self.variables), *(part.value for part in self.parts))


class Known(NamedTuple):
    """Where the variables stand: by cell of the workbook, by key of a dataset."""

    cells: Mapping[Place, tuple[int, ...]]
    datasets: Mapping[str, int]


def valued(term: Term, entered: Sequence[float]) -> float:
    """Return a product of powers of numbers as ``entered``."""
    value = term.scale
    for at, exponent in term.powers:
        if entered[at] != 1:
            value *= entered[at] ** exponent if entered[at] or exponent > 0 else 0.0
    return value


class Traced(NamedTuple):
    """A ledger whose lines remember their ``formulas``; ``items``: how many a declared unit takes [item]."""

    ruled: Ruled
    ledger: Ledger
    items: float
    formulas: Formulas


def response(traced: Traced, variables: Sequence[Variable], known: Known) -> Response:
    """Return how the total of a ledger answers to ``variables``."""
    ruled, ledger = traced.ruled, traced.ledger
    graph, formulas = ruled.graph, traced.formulas
    activities = graph.activities
    shares = [(e, e.coefficient * e.amount.value / activities[e.target].output)
              for e in ruled.exchanges if e.kind is Kind.ACTIVITY]  # fmt: skip
    sizes = [(p, p.exchange.coefficient * p.exchange.amount.value) for p in ledger.postings]
    demand = _term(traced.items / activities[graph.root].output)
    terms = [*(_term(share) for _, share in shares), *(_term(size) for _, size in sizes), demand]
    numbering = _Numbering(formulas, {v.id: at for at, v in enumerate(variables)}, len(variables))
    numbering.reach(at for term in terms for at, _ in term.powers)
    branches, held = tuple(formulas.branches), tuple(formulas.held)
    numbering.reach(at for branch in branches for at, _ in branch.term.powers)
    numbering.reach(at for powers in held for at, _ in powers)
    inside = tuple(
        Inside(e.activity, e.target, float(share), numbering.powers(_term(share)), _term(share).scale)
        for e, share in shares
    )
    leaves = tuple(_leaf(p, size, ledger, numbering, known.datasets) for p, size in sizes)
    found = Response(
        tuple(variables), inside, leaves, graph.root, numbering.term(demand),
        consumption(activities, ruled.exchanges), ledger.supply, graph.linked.bill.file, numbering.parts(),
        tuple(branch._replace(term=numbering.term(branch.term)) for branch in branches),
    )  # fmt: skip
    rested = (found.rests_on(numbering.term(Term(1.0, powers))) for powers in held)
    return found._replace(held=tuple(sorted(set[int]().union(*rested))))


def _term(value: float) -> Term:
    return value.term if isinstance(value, Dependent) else Term(float(value), ())


def _leaf(posting: Posting, size: float, ledger: Ledger, numbering: _Numbering, datasets: Mapping[str, int]) -> Leaf:
    line, term = posting.exchange, _term(size)
    factor = sum(value for key, value in posting.factor.items() if key.ghg in ledger.headline)
    powers = numbering.powers(term)
    if line.dataset is not None and line.dataset.key in datasets:
        powers = tuple(sorted((*powers, (datasets[line.dataset.key], 1.0))))
    return Leaf(posting, line.activity, float(size) * factor, powers, term.scale * factor)


class _Numbering:
    """Numbers of the parts of formulas that are in use: those of the variables they name, then on from ``first``."""

    def __init__(self, formulas: Formulas, variables: Mapping[str, int], first: int) -> None:
        self._formulas, self._variables, self._first = formulas, variables, first
        self._used: set[int] = set()
        self._numbers: dict[int, int] = {}

    def reach(self, numbers: Iterable[int]) -> None:
        """Take parts, and all they are made of, into use."""
        open_ = [*numbers]
        while open_:
            at = open_.pop()
            if at not in self._used:
                self._used.add(at)
                open_ += [inner for term in self._formulas.parts[at].made_of for inner, _ in term.powers]
        made = [at for at in sorted(self._used) if not self._formulas.parts[at].name]
        self._numbers = {at: self._first + number for number, at in enumerate(made)}
        self._numbers |= {at: self._variables[part.name] for at, part in enumerate(self._formulas.parts) if part.name}

    def powers(self, term: Term) -> Powers:
        """Return the powers of a term by these numbers."""
        return tuple(sorted((self._numbers[at], exponent) for at, exponent in term.powers))

    def term(self, term: Term) -> Term:
        """Return a term by these numbers."""
        return Term(term.scale, self.powers(term))

    def parts(self) -> tuple[Part, ...]:
        """Return the parts in use that are no variables."""
        made = (self._formulas.parts[at] for at in sorted(self._used))
        return tuple(
            Part(part.value, tuple(map(self.term, part.terms)), None if part.test is None else self.term(part.test))
            for part in made if not part.name
        )  # fmt: skip
