"""Lists: the words by which names, companies, addresses and placeholders are recognised."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _written() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("lists.toml").read_text(encoding="utf-8"))


def listed(name: str) -> tuple[str, ...]:
    """The words of a list, in their order."""
    return tuple(str(_written()[name]).split())


def pairs(name: str) -> dict[str, str]:
    """A list of words that stand for others."""
    return dict(_written()[name])
