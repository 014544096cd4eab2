"""Words: every text that a face says, in English and Chinese, by key; those of the pages are here."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

from portraits.vocabulary.text import Language

FOLDER = Path(__file__).parent / "words"
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def words(language: Language) -> Mapping[str, str]:
    """Dotted key -> text of one language, from a file a page."""
    return read(sorted((FOLDER / language).glob("*.toml")))


def read(files: Iterable[Path]) -> dict[str, str]:
    """Dotted key -> text of these files."""
    return dict(pair for file in files for pair in _flat(tomllib.loads(file.read_text(encoding="utf-8"))))


def say(language: Language, key: str, values: Mapping[str, Any], write: Callable[[Any, str], str]) -> str:
    """The text of a key of the pages with its parameters."""
    return filled(words(language), key, values, write)


def filled(known: Mapping[str, str], key: str, values: Mapping[str, Any], write: Callable[[Any, str], str]) -> str:
    """The text of a key with its parameters; `write(value, form)` puts a value into words.

    A key that ends in `.one` serves where the parameter `n` is 1.
    """
    text = known.get(f"{key}.one") if values.get("n") == 1 else None
    parts = _parts(text or known.get(key) or known[f"{key}.other"])
    return "".join(text + (write(values[name], form) if name else "") for text, name, form in parts)


def spaced(language: Language, text: str) -> str:
    """A sentence with the space that Chinese type has between Han and Latin characters."""
    return _BOUNDARY.sub(" ", text) if language == "zh" else text


_BOUNDARY = re.compile(r"(?<=[A-Za-z0-9%])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9$¥€£])")


def has(language: Language, key: str) -> bool:
    """Whether the key has words."""
    return key in words(language) or f"{key}.other" in words(language)


def parameters(text: str) -> frozenset[str]:
    """The names of the parameters that a text takes."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


@cache
def _parts(text: str) -> tuple[tuple[str, str, str], ...]:
    """A text cut at its parameters: names only, so no text can reach into an object."""
    return tuple((plain, name or "", form or "") for plain, name, form, _ in string.Formatter().parse(text))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
