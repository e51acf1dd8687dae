"""Write the Word templates of documents: ``templates/documents/*.docx``, from their outline and captions."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from footprint.publish.outgoing import parts
from footprint.publish.outgoing.outline import STUDY, TABLES, Part
from footprint.publish.outgoing.pieces import Say

FOLDER = Path(__file__).parents[1] / "templates" / "documents"
WIDTH = 174.0  # mm between the margins
ACCENT, MUTED = RGBColor(0x1F, 0x5C, 0x66), RGBColor(0x5D, 0x6D, 0x75)
FONTS = {"w:ascii": "Arial", "w:hAnsi": "Arial", "w:cs": "Arial", "w:eastAsia": "Microsoft YaHei"}
COVER = (
    ("product-name", "{{ name }}"), ("model-spec", "{{ model }}"), ("producer-name", "{{ cover.producer }}"),
    ("report-number", "{{ cover.number }}"), ("issuer", "{{ cover.issuer }}"), ("report-date", "{{ cover.date }}"),
)  # fmt: skip
CHAPTERS = (
    ("cfb-manufacturer", "manufacturer"), ("cfb-battery", "battery"), ("cfb-plant", "plant"), ("cfb-result", "result"),
    ("cfb-stages", "stages"), ("cfb-class", "class"), ("cfb-references", "references"),
)  # fmt: skip


def styled(document: Any, name: str, size: float, **look: Any) -> None:
    """Set the look of a style."""
    style = document.styles[name]
    style.font.size, style.font.bold = Pt(size), look.get("bold")
    style.font.color.rgb = look.get("colour")
    style.font.italic = False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for key, font in FONTS.items():
        fonts.set(qn(key), font)
    style.paragraph_format.space_before, style.paragraph_format.space_after = (
        Pt(look.get("before", 0)),
        Pt(look.get("after", 4)),
    )
    style.paragraph_format.keep_with_next = bool(look.get("keep"))


def begun() -> Any:
    """Return an empty document with the styles of this house."""
    made = Document()
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin, section.bottom_margin = Mm(22), Mm(20)
    styled(made, "Normal", 9.5)
    styled(made, "Title", 24, bold=True, colour=ACCENT, before=90, after=24)
    styled(made, "Heading 1", 14, bold=True, colour=ACCENT, before=20, after=6, keep=True)
    styled(made, "Heading 2", 11, bold=True, before=10, after=4, keep=True)
    styled(made, "Caption", 8.5, colour=MUTED, before=6, after=2, keep=True)
    styled(made, "List Bullet", 9.5, after=2)
    styled(made, "Header", 8, colour=MUTED)
    styled(made, "Footer", 8, colour=MUTED)
    border = made.styles["Title"].element.pPr.find(qn("w:pBdr"))
    if border is not None:
        made.styles["Title"].element.pPr.remove(border)
    language = made.styles.element.find(f".//{qn('w:lang')}")
    language.set(qn("w:eastAsia"), "zh-CN")
    language.set(qn("w:val"), "en-GB")
    for name in ("Header", "Footer"):
        properties = made.styles[name].element.pPr
        properties.remove(properties.find(qn("w:tabs")))
    return made


def tag(document: Any, text: str) -> None:
    """Write a paragraph that holds a tag of the template and vanishes."""
    document.add_paragraph(text)


def field(paragraph: Any, code: str) -> None:
    """Write a field of Word: PAGE, NUMPAGES."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", "1"), ("end", "")):
        run = paragraph.add_run()
        if kind in {"begin", "separate", "end"}:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif kind == "text":
            run.text = text
        else:
            run._r.append(parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve"> {text} </w:instrText>'))


def edges(section: Any, head: str, aside: str) -> None:
    """Write header and footer with page numbers; the cover has none."""
    section.different_first_page_header_footer = True
    for paragraph in (section.header.paragraphs[0], section.footer.paragraphs[0]):
        paragraph.paragraph_format.tab_stops.clear_all()
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    section.header.paragraphs[0].text = f"{head}\t{aside}"
    section.footer.paragraphs[0].text = "{{ level }}\t"
    field(section.footer.paragraphs[0], "PAGE")
    section.footer.paragraphs[0].add_run(" / ")
    field(section.footer.paragraphs[0], "NUMPAGES")


def ruled(table: Any, widths: list[float]) -> None:
    """Give a table thin lines between rows and columns of fixed ``widths`` [mm]."""
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="D8E0E2"/>' for side in ("bottom", "insideH")
    )
    properties = table._tbl.tblPr
    layout, look = (properties.find(qn(f"w:{name}")) for name in ("tblLayout", "tblLook"))
    layout.addprevious(parse_xml(f"<w:tblBorders {nsdecls('w')}>{lines}</w:tblBorders>"))
    margins = '<w:left w:w="60" w:type="dxa"/><w:right w:w="140" w:type="dxa"/>'
    look.addprevious(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>"))
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)


def write(
    cell: Any, text: str, size: float = 9, *, right: bool = False, colour: Any = None, bold: bool = False
) -> None:
    """Write a cell."""
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = paragraph.paragraph_format.space_before = Pt(2)
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(size), bold
    if colour is not None:
        run.font.color.rgb = colour
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def pairs(document: Any, rows: list[tuple[str, str]], widths: tuple[float, float] = (58.0, WIDTH - 58.0)) -> Any:
    """Write captions and values."""
    table = document.add_table(len(rows), 2)
    ruled(table, list(widths))
    for at, (caption, value) in enumerate(rows):
        write(table.cell(at, 0), caption, colour=MUTED)
        write(table.cell(at, 1), value)
    return table


