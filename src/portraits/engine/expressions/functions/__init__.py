"""Functions an expression may call, by name."""

from __future__ import annotations

from portraits.engine.expressions.functions.choices import CHOICES
from portraits.engine.expressions.functions.dates import DATES
from portraits.engine.expressions.functions.function import Function, Parameter
from portraits.engine.expressions.functions.numbers import NUMBERS
from portraits.engine.expressions.functions.texts import TEXTS

FUNCTIONS: dict[str, Function] = {each.name: each for each in (*TEXTS, *NUMBERS, *DATES, *CHOICES)}

__all__ = ["FUNCTIONS", "Function", "Parameter"]
