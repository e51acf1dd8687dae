"""Documents for customers: what they show, what they refuse, and what a laboratory's own template may do."""

from __future__ import annotations

import io
import json
import random
import re
import runpy
import subprocess
import sys
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from lxml import etree
from pypdf import PdfReader

from footprint import publishing
from footprint.errors import PublishError
from footprint.messages import LANGUAGES
from footprint.publish import outgoing
from footprint.publish.outgoing import company, parts, picture, says
from footprint.tables import archive

HERE = Path(__file__).parent
CONTRACT = runpy.run_path(str(HERE / "contracts" / "test_outgoing.py"))
PAGES = ("study.html", "customer.html", "label.html")
PRINTED = (*(pytest.param(name, marks=pytest.mark.slow) for name in ("report.pdf", "customer.pdf")), "label.pdf")
"""Paper: one way to print them all, of which a day's tests take the shortest."""
WORD = ("report.docx", "battery-cfb.docx")
HOSTILE = "{{ 7*7 }} {% for x in y %} <b>&amp; \"'</b> ]]> \x00\x08\x0c\ud800 #{{{ {# 电池"
COMPANY_AND_STUDY = ("Example Co.", "DOC-1", "https://example.com/study")
LONG = "高比能长寿命液冷一体化磷酸铁锂动力电池系统总成" * 8


def folder(path: Path, made: dict[str, Any] | None = None, **order: Any) -> publishing.Order:
    return CONTRACT["folder"](path, made or CONTRACT["document"]())._replace(**order)


def rendered(path: Path, name: str, made: dict[str, Any] | None = None, lang: str = "en", **order: Any) -> bytes:
    made_now: dict[str, bytes] = CONTRACT["contents"](folder(path, made, **order), [name], lang)
    return made_now[name]


def complete() -> dict[str, Any]:
    """Return a sample without gaps in which all is answered."""
    made = CONTRACT["document"]()
    made["result"] |= {"complete": True, "lower_bound": False}
    made["completeness"]["gaps"] = []
    return made


def text_of(name: str, content: bytes) -> str:
    """Return what a reader sees of a document."""
    if name.endswith(".pdf"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if name.endswith(".docx"):
        made = Document(io.BytesIO(content))
        return "\n".join("".join(t.text or "" for t in p.iter("{*}t")) for p in made.element.body.iter("{*}p"))
    return "".join(etree.HTML(content.decode()).itertext())


def template(*paragraphs: str) -> bytes:
    """Return a Word document of ``paragraphs``."""
    made, out = Document(), io.BytesIO()
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    made.save(out)
    return out.getvalue()


def with_template(path: Path, content: bytes, lang: str = "en") -> bytes:
    """Return report.docx in a template of one's own."""
    (path / "own.docx").write_bytes(content)
    return rendered(path, "report.docx", lang=lang, template=path / "own.docx")


def refused(path: Path, content: bytes) -> str:
    with pytest.raises(PublishError) as found:
        with_template(path, content)
    assert [p.code for p in found.value.problems] == ["docx-template"]
    assert all("own.docx" in found.value.text(lang) for lang in LANGUAGES)
    return found.value.text()


# ------------------------------------------------------------------------------------------------ what is shown


def test_the_templates_that_ship_are_made_from_their_outline() -> None:
    """Nobody edits them by hand: the script makes the same parts, whatever its library packs around them."""
    for name, made in runpy.run_path(str(HERE / "make_documents.py"))["made"]().items():
        shipped = archive.unpack((HERE.parents[0] / "templates" / "documents" / name).read_bytes(), name)
        fresh = archive.unpack(made, name)
        for part in ("word/document.xml", "word/header1.xml", "word/footer1.xml"):
            assert fresh.get(part) == shipped.get(part), "Run python tests/make_documents.py."


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["report.docx", PRINTED[0], "study.html"])
def test_a_study_has_its_chapters_in_order(name: str, lang: str, tmp_path: Path) -> None:
    """Purpose, scope, inventory, assessment, interpretation: the order of GB/T 24067 and ISO 14067."""
    text = text_of(name, rendered(tmp_path, name, lang=lang))
    zh = ("量化目的", "量化范围", "清单分析", "影响评价", "结果解释")
    en = ("Purpose of the quantification", "Scope of the quantification", "Inventory analysis", "Impact assessment")
    places = [text.rindex(chapter) for chapter in (zh if lang == "zh" else (*en, "Interpretation"))]
    assert places == sorted(places)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", [*PAGES, *PRINTED, *WORD])
