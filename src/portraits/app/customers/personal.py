"""Personal: what pages, answers and files show of fields that point at a person."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

DOT = "*"
NAMES = frozenset({"name", "given_name", "family_name"})
WHOLE = frozenset({"attributes", "properties"})  # whatever a source knows besides
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DIGITS = re.compile(r"\d(?:[\s-]?\d){6,}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d.*")
_SHORT = 3
_HEAD, _TAIL = 3, 4


def masked(column: str, value: object) -> str:
    """A personal value with enough left to recognise it by, and too little to use it.

    A name stays: whoever reads a portrait must know whom it is about.
    """
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value.year:04}-**-**"
    text = str(value)
    if column in NAMES:
        return text
    if free(column):
        return scrubbed(text)
    if column == "birth_date" and _DAY.fullmatch(text):
        return f"{text[:4]}-**-**"
    if column == "email":
        return _mail(text)
    return _phone(text) if column == "phone" else DOT * _SHORT if column in WHOLE else _middle(text)


def hidden(columns: Collection[str], value: object) -> str:
    """A value that some personal columns go into, masked as the most telling of them asks."""
    asking = [column for column in columns if column not in NAMES] or list(columns)
    strict = [column for column in asking if not free(column)] or asking
    if value is None or isinstance(value, date) or len(columns) == 1 or strict[0] in NAMES or free(strict[0]):
        return masked(strict[0], value)
    return _middle(str(value))


def free(column: str) -> bool:
    """Whether a column holds what somebody wrote, or one field (`attributes.level`) that was asked for."""
    return column == "text" or "." in column


def scrubbed(text: str) -> str:
    """Free text without the e-mail addresses and long numbers that stand in it."""
    without = _MAIL.sub(lambda found: _mail(found[0]), text)
    return _DIGITS.sub(lambda found: _phone(found[0]), without)


def _mail(address: str) -> str:
    name, _, host = address.partition("@")
    return f"{name[:1]}{DOT * 3}@{host}" if host else _middle(address)


def _phone(number: str) -> str:
    plus = "+" if number.strip().startswith("+") else ""
    digits = re.sub(r"\D", "", number)
    if len(digits) <= _HEAD + _TAIL:
        return _middle(digits)
    return f"{plus}{digits[:_HEAD]}{DOT * (len(digits) - _HEAD - _TAIL)}{digits[-_TAIL:]}"


def _middle(text: str) -> str:
    return f"{text[:1]}{DOT * 3}{text[-1:]}" if len(text) > _SHORT else DOT * _SHORT
