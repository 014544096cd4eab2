"""Writing: how numbers, money, days and units are written in a language."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portraits.app.reading import TagColumn
from portraits.app.said import Quantity
from portraits.tags.piece import Favourite
from portraits.vocabulary.text import Language
from portraits.web import words

SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "KRW": "₩", "INR": "₹", "HKD": "HK$", "TWD": "NT$"}
WHOLE = frozenset({"JPY", "KRW", "VND"})  # currencies without cents
NONE = "–"
SPOKEN = {"channel": "channels", "kind": "events"}  # columns whose values have words
FINE = ("ratio", "score", "star")  # units of which a hundredth matters
THOUSAND = 1000
HUNDRED = 100
LEAST_PERCENT = Decimal("0.05")  # what is written as 0.1


@dataclass(frozen=True)
class Writing:
    """One language and one currency."""

    language: Language
    currency: str

    def write(self, value: Any, form: str = "") -> str:
        """Any value of a view; `form` names a way: `cents`, `plain`, or a unit."""
        if isinstance(value, Quantity):
            return self.quantity(value, form)
        if value is None:
            return NONE
        if isinstance(value, bool):
            return words.words(self.language)["yes" if value else "no"]
        if isinstance(value, datetime | date):
            return self.day(value)
        if form == "plain":
            return str(value)
        if isinstance(value, int | float | Decimal):
            return self.quantity(Quantity(value, form))
        return str(value)

    def value(self, tag: TagColumn, value: Any) -> str:
        """A value of a tag, by its label or with its unit."""
        label = None if value is None else tag.label(value)
        if label is not None:
            return label.in_(self.language)
        if isinstance(value, str) and isinstance(tag.piece, Favourite):
            return self.known(SPOKEN.get(tag.piece.of, ""), value)
        if value is None or isinstance(value, bool | str | date | datetime):
            return self.write(value)
        return self.quantity(Quantity(value, tag.unit))

    def known(self, prefix: str, name: str) -> str:
        """The words for a value of the data, or the value itself where there are none."""
        key = f"{prefix}.{name}"
        return words.say(self.language, key, {}, self.write) if words.has(self.language, key) else name

    def quantity(self, quantity: Quantity, form: str = "") -> str:
        """A number with its unit as the language writes it."""
        number, unit = quantity.number, quantity.unit
        if not math.isfinite(number):
            return NONE
        if unit == "money":
            return self.money(number, cents=form == "cents")
        if unit in ("percent", "share"):
            return self.share(number)
        plain = self.number(number, 1 if words.has(self.language, f"units.{unit}") and unit not in FINE else 2)
        return self._with_unit(plain, unit) if unit else plain

    def number(self, number: float | int | Decimal, most: int = 2) -> str:
        """Thousands separators; decimals only where they say something, `most` of them."""
        if number == int(number):
            return f"{int(number):,}".replace("-", "−")
        size = abs(float(number))
        places = 0 if size >= THOUSAND else 1 if size >= HUNDRED / 10 else 2
        return _fixed(number, min(places, most), trim=True)

    def money(self, number: float | int | Decimal, *, cents: bool = False) -> str:
        """An amount in the workspace's currency; large amounts without cents."""
        size = abs(Decimal(str(number)))
        whole = self.currency in WHOLE or (not cents and (size >= THOUSAND or size == 0))
        text = _fixed(size, 0 if whole else 2)
        sign = "−" if number < 0 and text.strip("0.,") else ""
        mark = SIGNS.get(self.currency, f"{self.currency} ")
        return f"{sign}{mark}{text}"

    def share(self, number: float | int | Decimal) -> str:
        """A share of one as a percentage; a small one is not said to be none."""
        percent = Decimal(str(number)) * HUNDRED
        if 0 < percent < LEAST_PERCENT:
            return "< 0.1%"
        return f"{_fixed(percent, 0 if abs(percent) >= 10 or percent == 0 else 1, trim=True)}%"

    def day(self, moment: date | datetime) -> str:
        """A day as year-month-day, the same in both languages."""
        return moment.strftime("%Y-%m-%d")

    def minute(self, moment: datetime) -> str:
        """A moment to the minute."""
        return moment.strftime("%Y-%m-%d %H:%M")

    def _with_unit(self, number: str, unit: str) -> str:
        key = f"units.{unit}"
        if not words.has(self.language, key):
            return number
        return words.say(self.language, key, {"n": 1 if number == "1" else number}, lambda value, _: str(value))


def _fixed(number: float | int | Decimal, places: int, *, trim: bool = False) -> str:
    exact = Decimal(str(number)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{exact:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if trim and "." in text else text
    return text.replace("-", "−") if text.strip("-0.,") else text.replace("-", "")
