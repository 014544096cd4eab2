"""Letters: one way to write the same text: widths, spaces, accents and case evened out."""

from __future__ import annotations

import re
import unicodedata

from portraits.identity.clean.lists import listed

_SPACES = re.compile(r"\s+")
# Invisible characters that copying from pages and chats leaves behind; a soft hyphen among them.
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffd\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
)
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_NOTHING = frozenset(listed("nothing"))
# Letters that no decomposition makes plain.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"})
# The u with two dots of a Chinese syllable (lü, nüe) is typed as v; in Müller it stays a u.
_PINYIN_V = re.compile("([ln])u\u0308(?=[\u0300-\u036f]*(?:e[\u0300-\u036f]*)?(?![a-z]))")


def tidy(text: str) -> tuple[str, tuple[str, ...]]:
    """The text in normal width and with single spaces, and the repairs that took."""
    if text.isascii() and text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " ":
        return text, ()
    repairs = []
    wide = unicodedata.normalize("NFKC", text)
    if wide != text:
        repairs.append("width")
    plain = _INVISIBLE.sub("", wide)
    if plain != wide:
        repairs.append("invisible")
        plain = unicodedata.normalize("NFKC", plain)
    spaced = _SPACES.sub(" ", plain).strip()
    if spaced != plain:
        repairs.append("spaces")
    return spaced, tuple(repairs)


def fold(text: str) -> str:
    """The text without case and accents: `Wáng` and `WANG` fold to `wang`, `Lü` to `lv`, `Müller` to `muller`."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    return "".join([letter for letter in _PINYIN_V.sub(r"\1v", apart) if not unicodedata.combining(letter)])


def says_nothing(text: str) -> bool:
    """Whether somebody had to type something and typed a placeholder."""
    return not text or text.lower() in _NOTHING


def has_han(text: str) -> bool:
    """Whether a Chinese character is in it."""
    return not text.isascii() and _HAN.search(text) is not None


def all_han(text: str) -> bool:
    """Whether it is made of Chinese characters only."""
    return bool(text) and all(_HAN.match(letter) for letter in text)


def script(folded: str) -> str:
    """The script of folded letters where it is neither Latin nor Chinese, such as `cyrillic`; empty for those two."""
    if folded.isascii() or has_han(folded):
        return ""
    strange = next((letter for letter in folded if letter.isalpha() and not letter.isascii()), "a")
    return unicodedata.name(strange, "other").partition(" ")[0].lower()
