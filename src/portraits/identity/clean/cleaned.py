"""Cleaned: what cleaning made of one value, and what it had to repair on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

NOTHING: Mapping[str, str] = MappingProxyType({})


class Cleaned(NamedTuple):
    """A value in its normal form; a tuple, since millions of them are made.

    `value` is None where nothing usable is there: the raw value is kept beside it by whoever asked.
    """

    value: str | None
    parts: Mapping[str, str] = NOTHING  # what the value is made of; a part that is unknown is missing
    repairs: tuple[str, ...] = ()  # what was changed, by key of repairs.toml
    flags: tuple[str, ...] = ()  # what is to be known about it, by key of repairs.toml


@dataclass(frozen=True)
class Cleaner:
    """How the values of one column are cleaned, and the parts this yields."""

    column: str
    parts: tuple[str, ...]
    clean: Callable[[str], Cleaned]


def unusable(flag: str, parts: Mapping[str, str] = NOTHING) -> Cleaned:
    """What is left of a value that says nothing."""
    return Cleaned(None, parts, (), (flag,))
