"""The tree of a rule as a sentence, in Chinese and English: the rule that runs is the rule that prints."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.model.expressions import Call, Choice, Literal, Logic, Lookup, Member, Name, Node, Not, Operation
from footprint.rules.vocabulary import FUNCTIONS, Word

SAID = {
    "en": {
        "==": "is",
        "!=": "is not",
        "<": "is below",
        "<=": "is at most",
        ">": "is above",
        ">=": "is at least",
        "+": "+",
        "-": "−",
        "*": "×",
        "/": "÷",
        "**": "^",
        "and": " and ",
        "or": " or ",
        "not": "not",
        "in": "is one of",
        "if": "if",
        "else": "otherwise",
        "true": "true",
        "false": "false",
    },
    "zh": {
        "==": "为",
        "!=": "不为",
        "<": "小于",
        "<=": "不大于",
        ">": "大于",
        ">=": "不小于",
        "+": "+",
        "-": "−",
        "*": "×",
        "/": "÷",
        "**": "^",
        "and": "且",
        "or": "或",
        "not": "非",
        "in": "属于",
        "if": "若",
        "else": "否则",
        "true": "真",
        "false": "假",
    },
}
_BINDING = {"or": 1, "and": 2, "not": 3, "compare": 4, "+": 5, "-": 5, "*": 6, "/": 6, "**": 7}
_LOOSEST, _TIGHTEST = 0, 9


def sentence(node: Node, lang: str, words: Mapping[str, Word]) -> str:
    """Return ``node`` in words; every name in quotation marks is a word of the vocabulary."""
    return _said(node, lang, words, _LOOSEST)


def _said(node: Node, lang: str, words: Mapping[str, Word], outer: int) -> str:
    text, binding = _form(node, lang, words)
    return f"({text})" if binding < outer else text


def _form(node: Node, lang: str, words: Mapping[str, Word]) -> tuple[str, int]:  # noqa: C901, PLR0911 - one arm each
    """Return the text of a node and how tightly it binds."""
    say = SAID[lang]
    match node:
        case Literal(value):
            return _literal(value, lang), _TIGHTEST
        case Name(path):
            return _name(path, lang, words), _TIGHTEST
        case Lookup(table, key):
            return f"{_name(table, lang, words)}[{_said(key, lang, words, _LOOSEST)}]", _TIGHTEST
        case Operation(op, left, right):
            binding = _BINDING.get(op, _BINDING["compare"])
            parts = _said(left, lang, words, binding), say[op], _said(right, lang, words, binding + 1)
            return " ".join(parts), binding
        case Logic(op, items):
            return say[op].join(_said(item, lang, words, _BINDING[op] + 1) for item in items), _BINDING[op]
        case Not(item):
            return f"{say['not']} {_said(item, lang, words, _BINDING['not'])}", _BINDING["not"]
        case Member(item, options):
            listed = ", ".join(_said(o, lang, words, _LOOSEST) for o in options)
            return f"{_said(item, lang, words, _BINDING['compare'] + 1)} {say['in']} ({listed})", _BINDING["compare"]
        case Call(function, arguments):
            caption = FUNCTIONS[function].zh if lang == "zh" else FUNCTIONS[function].en
            return f"{caption}({', '.join(_said(a, lang, words, _LOOSEST) for a in arguments)})", _TIGHTEST
        case Choice(condition, then, otherwise):
            chosen = (_said(n, lang, words, _LOOSEST + 1) for n in (then, condition, otherwise))
            return "{} {if_} {} {else_} {}".format(*chosen, if_=say["if"], else_=say["else"]), _LOOSEST


def _name(path: str, lang: str, words: Mapping[str, Word]) -> str:
    word = words[path]
    caption, unit = word.caption(lang), unit_of(word)
    return f"「{caption}」{unit}" if lang == "zh" else f"“{caption}”{unit}"


def unit_of(word: Word) -> str:
    """Return how the unit of a name follows it, nothing for a plain number."""
    return f" [{word.unit}]" if word.unit and word.unit != "-" else ""


def _literal(value: object, lang: str) -> str:
    if isinstance(value, bool):
        return SAID[lang]["true" if value else "false"]
    if isinstance(value, float):
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    return "'" + str(value).replace("'", "''") + "'"