def test_the_number_stands_where_a_reader_sees_it(name: str, lang: str, tmp_path: Path) -> None:
    """The declared number with its sign, and each number that the file states, stand in its text."""
    content = rendered(tmp_path, name, lang=lang)
    text = text_of(name, content)
    assert "≥ 0.1691" in text.replace("\n", "")
    for key, value in outgoing.module(name).stated(content).items():
        if isinstance(value, Decimal) and abs(value) >= Decimal("0.001"):
            assert f"{abs(value):,f}" in text, key


@pytest.mark.parametrize("name", [*PAGES, *PRINTED, *WORD])
def test_a_draft_is_marked_across_and_a_final_document_is_not(name: str, tmp_path: Path) -> None:
    """The mark stands in the text or in the header of every page, and only where the result is incomplete."""

    def marked(content: bytes) -> bool:
        if name.endswith(".docx"):
            members = archive.unpack(content, name)
            headers = [text for part, text in members.items() if part.startswith("word/header")]
            assert headers
            return all(b"PowerPlusWaterMarkObject" in header and b"DRAFT" in header for header in headers)
        return "DRAFT" in text_of(name, content)

    assert marked(rendered(tmp_path, name))
    final = rendered(tmp_path, name, complete())
    assert b"PowerPlus" not in b"".join(archive.unpack(final, name).values()) if name in WORD else not marked(final)


def test_what_nobody_stated_is_listed_and_not_made_up(tmp_path: Path) -> None:
    """A study without a purpose says that none is stated; the list goes when it is."""
    made = complete()
    text = text_of("study.html", rendered(tmp_path, "study.html", made))
    assert "Purpose and intended use; Intended audience" in text
    made["publication"] += [
        {"key": k, "value": f"Said: {k}", "cell": "Publication!B9"} for k in ("purpose", "audience")
    ]
    text = text_of("study.html", rendered(tmp_path, "study.html", made))
    assert "Said: purpose" in text
    assert "Purpose and intended use; Intended audience" not in text


