"""Lists: the words that the company is made of, read from the TOML files beside this one."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from portraits.examples.corner_shop.chance import Words, words

_LATIN = "abcdefghijklmnopqrstuvwxyz"


@cache
def lists(name: str) -> dict[str, Any]:
    """The tables of `<name>.toml`."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


def with_pinyin(text: str) -> tuple[Words, Words]:
    """Chinese words written with their pinyin (`茶cha`), taken apart."""
    chinese = [each.rstrip(_LATIN) for each in text.split()]
    pinyin = [each[len(word) :] for each, word in zip(text.split(), chinese, strict=True)]
    return words(chinese), words(pinyin)
