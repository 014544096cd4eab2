"""Encoding: how the bytes of a text are to be read, tried from the surest to the least sure.

A byte order mark says it; else the whole text is valid UTF-8; else the whole text is valid GB18030
and looks like Chinese; else a person is asked. Nothing is guessed from letter statistics.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import Phrase, say

_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", 3),
    (codecs.BOM_UTF32_LE, "utf-32", 0),
    (codecs.BOM_UTF32_BE, "utf-32", 0),
    (codecs.BOM_UTF16_LE, "utf-16", 0),
    (codecs.BOM_UTF16_BE, "utf-16", 0),
)
# Chinese of every day lies in the part of GB18030 that is GB2312: both bytes are 0xA1 or more. Of a
# Latin-1 text that happens to be valid GB18030, the second byte is a plain letter.
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_COMMON = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
_LIKELY = 0.7


@dataclass(frozen=True)
class Text:
    """A text as UTF-8: the file that holds it, where it starts, and what it was written in."""

    path: Path
    start: int
    encoding: str


def utf8(path: Path, spool: Path, label: str, encoding: str = "") -> Text:
    """The text of a file as UTF-8, in the file itself where it is UTF-8 already."""
    with path.open("rb") as file:
        head = file.read(_CHUNK)
    mark, start = next(((name, skip) for mark, name, skip in _MARKS if head.startswith(mark)), ("", 0))
    chosen = _known(encoding) or mark
    if chosen in ("", "utf-8"):
        place = _broken(path, "utf-8")
        if place is None and not _wide(head):
            return Text(path, start, "utf-8")
        if chosen:
            raise BadInput(
                say(
                    "{label} is not {encoding}: {where}.", label=label, encoding=chosen, where=_where(path, place or 0)
                ),
                _ASK,
            )
        chosen = _chinese(path, head, label, place or 0)
    return Text(_recode(path, spool / "text", chosen, label), 0, chosen)


_ASK = say('Write encoding = "gb18030", "big5", "cp1252", "utf-16" or another in the source.')


def _known(encoding: str) -> str:
    """The encoding's plain name; BadInput where there is none such."""
    if not encoding:
        return ""
    try:
        found = codecs.lookup(encoding)
        "".encode(found.name)
    except LookupError:
        raise BadInput(say("There is no encoding {encoding}.", encoding=repr(encoding)), _ASK) from None
    return "gb18030" if found.name in ("gb2312", "gbk") else found.name.removesuffix("-sig")


def _broken(path: Path, encoding: str) -> int | None:
    """The place of the first byte that is not of that encoding, over the whole file."""
    decoder = codecs.getincrementaldecoder(encoding)()
    before = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            waiting = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return before - waiting + error.start
            if not chunk:
                return None
            before += len(chunk)


def _wide(head: bytes) -> bool:
    """Whether a third of the bytes are NUL: text of two bytes a letter, without a mark."""
    return head.count(0) * 3 > len(head) > 0


def _chinese(path: Path, head: bytes, label: str, place: int) -> str:
    """GB18030 where the whole text is that; else a person is asked."""
    if not _wide(head) and _broken(path, "gb18030") is None and _likely(path, place):
        return "gb18030"
    raise BadInput(say("The encoding of {label} is not known: {where}.", label=label, where=_where(path, place)), _ASK)


def _likely(path: Path, place: int) -> bool:
    """Whether the pairs of bytes around that place, from a line's start on, are common Chinese."""
    begin = max(0, place - _CHUNK // 2)
    with path.open("rb") as file:
        file.seek(begin)
        around = file.read(_CHUNK)
    pairs = _PAIR.findall(around[around.find(b"\n") + 1 if begin else 0 :])
    return sum(_COMMON.fullmatch(pair) is not None for pair in pairs) >= _LIKELY * len(pairs)


def _where(path: Path, place: int) -> Phrase:
    """A byte and its line, as a person finds it."""
    with path.open("rb") as file:
        line = sum(file.read(min(_CHUNK, place - at)).count(b"\n") for at in range(0, place, _CHUNK)) + 1
        file.seek(place)
        byte = file.read(1)
    if not byte:
        return say("it ends in the middle of a letter")
    return say("byte 0x{byte} in line {line} is not UTF-8", byte=byte.hex().upper(), line=line)


def _recode(path: Path, target: Path, encoding: str, label: str) -> Path:
    decoder = codecs.getincrementaldecoder(encoding)()
    before = 0
    with path.open("rb") as file, target.open("wb") as out:
        while True:
            chunk = file.read(_CHUNK)
            try:
                out.write(decoder.decode(chunk, final=not chunk).encode())
            except UnicodeError as error:
                raise BadInput(
                    say(
                        "{label} is not {encoding}: {error} (after {before} bytes).",
                        label=label,
                        encoding=encoding,
                        error=error,
                        before=before,
                    ),
                    _ASK,
                ) from None
            if not chunk:
                return target
            before += len(chunk)
