"""A data request that comes back is read as such; anything else is refused in one sentence."""

from __future__ import annotations

import pytest

from footprint.errors import WorkbookError
from footprint.intake import request
from footprint.model.sheets import Book, Sheet


@pytest.mark.parametrize("rows", [(), (("schema", "request/9.9"),), (("schema",),)])
def test_what_is_no_answer_is_refused(rows: tuple[tuple[str, ...], ...]) -> None:
    book = Book("answer.xlsx", (Sheet("answer.xlsx", "footprint", rows),), "0" * 64)
    with pytest.raises(WorkbookError) as refused:
        request.read(book)
    assert str(refused.value) == (
        "answer.xlsx: this is no answer to a data request of this program. Send back the workbook that "
        "`footprint request` wrote, with its sheets as they were. [request-unknown]"
    )
