"""Phrase: a sentence of an error or a finding, English where it is raised and known in Chinese by a list.

A phrase is the English text itself, so that logs, tests and programs read it as any string; it
also carries its template and parameters, by which a face says it in the reader's language.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

from portraits.vocabulary.text import Language

LISTS = Path(__file__).parent / "phrases"  # a file a language: English template = its translation
Joint = Literal["sentences", "list", "either", "lines"]
Join = Callable[[Iterable[tuple[str, str]]], Iterator[str]]
_JOINTS: dict[Joint, dict[Language, str]] = {
    "sentences": {"en": " ", "zh": ""},
    "list": {"en": ", ", "zh": "、"},
    "either": {"en": " or ", "zh": "或"},
    "lines": {"en": "\n", "zh": "\n"},
}


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

    @property
    def data(self) -> dict[str, Any]:
        """What another process or a file can keep, to be said later: see `phrase_of`."""
        return {"template": self.template, "values": {name: _kept(value) for name, value in self.values.items()}}

    def in_(self, language: Language) -> str:
        """The sentence in a language; English where the language has no words for it."""
        own = translations(language).get(self.template)
        if own is None:
            own = self.template
        said = {name: in_language(value, language) for name, value in self.values.items()}
        return _filled(own, said, _close if language == "zh" else _apart)


class Phrases(Phrase):
    """Several phrases one after the other: sentences, the words of a list, or lines."""

    parts: tuple[Any, ...]
    joint: Joint

    def __new__(cls, parts: Iterable[Any], joint: Joint = "sentences") -> Self:
        """The parts that say something, in their order."""
        kept = tuple(part for part in parts if part not in ("", None))
        self = super().__new__(cls, "{text}", {"text": _JOINTS[joint]["en"].join(map(str, kept))})
        self.parts, self.joint = kept, joint
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:
        """What a copy is made from."""
        return self.parts, self.joint

    @property
    def data(self) -> dict[str, Any]:
        """What another process or a file can keep."""
        return {"parts": [_kept(part) for part in self.parts], "joint": self.joint}

    def in_(self, language: Language) -> str:
        """Every part in the language; Chinese sentences stand without a space between."""
        return _JOINTS[self.joint][language].join(str(in_language(part, language)) for part in self.parts)


def say(template: str, /, **values: Any) -> Phrase:
    """A sentence with parameters: `say("There is no customer {id}.", id=number)`.

    Without parameters the template is the sentence as it stands, braces and all; with them, a
    brace that is meant is written twice.
    """
    return Phrase(template, values)


def verbatim(text: Any) -> Phrase:
    """What somebody else said, such as a library or a database: the same in every language."""
    return Phrase("{text}", {"text": text})


def listed(words: Iterable[Any]) -> Phrases:
    """Words one after the other: `a, b, c`."""
    return Phrases(words, "list")


def either(words: Iterable[Any]) -> Phrases:
    """Words of which any will do: `a or b`."""
    return Phrases(words, "either")


def in_language(value: Any, language: Language) -> Any:
    """A phrase in a language; anything else as it is."""
    return value.in_(language) if isinstance(value, Phrase) else value


def phrase_of(data: Any) -> Phrase:
    """The phrase that `Phrase.data` was kept of; a plain text says itself."""
    found = _of(data)
    return found if isinstance(found, Phrase) else verbatim(found)


@cache
def translations(language: Language) -> Mapping[str, str]:
    """English template -> the same in a language."""
    file = LISTS / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))["phrases"] if file.is_file() else {}


def parameters(template: str) -> frozenset[str]:
    """The names of the parameters of a template."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def _kept(value: Any) -> Any:
    if isinstance(value, Phrase):
        return value.data
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _of(data: Any) -> Any:
    if not isinstance(data, Mapping):
        return data
    if "parts" in data:
        return Phrases([_of(part) for part in data["parts"]], data["joint"])
    return Phrase(data["template"], {name: _of(value) for name, value in data["values"].items()})


def _apart(pieces: Iterable[tuple[str, str]]) -> Iterator[str]:
    for text, value in pieces:
        yield text + value


def _close(pieces: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Chinese stands close to Chinese: the space around a parameter is for Latin letters and digits."""
    before = ""
    for text, value in pieces:
        said = text[1:] if text.startswith(" ") and _han(before[-1:]) else text
        said = said[:-1] if said.endswith(" ") and _han(value[:1]) else said
        yield said + value
        before = value


def _han(letter: str) -> bool:
    return "\u3000" <= letter <= "\u9fff" or "\uff00" <= letter <= "\uffef"


def _filled(template: str, values: Mapping[str, Any], join: Join = _apart) -> str:
    """A template with its parameters: names only, so no text can reach into an object."""
    if not values:
        return template
    parts = string.Formatter().parse(template)
    return "".join(join((text, str(values[name]) if name else "") for text, name, _, _ in parts))


NOTHING = Phrase("", {})
