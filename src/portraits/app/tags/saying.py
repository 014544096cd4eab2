"""Saying: what people type for a value of a manual tag, read as the value it means."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from portraits.tags.tag import Tag
from portraits.vocabulary.errors import BadInput, all_known, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.types import Type

LONGEST = 200  # characters of a text
_YES, _NO = ("true", "yes", "1", "是"), ("false", "no", "0", "否")
_WORDS = {**dict.fromkeys(_YES, "true"), **dict.fromkeys(_NO, "false")}


def meant(tag: Tag, written: str) -> str:
    """The value that somebody wrote, as the journal keeps it; BadInput says what can be written.

    A label in either language stands for its value.
    """
    text = written.strip()
    if not text:
        raise BadInput(say("A value is missing."), say("Write the value to put."))
    found = _labelled(tag, text) or _READ[tag.type or Type.TEXT](text)
    if found is None:
        hint = say("Its values are of the type {type}.", type=tag.type or Type.TEXT)
        raise BadInput(say("'{text}' cannot be a value of this tag.", text=text[:LONGEST]), hint)
    if tag.labels and found not in tag.labels:
        hint = nearest(text, tag.labels) or all_known(tag.labels)
        raise BadInput(say("'{text}' is not one of the values of this tag.", text=text[:LONGEST]), hint)
    return found


def _labelled(tag: Tag, text: str) -> str | None:
    spoken = text.casefold()
    called = {text.casefold(): value for value, label in tag.labels.items() for text in (label.en, label.zh)}
    return called.get(spoken)


def _text(text: str) -> str | None:
    return text if len(text) <= LONGEST and text.isprintable() else None


def _whole(text: str) -> str | None:
    try:
        number = int(text)
    except ValueError:
        return None
    return str(number) if abs(number) < 2**63 else None


def _number(text: str) -> str | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return repr(number) if math.isfinite(number) else None


def _money(text: str) -> str | None:
    try:
        amount = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return f"{amount:.4f}" if amount.is_finite() and abs(amount) < Decimal(10) ** 14 else None


def _truth(text: str) -> str | None:
    return _WORDS.get(text.lower())


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text.replace("/", "-")).isoformat()
    except ValueError:
        return None


_READ: Mapping[Type, Callable[[str], str | None]] = {
    Type.TEXT: _text,
    Type.INTEGER: _whole,
    Type.NUMBER: _number,
    Type.MONEY: _money,
    Type.BOOLEAN: _truth,
    Type.DATE: _day,
}
