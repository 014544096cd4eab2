"""Encodings: told by a mark, proved over the whole file, or asked for; never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from portraits.sources.child.encoding import utf8
from portraits.vocabulary.errors import BadInput

_CHINESE = "客户编号,姓名\n" + "".join(f"{n},张三丰 李四光\n" for n in range(200))


def _told(folder: Path, content: bytes, encoding: str = "") -> tuple[str, str]:
    path = folder / "a.csv"
    path.write_bytes(content)
    found = utf8(path, folder, "a.csv", encoding)
    return found.encoding, found.path.read_bytes()[found.start :].decode()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
    ],
)
def test_chinese_is_read_however_it_was_saved(tmp_path: Path, written: str, told: str) -> None:
    assert _told(tmp_path, _CHINESE.encode(written)) == (told, _CHINESE)


@pytest.mark.parametrize("named", ["gb2312", "GBK", "big5", "cp1252", "utf-16-le", "utf-8"])
def test_a_stated_encoding_goes_first(tmp_path: Path, named: str) -> None:
    text = "café\n" if named == "cp1252" else "客戶\n" if named == "big5" else "客户\n"
    assert _told(tmp_path, text.encode(named), named)[1] == text


def test_a_late_byte_decides(tmp_path: Path) -> None:
    text = "a,b\n" + "1,2\n" * 600_000
    assert _told(tmp_path, text.encode())[0] == "utf-8"
    with pytest.raises(BadInput, match=r"0xFF in line 600002"):
        _told(tmp_path, text.encode() + b"\xff\xff,x\n")


def test_a_letter_across_two_blocks_is_whole(tmp_path: Path) -> None:
    text = "a" * ((1 << 20) - 1) + "中文\n"
    assert _told(tmp_path, text.encode()) == ("utf-8", text)
    assert _told(tmp_path, text.encode("gb18030")) == ("gb18030", text)


@pytest.mark.parametrize(
    "content",
    [
        "Müller,Renée,Straße\n".encode("latin-1") * 50,
        "a,b\n1,2\n".encode("utf-16-le") * 50,
        b"a,b\n\xc0\x80\n" * 20,
        _CHINESE.encode("gb18030")[:-2],
        _CHINESE.encode()[:-2],
    ],
)
def test_what_is_not_sure_is_asked_for(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadInput, match="encoding = "):
        _told(tmp_path, content)


def test_a_wrong_statement_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is not utf-16"):
        _told(tmp_path, b"abc", "utf-16-be")
    with pytest.raises(BadInput, match="is not utf-8: byte 0xBF in line 1"):
        _told(tmp_path, "客户".encode("gbk"), "utf-8")
    with pytest.raises(BadInput, match="no encoding 'klingon'"):
        _told(tmp_path, b"abc", "klingon")
    with pytest.raises(BadInput, match="no encoding 'hex'"):
        _told(tmp_path, b"abc", "hex")
