"""Sameness: whether two runs hold the same, whatever numbers their customers have."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from portraits.engine.reader import RunReader
from portraits.engine.warehouse import Warehouse, quote
from portraits.engine.workspace import Workspace

_LONG = re.compile(r"-?\d+\.(?:0\b|\d{7,})")
DIGITS = 9  # sums of one set of numbers in another order differ in their last digits


def held(workspace: Workspace) -> dict[str, list[str]]:
    """Every relation of the published run, its rows in order and without the numbers of customers."""
    reader = RunReader(workspace)
    with reader.current() as run:
        found = {name: sorted(_rows(run.warehouse, name)) for name in run.warehouse.relations()}
    reader.close()
    return found


def differences(workspace: Workspace, other: Workspace, known: Callable[[str], bool] = lambda _: False) -> list[str]:
    """What two runs do not have in common: relation and row, those of relations that are known to differ left out."""
    one, two = held(workspace), held(other)
    names = sorted(name for name in {*one, *two} if not known(name))
    return [
        f"{name}: {sign} {row}"
        for name in names
        for sign, rows, others in (
            ("+", one.get(name, []), two.get(name, [])),
            ("-", two.get(name, []), one.get(name, [])),
        )
        for row in rows
        if rows.count(row) != others.count(row)
    ]


def _rows(warehouse: Warehouse, name: str) -> Iterator[str]:
    columns = list(warehouse.columns(name))
    told = ", ".join(
        f"(SELECT any_value(customer_id) FROM identity_links l WHERE l.customer = t.customer) AS {quote(each)}"
        if each == "customer"
        else quote(each)
        for each in sorted(columns)
    )
    for row in warehouse.rows(f"SELECT {told} FROM {quote(name)} t"):
        yield " | ".join(f"{column}={_plain(value)}" for column, value in zip(sorted(columns), row, strict=True))


def _plain(value: Any) -> str:
    if isinstance(value, float) and math.isfinite(value):
        return f"{value + 0.0:.{DIGITS}g}"  # without a sign of nothing
    if isinstance(value, Decimal):
        return str(value.normalize())
    return _LONG.sub(lambda found: f"{float(found[0]) + 0.0:.{DIGITS}g}", str(value))
