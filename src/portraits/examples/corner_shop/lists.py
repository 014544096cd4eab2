"""Lists: Chinese words written together with their pinyin (`茶cha`), taken apart."""

from __future__ import annotations

from portraits.examples.corner_shop.chance import Words, words

_LATIN = "abcdefghijklmnopqrstuvwxyz"


def with_pinyin(text: str) -> tuple[Words, Words]:
    """The words of the list, and their pinyin."""
    chinese = [each.rstrip(_LATIN) for each in text.split()]
    pinyin = [each[len(word) :] for each, word in zip(text.split(), chinese, strict=True)]
    return words(chinese), words(pinyin)
