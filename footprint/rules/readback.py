"""Read a printed sentence back: the tree it was printed from, and no other. What is said is what runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from footprint.errors import UnfitError
from footprint.messages import LANGUAGES
from footprint.model.expressions import Call, Choice, Literal, Logic, Lookup, Member, Name, Node, Not, Operation
from footprint.rules.expressions import ExpressionError, names
from footprint.rules.sentences import SAID, sentence, unit_of
from footprint.rules.vocabulary import FUNCTIONS, Word

_QUOTES = {"en": ("“", "”"), "zh": ("「", "」")}
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


class Token(NamedTuple):
    """A piece of a sentence. ``kind``: name, text, number, word (an operator), function, or a mark."""

    kind: str
    value: str


def read_back(said: str, lang: str, words: Mapping[str, Word]) -> Node:
    """Return the tree that ``said`` was printed from; `ExpressionError` where it is no sentence of this language."""
    reader = _Reader(_tokens(said, lang), {_called(w, lang): path for path, w in words.items()})
    node = reader.choice()
    reader.end()
    return node


def misread(nodes: Iterable[Node], words: Mapping[str, Word]) -> Iterable[UnfitError]:
    """Yield the cause why an expression, in either language, does not read back as itself: it says something else."""
    for node in nodes:
        for lang in LANGUAGES:
            said = sentence(node, lang, words)
            if not _reads_back(said, lang, words, node):
                namesakes = ((path, other) for path in names(node) for other in words if other != path)
                pair = next((pair for pair in namesakes if len({_called(words[p], lang) for p in pair}) == 1), None)
                if pair is None:
                    yield UnfitError("pcr-misprinted", said=said)
                else:
                    one, other = sorted(pair)
                    yield UnfitError("pcr-misread", one=one, other=other, caption=words[one].caption(lang))


def _called(word: Word, lang: str) -> str:
    return word.caption(lang) + unit_of(word)


def _reads_back(said: str, lang: str, words: Mapping[str, Word], node: Node) -> bool:
    try:
        return read_back(said, lang, words) == node
    except ExpressionError:
        return False


def _tokens(said: str, lang: str) -> list[Token]:
    opening, closing = _QUOTES[lang]
    functions = {(f.zh if lang == "zh" else f.en): name for name, f in FUNCTIONS.items()}
    operators = {text.strip(): key for key, text in SAID[lang].items()}
    longest = sorted((*functions, *operators), key=len, reverse=True)
    pattern = re.compile(
        rf"\s*(?:{opening}(?P<name>[^{closing}]+){closing}(?: (?P<unit>\[[^\]]*\]))?|'(?P<text>(?:[^']|'')*)'"
        rf"|(?P<number>\d[\d.]*(?:e[+-]?\d+)?)|(?P<mark>[()\[\],])|(?P<word>{'|'.join(map(re.escape, longest))}))"
    )
    found, at = [], 0
    while said[at:].strip():
        match = pattern.match(said, at)
        if match is None:
            raise ExpressionError("unfit-sentence")
        at = match.end()
        found.append(_token(match, functions, operators))
    return found


def _token(match: re.Match[str], functions: Mapping[str, str], operators: Mapping[str, str]) -> Token:
    kind = "name" if match["name"] is not None else match.lastgroup or ""
    written = match[kind]
    if kind == "name":
        return Token(kind, f"{written} {match['unit']}" if match["unit"] else written)
    if kind == "text":
        return Token(kind, written.replace("''", "'"))
    if kind == "word" and written in functions:
        return Token("function", functions[written])
    return Token(kind, operators[written] if kind == "word" else written)


class _Reader:
    """Reads tokens from the loosest binding to the tightest, as they were printed."""

    def __init__(self, tokens: list[Token], names: Mapping[str, str]) -> None:
        self.tokens = tokens
        self.names = names
        self.at = 0

    def next_is(self, *values: str, kind: str = "word") -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].kind == kind and self.tokens[self.at].value in values

    def take(self) -> Token:
        if self.at >= len(self.tokens):
            raise ExpressionError("unfit-sentence")
        self.at += 1
        return self.tokens[self.at - 1]

    def need(self, value: str, kind: str = "mark") -> None:
        if not self.next_is(value, kind=kind):
            raise ExpressionError("unfit-sentence")
        self.at += 1

    def end(self) -> None:
        if self.at < len(self.tokens):
            raise ExpressionError("unfit-sentence")

    def choice(self) -> Node:
        then = self.either()
        if not self.next_is("if"):
            return then
        self.at += 1
        condition = self.either()
        self.need("else", "word")
        return Choice(condition, then, self.either())

    def either(self) -> Node:
        return self.logic("or", lambda: self.logic("and", self.opposite))

    def logic(self, op: str, part: Callable[[], Node]) -> Node:
        items = [part()]
        while self.next_is(op):
            self.at += 1
            items.append(part())
        return items[0] if len(items) == 1 else Logic(op, tuple(items))

    def opposite(self) -> Node:
        if self.next_is("not"):
            self.at += 1
            return Not(self.opposite())
        return self.comparison()

    def comparison(self) -> Node:
        left = self.sum()
        while self.next_is(*_COMPARISONS, "in"):
            op = self.take().value
            left = Member(left, self.listed("(", ")")) if op == "in" else Operation(op, left, self.sum())
        return left

    def sum(self) -> Node:
        return self.chain(("+", "-"), lambda: self.chain(("*", "/"), lambda: self.chain(("**",), self.atom)))

    def chain(self, ops: tuple[str, ...], part: Callable[[], Node]) -> Node:
        left = part()
        while self.next_is(*ops):
            op = self.take().value
            left = Operation(op, left, part())
        return left

    def listed(self, opening: str, closing: str) -> tuple[Node, ...]:
        self.need(opening)
        items = [self.choice()]
        while self.next_is(",", kind="mark"):
            self.at += 1
            items.append(self.choice())
        self.need(closing)
        return tuple(items)

    def atom(self) -> Node:
        token = self.take()
        if token == Token("mark", "("):
            inner = self.choice()
            self.need(")")
            return inner
        if token.kind == "name":
            return self.name(token.value)
        if token.kind == "function":
            return Call(token.value, self.listed("(", ")"))
        if token.kind in {"text", "number"}:
            return Literal(token.value if token.kind == "text" else float(token.value))
        if token.value in {"true", "false"}:
            return Literal(token.value == "true")
        raise ExpressionError("unfit-sentence")

    def name(self, written: str) -> Node:
        if written not in self.names:
            raise ExpressionError("unfit-sentence")
        if not self.next_is("[", kind="mark"):
            return Name(self.names[written])
        self.at += 1
        key = self.choice()
        self.need("]")
        return Lookup(self.names[written], key)
