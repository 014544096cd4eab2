"""Words: how names of columns are compared with the names that people use."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from portraits.vocabulary.tables import table as table_of

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_WORD = re.compile(r"[a-z]+|\d+|[^\W\d_a-z]+")
_OURS = frozenset(("customer", "cust", "client", "member", "user", "primary", "客户", "会员", "用户", "顾客"))


@dataclass(frozen=True)
class Words:
    """A name as lower-case words: `CustomerID`, `customer_id` and `Customer Id` are equal."""

    parts: tuple[str, ...]

    @classmethod
    def of(cls, name: str) -> Words:
        """The words of a name, without what stands in brackets."""
        plain = _BRACKETS.sub("", name) or name
        return cls(tuple(_WORD.findall(_CAMEL.sub(" ", plain).casefold())))

    @property
    def joined(self) -> str:
        """All in one."""
        return "".join(self.parts)

    def near(self, other: Words) -> float:
        """How well a column so named fits a known name, from 0 to 1."""
        if self.joined == other.joined:
            return 1.0
        own = tuple(part for part in self.parts if part not in _OURS)
        if own and "".join(own) == other.joined:
            return 0.9
        return max(self._holds(other), self._within(other))

    def _holds(self, other: Words) -> float:
        """The known name is how this one ends: `billing_city` is a city, `unit_price` no unit."""
        extra = len(self.parts) - len(other.parts)
        if not 0 < extra < 4 or self.parts[-len(other.parts) :] != other.parts:
            return 0.0
        return 0.8 - 0.12 * extra

    def _within(self, other: Words) -> float:
        """A Chinese name that holds the known one: `客户手机号码` holds `手机号码`."""
        known, own = other.joined, self.joined
        if len(known) < 2 or known.isascii() or known not in own:
            return 0.0
        return 0.5 + 0.4 * len(known) / len(own) if own.endswith(known) else 0.3 + 0.4 * len(known) / len(own)


@cache
def synonyms() -> dict[str, Any]:
    """The words of `synonyms.toml`, block by block."""
    found: dict[str, Any] = tomllib.loads(files("portraits.sources").joinpath("synonyms.toml").read_text("utf-8"))
    return found


@cache
def known(table: str, column: str) -> tuple[Words, ...]:
    """The names of a canonical column, its titles among them: the headings of a template."""
    blocks = synonyms()
    title = table_of(table).column(column).title
    names = [column, title.en, title.zh, *blocks["any"].get(column, ()), *blocks.get(table, {}).get(column, ())]
    return tuple(Words.of(name) for name in names)


def likeness(name: str, names: tuple[Words, ...]) -> float:
    """How well a name fits the best of some known ones."""
    words = Words.of(name)
    return max((words.near(each) for each in names), default=0.0)


def choices(block: str) -> dict[str, str]:
    """Word -> value, of a column with fixed choices."""
    return {word: value for value, words in synonyms()["values"][block].items() for word in (*words, value)}
