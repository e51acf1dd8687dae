"""What the READMEs say of evidence and of published deviations: captions that exist, counts that are true."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from footprint.background import source
from footprint.background.spread import is_total
from footprint.intake import schema

ROOT = Path(__file__).parents[1]
README = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}
FILLED = {"Evidence", "Instruments"}


@pytest.mark.parametrize("lang", README)
def test_the_rows_of_a_meter_name_every_column_that_they_need(lang: str) -> None:
    """In the language of the reader, each caption as the workbook has it; no number of any instrument is made up."""
    rows = re.findall(r"^\| (Evidence|Instruments)[^|]*\| ([^|]+) \|$", README[lang].read_text("utf-8"), re.MULTILINE)
    assert {sheet for sheet, _ in rows} == FILLED
    for sheet, filled in rows:
        titles = {field.title(lang) for field in schema.fields(sheet)}
        plain = re.sub(r"[(（][^)）]*[)）]|`[^`]*`", "", filled)
        named = {part.strip() for part in re.split(r"[,，]", plain)}
        assert named <= titles
        assert titles - named <= {field.title(lang) for field in schema.fields(sheet) if field.key in LEFT}
        assert not re.search(r"\d", re.sub(r"`[^`]*`|M-1", "", filled))


LEFT = {"sha256", "issuer", "date", "repeats", "note"}


def test_deviations_of_which_nobody_knows_what_they_hold_are_named() -> None:
    """Basic unless proven to be total: which sources that concerns, with the number of their rows."""
    src = source.read(ROOT / "databases" / "open-cn")
    open_ = [row for row in src.exchanges if row.get("gsd") and not is_total(src, row)]
    counts = Counter(row["citation"].partition("]")[0].strip("[") for row in open_)
    assert all(not src.documents[name].get("gsd_is") for name in counts)
    for lang, unit in (("en", " rows"), ("zh", " 行")):
        text = README[lang].read_text("utf-8")
        for name, count in counts.items():
            assert re.search(rf"`{name}`[（ (]+{count}{unit}", text), (lang, name, count)
