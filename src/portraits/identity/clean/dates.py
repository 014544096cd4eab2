"""Days, as people and systems write them: one form, placeholders gone, the day that a swap would give beside it."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from portraits.identity.clean.cleaned import Cleaned, unusable
from portraits.identity.clean.letters import says_nothing, tidy

PARTS = ("swapped", "year", "month", "day")
Order = Literal["day", "month"]
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_YEAR_LAST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})")
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}.*$")
_WORDS = re.compile(
    r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})|(\d{1,2})(?:st|nd|rd|th)?[\s-]+([A-Za-z]{3,9})\.?,?[\s-]+(\d{4})"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Days that systems write where nobody knew: the first day of a calendar or the last, the zero of a spreadsheet.
_NOBODYS = frozenset(
    {"1900-01-01", "1899-12-30", "1899-12-31", "1901-01-01", "0001-01-01", "9999-12-31", "1753-01-01", "1111-11-11"}
)
_EPOCH = "1970-01-01"
_HAN_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")


def clean_date(raw: str, first: Order = "day", newest: int = 2029) -> Cleaned:
    """A day as ISO text; `swapped` is the day with day and month exchanged, where that is one.

    Args:
        raw: what was written.
        first: which comes first in `3/4/1980`, where the numbers do not tell.
        newest: the last year that two digits may mean; `30` then is 1930.
    """
    if found := _ISO.fullmatch(raw):
        return _made(int(found[1]), int(found[2]), int(found[3]), (), ())
    text, repairs = tidy(raw)
    if says_nothing(text):
        return unusable("placeholder")
    bare = _TIME.sub("", text).strip()
    read = _year_first(bare) or _year_last(bare, first, newest) or _in_words(bare)
    if not read:
        return unusable("not_a_date")
    (year, month, day), flags = read
    return _made(year, month, day, (*repairs, "form"), flags)


_Read = tuple[tuple[int, int, int], tuple[str, ...]]


def _year_first(text: str) -> _Read | None:
    found = _COMPACT.fullmatch(text) or _YEAR_FIRST.fullmatch(_han_numbers(text))
    return ((int(found[1]), int(found[2]), int(found[3])), ()) if found else None


def _han_numbers(text: str) -> str:
    """一九八〇年十二月三日 in digits."""
    if text.isascii():
        return text
    tens = re.sub("(?<![一二三四五六七八九])十(?![一二三四五六七八九])", "10", text)
    tens = re.sub("(?<![一二三四五六七八九])十", "1", tens)
    tens = re.sub("十(?![一二三四五六七八九])", "0", tens).replace("十", "")
    return tens.translate(_HAN_DIGITS)


def _year_last(text: str, first: Order, newest: int) -> _Read | None:
    found = _YEAR_LAST.fullmatch(text)
    if not found:
        return None
    one, two, year = int(found[1]), int(found[2]), int(found[3])
    flags: tuple[str, ...] = ()
    if len(found[3]) == 2:
        year += 2000 if year <= newest % 100 else 1900
        flags = ("two_digit_year",)
    if one <= 12 and two <= 12 and one != two:
        flags += ("day_or_month",)
    day_first = one > 12 or (first == "day" and two <= 12)
    return ((year, two, one) if day_first else (year, one, two)), flags


def _in_words(text: str) -> _Read | None:
    found = _WORDS.fullmatch(text)
    if not found:
        return None
    word, day, year = (found[1], found[2], found[3]) if found[1] else (found[5], found[4], found[6])
    month = word[:3].lower()
    return ((int(year), _MONTHS.index(month) + 1, int(day)), ()) if month in _MONTHS else None


def _made(year: int, month: int, day: int, repairs: tuple[str, ...], flags: tuple[str, ...]) -> Cleaned:
    if not 0 < year < 10_000:
        return unusable("not_a_date")
    if month > 12 >= day:
        month, day, repairs = day, month, (*repairs, "day_and_month")
    try:
        value = date(year, month, day).isoformat()
    except ValueError:
        return unusable("not_a_date")
    if value in _NOBODYS:
        return unusable("placeholder")
    flags = (*flags, "epoch") if value == _EPOCH else flags
    parts = {"year": value[:4], "month": value[5:7], "day": value[8:]}
    if day <= 12 and day != month:
        parts["swapped"] = f"{value[:4]}-{value[8:]}-{value[5:7]}"
    return Cleaned(value, parts, repairs, flags)
