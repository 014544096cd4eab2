"""Names of companies: what a company is called, apart from its legal form."""

from __future__ import annotations

import re

from portraits.identity.clean.cleaned import Cleaned, unusable
from portraits.identity.clean.letters import fold, has_han, says_nothing, tidy
from portraits.identity.clean.lists import listed
from portraits.identity.clean.pinyin import sound

PARTS = ("key", "core", "form", "kind")
_HAN_FORM = re.compile(f"(?:{'|'.join(listed('forms_han'))})$")
_BRACKETS = re.compile(r"[()（）【】\[\]]")
_ALWAYS = frozenset(listed("forms"))
_WITH_OTHERS = frozenset(listed("forms_beside"))
_SMALL = frozenset(listed("small"))
_WORDS = re.compile(r"[^\W_]+")
_INSIDE = re.compile(r"(?<=\w)[.'’`](?=\w|\s|$)")
_SAME = {
    "and": "&",
    "saint": "st",
    "centre": "center",
    "restaurants": "restaurant",
    "theatre": "theater",
    "cafe": "cafe",
}


def is_company(text: str) -> bool:
    """Whether a name ends in a legal form and so is a company's."""
    if has_han(text):
        return len(text) > 4 and _HAN_FORM.search(_BRACKETS.sub("", text)) is not None
    words = _plain_words(text)
    return len(words) > 1 and (words[-1] in _ALWAYS or (words[-1] in {"co", "company", "ag", "group"}))


def clean_company(raw: str) -> Cleaned:
    """A company's name; `key` is what sets it apart, without legal form, small words and case."""
    text, repairs = tidy(raw)
    if says_nothing(text):
        return unusable("placeholder")
    return _han(text, repairs) if has_han(text) else _latin(text, repairs)


def _han(text: str, repairs: tuple[str, ...]) -> Cleaned:
    name = tidy(re.sub(r"\s+", "", text))[0]
    core, form = _BRACKETS.sub("", name), ""
    while (found := _HAN_FORM.search(core)) and found.start() >= 2:
        core, form = core[: found.start()], found[0] + form
    key = _WITHIN.sub("", fold(sound(core)))
    if not key:
        return unusable("not_a_name")
    parts = {"key": key, "core": core, "kind": "company", **({"form": form} if form else {})}
    return Cleaned(name, parts, repairs if name == text else (*repairs, "spaces"))


def _latin(text: str, repairs: tuple[str, ...]) -> Cleaned:
    words = _plain_words(text)
    kept, form = _without_form(words)
    core = [_SAME.get(word, word) for word in kept if word not in _SMALL or word == "and"]
    key = " ".join(word for word in core if word != "&") or " ".join(kept)
    if not key:
        return unusable("not_a_name")
    parts = {"key": key, "core": " ".join(kept), "kind": "company", **({"form": form} if form else {})}
    return Cleaned(text, parts, repairs)


def _without_form(words: list[str]) -> tuple[list[str], str]:
    last = len(words)
    while last > 1 and (words[last - 1] in _ALWAYS or words[last - 1] in _WITH_OTHERS):
        last -= 1
    return words[:last], " ".join(words[last:])


def _plain_words(text: str) -> list[str]:
    return _WORDS.findall(_INSIDE.sub("", fold(text)))


_WITHIN = re.compile(r"[\W_]+")
