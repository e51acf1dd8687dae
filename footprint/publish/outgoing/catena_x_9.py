"""``catena-x-9.json``: the aspect ``io.catenax.pcf`` 9.0.0, for customers whose systems do not read 10.0.0 yet.

Rounding and units as in ``catena-x.json``.
"""

from __future__ import annotations

from collections.abc import Iterator

from footprint.errors import Problem
from footprint.publish.outgoing import catena_x
from footprint.publish.outgoing.statement import Stated, Statement

FORMAT = "catena-x-9.json"
LEAST = "public"
NEEDS = catena_x.NEEDS
VERSION = "9.0.0"


def problems(statement: Statement) -> Iterator[Problem]:
    """Yield what Catena-X cannot state of this result, and each of its rules that the file would break."""
    return catena_x.faults(statement, FORMAT, VERSION)


def render(statement: Statement, lang: str) -> bytes:
    """Return the aspect as JSON."""
    return catena_x.written(statement, lang, VERSION)


def stated(content: bytes) -> Stated:
    """Return what the file says, as of the newer version."""
    return catena_x.stated(content)
