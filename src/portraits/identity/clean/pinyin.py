"""Pinyin: how Chinese names sound in Latin letters, without tones."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from portraits.identity.clean.lists import listed, pairs

_SURNAMES_READ = pairs("surnames_read")
COMPOUND = frozenset(listed("surnames_double"))
SURNAMES = frozenset("".join(listed("surnames")))
_SYLLABLE = re.compile(
    r"(?:(?:[bpmfdtnlgkhjqxryw]|[zcs]h?)?(?:iang|iong|uang|ueng|ang|eng|ing|ong|ian|iao|uai|uan|van|ai|ei|ao|ou|an|en|"
    r"in|un|vn|ia|ie|iu|ua|uo|ui|ue|ve|er|a|o|e|i|u|v))"
)
_TONES = re.compile("[\u0300\u0301\u0304\u030c]")


@cache
def _readings() -> dict[int, str]:
    from pypinyin.constants import PINYIN_DICT

    return dict(PINYIN_DICT)


@cache
def syllable(character: str) -> str:
    """The sound of one character, without tone; the character itself where it has none."""
    first = _readings().get(ord(character), character).split(",")[0]
    toneless = _TONES.sub("", unicodedata.normalize("NFD", first))
    return toneless.replace("u\u0308", "v")


def sound(characters: str) -> str:
    """The sounds of several characters, written as one word."""
    return "".join([syllable(character) for character in characters])


def surname_sound(surname: str) -> str:
    """The sound of a family name, which is often its own."""
    return _SURNAMES_READ.get(surname) or sound(surname)


@cache
def surname_sounds() -> frozenset[str]:
    """How all known family names sound."""
    return frozenset(surname_sound(each) for each in (*SURNAMES, *COMPOUND)) | {"lu", "lyu"}


def is_frequent_surname(sound_: str) -> bool:
    """Whether a sound is that of one of the family names that most people have."""
    return sound_ in _common()


@cache
def _common() -> frozenset[str]:
    return frozenset(surname_sound(each) for each in "".join(listed("surnames_common")))


def is_pinyin(word: str) -> bool:
    """Whether a folded Latin word can be read as Chinese syllables."""
    return _CHAIN.fullmatch(word) is not None


def is_syllable(word: str) -> bool:
    """Whether a folded Latin word is one Chinese syllable."""
    return _SYLLABLE.fullmatch(word) is not None


_CHAIN = re.compile(rf"(?:{_SYLLABLE.pattern}){{1,4}}")
