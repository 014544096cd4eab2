"""Places: the line on which each header, key and list element of a TOML text stands.

The TOML readers tell values but not where they stood; a fault without its line is half a fault.
The text is known to be valid when this looks at it, so the scan may be simple.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # a long string may end with quotes of its own
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_COMMENT = re.compile(r"#[^\n]*")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Header:
    """A header of a table, or of one more table of a list (`tags.stage.cases.0`), and where it begins."""

    path: str
    start: int


def places(text: str) -> dict[str, int]:
    """Dotted path -> line (from 1) of every table, key and element of a list."""
    return dict(_Scan(text).places())


def headers(text: str) -> list[Header]:
    """The headers of a text, in their order."""
    scan = _Scan(text)
    dict(scan.places())
    return scan.headers


class _Scan:
    """One pass over a TOML text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._tables: dict[str, int] = {}
        self.headers: list[Header] = []

    def places(self) -> Iterator[tuple[str, int]]:
        prefix = ""
        while self._skip_blank():
            line = self._line()
            if self._text[self._at] == "[":
                start = self._at
                prefix = self._header()
                self.headers.append(Header(prefix, start))
                yield prefix, line
                continue
            path = ".".join(part for part in (prefix, self._key()) if part)
            yield path, line
            yield from self._value(path)

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1

    def _skip_blank(self) -> bool:
        while match := _SPACE.match(self._text, self._at) or _COMMENT.match(self._text, self._at):
            self._at = match.end()
        return self._at < len(self._text)

    def _header(self) -> str:
        start = self._at
        self._until("]")
        while self._text[self._at : self._at + 1] == "]":
            self._at += 1
        header = self._text[start : self._at]
        path = _path(tomllib.loads(header))
        if not header.startswith("[["):
            return path
        index = self._tables.get(path, 0)
        self._tables[path] = index + 1
        return f"{path}.{index}"

    def _key(self) -> str:
        start = self._at
        self._until("=")
        key = self._text[start : self._at]
        self._at += 1
        return _path(tomllib.loads(f"{key}= 0"))

    def _until(self, mark: str) -> None:
        while self._text[self._at] != mark:
            self._at = string.end() if (string := _STRING.match(self._text, self._at)) else self._at + 1

    def _value(self, path: str) -> Iterator[tuple[str, int]]:
        """Pass over a value; the elements of an outermost list are places of their own."""
        depth, index, fresh = 0, 0, False
        is_list = self._text[self._at :].lstrip().startswith("[")
        while self._at < len(self._text) and not (depth == 0 and self._text[self._at] == "\n"):
            if fresh and is_list and self._skip_blank() and self._text[self._at] != "]":
                yield f"{path}.{index}", self._line()
                index += 1
            fresh = False
            character = self._text[self._at]
            opens = character in "[{"
            fresh = depth + opens == 1 and character in "[,"
            depth += opens - (character in "]}")
            self._step()

    def _step(self) -> None:
        skipped = _STRING.match(self._text, self._at) or _COMMENT.match(self._text, self._at)
        self._at = skipped.end() if skipped else self._at + 1


def _path(tables: dict[str, Any]) -> str:
    names: list[str] = []
    while True:
        inner: Any = tables[0] if isinstance(tables, list) else tables
        if not isinstance(inner, dict) or not inner:
            return ".".join(names)
        name, tables = next(iter(inner.items()))
        names.append(name)
