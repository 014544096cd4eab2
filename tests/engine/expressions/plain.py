"""Plain rules: random conditions as tuples over random rows, written as text.

It shares nothing with the product: the text goes to the product and DuckDB, the tuples are
evaluated by `plain_values`, and the rows that hold must be the same.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

Tree = tuple[Any, ...]
Row = dict[str, Any]

AS_OF = datetime(2024, 6, 1, 12, 30)
KINDS = {
    "a": "integer",
    "b": "integer",
    "x": "number",
    "y": "number",
    "m": "money",
    "n": "money",
    "s": "text",
    "t": "text",
    "p": "boolean",
    "q": "boolean",
    "d": "date",
    "e": "date",
    "w": "time",
    "v": "time",
}
_WORDS = ("", "a", "b", "ab", "Ab", "北京", "北京市", "上海", "x'y", "100%", "a/b/c", " ab ", "A_B")
_PATTERNS = ("a%", "%b", "%京%", "_b", "a_%", "北京", "%", "%a%b%")
_FLIPPED = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


# ---- random rows ----------------------------------------------------------------------------


def rows(dice: random.Random, count: int) -> list[Row]:
    """Rows in which a quarter of all values is missing."""
    return [{name: _cell(dice, kind) for name, kind in KINDS.items()} for _ in range(count)]


def _cell(dice: random.Random, kind: str) -> Any:
    return None if dice.random() < 0.25 else constant(dice, kind)


def constant(dice: random.Random, kind: str) -> Any:
    """A value that meets others of its kind often."""
    if kind == "integer":
        return dice.choice((0, 1, 2, 3, -1, 7, 10, 100, 2**62))
    if kind == "number":
        return dice.choice((0.0, 0.5, 1.0, 2.5, -1.5, 10.0, 0.1, 1e9, 3.0))
    if kind == "money":
        return Decimal(dice.choice(("0", "0.5", "1", "2.5", "-3.25", "10", "0.1", "99.9999", "20000")))
    if kind == "text":
        return dice.choice(_WORDS)
    if kind == "boolean":
        return dice.random() < 0.5
    day = date(2024, 6, 1) + timedelta(days=dice.choice((0, -1, -30, -90, -366, -8000, 1, -152, -93)))
    return day if kind == "date" else datetime.combine(day, datetime.min.time()) + _later(dice)


def _later(dice: random.Random) -> timedelta:
    return timedelta(minutes=dice.choice((0, 0, 150, 355, 750, 1320, 1439)))


# ---- random rules -----------------------------------------------------------------------------


def rule(dice: random.Random, depth: int) -> Tree:
    """A random condition, at most so deep."""
    if depth <= 0 or dice.random() < 0.2:
        return _leaf(dice)
    roll = dice.random()
    if roll < 0.35:
        return ("and", *(rule(dice, depth - 1) for _ in range(dice.randint(2, 4))))
    if roll < 0.7:
        return ("or", *(rule(dice, depth - 1) for _ in range(dice.randint(2, 4))))
    return ("not", rule(dice, depth - 1))


def _leaf(dice: random.Random) -> Tree:
    kind = dice.choice(("integer", "number", "money", "text", "boolean", "date", "time"))
    return dice.choice(_LEAVES)(dice, kind)


def _comparing(dice: random.Random, kind: str) -> Tree:
    operator = dice.choice(("=", "<>") if kind == "boolean" else tuple(_FLIPPED))
    other = _mixed(dice, kind) if dice.random() < 0.3 else value_tree(dice, kind, 1)
    sides = [value_tree(dice, kind, 2), other]
    dice.shuffle(sides)
    return ("compare", operator, *sides)


def _mixed(dice: random.Random, kind: str) -> Tree:
    """Another kind that may be held against this one."""
    numbers = ("integer", "number", "money")
    others = {"integer": numbers, "number": numbers, "money": numbers, "date": ("time",), "time": ("date",)}
    return value_tree(dice, dice.choice(others.get(kind, (kind,))), 1)


def _listing(dice: random.Random, kind: str) -> Tree:
    options = tuple(constant(dice, kind) for _ in range(dice.randint(1, 4)))
    return (dice.choice(("in", "not in")), value_tree(dice, kind, 1), options, kind)


def _ranging(dice: random.Random, kind: str) -> Tree:
    if kind == "boolean":
        return ("name", dice.choice("pq"))
    parts = (value_tree(dice, kind, 1) for _ in range(3))
    return (dice.choice(("between", "not between")), *parts)


def _matching(dice: random.Random, _: str) -> Tree:
    return (dice.choice(("like", "not like")), value_tree(dice, "text", 1), dice.choice(_PATTERNS))


def _missing(dice: random.Random, kind: str) -> Tree:
    return (dice.choice(("is null", "is not null")), value_tree(dice, kind, 1))


def _testing(dice: random.Random, _: str) -> Tree:
    name = dice.choice(("contains", "starts_with", "ends_with"))
    return ("call", name, value_tree(dice, "text", 1), value_tree(dice, "text", 0))


def _timing(dice: random.Random, _: str) -> Tree:
    return ("call", dice.choice(("is_weekend", "is_night")), value_tree(dice, "time", 1))


_LEAVES: tuple[Callable[[random.Random, str], Tree], ...] = (
    _comparing,
    _comparing,
    _comparing,
    _listing,
    _ranging,
    _matching,
    _missing,
    _testing,
    _timing,
    lambda dice, _: ("name", dice.choice("pq")),
)


def value_tree(dice: random.Random, kind: str, depth: int) -> Tree:
    """A random value of a kind."""
    names = [name for name, its in KINDS.items() if its == kind]
    if depth <= 0 or dice.random() < 0.5:
        return ("name", dice.choice(names)) if dice.random() < 0.7 else ("constant", constant(dice, kind), kind)
    if dice.random() < 0.15:
        return ("case", rule(dice, 0), value_tree(dice, kind, depth - 1), value_tree(dice, kind, depth - 1))
    if dice.random() < 0.15:
        name = dice.choice(("coalesce", "nullif") if kind == "boolean" else ("coalesce", "nullif", "least", "greatest"))
        return ("call", name, value_tree(dice, kind, depth - 1), value_tree(dice, kind, depth - 1))
    return _MADE[kind](dice, depth - 1)


def _number(dice: random.Random, depth: int) -> Tree:
    if dice.random() < 0.3:
        kinds = ("integer", "number", "money")
        return ("/", value_tree(dice, dice.choice(kinds), depth), value_tree(dice, dice.choice(kinds), depth))
    if dice.random() < 0.3:
        return ("call", "sqrt", value_tree(dice, "number", depth))
    return (dice.choice("+-*"), value_tree(dice, "number", depth), value_tree(dice, "number", depth))


def _integer(dice: random.Random, depth: int) -> Tree:
    roll = dice.random()
    if roll < 0.3:
        name = dice.choice(("year", "month", "day", "weekday", "hour", "quarter", "week", "day_of_year", "days_since"))
        return ("call", name, value_tree(dice, "time", depth))
    if roll < 0.4:
        return ("call", "age_in_years", value_tree(dice, "date", depth))
    if roll < 0.5:
        name = dice.choice(("days_between", "months_between"))
        return ("call", name, value_tree(dice, "date", depth), value_tree(dice, "date", depth))
    if roll < 0.6:
        return ("call", "length", value_tree(dice, "text", depth))
    if roll < 0.7:
        return (
            "call",
            dice.choice(("floor", "ceil", "round")),
            value_tree(dice, dice.choice(("number", "money")), depth),
        )
    if roll < 0.8:
        return ("call", "mod", value_tree(dice, "integer", depth), value_tree(dice, "integer", depth))
    return (dice.choice("+-*"), value_tree(dice, "integer", depth), value_tree(dice, "integer", depth))


def _money(dice: random.Random, depth: int) -> Tree:
    if dice.random() < 0.3:
        return ("*", value_tree(dice, "money", depth), value_tree(dice, "integer", depth))
    if dice.random() < 0.3:
        return ("call", "abs", value_tree(dice, "money", depth))
    return (dice.choice("+-"), value_tree(dice, "money", depth), value_tree(dice, "money", depth))


def _text(dice: random.Random, depth: int) -> Tree:
    roll = dice.random()
    if roll < 0.3:
        return ("||", value_tree(dice, "text", depth), value_tree(dice, "text", depth))
    if roll < 0.4:
        return ("call", "zodiac", value_tree(dice, "date", depth))
    if roll < 0.6:
        return ("call", dice.choice(("left", "right")), value_tree(dice, "text", depth), ("constant", 2, "integer"))
    if roll < 0.7:
        return (
            "call",
            "part",
            value_tree(dice, "text", depth),
            ("constant", "/", "text"),
            ("constant", dice.randint(1, 4), "integer"),
        )
    return ("call", dice.choice(("lower", "upper", "trim")), value_tree(dice, "text", depth))


def _boolean(dice: random.Random, depth: int) -> Tree:
    return ("name", "p") if depth <= 0 else rule(dice, 0)


def _date(dice: random.Random, depth: int) -> Tree:
    if dice.random() < 0.5:
        return ("shift", value_tree(dice, "date", depth), dice.choice((-90, 1, 30)), 86_400)
    if dice.random() < 0.5:
        name = dice.choice(("start_of_month", "start_of_week", "start_of_year"))
        return ("call", name, value_tree(dice, "date", depth))
    name = dice.choice(("add_days", "add_months"))
    return ("call", name, value_tree(dice, "date", depth), ("constant", dice.choice((-13, 1, 25)), "integer"))


def _time(dice: random.Random, depth: int) -> Tree:
    moment = ("as_of",) if dice.random() < 0.5 else value_tree(dice, "time", depth)
    return ("shift", moment, dice.choice((-90, -365, 2)), dice.choice((86_400, 3_600)))


_MADE: dict[str, Callable[[random.Random, int], Tree]] = {
    "integer": _integer,
    "number": _number,
    "money": _money,
    "text": _text,
    "boolean": _boolean,
    "date": _date,
    "time": _time,
}


# ---- as text -----------------------------------------------------------------------------------


def text(tree: Tree) -> str:
    """The rule as a person would write it, with every part in brackets."""
    head = tree[0]
    if head == "name":
        return str(tree[1])
    if head == "constant":
        written = literal(tree[1], tree[2])
        return f"money({written})" if tree[2] == "money" else written
    if head == "as_of":
        return "as_of"
    return _TEXTS[head](tree) if head in _TEXTS else f"({text(tree[1])} {head} {text(tree[2])})"


def literal(value: Any, kind: str) -> str:
    """A constant in a text."""
    if kind == "text":
        return "'" + str(value).replace("'", "''") + "'"
    if kind in ("date", "time"):
        return f"{kind} '{value}'"
    return ("true" if value else "false") if kind == "boolean" else str(value)


def _shift_text(tree: Tree) -> str:
    _, moment, count, unit = tree
    return f"({text(moment)} {'-' if count < 0 else '+'} {abs(count)} {'days' if unit == 86_400 else 'hours'})"


_TEXTS: dict[str, Callable[[Tree], str]] = {
    "and": lambda tree: "(" + " and ".join(map(text, tree[1:])) + ")",
    "or": lambda tree: "(" + " or ".join(map(text, tree[1:])) + ")",
    "not": lambda tree: f"not ({text(tree[1])})",
    "compare": lambda tree: f"({text(tree[2])} {tree[1]} {text(tree[3])})",
    "in": lambda tree: f"({text(tree[1])} in ({', '.join(literal(each, tree[3]) for each in tree[2])}))",
    "not in": lambda tree: f"({text(tree[1])} not in ({', '.join(literal(each, tree[3]) for each in tree[2])}))",
    "between": lambda tree: f"({text(tree[1])} between {text(tree[2])} and {text(tree[3])})",
    "not between": lambda tree: f"({text(tree[1])} not between {text(tree[2])} and {text(tree[3])})",
    "like": lambda tree: f"({text(tree[1])} like '{tree[2]}')",
    "not like": lambda tree: f"({text(tree[1])} not like '{tree[2]}')",
    "is null": lambda tree: f"({text(tree[1])} is null)",
    "is not null": lambda tree: f"({text(tree[1])} is not null)",
    "case": lambda tree: f"case when {text(tree[1])} then {text(tree[2])} else {text(tree[3])} end",
    "call": lambda tree: f"{tree[1]}({', '.join(map(text, tree[2:]))})",
    "shift": _shift_text,
}


def rules(seed: int, count: int, depth: int = 3) -> Iterator[Tree]:
    """So many random rules."""
    dice = random.Random(seed)
    for _ in range(count):
        yield rule(dice, depth)
