"""Functions over numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from sqlglot import exp

from portraits.engine.expressions.functions.function import (
    NUMERIC,
    Function,
    Parameter,
    constant,
    grouped,
    try_cast,
    when,
)
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import text
from portraits.vocabulary.types import Type

_LARGEST = "1.7976931348623157e308"
_NUMBER = Parameter("number", NUMERIC)
_REAL = Parameter("number", (Type.NUMBER,))
_DIGITS = Parameter("digits", (Type.INTEGER,), lambda n: 0 <= n <= 9, say("a whole number from 0 to 9"), optional=True)


def finite(value: exp.Expr) -> exp.Expr:
    """The number, or NULL where it is infinite or not a number."""
    largest = exp.LTE(this=exp.Abs(this=value.copy()), expression=exp.Literal.number(_LARGEST))
    return when(largest, value)


def finite_of(compute: Callable[..., float]) -> Callable[..., float | None]:
    """The number a function of Python gives, or None where it gives none."""

    def computed(*values: float) -> float | None:
        try:
            found = compute(*values)
        except (ValueError, OverflowError, ZeroDivisionError):
            return None
        return found if isinstance(found, float) and math.isfinite(found) else None

    return computed


def half_up(value: float | Decimal | int, digits: int = 0) -> float | Decimal | int:
    """Rounded half away from zero, as the engines do."""
    if isinstance(value, Decimal):
        return value.quantize(Decimal(1).scaleb(-min(digits, 4)), ROUND_HALF_UP)
    if isinstance(value, int):
        return value
    scale = 10.0**digits
    scaled = abs(value) * scale
    if not math.isfinite(scaled):
        return value
    whole = math.floor(scaled)
    rounded = whole + (scaled - whole >= 0.5)
    return math.copysign(rounded / scale, value)


def whole(value: float | Decimal | int | None) -> int | None:
    """A whole number of 64 bits, or None where the value does not fit."""
    if value is None or not math.isfinite(value):
        return None
    found = int(half_up(value))
    return found if -(2**63) <= found < 2**63 else None


def _round(arguments: Sequence[exp.Expr], _: str) -> exp.Expr:
    if len(arguments) == 1:
        return try_cast(exp.Round(this=arguments[0]), "BIGINT")
    return exp.Round(this=arguments[0], decimals=arguments[1])


def _round_of(value: float | Decimal | int, digits: int | None = None) -> float | Decimal | int | None:
    return whole(value) if digits is None else half_up(value, digits)


def _rounded(types: Sequence[Type]) -> Type:
    return types[0] if len(types) > 1 else Type.INTEGER


def _mod(arguments: Sequence[exp.Expr], _: str) -> exp.Expr:
    left, right = arguments
    divided = exp.Mod(this=grouped(left), expression=exp.Nullif(this=right, expression=constant(0)))
    return exp.Paren(this=divided)


def _mod_of(left: float | Decimal | int, right: float | Decimal | int) -> float | Decimal | int | None:
    """The remainder in Python, as the engines give it."""
    if not right or (isinstance(left, float) and not math.isfinite(left)):
        return None
    if isinstance(left, float) or isinstance(right, float):
        return math.fmod(left, right)
    if isinstance(left, int) and isinstance(right, int):
        positive = abs(left) % abs(right)
        return -positive if left < 0 else positive
    return Decimal(left) % Decimal(right)


NUMBERS = (
    Function(
        "round",
        "number",
        text("Rounded", "四舍五入"),
        text(
            "The number rounded half away from zero, to a whole number or to digits.",
            "四舍五入到整数，或到若干位小数。",
        ),
        text("{0} rounded", "{0}的约数"),
        (_NUMBER, _DIGITS),
        _rounded,
        _round,
        _round_of,
        (("round(2.5)", "3"), ("round(1.256, 2)", "1.26")),
    ),
    Function(
        "floor",
        "number",
        text("Rounded down", "向下取整"),
        text("The greatest whole number that is not greater.", "不大于它的最大整数。"),
        text("{0} rounded down", "{0}向下取整"),
        (_NUMBER,),
        Type.INTEGER,
        lambda a, _: try_cast(exp.Floor(this=a[0]), "BIGINT"),
        lambda value: whole(finite_floor(value)),
        (("floor(2.9)", "2"),),
    ),
    Function(
        "ceil",
        "number",
        text("Rounded up", "向上取整"),
        text("The least whole number that is not less.", "不小于它的最小整数。"),
        text("{0} rounded up", "{0}向上取整"),
        (_NUMBER,),
        Type.INTEGER,
        lambda a, _: try_cast(exp.Ceil(this=a[0]), "BIGINT"),
        lambda value: whole(None if (down := finite_floor(-value)) is None else -down),
        (("ceil(2.1)", "3"),),
    ),
    Function(
        "abs",
        "number",
        text("Without sign", "绝对值"),
        text("The number without its sign.", "数的绝对值。"),
        text("{0} without sign", "{0}的绝对值"),
        (_NUMBER,),
        lambda types: types[0],
        lambda a, _: exp.Abs(this=a[0]),
        abs,
        (("abs(-3)", "3"),),
        wide=True,
    ),
    Function(
        "mod",
        "number",
        text("Remainder", "余数"),
        text(
            "The remainder of a division, with the sign of the first number; missing by zero.",
            "相除的余数，符号同被除数；除以零则缺失。",
        ),
        text("remainder of {0} by {1}", "{0}除以{1}的余数"),
        (_NUMBER, Parameter("divisor", NUMERIC)),
        lambda types: types[0],
        _mod,
        _mod_of,
        (("mod(7, 3)", "1"),),
        alike=True,
        wide=True,
    ),
    Function(
        "ln",
        "number",
        text("Natural logarithm", "自然对数"),
        text("The natural logarithm; missing for zero and below.", "自然对数；零和负数则缺失。"),
        text("logarithm of {0}", "{0}的自然对数"),
        (_REAL,),
        Type.NUMBER,
        lambda a, _: when(exp.GT(this=grouped(a[0].copy()), expression=constant(0)), exp.Ln(this=a[0])),
        finite_of(math.log),
        (("ln(1)", "0.0"),),
    ),
    Function(
        "exp",
        "number",
        text("Exponential", "指数"),
        text("e to the power of the number.", "e 的若干次方。"),
        text("e to the power of {0}", "e 的{0}次方"),
        (_REAL,),
        Type.NUMBER,
        lambda a, _: finite(exp.Exp(this=a[0])),
        finite_of(math.exp),
        (("exp(0)", "1.0"),),
    ),
    Function(
        "sqrt",
        "number",
        text("Square root", "平方根"),
        text("The square root; missing below zero.", "平方根；负数则缺失。"),
        text("square root of {0}", "{0}的平方根"),
        (_REAL,),
        Type.NUMBER,
        lambda a, _: when(exp.GTE(this=grouped(a[0].copy()), expression=constant(0)), exp.Sqrt(this=a[0])),
        finite_of(math.sqrt),
        (("sqrt(9)", "3.0"),),
    ),
    Function(
        "power",
        "number",
        text("Power", "乘方"),
        text("The first number to the power of the second.", "第一个数的第二个数次方。"),
        text("{0} to the power of {1}", "{0}的{1}次方"),
        (_REAL, _REAL),
        Type.NUMBER,
        lambda a, _: finite(exp.Pow(this=a[0], expression=a[1])),
        finite_of(math.pow),
        (("power(2, 10)", "1024.0"),),
    ),
)


def finite_floor(value: float | Decimal | int) -> int | None:
    """The greatest whole number not above, or None for what is not finite."""
    return math.floor(value) if math.isfinite(value) else None
