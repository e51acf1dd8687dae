"""Parts of a Word document that no template decides on: properties that say the result, watermark, one time for all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Any

from footprint.publish.wording import MINUS
from footprint.tables import archive

_CUSTOM, _CORE, _APP = "docProps/custom.xml", "docProps/core.xml", "docProps/app.xml"
_CONTENT, _ROOT, _SETTINGS = "[Content_Types].xml", "_rels/.rels", "word/settings.xml"
_TYPES = {
    _CORE: "application/vnd.openxmlformats-package.core-properties+xml",
    _APP: "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    _CUSTOM: "application/vnd.openxmlformats-officedocument.custom-properties+xml",
}
_KINDS = {
    _CORE: "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
    _APP: "http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties",
    _CUSTOM: "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties",
}
_TYPED = re.compile(r'<Override\b[^>]*PartName="/docProps/[^>]*/>')
_OVERRIDE, _LINK = (
    '<Override PartName="/{}" ContentType="{}"/>',
    '<Relationship Id="rIdFootprint{}" Type="{}" Target="{}"/>',
)
_RELATION = re.compile(r"<Relationship\b[^>]*/>")
_DROPPED = re.compile(r"relationships/(?:metadata/\w+|core-properties|(?:extended|custom)-properties|attachedTemplate)")
_ATTACHED = re.compile(r"<w:attachedTemplate\b[^>]*/>")
_MADE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.openxmlformats.org/'
    'officeDocument/2006/extended-properties"><Application>footprint</Application></Properties>'
)
_OF_CORE = (
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
_LONGEST = 255
_NAMESPACES = (
    'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"'
)
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_PREFIX = "footprint."
_PROPERTY = re.compile(rf'name="{re.escape(_PREFIX)}([^"]*)"[^>]*>\s*<vt:lpwstr>([^<]*)</vt:lpwstr>')
_SHOWN = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes)\.xml")
_PARAGRAPH, _TAG = re.compile(r"</w:p>|<w:(?:br|tab)[^>]*/>"), re.compile(r"<[^>]+>")
_SHAPE = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><w:pict>'
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
    'path="m0,0l21600,0m0,21600l21600,21600e"><v:path textpathok="t"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="PowerPlusWaterMarkObject{at}" type="#_x0000_t136" style="position:absolute;margin-left:0;'
    "margin-top:0;width:{wide}pt;height:140pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;"
    "mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin"
    '" fillcolor="#F2E2C6" stroked="f"><v:fill opacity=".6"/>'
    '<v:textpath style="font-family:&quot;Arial&quot;;font-size:1pt" string="{text}"/></v:shape></w:pict></w:r>'
)


def watermark(document: Any, text: str) -> None:
    """Write ``text`` across every page, whatever headers the template has."""
    from docx.oxml import parse_xml

    for at, section in enumerate(document.sections):
        headers = [section.header]
        headers += [section.first_page_header] if section.different_first_page_header_footer else []
        headers += [section.even_page_header] if document.settings.odd_and_even_pages_header_footer else []
        for side, header in enumerate(headers):
            if at and header.is_linked_to_previous:
                continue
            if not header.paragraphs:
                header.add_paragraph()
            wide = min(480, 110 * len(text))
            shape = _SHAPE.format(at=f"{at}{side}", text=escape(text), wide=wide)
            header.paragraphs[0]._p.append(parse_xml(shape))  # noqa: SLF001  a run of another make


def sealed(content: bytes, said: Mapping[str, str], about: Mapping[str, str]) -> bytes:
    """Return a document with ``said`` among its properties, packed the same on every run.

    ``about``: title, subject and creator. Nothing that a template tells of who made it stays: people, programs, dates,
    its picture, the file it was attached to.
    """
    members = archive.unpack(content, "docx")
    for name in [name for name in members if name.startswith("docProps/")]:
        del members[name]
    members |= {_CUSTOM: _properties(said).encode(), _CORE: _core(about).encode(), _APP: _MADE.encode()}
    types = _TYPED.sub("", members[_CONTENT].decode())
    types = types.replace("</Types>", "".join(_OVERRIDE.format(name, _TYPES[name]) for name in _TYPES) + "</Types>")
    members[_CONTENT] = types.encode()
    for name in [name for name in members if name.endswith(".rels")]:
        members[name] = _unattached(members[name].decode(), root=name == _ROOT).encode()
    if _SETTINGS in members:
        members[_SETTINGS] = _ATTACHED.sub("", members[_SETTINGS].decode()).encode()
    return archive.pack(members)


def _unattached(relations: str, *, root: bool) -> str:
    """Return relations without those to what is not there any more; the document's own point to its properties."""
    kept = _RELATION.sub(lambda found: "" if _DROPPED.search(found[0]) else found[0], relations)
    ends = (_LINK.format(at, _KINDS[name], name) for at, name in enumerate(_TYPES)) if root else ()
    return kept.replace("</Relationships>", "".join(ends) + "</Relationships>")


def _core(about: Mapping[str, str]) -> str:
    told = "".join(f"<dc:{key}>{escape(_clipped(about[key]), quote=False)}</dc:{key}>" for key in sorted(about))
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f"{head}<cp:coreProperties {_OF_CORE}>{told}</cp:coreProperties>"


def _clipped(text: str) -> str:
    """Return a text as long as a property may be."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _properties(said: Mapping[str, str]) -> str:
    rows = "".join(
        f'<property fmtid="{_FORMAT_ID}" pid="{at}" name="{escape(_PREFIX + key)}">'
        f"<vt:lpwstr>{escape(text, quote=False)}</vt:lpwstr></property>"
        for at, (key, text) in enumerate(sorted(said.items()), 2)
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties {_NAMESPACES}>{rows}</Properties>'


def properties(content: bytes) -> dict[str, str]:
    """Return what the properties of a document say of the result."""
    held = archive.unpack(content, "docx").get(_CUSTOM, b"").decode()
    return {unescape(key): unescape(text) for key, text in _PROPERTY.findall(held)}


def visible(content: bytes, said: Mapping[str, str]) -> dict[str, str]:
    """Return of ``said`` what a reader finds in the text of the document; a unit is printed in its language."""
    members = archive.unpack(content, "docx")
    pages = " ".join(members[name].decode() for name in sorted(members) if _SHOWN.fullmatch(name))
    shown = unescape(_TAG.sub("", _PARAGRAPH.sub("\n", pages)))
    edge = r"(?![0-9]|[.,][0-9])"
    return {
        key: text
        for key, text in said.items()
        if key == "unit" or re.search(rf"(?<![0-9.,{MINUS}-]){re.escape(' '.join(text.split()))}{edge}", shown)
    }
