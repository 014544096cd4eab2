"""Plain values: what random rules give, in the plainest Python; None is missing or unknown."""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.engine.expressions.plain import AS_OF, Row, Tree


def members(tree: Tree, table: list[Row]) -> set[int]:
    """The places of the rows for which the rule holds."""
    return {place for place, row in enumerate(table) if result(tree, row) is True}


def result(tree: Tree, row: Row) -> Any:
    """The value of a tree in one row, None where it is missing or unknown."""
    head = tree[0]
    if head == "name":
        return row[tree[1]]
    if head == "constant":
        return tree[1]
    if head == "as_of":
        return AS_OF
    return _RESULTS[head](tree, row) if head in _RESULTS else _join(head, result(tree[1], row), result(tree[2], row))


def _and(tree: Tree, row: Row) -> bool | None:
    found = [result(each, row) for each in tree[1:]]
    return False if any(each is False for each in found) else None if None in found else True


def _or(tree: Tree, row: Row) -> bool | None:
    found = [result(each, row) for each in tree[1:]]
    return True if any(each is True for each in found) else None if None in found else False


def _not(tree: Tree, row: Row) -> bool | None:
    found = result(tree[1], row)
    return None if found is None else not found


def _alike(*values: Any) -> list[Any]:
    """Values that are compared, brought to one type as the language promises."""
    if any(isinstance(value, datetime) for value in values):
        return [
            value if isinstance(value, datetime) else datetime.combine(value, datetime.min.time()) for value in values
        ]
    if any(isinstance(value, float) for value in values):
        return [float(value) for value in values]
    return list(values)


