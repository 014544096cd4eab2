"""Bank and member cards, known by a hash only; a whole card number in the clear is refused."""

from __future__ import annotations

import re

from portraits.identity.clean.cleaned import Cleaned, unusable
from portraits.identity.clean.letters import says_nothing, tidy

PARTS = ("kind",)
_HEX = re.compile(r"(?:0x)?([0-9a-f]{12,128})", re.I)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,128}={0,2}")
_DIGITS = re.compile(r"\d{13,19}")
_MARKS = re.compile(r"[\s:-]+")
_LABEL = re.compile(r"^(?:sha\d{1,3}|md5)\s*[:=]\s*", re.I)


def clean_card(raw: str) -> Cleaned:
    """The hash of a card in one form; a number that is a card's own is not kept, and says so."""
    text, repairs = tidy(raw)
    if says_nothing(text):
        return unusable("placeholder")
    bare = _LABEL.sub("", text)
    number = _MARKS.sub("", bare)
    if _DIGITS.fullmatch(number) and luhn(number):
        return unusable("card_number_in_clear")
    if found := _HEX.fullmatch(number):
        value, kind = found[1].lower(), "hex"
    elif _BASE64.fullmatch(bare):
        value, kind = bare, "base64"
    else:
        return unusable("not_a_card_hash")
    if len(set(value)) == 1:
        return unusable("placeholder")
    return Cleaned(value, {"kind": kind}, repairs if value == text else (*repairs, "form"))


def luhn(digits: str) -> bool:
    """Whether the last digit checks the others as on a bank card."""
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits))]
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0
