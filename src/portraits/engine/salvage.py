"""Salvage: the blocks of a text that is not TOML as a whole: all that are, and what is wrong with the others."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# A header on a line of its own; the second form is one whose bracket was forgotten.
_HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z][\w.\- ]*?)\s*\]\]?\s*(?:#.*)?|\[\[?([A-Za-z][\w.\-]*)\s*(?:#.*)?")
_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_ROUNDS = 100
_NAMELESS = "settings"


@dataclass(frozen=True)
class Broken:
    """A block that cannot be read: its section and name, its line, what the reader said, and what is left of it."""

    section: str
    name: str
    line: int
    message: str
    at: int  # the line of the fault
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Piece:
    """The lines from one header to the next, `start` and `end` counted from 0, and the block they belong to."""

    start: int
    end: int
    block: tuple[str, ...]


def salvage(text: str) -> tuple[str, list[Broken]]:
    """The text with what cannot be read blanked, line by line, so that it is TOML; and what that was.

    A block is left out whole: a part of it would be taken for another one than was meant.
    """
    lines = text.split("\n")
    pieces = list(_pieces(lines))
    broken = [found for piece in pieces if (found := _broken(lines, piece))]
    gone = {(each.section, each.name) for each in broken}
    for piece in pieces:
        if _named(piece) in gone:
            _blank(lines, piece)
    return _whole(lines, pieces, broken)


def _pieces(lines: list[str]) -> Iterator[_Piece]:
    start, block = 0, tuple[str, ...]()
    for number, line in enumerate(lines):
        header = _HEADER.fullmatch(line)
        if header:
            yield _Piece(start, number, block)
            path = (header[1] or header[2]).replace(" ", "").split(".")
            start, block = number, tuple(path[: 1 if path[0] == _NAMELESS else 2])
    yield _Piece(start, len(lines), block)


def _named(piece: _Piece) -> tuple[str, str]:
    section, name, *_ = (*piece.block, "", "")
    return section, name


def _broken(lines: list[str], piece: _Piece) -> Broken | None:
    """What is wrong with one piece, read by itself but on its own lines."""
    try:
        tomllib.loads(_alone(lines, piece))
    except tomllib.TOMLDecodeError as error:
        at = _line_of(error, piece)
        return Broken(*_named(piece), piece.start + 1, str(error), at, _left(list(lines), piece))
    return None


def _alone(lines: list[str], piece: _Piece) -> str:
    return "\n" * piece.start + "\n".join(lines[piece.start : piece.end])


def _line_of(error: tomllib.TOMLDecodeError, piece: _Piece) -> int:
    """The line of a fault; one that shows only at the end is told at the end of its piece."""
    found = _LINE.search(str(error))
    return int(found[1]) if found else piece.end


def _left(lines: list[str], piece: _Piece) -> dict[str, Any]:
    """What a block says apart from the lines that cannot be read."""
    for _ in range(_ROUNDS):
        try:
            found: Any = tomllib.loads(_alone(lines, piece))
        except tomllib.TOMLDecodeError as error:
            lines[min(_line_of(error, piece), piece.end) - 1] = ""
            continue
        for part in piece.block:
            found = found.get(part, {}) if isinstance(found, dict) else {}
        return found if isinstance(found, dict) else {}
    return {}


def _whole(lines: list[str], pieces: list[_Piece], broken: list[Broken]) -> tuple[str, list[Broken]]:
    """The text once it can be read as a whole, without what is written twice."""
    for _ in range(_ROUNDS):
        text = "\n".join(lines)
        try:
            tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            at = _line_of(error, pieces[-1])
            piece = next((each for each in pieces if each.start < at <= each.end), pieces[-1])
            broken.append(Broken(*_named(piece), piece.start + 1, str(error), at))
            _blank(lines, piece)
            continue
        return text, broken
    return "", broken


def _blank(lines: list[str], piece: _Piece) -> None:
    for number in range(piece.start, piece.end):
        lines[number] = ""
