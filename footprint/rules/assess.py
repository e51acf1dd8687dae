"""Assess a result: every clause of the rule file gets an outcome, with what was seen and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from footprint.messages import LANGUAGES, message
from footprint.model.bill import Bill
from footprint.model.clauses import Clause, Mark, Need, Outcome
from footprint.model.expressions import Node, Scalar
from footprint.model.graph import Exchange, Ruled
from footprint.model.ledger import Ledger, Posting
from footprint.model.pcr import Benchmark, Check, Pcr, Text
from footprint.model.rating import Rating
from footprint.rules.expressions import ExpressionError, MissingValueError, Scope, computed
from footprint.rules.load import words_of
from footprint.rules.results import quality_of, result_scope
from footprint.rules.scope import bill_scope, boundary_of, line_scope, product_scope
from footprint.rules.seen import seen
from footprint.rules.sentences import sentence
from footprint.rules.vocabulary import Word

NOTHING = dict.fromkeys(LANGUAGES, "")
_SHOWN = 5


@dataclass
class Court:
    """Everything the clauses of one result are held against."""

    pcr: Pcr
    ruled: Ruled
    ledger: Ledger
    rating: Rating
    per_item: float

    @property
    def bill(self) -> Bill:
        """The bill of the result."""
        return self.ruled.graph.linked.bill

    @cached_property
    def words(self) -> Mapping[str, Word]:
        """The vocabulary of the rules."""
        return words_of(self.pcr)

    @cached_property
    def scope(self) -> Scope:
        """What clauses may ask of product, bill and result."""
        held = self.ruled, self.ledger, self.rating, self.per_item
        found = result_scope(*held, self.pcr.subtotals, self.pcr.closure)
        graph = self.ruled.graph
        return {**product_scope(self.bill.product, self.pcr), **bill_scope(graph.linked, graph.uncarried), **found}

    @cached_property
    def of_profiles(self) -> Mapping[int, Mapping[str, Scalar | None]]:
        """What clauses may ask of the data of lines, by the identity of their profile."""
        return {id(profile): quality_of(profile) for profile in self.rating.quality.profiles}

    @cached_property
    def lines(self) -> Sequence[tuple[Exchange, Scope]]:
        """Every line, those left out included, with what clauses may ask of it."""
        posted = ((p.exchange, self._of_line(p.exchange, p)) for p in (*self.ledger.postings, *self.ledger.open_lines))
        estimates = {p.exchange.id: p for p in self.ledger.left_out}
        left_out = (
            (e.exchange, self._of_line(e.exchange, estimates.get(e.exchange.id), e.rule)) for e in self.ruled.excluded
        )
        return [*posted, *left_out]

    def _of_line(self, line: Exchange, posting: Posting | None, excluded_by: str = "") -> Scope:
        """Return what clauses may ask of a line; one that leads to a gap, or is not estimated, has no contribution."""
        contribution = abs(self.ledger.value(posting)) if posting is not None and posting.is_whole else None
        share = None if contribution is None or not self.rating.absolute else contribution / self.rating.absolute
        about: dict[str, Scalar | None] = {
            "line.excluded": bool(excluded_by),
            "line.excluded_by": excluded_by,
            "line.contribution": contribution,
            "line.contribution_share": share,
        }
        rated = None if excluded_by else self.rating.quality.lines.get(line.id)
        about["line.most_relevant"] = rated is not None and rated.relevant
        of_data = {} if rated is None else self.of_profiles[id(rated.profile)]
        return {**self.scope, **line_scope(line), **about, **of_data}


def assess(pcr: Pcr, ruled: Ruled, ledger: Ledger, rating: Rating, per_item: float) -> tuple[Clause, ...]:
    """Return the outcome of every check of ``pcr``; a value that is missing needs evidence, it does not pass."""
    court = Court(pcr, ruled, ledger, rating, per_item)
    own = (*((_in_scope(court),) if pcr.classes else ()), *_stages_filled(court))
    return (*own, *(_assessed(court, check) for check in pcr.checks))


def benchmarks(pcr: Pcr, ruled: Ruled, ledger: Ledger, rating: Rating, per_item: float) -> tuple[Mark, ...]:
    """Return how the result stands to every benchmark of ``pcr``: apart from conformity."""
    court = Court(pcr, ruled, ledger, rating, per_item)
    return tuple(_marked(court, benchmark) for benchmark in pcr.benchmarks)


def needs(pcr: Pcr, ruled: Ruled, ledger: Ledger, rating: Rating, per_item: float) -> tuple[Need, ...]:
    """Return which cell of the data needs matrix each line is in, and what it asks; a line without situation in none.

    The matrix: the checks that the rules name as its cells; the first that is for a line is its cell.
    """
    if pcr.data_quality is None or not pcr.data_quality.needs:
        return ()
    court = Court(pcr, ruled, ledger, rating, per_item)
    wanted = {check.id: check for check in pcr.checks}
    cells = [wanted[id_] for id_ in pcr.data_quality.needs]
    stated = [(line, scope) for line, scope in court.lines if scope["line.situation"] and not scope["line.excluded"]]
    found = (_need(court, cells, line, scope) for line, scope in stated)
    return tuple(need for need in found if need is not None)


def _need(court: Court, cells: Sequence[Check], line: Exchange, scope: Scope) -> Need | None:
    for check in cells:
        if check.for_each is not None and check.test is not None:
            outcome = _of_one(computed(check.for_each), computed(check.test), scope)
            if outcome is not Outcome.NOT_APPLICABLE:
                return Need(line, check, outcome, seen([check.test], scope, court.words))
    return None


def _in_scope(court: Court) -> Clause:
    """Return the clause that the product is of a class the rules are for; passed when one holds."""
    classes = court.pcr.classes
    tested = [class_ for class_ in classes if class_.when is not None]
    outcomes = [_outcome(class_.when, court.scope) for class_ in tested if class_.when is not None]
    best = next((o for o in (Outcome.PASSED, Outcome.NEEDS_EVIDENCE) if o in outcomes), Outcome.FAILED)
    told = {
        lang: message("scope-clause", lang, classes="; ".join(c.title[lang] for c in classes)) for lang in LANGUAGES
    }
    cited = next((c.cited for c, o in zip(tested, outcomes, strict=True) if o is best), classes[0].cited)
    asked = [class_.when for class_ in tested if class_.when is not None]
    outcome = best if tested else Outcome.NOT_ASSESSED
    return Clause("scope", cited, told, NOTHING, outcome, seen(asked, court.scope, court.words))


def _stages_filled(court: Court) -> Iterator[Clause]:
    """Yield the clause that each mandatory stage inside the boundary holds data; none where no stage is mandatory."""
    boundary = boundary_of(court.bill.product, court.pcr)
    asked = [stage for stage in court.pcr.stages if stage.mandatory and stage.id in boundary.stages]
    empty = [stage for stage in asked if stage.id not in court.rating.stages]
    if asked:
        told, saw = (
            {lang: message(code, lang, stages="; ".join(s.title[lang] for s in listed)) for lang in LANGUAGES}
            for code, listed in (("stages-clause", asked), ("stages-empty", empty))
        )
        outcome = Outcome.FAILED if empty else Outcome.PASSED
        yield Clause("mandatory-stages", boundary.cited, told, NOTHING, outcome, saw if empty else NOTHING)


def _outcome(test: Node, scope: Scope) -> Outcome:
    try:
        return Outcome.PASSED if computed(test)(scope) else Outcome.FAILED
    except (MissingValueError, ExpressionError):
        return Outcome.NEEDS_EVIDENCE


def _assessed(court: Court, check: Check) -> Clause:
    printed = _printed(check.test, court.words)
    clause = Clause(check.id, check.cited, check.sentence, printed, Outcome.NOT_ASSESSED, NOTHING)
    if check.test is None:
        return clause
    applies = Outcome.PASSED if check.when is None else _outcome(check.when, court.scope)
    if applies is Outcome.FAILED:
        return clause._replace(outcome=Outcome.NOT_APPLICABLE)
    if applies is Outcome.NEEDS_EVIDENCE or check.for_each is None:
        outcome = _outcome(check.test, court.scope) if applies is Outcome.PASSED else applies
        return clause._replace(outcome=outcome, seen=seen([check.test], court.scope, court.words))
    return _of_each(court, check.for_each, check.test, clause)


def _printed(test: Node | None, words: Mapping[str, Word]) -> Text:
    return NOTHING if test is None else {lang: sentence(test, lang, words) for lang in LANGUAGES}


def _of_each(court: Court, for_each: Node, test: Node, clause: Clause) -> Clause:
    """Return a clause tested on every line it is for: the worst outcome counts, with the cells that have it."""
    selects, found = computed(for_each), computed(test)
    by_outcome: dict[Outcome, list[tuple[Exchange, Scope]]] = {}
    for line, scope in court.lines:
        outcome = _of_one(selects, found, scope)
        by_outcome.setdefault(outcome, []).append((line, scope))
    order = (Outcome.FAILED, Outcome.NEEDS_EVIDENCE, Outcome.PASSED)
    worst = next((o for o in order if o in by_outcome), Outcome.NOT_APPLICABLE)
    shown = [] if worst in {Outcome.PASSED, Outcome.NOT_APPLICABLE} else by_outcome[worst]
    cells = tuple(dict.fromkeys(line.place.address for line, _ in shown))
    return clause._replace(outcome=worst, cells=cells, seen=_seen_on(shown, test, court.words))


def _of_one(selects: Callable[[Scope], Scalar], test: Callable[[Scope], Scalar], scope: Scope) -> Outcome:
    try:
        if not selects(scope):
            return Outcome.NOT_APPLICABLE
        return Outcome.PASSED if test(scope) else Outcome.FAILED
    except (MissingValueError, ExpressionError):
        return Outcome.NEEDS_EVIDENCE


def _seen_on(lines: Sequence[tuple[Exchange, Scope]], test: Node, words: Mapping[str, Word]) -> Text:
    """Return what a test saw on the first of ``lines``, by cell."""
    told = [(line.place.address, seen([test], scope, words)) for line, scope in lines[:_SHOWN]]
    more = " …" if len(lines) > _SHOWN else ""
    return {lang: "\n".join(f"{cell}: {saw[lang]}" for cell, saw in told) + more for lang in LANGUAGES}


def _marked(court: Court, benchmark: Benchmark) -> Mark:
    """Return how the result stands to a benchmark: not known without a limit, nor reached while anything is missing."""
    if benchmark.test is None:
        return Mark(benchmark, Outcome.NOT_ASSESSED, NOTHING, NOTHING)
    saw = seen([benchmark.test], court.scope, court.words)
    outcome = _outcome(benchmark.test, court.scope)
    if outcome is Outcome.PASSED and (lacking := _lacking(court, benchmark)):
        outcome = Outcome.NEEDS_EVIDENCE
        saw = {lang: "\n".join((saw[lang], *(told[lang] for told in lacking))) for lang in LANGUAGES}
    return Mark(benchmark, outcome, _printed(benchmark.test, court.words), saw)


def _lacking(court: Court, benchmark: Benchmark) -> Sequence[Text]:
    """Return why nobody can tell that a benchmark is reached: gaps, stages it is of, clauses it needs."""
    empty = [s.title for s in court.pcr.stages if s.id in benchmark.stages and s.id not in court.rating.stages]
    held = [_assessed(court, check) for check in court.pcr.checks if check.id in benchmark.needs]
    open_ = [c.sentence for c in held if c.outcome not in {Outcome.PASSED, Outcome.NOT_APPLICABLE}]
    gaps = [gap.name for gap in court.rating.gaps]
    told = (("benchmark-gaps", gaps), ("benchmark-stages", empty), ("benchmark-clauses", open_))
    return [
        {lang: message(code, lang, listed="; ".join(name[lang] for name in names)) for lang in LANGUAGES}
        for code, names in told
        if names
    ]
