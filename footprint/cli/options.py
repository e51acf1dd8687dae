"""What every command shares: its language, and errors as sentences with an exit code."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def default_language() -> str:
    """Return zh for a Chinese locale, else en."""
    named = os.environ.get("FOOTPRINT_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    name = named or (locale.getlocale()[0] or "")
    return "zh" if name.casefold().startswith(("zh", "chinese")) else "en"


def lang_option(command: F) -> F:
    """Add ``--lang``."""
    return click.option(
        "--lang",
        type=click.Choice(["zh", "en"]),
        default=default_language,
        show_default="from the locale",
        help="Language of messages and reports. 语言。",
    )(command)


def said(command: F) -> F:
    """Turn a `FootprintError` into its sentences on stderr, in the user's language, and its exit code."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        from footprint.errors import FootprintError

        try:
            return command(*args, **kwargs)
        except FootprintError as exc:
            click.echo(exc.text(kwargs.get("lang", "en")), err=True)
            sys.exit(exc.exit_code)

    return wrapped  # type: ignore[return-value]
