"""Words of the command line: every text it prints, in English and Chinese."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, get_args

from portraits.vocabulary.text import Language

FOLDER = Path(__file__).with_name("words")
LANGUAGES: tuple[Language, ...] = get_args(Language)
VARIABLE = "PORTRAITS_LANG"
# The language that this command line asks for; it goes before the workspace's.
ASKED: ContextVar[Language | None] = ContextVar("asked", default=None)


@cache
def words(language: Language) -> Mapping[str, Mapping[str, str]]:
    """Section -> key -> text; a command's section holds its help and that of its parameters."""
    found: Mapping[str, Mapping[str, str]] = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return found


def say(language: Language, section: str, key: str, **values: Any) -> str:
    """One text, its parameters filled in; `key_one` serves where `n` is 1."""
    known = words(language)[section]
    text = known.get(f"{key}_one", known[key]) if values.get("n") == "1" else known[key]
    return text.format(**values)


def demanded(arguments: Sequence[str]) -> Language | None:
    """The language that the command line or the environment asks for by name."""
    for before, after in zip(arguments, [*arguments, ""][1:], strict=True):
        if before == "--lang":
            return known(after)
        if before.startswith("--lang="):
            return known(before.removeprefix("--lang="))
    return known(os.environ.get(VARIABLE, ""))


def surrounding() -> Language:
    """The language of the surroundings: Chinese where the locale is, else English."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(variable):
            return known(os.environ[variable]) or "en"
    return "en"


def known(name: str) -> Language | None:
    """A language by its name or a locale such as zh_CN.UTF-8."""
    short = name[:2].lower()
    return next((language for language in LANGUAGES if language == short), None)
