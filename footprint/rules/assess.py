"""Assess a result: every clause of the rule file gets an outcome, with what was seen."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.messages import LANGUAGES
from footprint.model.bill import Product
from footprint.model.clauses import Clause, Outcome
from footprint.model.expressions import Node, Scalar
from footprint.model.ledger import Ledger
from footprint.model.pcr import Check, Pcr, Text
from footprint.model.rating import Rating
from footprint.rules.expressions import MissingValueError, Scope, evaluate, names
from footprint.rules.load import words_of
from footprint.rules.scope import product_scope
from footprint.rules.sentences import sentence
from footprint.rules.vocabulary import Word


def assess(pcr: Pcr, product: Product, ledger: Ledger, rating: Rating, per_item: float) -> tuple[Clause, ...]:
    """Return the outcome of every check of ``pcr``; a value that is missing needs evidence, it does not pass."""
    scope = {**product_scope(product, pcr), **_result_scope(ledger, rating, per_item)}
    words = words_of(pcr)
    return tuple(_assessed(check, words, scope) for check in pcr.checks)


def _result_scope(ledger: Ledger, rating: Rating, per_item: float) -> dict[str, Scalar | None]:
    return {
        "result.total": ledger.total(),
        "result.per_item": per_item,
        "result.absolute": rating.absolute,
        "result.mass_share": rating.mass_share,
        "result.line_share": rating.line_share,
        "result.gaps": float(len(rating.gaps)),
        "result.largest_gap_mass_share": rating.largest_gap_mass_share,
        "result.proxy_mass_share": rating.proxy_mass_share,
        "result.unverified_share": rating.by_status.get("unverified", 0.0),
        "result.stages_with_lines": " ".join(rating.stages),
    }


def _assessed(check: Check, words: Mapping[str, Word], scope: Scope) -> Clause:
    nothing = dict.fromkeys(LANGUAGES, "")
    printed = nothing if check.test is None else {lang: sentence(check.test, lang, words) for lang in LANGUAGES}
    clause = Clause(check.id, check.cited, check.sentence, printed, Outcome.NOT_ASSESSED, nothing)
    if check.test is None:
        return clause
    try:
        if check.when is not None and not evaluate(check.when, scope):
            return clause._replace(outcome=Outcome.NOT_APPLICABLE)
        passed = bool(evaluate(check.test, scope))
    except MissingValueError:
        return clause._replace(outcome=Outcome.NEEDS_EVIDENCE, seen=_seen(check.test, scope, words))
    outcome = Outcome.PASSED if passed else Outcome.FAILED
    return clause._replace(outcome=outcome, seen=_seen(check.test, scope, words))


def _seen(test: Node, scope: Scope, words: Mapping[str, Word]) -> Text:
    """Return the values a test looked at, in words; one that is missing is a question mark."""
    values = {name: scope.get(name) for name in sorted(names(test))}
    plain = {name: value for name, value in values.items() if not isinstance(value, Mapping)}
    return {lang: _list(lang, plain, words) for lang in LANGUAGES}


def _list(lang: str, values: Mapping[str, Scalar | None], words: Mapping[str, Word]) -> str:
    told = (f"{words[name].caption(lang)} = {_told(value)}" for name, value in values.items())
    return ("；" if lang == "zh" else "; ").join(told)


def _told(value: Scalar | None) -> str:
    if value is None:
        return "?"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
