"""Screen: where a command's answer goes, as text for a person or as JSON for a program."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any, TypeVar

from portraits.cli.words import say
from portraits.vocabulary.text import Language, Text

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

Answer = TypeVar("Answer")

# Letters that steer a terminal or turn text around; customers' data may hold them.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_PIPE_WIDTH = 160


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

    def show(
        self, answer: Answer, write: Callable[[Screen, Answer], None], record: Callable[[Answer], Any] | None = None
    ) -> None:
        """Give an answer as JSON, in the API's shape where `record` makes that, or let `write` put it into words."""
        if self.as_json:
            from portraits.app.records import plain

            json.dump((record or plain)(answer), self.out, ensure_ascii=False, allow_nan=False, indent=2)
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
        self.line(self.words(section, key, **values))

    def words(self, section: str, key: str, **values: Any) -> str:
        """A text from the words, its values written as the language does."""
        return say(self.language, f"{section}.{key}", values, lambda value, _: self.value(value))

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


def printable(text: str) -> str:
    """Text that cannot steer the terminal it is printed on."""
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", text)


def _number(value: int | float | Decimal) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    if math.isnan(value):
        return "–"
    return f"{value:,.2f}" if isinstance(value, Decimal) or abs(value) >= 100 else f"{value:.4g}"
