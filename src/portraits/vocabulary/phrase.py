"""Phrase: a sentence of an error or a finding, English where it is raised and known in Chinese by a list.

A phrase is the English text itself, so that logs, tests and programs read it as any string; it
also carries its template and parameters, by which a face says it in the reader's language.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Self

from portraits.vocabulary.text import Language

LISTS = Path(__file__).parent / "phrases"  # a file a language: English template = its translation


class Phrase(str):
    """A sentence in English that can be said in another language."""

    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, values: Mapping[str, Any]) -> Self:
        """The sentence of a template with its parameters filled in."""
        self = super().__new__(cls, _filled(template, values))
        self.template, self.values = template, values
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:
        """What a copy is made from."""
        return self.template, self.values

    def in_(self, language: Language) -> str:
        """The sentence in a language; English where the language has no words for it."""
        if language == "en":
            return str(self)
        own = translations(language).get(self.template, self.template)
        return _filled(own, {name: in_language(value, language) for name, value in self.values.items()})


class Phrases(Phrase):
    """Several sentences one after the other."""

    parts: tuple[str, ...]

    def __new__(cls, parts: Iterable[str]) -> Self:
        """The parts that say something, in their order."""
        kept = tuple(part for part in parts if part)
        self = super().__new__(cls, "{text}", {"text": " ".join(kept)})
        self.parts = kept
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:
        """What a copy is made from."""
        return (self.parts,)

    def in_(self, language: Language) -> str:
        """Every part in the language; Chinese sentences stand without a space between."""
        return ("" if language == "zh" else " ").join(in_language(part, language) for part in self.parts)


def say(template: str, **values: Any) -> Phrase:
    """A sentence with parameters: `say("There is no customer {id}.", id=number)`."""
    return Phrase(template, values)


def in_language(value: Any, language: Language) -> Any:
    """A phrase in a language; anything else as it is."""
    return value.in_(language) if isinstance(value, Phrase) else value


@cache
def translations(language: Language) -> Mapping[str, str]:
    """English template -> the same in a language."""
    file = LISTS / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))["phrases"] if file.is_file() else {}


def parameters(template: str) -> frozenset[str]:
    """The names of the parameters of a template."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def _filled(template: str, values: Mapping[str, Any]) -> str:
    """A template with its parameters: names only, so no text can reach into an object."""
    parts = string.Formatter().parse(template)
    return "".join(text + (str(values[name]) if name else "") for text, name, _, _ in parts)
