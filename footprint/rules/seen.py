"""What a test or a step looked at: each name and each value of a table, with its number, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isinf

from footprint.messages import LANGUAGES, label
from footprint.model.expressions import Lookup, Node, Scalar
from footprint.model.pcr import Text
from footprint.rules.expressions import ExpressionError, MissingValueError, Scope, evaluate, names
from footprint.rules.vocabulary import Word

Value = Scalar | None


def seen(nodes: Iterable[Node], scope: Scope, words: Mapping[str, Word]) -> Text:
    """Return the values that ``nodes`` look at, in words; one that is missing is a question mark."""
    looked = tuple(nodes)
    plain: dict[str, Value] = {}
    for name in sorted(set().union(*map(names, looked))):
        value = scope.get(name)
        if not isinstance(value, Mapping):
            plain[name] = value
    taken = dict.fromkeys(lookup for node in looked for lookup in _lookups(node))
    found = {lookup: (_value(lookup.key, scope), _value(lookup, scope)) for lookup in taken}
    return {lang: _list(lang, plain, found, words) for lang in LANGUAGES}


def _lookups(tree: object) -> Iterator[Lookup]:
    """Yield the values of tables that a tree takes."""
    if isinstance(tree, Lookup):
        yield tree
    if isinstance(tree, tuple):
        for part in tree:
            yield from _lookups(part)


def _value(node: Node, scope: Scope) -> Value:
    try:
        return evaluate(node, scope)
    except (MissingValueError, ExpressionError):
        return None


def _list(
    lang: str, plain: Mapping[str, Value], taken: Mapping[Lookup, tuple[Value, Value]], words: Mapping[str, Word]
) -> str:
    told = [f"{words[name].caption(lang)} = {_told(value, lang)}" for name, value in plain.items()]
    for lookup, (key, value) in taken.items():
        told.append(f"{words[lookup.table].caption(lang)} [{_told(key, lang)}] = {_told(value, lang)}")
    return ("；" if lang == "zh" else "; ").join(told)


def _told(value: Value, lang: str) -> str:
    if value is None:
        return "?"
    if isinstance(value, bool):
        return label("report-yes" if value else "report-no", lang)
    if isinstance(value, float):
        return "∞" if isinf(value) else f"{value:.6g}"
    return value
