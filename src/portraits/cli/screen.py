"""Screen: where a command's answer goes, as text for a person or as JSON for a program."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from portraits.cli.words import say
from portraits.vocabulary.text import Language, Text

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

Answer = TypeVar("Answer")

# Letters that steer a terminal or turn text around; customers' data may hold them.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_PIPE_WIDTH = 160
# How a tag is computed: nothing that a reader of an answer could use.
_INNER = frozenset({"piece"})


@dataclass(frozen=True)
class Screen:
    """The language to speak, and whether a program is listening."""

    language: Language
    as_json: bool = False
    out: IO[str] = field(default_factory=lambda: sys.stdout)

    @property
    def console(self) -> Console:
        """The terminal; a pipe is as wide as a wide one."""
        from rich.console import Console

        return Console(file=self.out, width=None if self.out.isatty() else _PIPE_WIDTH, highlight=False)

    def show(self, answer: Answer, write: Callable[[Screen, Answer], None]) -> None:
        """Give an answer as JSON, or let `write` put it into words."""
        if self.as_json:
            json.dump(plain(answer), self.out, ensure_ascii=False, indent=2)
            self.out.write("\n")
        else:
            write(self, answer)

    def aside(self) -> Screen:
        """Where to say what is no part of the answer: standard error, where a program reads the answer."""
        return replace(self, out=sys.stderr) if self.as_json else self

    def line(self, text: str = "") -> None:
        """One line, without colours or markup."""
        self.out.write(f"{printable(text)}\n")
        self.out.flush()

    def say(self, section: str, key: str, **values: Any) -> None:
        """A line from the words, its values written as the language does."""
        self.line(say(self.language, f"{section}.{key}", values, lambda value, _: self.value(value)))

    def word(self, section: str, key: str) -> str:
        """A text from the words; the key itself where there is none."""
        from portraits.cli.words import words

        return words(self.language).get(f"{section}.{key}", key)

    def value(self, value: object) -> str:
        """A value as a person reads it."""
        if isinstance(value, Text):
            return value.in_(self.language)
        if value is None:
            return "–"
        if isinstance(value, bool):
            return self.word("said", "yes" if value else "no")
        if isinstance(value, datetime):
            return value.isoformat(" ", "minutes")
        if isinstance(value, int | float | Decimal):
            return _number(value)
        return printable(str(value))

    def table(self, section: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """A table whose heads are words of the section; numbers stand to the right."""
        from rich import box
        from rich.table import Table
        from rich.text import Text as Cell

        grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        listed = [list(row) for row in rows]
        for place, column in enumerate(columns):
            right = any(isinstance(row[place], int | float | Decimal) for row in listed)
            grid.add_column(self.word(section, column), justify="right" if right else "left", overflow="fold")
        for row in listed:
            grid.add_row(*(Cell(self.value(value)) for value in row))
        self.draw(grid)

    def draw(self, thing: RenderableType) -> None:
        """Something Rich can draw."""
        self.console.print(thing)


def plain(value: Any) -> Any:
    """A result of a use case as JSON values: money as text, so that no cent is lost."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | Path):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value) if each.name not in _INNER}
    if hasattr(value, "model_dump"):
        return plain(value.model_dump())
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def printable(text: str) -> str:
    """Text that cannot steer the terminal it is printed on."""
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", text)


def _number(value: int | float | Decimal) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    if math.isnan(value):
        return "–"
    return f"{value:,.2f}" if isinstance(value, Decimal) or abs(value) >= 100 else f"{value:.4g}"
