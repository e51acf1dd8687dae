"""The tree of a rule: what is evaluated is what is printed. No node can do anything but compute."""

from __future__ import annotations

from dataclasses import dataclass

Scalar = float | str | bool
"""What a rule computes with. Missing values are None and stop the computation, they are never zero."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text or a truth value as written."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Name:
    """A word of the vocabulary: ``line.role``, ``product.gross_kwh``, ``parameter.cut_off``."""

    path: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """A value of a table parameter: ``parameter.cycles[product.vehicle_class]``."""

    table: str
    key: Node


@dataclass(frozen=True, slots=True)
class Operation:
    """``left op right`` with op one of ``+ - * / **`` (numbers) or ``== != < <= > >=`` (truth)."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic:
    """``and`` / ``or`` over two or more truths, evaluated left to right, as far as needed."""

    op: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a truth."""

    item: Node


@dataclass(frozen=True, slots=True)
class Member:
    """Whether ``item`` is one of ``options``."""

    item: Node
    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the vocabulary: ``min``, ``max``, ``abs``, ``known``."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """``then if condition else otherwise``."""

    condition: Node
    then: Node
    otherwise: Node


Node = Literal | Name | Lookup | Operation | Logic | Not | Member | Call | Choice
