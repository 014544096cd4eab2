"""Said: what a face is to say, as a key and parameters; the words themselves belong to the face."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from portraits.vocabulary.phrase import in_language
from portraits.vocabulary.text import Text

Scalar = bool | int | float | str | Decimal | date | datetime | None


@dataclass(frozen=True)
class Quantity:
    """A number with its unit (money, day, order, share ...), to be written as a language does."""

    number: float | int | Decimal
    unit: str = ""


@dataclass(frozen=True)
class Said:
    """A sentence: `key` names it, `values` are its parameters."""

    key: str
    values: Mapping[str, Scalar | Quantity] = field(default_factory=dict)


def both(phrase: str) -> Text:
    """A sentence of an error in both languages, for a program that shows it to a person."""
    return Text(en=str(phrase), zh=str(in_language(phrase, "zh")))
