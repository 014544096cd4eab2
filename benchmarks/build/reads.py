"""Reads: one portrait by its customer_id, and audience counts, over 1 M customers x 100 tags."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles

from benchmarks.figure import Measured
from portraits.engine.expressions import Scope, parse, where
from portraits.engine.warehouse import Warehouse
from portraits.vocabulary.types import Type

CUSTOMERS = 1_000_000
KINDS = (Type.INTEGER, Type.NUMBER, Type.MONEY, Type.TEXT, Type.BOOLEAN)
TAGS = {f"t{number}": KINDS[number % len(KINDS)] for number in range(100)}
VALUES = {
    Type.INTEGER: "CAST({u} * {u} * 400 AS BIGINT)",
    Type.NUMBER: "{u} * 100",
    Type.MONEY: "CAST({u} * {u} * 5000 AS DECIMAL(18, 4))",
    Type.TEXT: "'value ' || CAST({u} * 30 AS INTEGER)",
    Type.BOOLEAN: "{u} > 0.7",
}
CONDITIONS = {
    Type.INTEGER: "{name} > {part} * 400",
    Type.NUMBER: "{name} <= {part} * 100",
    Type.MONEY: "{name} between {part} * 1000 and 4000",
    Type.TEXT: "{name} in ('value 3', 'value 7', 'value 11', 'value 20')",
    Type.BOOLEAN: "{name} = true",
}


def lookup(asked: int = 300) -> Measured:
    """Median milliseconds to read one whole portrait by its customer_id, as a page asks for it."""
    chance = random.Random(2)
    with Warehouse.read(_portrait()) as house:

        def read() -> None:
            one = f"c{chance.randrange(CUSTOMERS):09}"
            (number,) = house.rows("SELECT customer FROM customers WHERE customer_id = ?", [one])[0]
            house.rows("SELECT * FROM portrait WHERE customer = ?", [number])

        return _measured(read, asked)


def audience_count(asked: int = 200) -> Measured:
    """Median milliseconds to count an audience of 3 to 8 conditions, through the expression language."""
    rules = _rules(random.Random(1))
    with Warehouse.read(_portrait()) as house:

        def count() -> None:
            house.rows(f"SELECT count(*) FROM portrait WHERE {next(rules)}")

        return _measured(count, asked)


def _measured(ask: Callable[[], None], asked: int) -> Measured:
    for _ in range(asked // 4):
        ask()
    took = sorted(_milliseconds(ask) for _ in range(asked))
    p95 = quantiles(took, n=20)[-1]
    return Measured(round(median(took), 2), {"p95 ms": round(p95, 2), "asked": asked, "slowest ms": round(took[-1], 2)})


def _milliseconds(ask: Callable[[], None]) -> float:
    started = time.perf_counter()
    ask()
    return (time.perf_counter() - started) * 1000


def _rules(chance: random.Random) -> Iterator[str]:
    scope = Scope(columns=TAGS, subject="tags")
    from datetime import datetime

    while True:
        names = chance.sample(sorted(TAGS), chance.randint(3, 8))
        parts = [CONDITIONS[TAGS[name]].format(name=name, part=round(chance.random() * 0.4, 3)) for name in names]
        written = f"{parts[0]} and ({' or '.join(parts[1:])})"
        yield where(parse(written, scope, Type.BOOLEAN), as_of=datetime(2025, 7, 1))


def _portrait() -> Path:
    """A run's file with `customers` and `portrait` as a build stores them, made once and kept."""
    path = Path(tempfile.gettempdir()) / "portraits-reads.duckdb"
    if not path.exists():
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        with Warehouse.create(draft, memory="3GB") as house:
            ids = f"'c' || lpad(CAST(i AS VARCHAR), 9, '0') AS customer_id FROM range({CUSTOMERS}) n(i)"
            house.execute(f"CREATE TABLE customers AS SELECT CAST(i AS INTEGER) AS customer, {ids}")
            columns = ", ".join(f"{_value(number, kind)} AS {name}" for number, (name, kind) in enumerate(TAGS.items()))
            house.execute(f"CREATE TABLE portrait AS SELECT customer, customer_id, {columns} FROM customers")
        draft.rename(path)
    return path


def _value(number: int, kind: Type) -> str:
    drawn = f"(hash(customer, {number}) % 100003 / 100003.0)"
    return f"CASE WHEN hash(customer, {number}, 1) % 10 > 0 THEN {VALUES[kind].format(u=drawn)} END"