def _compare(operator: str, left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return None
    left, right = _alike(left, right)
    order = int(left > right) - int(left < right)
    held = {"=": order == 0, "<>": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}
    return held[operator]


def _in(tree: Tree, row: Row) -> bool | None:
    value = result(tree[1], row)
    if value is None:
        return None
    found = any(_compare("=", value, option) for option in tree[2])
    return found if tree[0] == "in" else not found


def _between(tree: Tree, row: Row) -> bool | None:
    value, low, high = (result(each, row) for each in tree[1:])
    ends = [_compare(">=", value, low), _compare("<=", value, high)]
    held = False if False in ends else None if None in ends else True
    return held if tree[0] == "between" or held is None else not held


def _like(tree: Tree, row: Row) -> bool | None:
    value = result(tree[1], row)
    if value is None:
        return None
    pattern = "".join({"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in tree[2])
    held = re.fullmatch(pattern, value, re.DOTALL) is not None
    return held if tree[0] == "like" else not held


def _case(tree: Tree, row: Row) -> Any:
    chosen = result(tree[2] if result(tree[1], row) is True else tree[3], row)
    return chosen


def _shift(tree: Tree, row: Row) -> Any:
    moment = result(tree[1], row)
    return None if moment is None else moment + timedelta(seconds=tree[2] * tree[3])


def _join(sign: str, left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    if sign == "||":
        return left + right
    if sign == "/":
        return None if right == 0 else float(left) / float(right)
    if isinstance(left, float) or isinstance(right, float):
        left, right = float(left), float(right)
    found = {"+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right}[sign]()
    if isinstance(found, Decimal):
        return found if abs(found) < 10**14 else None
    return None if isinstance(found, int) and not -(2**63) <= found < 2**63 else found


def _call(tree: Tree, row: Row) -> Any:
    name, arguments = tree[1], [result(each, row) for each in tree[2:]]
    if name in _CHOOSING:
        return _CHOOSING[name](arguments)
    return None if None in arguments else _CALLED[name](*arguments)


def _known(arguments: list[Any]) -> list[Any]:
    return [argument for argument in arguments if argument is not None]


_CHOOSING: dict[str, Callable[[list[Any]], Any]] = {
    "coalesce": lambda given: next(iter(_known(given)), None),
    "nullif": lambda given: None if given[0] is not None and given[0] == given[1] else given[0],
    "least": lambda given: min(_known(given), default=None),
    "greatest": lambda given: max(_known(given), default=None),
}


def _day(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


def _rounded(value: Any) -> int:
    return int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))


def _remainder(left: int, right: int) -> int | None:
    if right == 0:
        return None
    return -(-left % abs(right)) if left < 0 else left % abs(right)


def _age(birth: date) -> int | None:
    if birth > AS_OF.date():
        return None
    years = AS_OF.year - birth.year
    return years - 1 if (AS_OF.month, AS_OF.day) < (birth.month, birth.day) else years


def _months(early: date, late: date) -> int:
    found = (late.year - early.year) * 12 + late.month - early.month
    return found - 1 if late.day < early.day else found


def _add_months(day: date, count: int) -> date:
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


_STARTS = (
    ("aquarius", 1, 20),
    ("pisces", 2, 19),
    ("aries", 3, 21),
    ("taurus", 4, 20),
    ("gemini", 5, 21),
    ("cancer", 6, 22),
    ("leo", 7, 23),
    ("virgo", 8, 23),
    ("libra", 9, 23),
    ("scorpio", 10, 24),
    ("sagittarius", 11, 23),
    ("capricorn", 12, 22),
)


def _sign(birth: date) -> str:
    begun = [sign for sign, month, day in _STARTS if (birth.month, birth.day) >= (month, day)]
    return begun[-1] if begun else "capricorn"


def _part(value: str, separator: str, place: int) -> str | None:
    parts = dict(enumerate(value.split(separator), 1))
    return parts.get(place) or None


_CALLED: dict[str, Callable[..., Any]] = {
    "lower": str.lower,
    "upper": str.upper,
    "trim": str.strip,
    "length": len,
    "left": lambda value, count: value[:count],
    "right": lambda value, count: value[-count:],
    "part": _part,
    "contains": lambda value, sought: sought in value,
    "starts_with": lambda value, sought: value.startswith(sought),
    "ends_with": lambda value, sought: value.endswith(sought),
    "abs": abs,
    "sqrt": lambda value: None if value < 0 else math.sqrt(value),
    "floor": lambda value: _fitting(math.floor(value)),
    "ceil": lambda value: _fitting(math.ceil(value)),
    "round": lambda value: _fitting(_rounded(value)),
    "mod": _remainder,
    "year": lambda when: when.year,
    "month": lambda when: when.month,
    "day": lambda when: when.day,
    "hour": lambda when: when.hour,
    "quarter": lambda when: math.ceil(when.month / 3),
    "weekday": lambda when: when.weekday() + 1,
    "week": lambda when: when.isocalendar()[1],
    "day_of_year": lambda when: (_day(when) - date(when.year - 1, 12, 31)).days,
    "days_since": lambda when: (AS_OF.date() - _day(when)).days,
    "days_between": lambda early, late: (late - early).days,
    "months_between": _months,
    "age_in_years": _age,
    "zodiac": _sign,
    "start_of_month": lambda day: date(day.year, day.month, 1),
    "start_of_week": lambda day: day - timedelta(days=day.weekday()),
    "start_of_year": lambda day: date(day.year, 1, 1),
    "add_days": lambda day, count: day + timedelta(days=count),
    "add_months": _add_months,
    "is_weekend": lambda when: when.weekday() in (5, 6),
    "is_night": lambda when: when.hour in (22, 23, 0, 1, 2, 3, 4, 5),
}


def _fitting(value: int) -> int | None:
    return value if -(2**63) <= value < 2**63 else None


_RESULTS: dict[str, Callable[[Tree, Row], Any]] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "compare": lambda tree, row: _compare(tree[1], result(tree[2], row), result(tree[3], row)),
    "in": _in,
    "not in": _in,
    "between": _between,
    "not between": _between,
    "like": _like,
    "not like": _like,
    "is null": lambda tree, row: result(tree[1], row) is None,
    "is not null": lambda tree, row: result(tree[1], row) is not None,
    "case": _case,
    "shift": _shift,
    "call": _call,
}
