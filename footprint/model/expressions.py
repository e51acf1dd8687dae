"""The tree of a rule: what is evaluated is what is printed. No node can do anything but compute."""

from __future__ import annotations

from typing import NamedTuple

Scalar = float | str | bool
"""What a rule computes with. Missing values are None and stop the computation, they are never zero."""


class Literal(NamedTuple):
    """A number, a text or a truth value as written."""

    value: Scalar


class Name(NamedTuple):
    """A word of the vocabulary: ``line.role``, ``product.gross_kwh``, ``parameter.cut_off``."""

    path: str


class Lookup(NamedTuple):
    """A value of a table parameter: ``parameter.cycles[product.vehicle_class]``."""

    table: str
    key: Node


class Operation(NamedTuple):
    """``left op right`` with op one of ``+ - * / **`` (numbers) or ``== != < <= > >=`` (truth)."""

    op: str
    left: Node
    right: Node


class Logic(NamedTuple):
    """``and`` / ``or`` over two or more truths, evaluated left to right, as far as needed."""

    op: str
    items: tuple[Node, ...]


class Not(NamedTuple):
    """The opposite of a truth."""

    item: Node


class Member(NamedTuple):
    """Whether ``item`` is one of ``options``."""

    item: Node
    options: tuple[Node, ...]


class Call(NamedTuple):
    """A function of the vocabulary: ``min``, ``max``, ``abs``, ``known``."""

    function: str
    arguments: tuple[Node, ...]


class Choice(NamedTuple):
    """``then if condition else otherwise``."""

    condition: Node
    then: Node
    otherwise: Node


Node = Literal | Name | Lookup | Operation | Logic | Not | Member | Call | Choice