def test_a_level_says_what_it_leaves_out(tmp_path: Path) -> None:
    """A report for customers has no ledger, and says that the version for verifiers holds the gaps."""
    texts = {level: text_of("report.docx", rendered(tmp_path, "report.docx", level=level)) for level in outgoing.LEVELS}
    assert "Annex A" in texts["verifier"]
    assert "Annex A" not in texts["customer"]
    assert "Data gaps: Not part of this version" in texts["customer"]
    assert "Clauses: Not part of this version" in texts["public"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_declaration_to_customers_has_two_pages_and_the_card_one(lang: str, tmp_path: Path) -> None:
    """Also with a name as long as a sentence."""
    made = CONTRACT["document"]()
    made["product"]["name"] = LONG
    for name, pages in (("customer.pdf", 2), ("label.pdf", 1)):
        assert len(PdfReader(io.BytesIO(rendered(tmp_path, name, made, lang))).pages) == pages


def test_the_card_says_that_it_is_no_mark(tmp_path: Path) -> None:
    text = text_of("label.html", rendered(tmp_path, "label.html"))
    for said in ("no certified label", "R-1", "2027-06-30", "Example Co.", "Cradle to grave without the use phase"):
        assert said in text


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fetches_and_runs_nothing(name: str, tmp_path: Path) -> None:
    """No address of another file, no script, no style from elsewhere."""
    page = rendered(tmp_path, name).decode()
    assert not re.search(r"<(script|link|iframe|object)|src=\"(?!data:)|url\(|@import|\son[a-z]+=", page, re.IGNORECASE)


@pytest.mark.parametrize("pcr", ["transformer", "battery-gba"])
def test_the_eu_declaration_is_of_the_eu_rules(pcr: str, tmp_path: Path) -> None:
    """A result by other rules is no declaration under Regulation (EU) 2023/1542."""
    made = CONTRACT["document"]()
    made["study"]["pcr"] |= {"id": pcr, "layers": ["iso-14067", pcr]}
    with pytest.raises(PublishError) as found:
        rendered(tmp_path, "battery-cfb.docx", made)
    assert [p.code for p in found.value.problems] == ["cfb-rules"]


def test_the_eu_declaration_names_model_plant_stages_and_no_class(tmp_path: Path) -> None:
    """Both languages, the fields of Art. 7 (1), and why the performance class is empty."""
    text = text_of("battery-cfb.docx", rendered(tmp_path, "battery-cfb.docx"))
    for said in (
        "PK-102-A3",
        "江苏",
        "Example Co.",
        "DOC-1",
        "https://example.com/study",
        "kg CO₂e / kWh",
        "no limits",
    ):
        assert said in text
    for both in ("Manufacturer  制造商", "Main product production / 主产品生产"):
        assert both in text


# ------------------------------------------------------------------------------------------------ what people write


@pytest.mark.parametrize("name", [*PAGES, *PRINTED, *WORD])
def test_what_people_write_is_text_and_nothing_else(name: str, tmp_path: Path) -> None:
    """Template syntax, XML and control characters in names are printed as they stand, or as a mark in their place."""
    made = CONTRACT["document"]()
    made["product"] |= {"name": HOSTILE, "manufacturer": HOSTILE, "province": HOSTILE}
    made["publication"] += [{"key": "purpose", "value": HOSTILE, "cell": "Publication!B9"}]
    content = rendered(tmp_path, name, made)
    text = text_of(name, content)
    assert "{{ 7*7 }}" in text
    assert "49" not in text.replace("0.49", "").split("{{ 7*7 }}")[0][:200]
    assert "\x00" not in text
    if name in WORD:
        assert "{% for x in y %} <b>&amp; \"'</b> ]]>" in text
        for part, data in archive.unpack(content, name).items():
            if part.endswith((".xml", ".rels")):
                etree.fromstring(data)


def png(wide: int = 4, high: int = 2) -> bytes:
    """Return a picture of one colour."""
    one = picture.rectangle("#1F5C66")
    rows = b"".join(b"\x00" + b"\x1f\x5c\x66" * wide for _ in range(high))
    header = one[12:16] + wide.to_bytes(4, "big") + high.to_bytes(4, "big") + one[24:29]
    data = zlib.compress(rows)
    body = b"IDAT" + data
    return (
        one[:12] + header + zlib.crc32(header).to_bytes(4, "big") + len(data).to_bytes(4, "big")
        + body + zlib.crc32(body).to_bytes(4, "big") + one[-12:]
    )  # fmt: skip


@pytest.mark.parametrize("name", [*PAGES, *PRINTED, *WORD])
def test_a_logo_is_a_picture_or_refused(name: str, tmp_path: Path) -> None:
    """A PNG or JPEG of a size stands in the document; anything else is refused by its name."""
    order = folder(tmp_path)
    with (tmp_path / "company.yaml").open("a", encoding="utf-8") as file:
        file.write("logo: logo.png\n")
    without = CONTRACT["contents"](folder(tmp_path), [name], "en")[name]
    with (tmp_path / "company.yaml").open("a", encoding="utf-8") as file:
        file.write("logo: logo.png\n")
    (tmp_path / "logo.png").write_bytes(png())
    assert CONTRACT["contents"](order, [name], "en")[name] != without
    for broken in (b"<svg/>", b"", png()[:40], png(0, 0), b"\xff\xd8\xff\xe0\x00\x02", b"\xff\xd8\xff" + b"\x00" * 64):
        (tmp_path / "logo.png").write_bytes(broken)
        with pytest.raises(PublishError) as found:
            publishing.contents(order, [name], "en")
        assert [p.code for p in found.value.problems] == ["logo-form"]


@pytest.mark.parametrize("name", ["../logo.png", "{root}/logo.png", "link.png", ".", "a/../../logo.png", "logo\\0.png"])
def test_a_logo_lies_in_the_folder_of_its_company(name: str, tmp_path: Path) -> None:
    """Above it, anywhere else, or through a link: whoever wrote company.yaml takes no file of whoever uses it."""
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "logo.png").write_bytes(png())
    (inside / "link.png").symlink_to(tmp_path / "logo.png")
    (inside / "company.yaml").write_text(f'name: A\nlogo: "{name.format(root=tmp_path)}"\n', encoding="utf-8")
    with pytest.raises(PublishError) as found:
        company.read(inside / "company.yaml")
    assert [str(p.place) for p in found.value.problems] == ["company.yaml:logo"]
    (inside / "below").mkdir()
    (inside / "below" / "logo.png").write_bytes(png())
    (inside / "company.yaml").write_text("name: A\nlogo: below/logo.png\n", encoding="utf-8")
    assert company.read(inside / "company.yaml").files["logo"] == png()


