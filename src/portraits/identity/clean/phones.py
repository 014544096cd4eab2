"""Phone numbers in the form of E.164, extensions apart."""

from __future__ import annotations

import re

from portraits.identity.clean.cleaned import Cleaned, unusable
from portraits.identity.clean.emails import clean_email
from portraits.identity.clean.letters import tidy

PARTS = ("kind", "extension", "email")
_MOBILE = re.compile(r"(?:\+?86|0086)?0?(1[3-9]\d{9})")
_MARKS = str.maketrans("", "", " -.()/·\t")
_LANDLINE = re.compile(r"(?:\+?86|0086)?0?((?:10|2[0-57-9])[2-8]\d{7}|[3-9]\d{2}[2-8]\d{6,7})")
_SERVICE = re.compile(r"(?:\+?86|0086)?([48]00\d{7})")
_AMERICAN = re.compile(r"(?:\+?1)?([2-9]\d{2}[2-9]\d{6})")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_EXTENSION = re.compile(r"\s*(?:转|分机|ext(?:ension)?\.?|x|#|;ext=|,)\s*[:：]?\s*(\d{1,6})\s*$", re.I)
_HYPHEN_EXTENSION = re.compile(r"((?:^|\D)\d{7,8})-(\d{2,5})$")
_REPEATED = re.compile(r"\+?\d{0,3}?(\d)\1{6,}")
_NOBODY = frozenset({"+8613800138000", "+8613812345678", "+8613912345678", "+8612345678901", "+15555555555"})
_COUNTING = "0123456789012345678909876543210987654321"


def clean_phone(raw: str, country: str = "CN") -> Cleaned:
    """A phone number; numbers without a country code are taken as of `country` (two letters).

    `kind` is mobile, landline, service or other. A number without its area code is kept as digits.
    """
    if raw.isascii() and raw.isdigit() and country == "CN" and len(raw) == 11 and raw[0] == "1" and raw[1] > "2":
        return _checked(f"+86{raw}", "mobile", ("country_code",))
    text, repairs = tidy(raw)
    if "@" in text:
        mailbox = clean_email(text).parts.get("mailbox", "")
        return Cleaned(None, {"email": mailbox} if mailbox else {}, (), ("email_elsewhere",))
    number, extension = _apart(_several(text))
    digits = number.translate(_MARKS)
    found = _fast(digits, country) or _slow(number, digits, country)
    if not found:
        return unusable("not_a_phone")
    value, kind = found
    if value != text and not value.endswith(text):
        repairs += ("punctuation",)
    if not digits.startswith("+") and value.startswith("+"):
        repairs += ("country_code",)
    return _checked(value, kind, tuple(dict.fromkeys(repairs)), extension)


def _several(text: str) -> str:
    """The first of several numbers in one field."""
    first = re.split(r"[;,、；，/]|\s(?:or|或)\s", text, maxsplit=1)[0] if len(text) > 15 else text
    return first if sum(letter.isdigit() for letter in first) >= 7 else text


def _apart(text: str) -> tuple[str, str]:
    """The number and its extension."""
    if found := _EXTENSION.search(text):
        before = text[: found.start()]
        return (before, found[1]) if sum(letter.isdigit() for letter in before) >= 7 else (text, "")
    if found := _HYPHEN_EXTENSION.search(text):
        return text[: found.end(1)], found[2]
    return text, ""


def _fast(digits: str, country: str) -> tuple[str, str] | None:
    """The common forms, by pattern: a hundred times as fast as the full numbering plans."""
    chinese = country == "CN" or digits.startswith(("+86", "0086"))
    american = country in ("US", "CA") or digits.startswith("+1")
    if chinese and (found := _MOBILE.fullmatch(digits)):
        return f"+86{found[1]}", "mobile"
    if chinese and (found := _SERVICE.fullmatch(digits)):
        return f"+86{found[1]}", "service"
    if chinese and digits[0:1] in "0+8" and (found := _LANDLINE.fullmatch(digits)):
        return f"+86{found[1]}", "landline"
    if american and (found := _AMERICAN.fullmatch(digits)):
        return f"+1{found[1]}", "other"
    return None


def _slow(number: str, digits: str, country: str) -> tuple[str, str] | None:
    import phonenumbers

    if not any(letter.isdigit() for letter in digits):
        return None
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_valid_number(parsed):
        kind = _KINDS.get(phonenumbers.number_type(parsed), "other")
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164), kind
    return (digits, "local") if _LOCAL.fullmatch(digits) else _almost(parsed)


_KINDS = {0: "landline", 1: "mobile", 3: "service"}  # PhoneNumberType


def _almost(parsed: object) -> tuple[str, str] | None:
    """A number of a right length that no plan has: digits were mistaken, and it still tells something."""
    import phonenumbers

    if not isinstance(parsed, phonenumbers.PhoneNumber) or not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164), "doubtful"


def _checked(value: str, kind: str, repairs: tuple[str, ...], extension: str = "") -> Cleaned:
    if value in _NOBODY or _REPEATED.fullmatch(value) or value.lstrip("+")[-9:] in _COUNTING:
        return unusable("placeholder")
    flags = _FLAGS.get(kind, ())
    if not extension:
        return Cleaned(value, _OF_KIND[kind], repairs, flags)
    return Cleaned(value, {"kind": kind, "extension": extension}, (*repairs, "extension"), flags)


_FLAGS = {"local": ("no_area_code",), "doubtful": ("doubtful_number",), "service": ("service_number",)}
_OF_KIND = {kind: {"kind": kind} for kind in ("mobile", "landline", "service", "other", "local", "doubtful")}
