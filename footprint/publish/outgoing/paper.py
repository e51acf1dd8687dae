"""Documents as PDF, through the library of the extra ``pdf``: made of the same page as the HTML, fonts embedded.

A character that no font of the machine can show refuses the document: it would be a box on paper. Same statement, same
bytes on a machine; other fonts are other bytes.
"""

from __future__ import annotations

import json
import logging
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from footprint.errors import PublishError, problem
from footprint.publish.outgoing import pages, says
from footprint.publish.outgoing.statement import Stated, Statement
from footprint.publish.outgoing.written import needed

_LIBRARY = "weasyprint"
_META = "footprint"
_SAID = re.compile(rb"/" + _META.encode() + rb" ?\(([0-9a-f]*)\)")
_PACKED = re.compile(rb"/ObjStm[^>]*>>\s*stream\r?\n")
_MOST = 16 << 20
_MISSING = "notdef"
_SHOWN = 12
SHEET = 2
"""Pages of a sheet of paper."""


def pdf(statement: Statement, lang: str, template: str, closer: Sequence[str] = ()) -> bytes:
    """Return ``templates/documents/<template>.html.j2`` as PDF; `PublishError` where a font lacks a character.

    ``closer``: styles of the page that set it closer, each tried in turn while it takes more than `SHEET` pages.
    """
    needed(_LIBRARY, f"{template}.pdf", "pdf")
    page = pages.html(statement, lang, template)
    told = json.dumps(pages.said(page), sort_keys=True).encode().hex()
    page = page.replace("</head>", f'<meta name="{_META}" content="{told}">\n</head>', 1)
    with _unshown() as missing:
        printed = _printed(page, closer)
    if missing:
        raise PublishError(problem("font-missing", template, count=len(missing), letters=" ".join(missing[:_SHOWN])))
    return printed


def _printed(page: str, closer: Sequence[str]) -> bytes:
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as exc:  # the library is there, the one below it is not
        raise PublishError(problem("pango-missing", _LIBRARY)) from exc
    fetcher = URLFetcher(allowed_protocols=("data",))
    for style in ("", *closer):
        styled = page.replace('<body class="', f'<body class="{style} ', 1)
        laid = HTML(string=styled, base_url="about:blank", url_fetcher=fetcher).render()
        if len(laid.pages) <= SHEET:
            break
    made: bytes = laid.write_pdf(custom_metadata=True)
    return made


class _Listening(logging.Handler):
    """Keeps the characters that the library says it has no glyph for."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.missing: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a character, once."""
        if _MISSING in str(record.msg) and isinstance(record.args, tuple):
            letter = str(record.args[0])
            if letter not in self.missing:
                self.missing.append(letter)


@contextmanager
def _unshown() -> Iterator[list[str]]:
    """Listen to what the library logs, and keep it from the screen."""
    logger, ear = logging.getLogger(_LIBRARY), _Listening()
    before = logger.propagate, logger.level, logger.handlers[:]
    logger.propagate, logger.handlers = False, [ear]
    logger.setLevel(logging.WARNING)
    try:
        yield ear.missing
    finally:
        logger.propagate, level, logger.handlers = before
        logger.setLevel(level)


def stated(content: bytes) -> Stated:
    """Return what the page said that the PDF was printed from."""
    for packed in _PACKED.finditer(content):
        found = _SAID.search(zlib.decompressobj().decompress(content[packed.end() :], _MOST))
        if found:
            return says.read(json.loads(bytes.fromhex(found[1].decode())))
    return {}
