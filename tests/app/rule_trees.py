"""Random rule trees over the little company, and their meaning written as plain SQL by hand."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

Tree = Mapping[str, Any]
NUMBERS = {"orders_365d": 40, "orders_90d": 12, "recency_days": 200, "rfm_r": 5, "rfm_f": 5, "spend_365d": 6000}
TEXTS = {
    "gender": ("female", "male"),
    "lifecycle": ("active", "cooling", "lost"),
    "favourite_category": ("饮料", "生鲜", "零食"),
}
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
DEPTH = 3


def random_tree(chance: random.Random, level: int = 1) -> dict[str, Any]:
    """A group of one to four parts, nested three levels at most, including and excluding."""
    joins = ("all", "any") if level == 1 else ("all", "any", "none")
    nested = level < DEPTH
    made = [
        random_tree(chance, level + 1) if nested and chance.random() < 0.4 else random_rule(chance)
        for _ in range(chance.randint(1, 4))
    ]
    return {"group": chance.choice(joins), "rules": made}


def random_rule(chance: random.Random) -> dict[str, Any]:
    """A condition over a number or a text, missing values among what is asked for."""
    name = chance.choice((*NUMBERS, *TEXTS))
    if chance.random() < 0.15:
        return {"name": name, "operator": chance.choice(("is null", "is not null"))}
    if name in TEXTS:
        operator = chance.choice(("=", "<>", "in", "not in"))
        options = chance.sample(TEXTS[name], 2)
        return {"name": name, "operator": operator, "value": options if operator.endswith("in") else options[0]}
    low, high = sorted(chance.randrange(NUMBERS[name] + 1) for _ in range(2))
    operator = chance.choice((*COMPARISONS, "between", "not between"))
    return {"name": name, "operator": operator, "value": [low, high] if operator.endswith("between") else low}


def direct(tree: Tree) -> str:
    """What a tree means, as SQL that none of the product's code wrote."""
    if "group" not in tree:
        return _condition(tree)
    joined = (" AND " if tree["group"] == "all" else " OR ").join(f"({direct(part)})" for part in tree["rules"])
    return f"NOT ({joined})" if tree["group"] == "none" else joined


def _condition(rule: Tree) -> str:
    name, operator, value = rule["name"], rule["operator"].upper(), rule.get("value")
    if value is None:
        return f"{name} {operator}"
    if operator.endswith("IN"):
        return f"{name} {operator} ({', '.join(map(_literal, value))})"
    if operator.endswith("BETWEEN"):
        return f"{name} {operator} {value[0]} AND {value[1]}"
    return f"{name} {operator} {_literal(value)}"


def _literal(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)
