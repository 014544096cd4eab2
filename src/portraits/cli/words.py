"""Words of the command line: every text it prints, in English and Chinese."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from portraits.vocabulary.text import Language
from portraits.web.words import LANGUAGES, filled, read

FOLDER = Path(__file__).with_name("words")
Writer = Callable[[Any, str], str]
NOTHING: Mapping[str, Any] = MappingProxyType({})
VARIABLE = "PORTRAITS_LANG"
# The language that this command line asks for; it goes before the workspace's.
ASKED: ContextVar[Language | None] = ContextVar("asked", default=None)
# The language in which this command line speaks, once it has been settled.
SPOKEN: ContextVar[Language | None] = ContextVar("spoken", default=None)


def _as_it_is(value: Any, _: str) -> str:
    return str(value)


@cache
def words(language: Language) -> Mapping[str, str]:
    """`section.key` -> text; a command's section holds its help and that of its parameters."""
    return read([FOLDER / f"{language}.toml"])


def say(language: Language, key: str, values: Mapping[str, Any] = NOTHING, write: Writer = _as_it_is) -> str:
    """The text of a key, its parameters filled in."""
    return filled(words(language), key, values, write)


def demanded(arguments: Sequence[str]) -> Language | None:
    """The language that the command line or the environment asks for by name."""
    for before, after in zip(arguments, [*arguments, ""][1:], strict=True):
        if before == "--lang":
            return known(after)
        if before.startswith("--lang="):
            return known(before.removeprefix("--lang="))
    return known(os.environ.get(VARIABLE, ""))


def hoisted(arguments: Sequence[str]) -> list[str]:
    """The same command line with `--lang` in front of the command, wherever it was written."""
    option: list[str] = []
    rest: list[str] = []
    ahead = iter(arguments)
    for each in ahead:
        if each == "--":
            return [*option, *rest, each, *ahead]
        if each == "--lang" and (value := next(ahead, None)) is not None:
            option = [each, value]
        elif each.startswith("--lang="):
            option = [each]
        else:
            rest.append(each)
    return [*option, *rest]


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
