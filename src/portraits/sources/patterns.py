"""Patterns: what a column of text looks like: days, numbers, addresses, names of things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

_ENOUGH = 0.97
_MOST = 0.75  # a few days that never were, such as 31 February, are no other format
_TRIED = 5

# What a day looks like, and the formats that may read it; day before month where both may.
_DAYS = tuple(
    (re.compile(shape), forms)
    for shape, forms in (
        (r"\d{4}-\d{1,2}-\d{1,2}", ("%Y-%m-%d",)),
        (r"\d{4}/\d{1,2}/\d{1,2}", ("%Y/%m/%d",)),
        (r"\d{4}\.\d{1,2}\.\d{1,2}", ("%Y.%m.%d",)),
        (r"\d{4}年\d{1,2}月\d{1,2}日", ("%Y年%m月%d日",)),
        (r"\d{1,2}/\d{1,2}/\d{4}", ("%d/%m/%Y", "%m/%d/%Y")),
        (r"\d{1,2}-\d{1,2}-\d{4}", ("%d-%m-%Y", "%m-%d-%Y")),
        (r"\d{1,2}\.\d{1,2}\.\d{4}", ("%d.%m.%Y",)),
        (r"\d{1,2}/\d{1,2}/\d\d", ("%d/%m/%y", "%m/%d/%y")),
        (r"\d{1,2}\.\d{1,2}\.\d\d", ("%d.%m.%y",)),
        (r"\d{1,2}-[A-Za-z]{3}-\d{4}", ("%d-%b-%Y",)),
        (r"\d{1,2}-[A-Za-z]{3}-\d\d", ("%d-%b-%y",)),
        (r"\d{1,2} [A-Za-z]{3} \d{4}", ("%d %b %Y",)),
        (r"\d{1,2} [A-Za-z]{4,9} \d{4}", ("%d %B %Y",)),
        (r"[A-Za-z]{3} \d{1,2}, \d{4}", ("%b %d, %Y",)),
        (r"[A-Za-z]{4,9} \d{1,2}, \d{4}", ("%B %d, %Y",)),
        (r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", ("%Y%m%d",)),
    )
)
_CLOCKS = tuple(
    (re.compile(shape), form)
    for shape, form in (
        (r"", ""),
        (r"\d{1,2}:\d\d", "%H:%M"),
        (r"\d{1,2}:\d\d:\d\d", "%H:%M:%S"),
        (r"\d{1,2}:\d\d:\d\d\.\d{1,6}", "%H:%M:%S.%f"),
        (r"\d{1,2}:\d\d [AaPp][Mm]", "%I:%M %p"),
        (r"\d{1,2}:\d\d:\d\d [AaPp][Mm]", "%I:%M:%S %p"),
        (r"\d{1,2}:\d\d:\d\d(?:Z|[+-]\d\d:?\d\d)", "%H:%M:%S%z"),
        (r"\d{1,2}:\d\d:\d\d\.\d{1,6}(?:Z|[+-]\d\d:?\d\d)", "%H:%M:%S.%f%z"),
    )
)
_MOMENT = re.compile(r"(?P<day>.{6,18}?)(?:(?P<gap>[ T])(?P<clock>\d{1,2}:\d\d.{0,20}))?")
_SOLID_MOMENT = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])(?:[0-5]\d){2}")

_NUMBER = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_COMMA_NUMBER = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+")


def date_formats(values: Iterable[str]) -> list[str]:
    """The format (strptime) that reads nearly all values; two where day and month cannot be told apart."""
    found = list(islice(dict.fromkeys(value.strip() for value in values if value.strip()), 200))
    if not found:
        return []
    forms = dict.fromkeys(form for value in found[:_TRIED] for form in _forms(value))
    shares = {form: sum(_reads(form, value) for value in found) / len(found) for form in forms}
    best = max(shares.values(), default=0.0)
    return [form for form, share in shares.items() if share == best >= _MOST]


def dated(value: str) -> bool:
    """Whether it looks like a day or a moment."""
    return bool(_forms(value.strip()))


def _forms(value: str) -> list[str]:
    """The formats that may read a value by its looks."""
    if _SOLID_MOMENT.fullmatch(value):
        return ["%Y%m%d%H%M%S"]
    moment = _MOMENT.fullmatch(value)
    if moment is None:
        return []
    days = next((forms for shape, forms in _DAYS if shape.fullmatch(moment["day"])), ())
    clock = next((form for shape, form in _CLOCKS if shape.fullmatch(moment["clock"] or "")), None)
    return [] if clock is None else [day + (moment["gap"] or "") + clock for day in days]


def _reads(form: str, value: str) -> bool:
    try:
        return 1000 < datetime.strptime(value, form).year < 2200
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
