"""The door of the command line: what comes in and goes out is text in UTF-8, whatever the locale says."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from footprint.cli.options import default_language
from footprint.errors import RequestError, problem


class Door(click.Group):
    """A group of commands that a process is started with: names of files are text before a command sees them."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **more: Any) -> Any:
        """Run the command; without ``args`` those of the process."""
        named = list(args or ())
        if args is None:
            _in_utf8()
            args = sys.argv[1:]
            named = [*args, str(Path.cwd())]
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        unread = [name for name in named if not _is_text(name)]
        if unread:
            error = RequestError(*(problem("argument-bytes", ascii(name)) for name in unread))
            click.echo(error.text(default_language()), err=True)
            sys.exit(error.exit_code)
        return super().main(args, *rest, **more)


def _in_utf8() -> None:
    """Start the process anew in UTF-8 mode where its locale has no Chinese: files could not be opened by name."""
    try:
        "中".encode(sys.getfilesystemencoding())
    except UnicodeEncodeError:
        if os.name == "posix" and not sys.flags.utf8_mode:
            os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606  itself


def _is_text(name: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in name)
