"""The words that a name of the vocabulary can hold in one rule file, and what an expression asks that is none of them.

A clause that asks for a word nothing ever holds would pass, or fail, for ever without a sound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from footprint import gwp
from footprint.model.expressions import Call, Choice, Literal, Logic, Lookup, Member, Name, Node, Not, Operation
from footprint.model.fields import Field
from footprint.model.pcr import Parameter
from footprint.rules.expressions import ExpressionError
from footprint.rules.vocabulary import entries, like

Choices = Mapping[str, Sequence[str]]
"""Name -> the words it can hold; of a table, its keys. A name that is not here may hold any."""
_LISTS = ("stages", "subtotals", "boundaries", "declared_units", "components", "materials", "rules")
GASES = "gas"


def choices_of(raw: Mapping[str, Any], fields: Iterable[Field], parameters: Iterable[Parameter]) -> Choices:
    """Return what the names of a rule file can hold: as the vocabulary declares, and as the file's own parts do."""
    listed = {f"@{key}": [*_ids(raw.get(key))] for key in _LISTS}
    declared = {e.name: e.choices.split("|") for e in entries() if e.kind == "name" and e.choices}
    found: dict[str, Sequence[str]] = {GASES: tuple(gwp.gases())}
    for name, items in declared.items():
        lists = [listed.get(item, [item]) for item in items]
        if all(lists):
            found[name] = [word for words in lists for word in words]
    found |= {f"product.{f.key}": tuple(f.options) for f in fields if f.type == "choice" and not f.list_name}
    for parameter in (p for p in parameters if p.is_table and p.values):
        tables = [dated.value for dated in parameter.values if isinstance(dated.value, Mapping)]
        found[f"parameter.{parameter.id}"] = [*dict.fromkeys(key for table in tables for key in table)]
    return found


def _ids(parts: Any) -> Iterator[str]:
    """Yield the ids of a list as it was written, whatever else it holds."""
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, Mapping) and isinstance(part.get("id"), str) and part["id"]:
            yield part["id"]


def refuse_strange(node: Node, choices: Choices) -> None:
    """Raise `ExpressionError` for the first word that ``node`` asks of a name that cannot hold it."""
    for name, word in _asked(node):
        refuse(name, word, choices)


def refuse(name: str, word: str, choices: Choices) -> None:
    """Raise `ExpressionError` when ``word`` is none that ``name`` can hold; empty, as where nothing is stated, is."""
    options = choices.get(name)
    if options is not None and word and word not in options:
        listed = ", ".join(options)
        raise ExpressionError("unfit-choice-of", near=like(word, options), name=name, word=word, options=listed)


def _asked(node: Node) -> Iterator[tuple[str, str]]:
    """Yield every name with a word that it is compared with, looked up by or searched for."""
    match node:
        case Operation("==" | "!=", left, right):
            yield from (*_pairs(left, right), *_pairs(right, left))
        case Member(item, options):
            yield from (pair for option in options for pair in _pairs(item, option))
        case Call("contains", (whole, word)):
            yield from _pairs(whole, word)
        case Lookup(table, key):
            yield from _pairs(Name(table), key)
    yield from (pair for inner in _inside(node) for pair in _asked(inner))


def _pairs(name: Node, word: Node) -> Iterator[tuple[str, str]]:
    if isinstance(word, Choice):
        yield from (*_pairs(name, word.then), *_pairs(name, word.otherwise))
    elif isinstance(name, Name) and isinstance(word, Literal) and isinstance(word.value, str):
        yield name.path, word.value


def _inside(node: Node) -> tuple[Node, ...]:
    match node:
        case Operation(_, left, right):
            return left, right
        case Logic(_, items) | Call(_, items):
            return items
        case Member(item, options):
            return item, *options
        case Choice(condition, then, otherwise):
            return condition, then, otherwise
        case Not(item) | Lookup(_, item):
            return (item,)
    return ()