def test_the_size_of_a_jpeg_is_read_behind_what_stands_before_it() -> None:
    marks = b"\xff\xd8\xff\xe0\x00\x04ab" + b"\xff\xc0\x00\x0b\x08\x00\x10\x00\x20" + b"\x01\x01\x11\x00"
    assert picture.measured(marks) == picture.Picture("image/jpeg", 32, 16)


def test_a_page_on_paper_without_a_font_is_refused(tmp_path: Path) -> None:
    """Where no font has the characters of a language, nothing is printed: no boxes."""
    fonts = Path("/usr/share/fonts/truetype/dejavu")
    if not fonts.is_dir():
        pytest.skip("no DejaVu fonts on this machine")
    folder(tmp_path)
    (tmp_path / "fonts.conf").write_text(
        f"<fontconfig><dir>{fonts}</dir><cachedir>{tmp_path}</cachedir></fontconfig>", encoding="utf-8"
    )
    (tmp_path / "run.py").write_text(
        "import sys\nfrom pathlib import Path\nfrom footprint import publishing\n"
        "from footprint.errors import PublishError\nhere = Path(sys.argv[1])\n"
        "order = publishing.Order(here, (), 'verifier', here / 'company.yaml', True)\n"
        "try:\n    publishing.contents(order, ['label.pdf'], sys.argv[2])\n"
        "except PublishError as exc:\n    sys.stdout.buffer.write(str(exc).encode())\n",
        encoding="utf-8",
    )
    import os

    env = os.environ | {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    call = [sys.executable, str(tmp_path / "run.py"), str(tmp_path), "zh"]
    said = subprocess.run(call, env=env, capture_output=True, check=True).stdout.decode()
    if "[pango-missing]" in said:
        pytest.skip("the library Pango is not on this machine")
    assert "[font-missing]" in said


def test_a_machine_without_pango_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python library is there, the one of the operating system below it is not."""
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango')", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    with pytest.raises(PublishError) as refused:
        publishing.contents(folder(tmp_path), ["label.pdf"], "en")
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    assert [p.code for p in refused.value.problems] == ["pango-missing"]


# ------------------------------------------------------------------------------------------------ one's own template


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_laboratory_brings_its_own_template(lang: str, tmp_path: Path) -> None:
    """Names, conditions and loops print what the document may show; the result is stated as in ours."""
    own = template(
        "{{ name }}: {{ result.declared }} {{ result.unit }}",
        "{% for row in stages %}{{ loop.index }} {{ row.title }} {{ row.value }}; {% endfor %}",
        "{% if not_stated %}{{ not_stated | length }}{% endif %} {{ report['report_number'] }}",
    )
    content = with_template(tmp_path, own, lang)
    assert "R-1" in text_of("x.docx", content)
    stated = outgoing.module("report.docx").stated(content)
    assert stated["total"] == Decimal("0.1691")
    assert "stage:production" in stated
    assert "class:fossil" not in stated


@pytest.mark.parametrize(
    "line",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ name.__class__ }}",
        "{{ name.upper() }}",
        "{{ name.upper }}",
        "{{ lipsum }}",
        "{% import 'os' as os %}",
        "{% include 'x' %}",
        "{% extends 'x' %}",
        "{% set x = 1 %}",
        "{% macro x() %}{% endmacro %}",
        "{% for i in range(99999999) %}{% endfor %}",
        "{% for a in ledger %}{% for b in ledger %}x{% endfor %}{% endfor %}",
        "{% for a in 'abc' * 99999999 %}{% endfor %}",
        "{{ 'a' * 99999999999 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ name | safe }}",
        "{{ name | attr('x') }}",
        "{% for row in stages recursive %}{{ loop(row) }}{% endfor %}",
        "{{ nothing }}",
        "{{ result.nothing }}",
        "{% if %}",
        "{{ name ",
        "{% for row in stages %}",
        "{{ stages[0] }}",
        "{{ self }}",
        "{{ result[name] }}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{% filter upper %}x{% endfilter %}",
        "{{ stages }}",
        "{{ result }}",
        "{% for row in stages %}{{ row }}{% endfor %}",
        "{% call name() %}{% endcall %}",
        "{% block x %}{% endblock %}",
        "{{ logo.tpl }}",
        "{{ stages[0].bar._made }}",
    ],
)  # fmt: skip
def test_a_template_that_does_more_is_refused(line: str, tmp_path: Path) -> None:
    """Calls, imports, attributes of objects, loops over anything but data, and mistakes: each is named."""
    refused(tmp_path, template("{{ result.declared }}", line))


def test_a_mistake_in_a_template_is_said_with_its_place_and_what_was_meant(tmp_path: Path) -> None:
    """The text around it, a name near the one that is not there, and the reason in the user's language."""
    assert "Did you mean 'declared'?" in refused(tmp_path, template("{{ result.declard }}"))
    assert "(… The laboratory {{ name.upper() }} …)" in refused(tmp_path, template("The laboratory {{ name.upper() }}"))
    with pytest.raises(PublishError) as found:
        with_template(tmp_path, template("{% for a in stages %}{% for b in classes %}{% endfor %}{% endfor %}"))
    assert "循环只能按名称遍历列表" in found.value.text("zh")


@pytest.mark.parametrize("name", [*PRINTED, *WORD])
def test_a_library_that_is_not_there_is_asked_for(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its extra a document is refused, with the command that installs it."""
    monkeypatch.setattr("footprint.publish.outgoing.written.find_spec", lambda _: None)
    with pytest.raises(PublishError) as found:
        rendered(tmp_path, name)
    assert "pip install" in found.value.text()


def test_a_template_that_hides_the_result_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PublishError) as found:
        with_template(tmp_path, template("{{ name }}"))
    assert [p.code for p in found.value.problems] == ["docx-template-silent"]


def _members() -> dict[str, bytes]:
    return archive.unpack(template("{{ result.declared }}"), "own.docx")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"PK", b"no document", archive.pack({"a.xml": b"<a/>"}),
        archive.pack(_members() | {"word/vbaProject.bin": b"x"}),
        archive.pack(_members() | {"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        archive.pack(_members() | {"word/document.xml": b"<a/>"}),
        archive.pack(_members() | {"word/document.xml": b"<w:document>"}),
        archive.pack(_members() | {"word/document.xml": b" " * (5 << 20)}),
        archive.pack({k: v for k, v in _members().items() if k != "_rels/.rels"}),
        archive.pack({k: v for k, v in _members().items() if k != "[Content_Types].xml"}),
    ],
)  # fmt: skip
def test_a_damaged_template_is_refused(content: bytes, tmp_path: Path) -> None:
    refused(tmp_path, content)


@pytest.mark.slow
def test_no_damage_to_a_template_is_a_bug(tmp_path: Path) -> None:
    """Whatever bytes of a part are changed, the document is made or refused with a reason."""
    chance = random.Random(7)
    members = archive.unpack((HERE.parents[0] / "templates/documents/report.en.docx").read_bytes(), "x")
    for _ in range(150):
        part = chance.choice([name for name in members if name.endswith((".xml", ".rels"))])
        data = bytearray(members[part])
        for _ in range(chance.choice([1, 5, 50])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            with_template(tmp_path, archive.pack(members | {part: bytes(data)}))
        except PublishError as exc:
            codes = {found.code for found in exc.problems}
            if not codes <= {"docx-template", "docx-template-silent"}:
                raise


def test_a_template_for_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "own.docx").write_bytes(template("x"))
    with pytest.raises(PublishError) as found:
        rendered(tmp_path, "ledger.csv", template=tmp_path / "own.docx")
    assert [p.code for p in found.value.problems] == ["template-unused"]


def test_a_number_changed_in_word_is_no_longer_stated(tmp_path: Path) -> None:
    """What the properties say counts only where a reader sees it too."""
    content = rendered(tmp_path, "report.docx")
    members = archive.unpack(content, "x")
    members["word/document.xml"] = members["word/document.xml"].replace(b"0.1691", b"0.1091")
    changed = archive.pack(members)
    assert "total" in parts.visible(content, parts.properties(content))
    assert "total" not in parts.visible(changed, parts.properties(changed))


def test_three_hundred_lines_for_a_verifier_are_all_there(tmp_path: Path) -> None:
    """Each line of the bill stands in the ledger of the report."""
    made = CONTRACT["MAKE"](extra=300)
    made = CONTRACT["document"]() | json.loads(json.dumps({k: made[k] for k in ("ledger", "result", "account")}))
    made["publication"] = [row for row in made["publication"] if row["key"] != "packaging"]
    text = text_of("report.docx", rendered(tmp_path, "report.docx", made))
    assert all(f"零件 {n} " in text for n in (0, 150, 299))


@pytest.mark.parametrize(
    ("shown", "number"),
    [
        ("1,050,000", "105E4"), ("7,520", "752E1"), ("≥ 0.1691", "0.1691"), ("−2.50 × 10⁻⁶", "-2.50E-6"), ("0", "0"),
        ("100", "10E1"), ("−1,000", "-10E2"), ("642", "642"), ("90", "90"), ("5", "5"), ("10.0", "10.0"),
    ],
)  # fmt: skip
def test_a_printed_number_is_read_back_to_the_digits_that_count(shown: str, number: str) -> None:
    """Zeros at the end of a whole number only fill it up to its size."""
    found = says.read({"total": shown})["total"]
    assert isinstance(found, Decimal)
    assert found.as_tuple() == Decimal(number).as_tuple()


EXAMPLES = ("battery", "detergent", "nev", "pv", "transformer")


@pytest.mark.parametrize("name", ["transformer", *(pytest.param(n, marks=pytest.mark.slow) for n in EXAMPLES[:-1])])
def test_examples_are_declared_in_words(name: str, tmp_path: Path) -> None:
    """No key of a choice stands where people read, no field that is a line of the bill."""
    from footprint import service

    for lang in LANGUAGES:
        made = service.demo(name, tmp_path / lang, lang)[0].document
        fields = {f["key"]: f for f in made["product"]["fields"]}
        order = publishing.Order(tmp_path / lang, (), "public", tmp_path / lang / "company.yaml")
        asked = [*PAGES, "report.docx"]
        found = CONTRACT["contents"](order, asked, lang)
        shown = {file: text_of(file, content) for file, content in found.items()}
        for key, field in fields.items():
            said = field.get("words", {}).get(lang, "")
            if said and said != field["value"] and "_" in str(field["value"]):
                assert all(field["value"] not in text for text in shown.values()), key
            if said:
                assert said in shown["customer.html"]
            if field.get("private"):
                assert all(field["title"][lang] not in text for text in shown.values()), key


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_declared_on_two_pages(name: str, tmp_path: Path) -> None:
    """No third page, in either language."""
    from footprint import service

    for lang in LANGUAGES:
        service.demo(name, tmp_path / lang, lang)
        order = publishing.Order(tmp_path / lang, (), "public", tmp_path / lang / "company.yaml")
        made = CONTRACT["contents"](order, ["customer.pdf"], lang)["customer.pdf"]
        assert len(PdfReader(io.BytesIO(made)).pages) <= 2


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_public_field_is_a_line_of_the_bill(name: str, tmp_path: Path) -> None:
    """What a public file tells of the product is no amount that stands in the bill of materials."""
    from footprint import service

    made = service.demo(name, tmp_path, "en")[0].document
    lines = {(e["entered"]["value"], e["entered"]["unit"]) for e in made["ledger"] if e["cell"].startswith("BOM!")}
    told = [f for f in made["product"]["fields"] if not f.get("private") and f["unit"] in {"kg", "g"}]
    assert not [f["key"] for f in told if (f["value"], f["unit"]) in lines]


@pytest.mark.parametrize("name", [*PAGES, *PRINTED, *WORD])
def test_no_name_is_too_long_for_a_document(name: str, tmp_path: Path) -> None:
    """Product, company and title may be as long as people write them."""
    made = complete()
    made["product"] |= {"name": "超长中文名称变压器" * 60, "model": "M" * 400, "manufacturer": "公司" * 300}
    assert rendered(tmp_path, name, made, company=long_company(tmp_path))


def long_company(path: Path) -> Path:
    """Write a company with a name that no property of a document can hold."""
    path.mkdir(parents=True, exist_ok=True)
    told = folder(path).company
    text = told.read_text(encoding="utf-8")
    target = path / "long.yaml"
    target.write_text(re.sub(r"(?m)^name:.*$", f"name: {'Example ' * 60}", text), encoding="utf-8")
    return target


def altered(content: bytes, **members: Any) -> bytes:
    """Return a template with members changed: by name, what becomes of the old content."""
    held = archive.unpack(content, "docx")
    for name, change in members.items():
        held[name] = change(held.get(name, b""))
    return archive.pack(held)


def test_nothing_of_who_made_a_template_stays_in_what_is_published(tmp_path: Path) -> None:
    """Properties, programs, the file Word was attached to: gone; what is taken from outside is refused."""
    own = (HERE.parent / "templates" / "documents" / "report.en.docx").read_bytes()
    secret = b"<Manager>SECRET</Manager></Properties>"
    attached = (
        b'<Relationship Id="rId999" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        b'attachedTemplate" Target="file:///C:/Users/SECRET/x.dotm" TargetMode="External"/></Relationships>'
    )
    changes = {
        "docProps/app.xml": lambda old: old.replace(b"</Properties>", secret),
        "docProps/core.xml": lambda old: old.replace(b"<dc:creator>", b"<dc:creator>SECRET "),
        "word/_rels/document.xml.rels": lambda old: old.replace(b"</Relationships>", attached),
    }
    content = with_template(tmp_path, altered(own, **changes))
    members = archive.unpack(content, "docx")
    assert not [name for name, held in members.items() if b"SECRET" in held]
    assert b"Macintosh" not in members["docProps/app.xml"]
    assert Document(io.BytesIO(content)).core_properties.subject
    outside = attached.replace(b"attachedTemplate", b"image")
    linked = {"word/_rels/document.xml.rels": lambda old: old.replace(b"</Relationships>", outside)}
    assert "from outside the file" in refused(tmp_path, altered(own, **linked))


@pytest.mark.parametrize(
    "line", ["{{ result.declared }}9", "9{{ result.number }}", "{{ result.number }}.{{ result.number }}"]
)
def test_no_digit_stands_beside_the_result(line: str, tmp_path: Path) -> None:
    """A template that prints another number by adding a digit is refused, in one run of the text or in two."""
    assert "beside the result" in refused(tmp_path, template("{{ result.declared }} {{ result.unit }}", line))


def test_what_a_chapter_holds_is_not_called_missing(tmp_path: Path) -> None:
    """The box of what is not stated names no chapter in which a text stands."""
    made = complete()
    made["study"]["statements"] = []
    text = text_of("study.html", rendered(tmp_path, "study.html", made))
    box = next(line for line in text.splitlines() if line.strip().startswith("Not stated"))
    assert "Cut-off" not in box
    assert "Allocation" not in box


def test_stages_follow_the_interval_too(tmp_path: Path) -> None:
    """No number of the result has more figures in a document than its interval lets stand, at any level."""
    made = complete()
    total = made["result"]["total"]
    drawn = {"draws": 1000, "mean": total, "median": total, "deviation": total * 0.3, "low": total / 2,
             "high": total * 2, "errors": {}, "classes": {"low": 0, "step": 1, "counts": []}}  # fmt: skip
    order = folder(tmp_path, made)
    found = {"schema": "footprint-uncertainty/1.0", "unit": "", "total": total, "seed": 0, "monte_carlo": drawn,
             "first_order": {}, "lines": [], "variables": [], "choices": [], "not_stated": {}}  # fmt: skip
    (tmp_path / "uncertainty.json").write_text(json.dumps(found), encoding="utf-8")
    for level in ("public", "customer"):
        text = publishing.contents(order._replace(level=level), ["study.html"], "en")["study.html"].decode()
        stages = re.findall(r'data-says="stage:\w+"[^>]*>([^<]+)<', text)
        assert stages
        assert all(len(re.sub(r"\D", "", each.partition(" ×")[0]).lstrip("0")) <= 3 for each in stages), stages
