"""Repairs: the words for what cleaning did to a value, and for what it noticed."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from portraits.vocabulary.text import Text


def _read(section: str) -> dict[str, Text]:
    written = tomllib.loads(files(__package__).joinpath("repairs.toml").read_text(encoding="utf-8"))
    return {key: Text(**words) for key, words in written[section].items()}


REPAIRS = _read("repairs")
FLAGS = _read("flags")
