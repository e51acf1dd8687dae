"""The checksum of a source: of its content as one JSON text, however it is written out, and in whatever order it is."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint import gwp
from footprint.background import source
from footprint.background.source import Row, Source, Table

CELLS = st.one_of(st.text(max_size=6), st.sampled_from(["", "0", '"', "\\", "\n", "\x00", "é", "钢", "\u2028", "a,b"]))
ROWS = st.lists(
    st.dictionaries(st.sampled_from(["activity", "flow", "amount", "note", "名"]), CELLS).map(Row), max_size=7
)


def whole(of: Source) -> str:
    """Return the checksum as it is defined: of one text."""
    tables = (of.activities, of.exchanges, of.documents.values())
    rows = [sorted([[k, v] for k, v in sorted(row.items()) if v] for row in table) for table in tables]
    text = json.dumps([of.meta, *rows, gwp.rows()], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@given(ROWS, ROWS, st.integers(1, 3), st.randoms(use_true_random=False))
def test_portions_are_the_whole(activities: list[Row], exchanges: list[Row], portion: int, shuffled: object) -> None:
    """In portions of any size, of rows in any order and columns in any order, once and again."""
    one = Source(Path("x"), {"id": "x", "version": "1"}, tuple(activities), tuple(exchanges), {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "_PORTION", portion)
        assert one.checksum() == whole(one)
        mixed = [Row(reversed(row.items())) for row in exchanges]
        shuffled.shuffle(mixed)  # type: ignore[attr-defined]
        other = one._replace(activities=Table(activities), exchanges=Table(mixed))
        assert other.checksum() == other.checksum() == whole(one)
