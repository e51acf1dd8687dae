"""Words and days that take rows out count by their captions, or are asked about whatever these are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError, WorkbookError
from footprint.layouts import lines
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]


def bill(caption: str, other: str, said: str) -> str:
    rows = [("PX-10", other), ("PX-20", other), ("PX-30", said), ("PX-40", other)]
    return f"Level,Part No,Description,Qty,Unit,{caption}\n" + "".join(
        f'1,{code},part {code},{at},pcs,"{text}"\n' for at, (code, text) in enumerate(rows, 1))


def counted(made: Imported) -> set[str]:
    return {str(row.id) for row in lines.rows(made, {"bom.csv": "F1"}, "")}


OTHERS = {"PX-10", "PX-20", "PX-40"}
ALL = {*OTHERS, "PX-30"}


@pytest.mark.parametrize(("caption", "other", "said"), [
    ("Population", "Fit", "DNP"), ("Bestückung", "ja", "nein"), ("有效性", "有效", "无效"), ("Suppressed", "", "Yes"),
    ("Is Suppressed", "", "Y"), ("Reference only", "", "REF"), ("ECN status", "Added", "Removed"),
    ("Status", "new", "Remove"),
    ("Not Consumed", "No", "Yes"), ("Fitted", "Fitted", "Not Fitted"), ("DNP", "", "unpopulated"),
    ("备注", "", "NC 不贴"),
])  # fmt: skip
def test_known_words_take_rows_out_below_their_captions(taken: Taken, caption: str, other: str, said: str) -> None:
    assert counted(taken(bill(caption, other, said))) == OTHERS


@pytest.mark.parametrize(("caption", "other", "said"), [
    ("Expired", "", "2019-05-01"), ("Expired", "No", "Yes"), ("Obsolete date", "", "2019-05-01"),
    ("Obs Date", "", "2019-05-01"), ("Disable Date", "", "31-DEC-15"), ("To", "", "31-DEC-15"),
    ("生效止", "2099-12-31", "2019/5/1"), ("Phase out", "", "05/01/2019"), ("Auslaufdatum", "", "31.12.2019"),
    ("Effectivity", "from 2020-01-01", "from 2020-01-01 to 2023-06-30"), ("Start", "01.01.2020", "01.01.2029"),
    ("Gültigkeit", "01.01.2020 - 31.12.9999", "01.01.2020 - 31.12.2021"),
    ("有效期", "2020/1/1~2030/1/1", "2020/1/1~2021/1/1"), ("有效期", "自2020-01-01", "至2021-01-01"),
    ("Validity", "2020-01-01 - 2029-01-01", "2028-01-01 - 2029-01-01"),
])  # fmt: skip
def test_days_take_rows_out_below_their_captions(taken: Taken, caption: str, other: str, said: str) -> None:
    assert counted(taken(bill(caption, other, said))) == OTHERS


@pytest.mark.parametrize(("caption", "other", "said", "field"), [
    ("Assembly", "SMT", "DNI", "fitted"), ("Variant", "", "Not Fitted", "fitted"), ("QtyNote", "", "ref", "fitted"),
    ("Change", "", "Deleted", "fitted"), ("处理", "正常", "作废", "fitted"), ("Config 2", "N", "DNP", "disabled"),
    ("Kind", "base", "substitute", "substitute_flag"), ("Optional", "No", "Yes", "disabled"),
    ("选配", "标配", "选配", "disabled"), ("Bemerk2", "", "entfernt", "fitted"),
    ("Zustandsfeld", "主料", "替代", "substitute_flag"), ("处理", "", "已作废", "fitted"),
])  # fmt: skip
def test_such_words_below_other_captions_are_asked_about(
    taken: Taken, caption: str, other: str, said: str, field: str
) -> None:
    text = bill(caption, other, said)
    with pytest.raises(FootprintError, match="import-may-take-out") as raised:
        taken(text)
    assert isinstance(raised.value, WorkbookError)
    assert f"columns.{caption}={field}" in str(raised.value)
    assert counted(taken(text, {f"columns.{caption}": field})) == OTHERS
    assert counted(taken(text, {f"columns.{caption}": "ignore"})) == ALL


@pytest.mark.parametrize(("caption", "said"), [("Alternate", "ALT"), ("替代", "替代料"), ("取替代", "替")])
def test_a_word_for_a_substitute_names_none(taken: Taken, caption: str, said: str) -> None:
    with pytest.raises(FootprintError, match="import-alternate-yes"):
        taken(bill(caption, "", said))
    assert counted(taken(bill(caption, "", said), {f"columns.{caption}": "substitute_flag"})) == OTHERS


@pytest.mark.parametrize(("caption", "other", "said"), [
    ("To", "J1-1", "J2-5"), ("From", "X1", "X2"), ("Effectivity", "SN 001", "SN 005"), ("Group", "A", "B"),
    ("Supply", "own", "customer"), ("Finish 2", "removed burrs", "none"), ("Validity", "ok", "ok"),
])  # fmt: skip
def test_other_words_take_nothing_out(taken: Taken, caption: str, other: str, said: str) -> None:
    assert counted(taken(bill(caption, other, said))) == ALL


def test_a_word_over_all_rows_tells_none_apart(taken: Taken) -> None:
    assert counted(taken(bill("Change", "Deleted", "Deleted"))) == ALL