def facts(document: Any, name: str) -> None:
    """Write a table of captions and values that repeats a row."""
    row = ("{{ row.caption }}", "{{ row.text }}")
    pairs(document, [(f"{{%tr for row in {name} %}}", ""), row, ("{%tr endfor %}", "")])
    after = document.add_paragraph()
    after.paragraph_format.space_after = Pt(0)
    after.add_run(" ").font.size = Pt(4)


def table(document: Any, name: str, say: Say) -> None:
    """Write a table with its captions, one row repeated; and why there is none."""
    columns = TABLES[name]
    tag(document, f"{{%p if {name} %}}")
    document.add_paragraph(say(f"table-{name}"), style="Caption")
    made = document.add_table(4, len(columns))
    ruled(made, [WIDTH * column.width / 100 for column in columns])
    made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    size = 7.5 if len(columns) > 5 else 8.5
    for at, column in enumerate(columns):
        caption = say(column.caption) if column.caption else ""
        write(made.cell(0, at), caption, size - 0.5, right=column.number, colour=MUTED, bold=True)
        write(made.cell(2, at), f"{{{{ row.{column.key} }}}}", size, right=column.number)
    write(made.cell(1, 0), f"{{%tr for row in {name} %}}")
    write(made.cell(3, 0), "{%tr endfor %}")
    tag(document, "{%p else %}")
    document.add_paragraph(f"{say(f'table-{name}')}{say('colon')}{{{{ why.{name} }}}}", style="Caption")
    tag(document, "{%p endif %}")


def lines(document: Any, name: str) -> None:
    """Write a list of sentences."""
    tag(document, f"{{%p for line in {name} %}}")
    document.add_paragraph("{{ line }}", style="List Bullet")
    tag(document, "{%p endfor %}")
    tag(document, f"{{%p if why.{name} %}}")
    document.add_paragraph(f"{{{{ why.{name} }}}}")
    tag(document, "{%p endif %}")


def cover(document: Any, say: Say) -> None:
    """Write the cover and, on the page after it, what nobody stated."""
    document.add_paragraph("{{ logo }}")
    document.add_paragraph("{{ title }}", style="Title")
    pairs(document, [(say(code), value) for code, value in COVER])
    tag(document, "{%p if draft %}")
    document.add_paragraph()
    document.add_paragraph().add_run(f"{{{{ draft }}}}{say('colon')}{{{{ draft_note }}}}").font.bold = True
    tag(document, "{%p endif %}")
    document.add_paragraph("{{ level }}")
    document.add_page_break()
    tag(document, "{%p if not_stated %}")
    document.add_paragraph(say("missing-title"), style="Heading 2")
    tag(document, "{%p for line in not_stated %}")
    document.add_paragraph("{{ line }}", style="List Bullet")
    tag(document, "{%p endfor %}")
    tag(document, "{%p endif %}")


def study(lang: str) -> bytes:
    """Return the template of the study report."""
    say, document = Say(lang), begun()
    edges(document.sections[0], "{{ title }} · {{ model }}", "{{ report.report_number }}")
    cover(document, say)
    for number, chapter in enumerate(STUDY, 1):
        with where(document, chapter.parts[0].shows[0][1] if chapter.annex else ""):
            if chapter.annex:
                document.add_page_break()
            document.add_paragraph(f"{say(f'number-{number}')}{say(f'chapter-{chapter.title}')}", style="Heading 1")
            for at, part in enumerate(chapter.parts, 1):
                with where(document, part.shows[0][1] if part.silent else ""):
                    written(document, part, at, say)
    return saved(document)


@contextmanager
def where(document: Any, name: str) -> Iterator[None]:
    """Write what follows so that it stands only where ``name`` has something to show; always for ""."""
    if name:
        tag(document, f"{{%p if {name} %}}")
    yield
    if name:
        tag(document, "{%p endif %}")


def written(document: Any, part: Part, number: int, say: Say) -> None:
    """Write a part of a chapter."""
    if part.title:
        document.add_paragraph(f"{number}{say('dot')}{say(f'part-{part.title}')}", style="Heading 2")
    if part.note:
        with where(document, part.shows[0][1]):
            document.add_paragraph(say(part.note), style="Caption")
    for kind, name in part.shows:
        {"facts": facts, "lines": lines, "table": partial(table, say=say)}[kind](document, name)


def battery() -> bytes:
    """Return the template of the EU declaration of a battery, in both languages."""
    en, zh, document = Say("en"), Say("zh"), begun()
    edges(document.sections[0], "{{ title }}", "{{ conformity_id }}")
    document.sections[0].different_first_page_header_footer = False
    document.styles["Title"].font.size = Pt(15)
    document.styles["Title"].paragraph_format.space_before = Pt(0)
    document.add_paragraph("{{ logo }}")
    document.add_paragraph("{{ title }}", style="Title")
    document.add_paragraph("{{ basis }}")
    tag(document, "{%p if draft %}")
    document.add_paragraph().add_run("{{ draft_note }}").font.bold = True
    tag(document, "{%p endif %}")
    for code, name in CHAPTERS:
        document.add_paragraph(f"{en(code)}  {zh(code)}", style="Heading 2")
        facts(document, name)
    document.add_paragraph("{{ note }}", style="Caption")
    return saved(document)


def saved(document: Any) -> bytes:
    """Return a document without dates and people, packed the same on every run."""
    out = io.BytesIO()
    for key, relation in list(document.part.package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del document.part.package.rels[key]
    document.save(out)
    return parts.sealed(out.getvalue(), {}, {})


def made() -> dict[str, bytes]:
    """Return all templates by file name."""
    return {**{f"report.{lang}.docx": study(lang) for lang in ("zh", "en")}, "battery-cfb.docx": battery()}


if __name__ == "__main__":
    for name, content in made().items():
        (FOLDER / name).write_bytes(content)
