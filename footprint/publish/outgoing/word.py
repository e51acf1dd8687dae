"""Documents in Word's format, through the library of the extra ``docx``, from a template that people edit in Word."""

from __future__ import annotations

import io
import warnings
from typing import Any

from footprint import paths
from footprint.errors import PublishError, VerificationError, problem
from footprint.provenance import Place
from footprint.publish.outgoing import brought, contents, parts, picture, sandbox, says
from footprint.publish.outgoing.statement import Stated, Statement
from footprint.publish.outgoing.written import needed
from footprint.publish.view import STAGE_COLOURS, Bar

_MM = 36_000
_BAR_MM, _BAR_HIGH_MM, _LOGO_MM, _LOGO_WIDE_MM = 40.0, 2.8, 16.0, 60.0


def own(name: str) -> bytes:
    """Return the template ``templates/documents/<name>.docx``."""
    return (paths.data_root() / "templates" / "documents" / f"{name}.docx").read_bytes()


def document(statement: Statement, tree: contents.Tree, name: str, template: tuple[str, bytes]) -> bytes:
    """Return ``tree`` in a template: the one called ``name``, or that of a laboratory (file name and content).

    `PublishError` where a laboratory's template is damaged, does what it must not, asks for what there is not, or does
    not print the result.
    """
    needed("docxtpl", f"{name}.docx", "docx")
    file, content = template
    if not content:
        return _filled(statement, tree, own(name))
    brought.opened(file, content)
    with brought.refusals(file, tree):
        made = brought.apart(file, _filled(statement, brought.marked(tree), content))
    if "total" not in says.read(parts.visible(made, parts.properties(made))):
        raise PublishError(problem("docx-template-silent", Place(file)))
    return made


def _filled(statement: Statement, tree: contents.Tree, template: bytes) -> bytes:
    from docxtpl import DocxTemplate

    made = DocxTemplate(io.BytesIO(template))
    made.init_docx()
    shown = {**_drawn(tree, made), "logo": _logo(statement, made)}
    if tree["draft"]:
        parts.watermark(made.docx, tree["draft"])  # before the headers are rendered into parts of their own
    made.render(shown, jinja_env=sandbox.environment())
    about = {"title": tree["title"], "subject": tree["name"], "creator": tree["company"]["name"]}
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a part written twice is refused when it is read below
        made.docx.save(out)
    try:
        return parts.sealed(out.getvalue(), tree["says"], about)
    except VerificationError as exc:
        raise ValueError(str(exc)) from exc


def _drawn(value: Any, made: Any) -> Any:
    """Return ``value`` with each bar as a picture of its length."""
    if isinstance(value, Bar):
        return _Bar(made, value)
    if isinstance(value, dict):
        return {key: _drawn(each, made) for key, each in value.items()}
    return [_drawn(each, made) for each in value] if isinstance(value, list) else value


class _Bar:
    """A bar as two stretched pixels: the empty part before it, and it."""

    def __init__(self, made: Any, bar: Bar) -> None:
        self._made, self._bar = made, bar

    def __html__(self) -> str:
        """Return the runs that draw the bar."""
        lengths = (("#FFFFFF", self._bar.start), (STAGE_COLOURS[0], max(self._bar.length, 0.3)))
        return "".join(self._run(colour, length) for colour, length in lengths if length > 0)

    __str__ = __html__

    def _run(self, colour: str, length: float) -> str:
        from docxtpl import InlineImage

        wide, high = int(length / 100 * _BAR_MM * _MM), int(_BAR_HIGH_MM * _MM)
        return str(InlineImage(self._made, io.BytesIO(picture.rectangle(colour)), wide, high))


def _logo(statement: Statement, made: Any) -> Any:
    """Return the logo in the size of a letterhead, "" where there is none."""
    content = statement.files.get("logo", b"")
    size = picture.measured(content)
    if size is None:
        return ""
    from docxtpl import InlineImage

    high = min(_LOGO_MM, _LOGO_WIDE_MM * size.height / size.width)
    wide = high * size.width / size.height
    return InlineImage(made, io.BytesIO(content), int(wide * _MM), int(high * _MM))


def stated(content: bytes) -> Stated:
    """Return what the properties of a document say of the result and its text shows too."""
    return says.read(parts.visible(content, parts.properties(content)))
