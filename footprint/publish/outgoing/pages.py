"""Documents as HTML: one file that fetches nothing and runs nothing, and what such a file states."""

from __future__ import annotations

import re
from base64 import b64encode
from html.parser import HTMLParser
from typing import Any

from footprint.publish import templates
from footprint.publish.outgoing import contents, outline, picture, says
from footprint.publish.outgoing.pieces import Say
from footprint.publish.outgoing.statement import Stated, Statement
from footprint.publish.view import STAGE_COLOURS

_FOLDER = "documents"


def html(statement: Statement, lang: str, template: str) -> str:
    """Return the page that ``templates/documents/<template>.html.j2`` makes of ``statement``."""
    tree = contents.contents(statement, lang)
    made = templates.environment(_FOLDER, lang).get_template(f"{template}.html.j2")
    extra: dict[str, Any] = {"say": Say(lang), "tables": outline.TABLES, "chapters": outline.STUDY, "lang": lang}
    return made.render(tree, **extra, tree=tree, says_of=tree["says"], logo=_logo(statement), colour=STAGE_COLOURS[0])


def page(statement: Statement, lang: str, template: str) -> bytes:
    """Return the page as UTF-8."""
    return html(statement, lang, template).encode("utf-8")


def _logo(statement: Statement) -> str:
    content = statement.files.get("logo")
    seen = picture.measured(content) if content else None
    return f"data:{seen.kind};base64,{b64encode(content or b'').decode()}" if seen else ""


class _Reader(HTMLParser):
    """Collects the texts of elements that carry ``data-says``."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, str] = {}
        self._key = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  the base says so
        """Begin a text, or take the one that an attribute gives."""
        told = dict(attrs)
        self._key = told.get("data-says") or ""
        if self._key:
            self.said[self._key] = told.get("data-value") or ""
            self._key = "" if "data-value" in told else self._key

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  the base says so
        """End a text."""
        self._key = ""

    def handle_data(self, data: str) -> None:
        """Take what stands in a text."""
        if self._key:
            self.said[self._key] += data


def said(page: str) -> dict[str, str]:
    """Return the texts of a page that carry the name of a number, by that name."""
    reader = _Reader()
    reader.feed(page)
    return {key: re.sub(r"\s+", " ", text).strip() for key, text in reader.said.items()}


def stated(content: bytes) -> Stated:
    """Return what the elements of a page say that carry the name of a number."""
    return says.read(said(content.decode("utf-8")))
