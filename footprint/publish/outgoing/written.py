"""How numbers and notes are written into exchange files, and read back with the digits they were written to."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from importlib.util import find_spec
from typing import Any

from footprint.errors import PublishError, problem
from footprint.messages import label
from footprint.publish.outgoing.statement import Statement


def needed(library: str, format: str, extra: str) -> None:  # noqa: A002  the word users say
    """Raise `PublishError` where ``library``, which comes with ``extra``, is not installed."""
    if find_spec(library) is None:
        raise PublishError(problem("library-missing", format, library=library, extra=extra))


def rounded(value: float, digits: int) -> float:
    """Return ``value`` at ``digits`` significant digits; never a negative zero."""
    return float(f"{value:.{digits}g}") + 0.0


def exactly(value: float) -> Decimal:
    """Return ``value`` with as many digits as a float tells, so that 5.0 says more than 5."""
    return Decimal(f"{value:.16e}")


def draft_note(statement: Statement, lang: str) -> dict[str, str]:
    """Return the member that marks a draft, of a format that has no place of its own for it; none where it is final."""
    return {"draft": label("publish-draft", lang)} if statement.draft else {}


def parsed(content: bytes, digits: int) -> Any:
    """Return JSON whose numbers are decimals that show the ``digits`` to which they were written."""
    return json.loads(content, parse_float=_padded(digits), parse_int=_padded(digits))


def _padded(digits: int) -> Callable[[str], Decimal]:
    def padded(text: str) -> Decimal:
        number = Decimal(text)
        step = Decimal(1).scaleb(number.adjusted() - digits + 1)
        return number.quantize(step) if number.is_finite() else number

    return padded
