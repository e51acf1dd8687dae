"""Signatures of packages: the key tells who made one, for its manifest alone; private keys stay private."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest

from footprint import package as p
from footprint import packing, service, signing, verifying
from footprint.contents import as_json
from footprint.errors import RequestError

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "packages.py")))
LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "line.py")))
QUANTITY = OF.QUANTITY
codes, mended, public, signed, text = OF.codes, OF.mended, OF.public, OF.signed, OF.text
Members = dict[str, bytes]


def test_a_signature_holds_for_its_manifest_alone(members: Members, key: Path, tmp_path: Path) -> None:
    """The right key passes; another key, another manifest, a digit changed, none at all: each is named."""
    good = signed(members, key)
    page = verifying.examined(good, "result.zip", key=public(key)).insist()
    assert "verify-signed" in {said.code for said in page.done}
    assert "verify-signed-by" in {said.code for said in verifying.examined(good, "result.zip").insist().done}
    signing.new_key(tmp_path / "other.pem", "en")
    other = public(tmp_path / "other.pem")
    assert codes(good, other) == ["signature-other"]
    assert codes(members, other) == ["signature-missing"]
    text("result/report.html", "</body>", "<p>approved</p></body>")(good)
    assert "signature-wrong" in codes(mended(good), public(key))
    digit = json.loads(good[p.SIGNATURE])["signature"]
    swapped = {**signed(members, key)}
    text(p.SIGNATURE, digit, ("1" if digit[0] == "0" else "0") + digit[1:])(swapped)
    assert codes(swapped, None) == ["signature-wrong"]
    for broken in (
        b"",
        b"[]",
        b'{"algorithm": "none"}',
        b'{"algorithm": "Ed25519", "public_key": "0", "signature": 1}',
    ):
        assert codes({**members, p.SIGNATURE: broken}, None) == ["signature-wrong"]


def test_a_forger_who_makes_all_of_it_anew_is_caught_by_the_key(
    made: Path, key: Path, tmp_path: Path, bill: Callable[..., Path]
) -> None:
    """Another workbook calculated and packed in good form holds by itself; the key of the maker tells."""
    packing.pack(made, tmp_path / "good.zip", "en", key=key)
    assert verifying.verify(tmp_path / "good.zip", "en", key=public(key)).error is None
    cell_book = tmp_path / "pump.xlsx"
    book = openpyxl.load_workbook(cell_book)
    book["BOM"][QUANTITY] = 10.05
    book.save(cell_book)
    small = tmp_path / "databases" / "small"
    service.produce(service.Request(cell_book, str(LINE.RULES), (str(small),)), tmp_path / "forged", "en")
    signing.new_key(tmp_path / "forger.pem", "en")
    packing.pack(tmp_path / "forged", tmp_path / "forged.zip", "en", key=tmp_path / "forger.pem")
    assert verifying.verify(tmp_path / "forged.zip", "en").error is None
    error = verifying.verify(tmp_path / "forged.zip", "en", key=public(key)).error
    assert error is not None
    assert [q.code for q in error.problems] == ["signature-other"]


def test_a_private_key_is_its_owners_alone_and_never_replaced(key: Path) -> None:
    """Mode 0600 from the first moment; a second key of that name is refused and the first stays."""
    before = key.read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600
    with pytest.raises(RequestError, match="never replaced"):
        signing.new_key(key, "en")
    with pytest.raises(RequestError, match="never replaced"):
        signing.new_key(key.with_name("mine"), "en") if public(key).rename(key.with_name("mine.pub")) else None
    assert key.read_bytes() == before


def test_what_is_no_key_is_told(members: Members, key: Path, tmp_path: Path) -> None:
    """A public key does not sign, a private key does not verify, a text does neither."""
    for call in (lambda: signing.sign(b"", public(key)), lambda: signing.public_key(key)):
        with pytest.raises(RequestError, match="no Ed25519 key"):
            call()
    (tmp_path / "text.pem").write_text("a key", encoding="utf-8")
    with pytest.raises(RequestError, match="no Ed25519 key"):
        signing.sign(b"", tmp_path / "text.pem")
    with pytest.raises(RequestError, match="cannot be opened"):
        signing.sign(b"", tmp_path / "none.pem")


def test_without_the_library_a_signature_is_left_and_signing_says_what_to_install(
    members: Members, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says that the signature was not looked at; a key asked for cannot be shrugged off."""
    good = signed(members, key)
    monkeypatch.setattr(signing, "is_possible", lambda: False)
    assert "verify-signature-unread" in {said.code for said in verifying.examined(good, "result.zip").left}
    for call in (lambda: signing.sign(b"", key), lambda: verifying.examined(good, "result.zip", key=public(key))):
        with pytest.raises(RequestError, match=r"footprint-pcf\[sign\]"):
            call()


def test_a_private_key_is_never_packed(bill: Callable[..., Path], tmp_path: Path, key: Path) -> None:
    """Not even where a workbook names it as evidence."""
    path = bill(
        "L1 | plate | 2 kg | steel | evidence=E1\n[Evidence]\nE1 | a | file=mine.pem", product=LINE.plain_product()
    )
    small = LINE.small(tmp_path / "databases")
    service.produce(service.Request(path, str(LINE.RULES), (str(small),)), tmp_path / "out", "en")
    with pytest.raises(RequestError, match="private key"):
        packing.pack(tmp_path / "out", tmp_path / "r.zip", "en", key=key)


def test_a_signature_that_anybody_can_make_is_none(members: Members, key: Path) -> None:
    """Keys of small order, and claims beside the signature; one of the manifest alone is for something else."""
    good = signed(members, key)
    told = json.loads(good[p.SIGNATURE])
    for small in ("01" + "00" * 31, "ec" + "ff" * 30 + "7f", "00" * 32, "00" * 31 + "80"):
        weak = {"algorithm": "Ed25519", "public_key": small, "signature": "01" + "00" * 63}
        assert codes({**members, p.SIGNATURE: as_json(weak)}, None) == ["signature-wrong"]
    assert codes({**members, p.SIGNATURE: as_json({**told, "signer": "TUV"})}, public(key)) == ["signature-wrong"]
    assert len(signing.fingerprint(bytes.fromhex(told["public_key"]))) == 64


def test_nobody_signed_what_was_edited(members: Members, key: Path) -> None:
    """A signature of the manifest is no word on members that are not those of the manifest."""
    good = signed(members, key)
    good["result/report.html"] += b"<p>"
    page = verifying.examined(good, "r.zip", key=public(key))
    assert not {"verify-signed", "verify-signed-by"} & {said.code for said in page.done}
