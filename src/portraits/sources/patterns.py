"""Patterns: what a column of text looks like: days, numbers, addresses, names of things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

_ENOUGH = 0.97

_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y")
_MORE_DATES = ("%d-%m-%Y", "%m-%d-%Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y")
_SHORT_DATES = ("%d/%m/%y", "%m/%d/%y", "%d.%m.%y")
_CLOCKS = ("", " %H:%M:%S", " %H:%M", "T%H:%M:%S", " %H:%M:%S.%f", "T%H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
_ZONED = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%d %H:%M:%S.%f%z")
_SOLID = ("%Y%m%d", "%Y%m%d%H%M%S")
_SWAP = (("%d/%m/", "%m/%d/"), ("%d-%m-", "%m-%d-"))

_LOOKS_SOLID = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{6})?")
_LOOKS_DATED = re.compile(r"(?=.*\d.*\d)[\w\s/.:,+年月日-]{6,40}")
_NUMBER = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_COMMA_NUMBER = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+")


def date_formats(values: Iterable[str]) -> list[str]:
    """The formats (strptime) that read all values; two where day and month cannot be told apart."""
    found = sorted({value.strip() for value in values if value.strip()})[:200]
    if not found or not all(_dated(value) for value in found):
        return []
    if all(_LOOKS_SOLID.fullmatch(value) for value in found):
        return [each for each in _SOLID if _reads(each, found)]
    first = next((each for each in _candidates(found[0]) if _reads(each, found)), "")
    if not first:
        return []
    swapped = next((first.replace(one, other, 1) for one, other in _SWAP if first.startswith(one)), first)
    return [first, swapped] if swapped != first and _reads(swapped, found) else [first]


def _dated(value: str) -> bool:
    return (_NUMBER.fullmatch(value) is None and _LOOKS_DATED.fullmatch(value) is not None) or bool(
        _LOOKS_SOLID.fullmatch(value)
    )


def _candidates(value: str) -> list[str]:
    plain = [date + clock for date in (*_DATES, *_MORE_DATES, *_SHORT_DATES) for clock in _CLOCKS]
    return [each for each in (*plain, *_ZONED) if _reads(each, [value])]


def _reads(form: str, values: Sequence[str]) -> bool:
    try:
        return all(1800 < datetime.strptime(value, form).year < 2200 for value in values)
    except ValueError:
        return False


def number(value: str) -> bool:
    """Whether it is a number with a decimal point, perhaps with commas between thousands."""
    return _NUMBER.fullmatch(value.strip()) is not None


def comma_number(value: str) -> bool:
    """Whether it is a number with a decimal comma, perhaps with points between thousands."""
    return _COMMA_NUMBER.fullmatch(value.strip()) is not None


def decimal_mark(columns: Iterable[Iterable[str]]) -> str:
    """The decimal mark of a file: a comma where some column has only such numbers, else a point."""
    for column in columns:
        found = [value.strip() for value in column if value.strip()]
        marks = [value for value in found if comma_number(value)]
        plain = [value for value in found if number(value) and not comma_number(value)]
        if marks and len(marks) + len(plain) >= _ENOUGH * len(found) and not _thousands(found):
            return ","
    return "."


def _thousands(values: Sequence[str]) -> bool:
    """Whether the commas stand between thousands: each is followed by three digits."""
    return all(_GROUPED.fullmatch(value) for value in values if "," in value)
