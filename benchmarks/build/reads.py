"""Reads: one portrait by its customer_id, and audience counts, over 1 M customers x 100 tags.

The product's own functions are measured, over a made-up workspace with a published run: what a
page or a command waits for, from the workspace to the answer.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

from benchmarks.figure import Measured
from portraits.app.audiences.audiences import count
from portraits.app.customers.subject import subject
from portraits.app.reading import reading
from portraits.engine.runs import RunInfo, current, drafting, publish
from portraits.engine.warehouse import Warehouse
from portraits.engine.workspace import FIRST_FILE, Workspace
from portraits.vocabulary.types import Type

CUSTOMERS = 1_000_000
AS_OF = datetime(2025, 7, 1)
SETTINGS = """[settings]
title = "Reads"
business = "retail"
packs = []
"""
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


def lookup(asked: int = 300, customers: int = CUSTOMERS) -> Measured:
    """Median milliseconds to read one whole portrait by its customer_id, as a page asks for it."""
    chance, workspace = random.Random(2), _workspace(customers)

    def read() -> None:
        with reading(workspace) as run:
            subject(run, f"c{chance.randrange(customers):09}")

    return _measured(read, asked)


def audience_count(asked: int = 200, customers: int = CUSTOMERS) -> Measured:
    """Median milliseconds to count an audience of 3 to 8 conditions: read, put into words and counted."""
    rules, workspace = _rules(random.Random(1)), _workspace(customers)
    return _measured(lambda: count(workspace, next(rules)), asked)


def _measured(ask: Callable[[], object], asked: int) -> Measured:
    for _ in range(asked // 4):
        ask()
    took = sorted(_milliseconds(ask) for _ in range(asked))
    p95 = quantiles(took, n=20)[-1]
    return Measured(round(median(took), 2), {"p95 ms": round(p95, 2), "asked": asked, "slowest ms": round(took[-1], 2)})


def _milliseconds(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return (time.perf_counter() - started) * 1000


def _rules(chance: random.Random) -> Iterator[str]:
    while True:
        names = chance.sample(sorted(TAGS), chance.randint(3, 8))
        parts = [CONDITIONS[TAGS[name]].format(name=name, part=round(chance.random() * 0.4, 3)) for name in names]
        yield f"{parts[0]} and ({' or '.join(parts[1:])})"


def _workspace(customers: int) -> Workspace:
    """A workspace with a published run of so many customers, made once and kept."""
    folder = Path(tempfile.gettempdir()) / f"portraits-reads-{customers}"
    folder.mkdir(exist_ok=True)
    (folder / FIRST_FILE).write_text(SETTINGS, encoding="utf-8")
    workspace = Workspace(folder)
    if current(workspace) is None:
        with drafting(workspace) as draft:
            _build(draft.database, customers)
            publish(workspace, draft, RunInfo(draft.number, AS_OF, AS_OF, rows={"portrait": customers}))
    return workspace


def _build(path: Path, customers: int) -> None:
    """The run's tables `customers` and `portrait`, as a build stores them."""
    with Warehouse.create(path, memory="3GB") as house:
        ids = f"'c' || lpad(CAST(i AS VARCHAR), 9, '0') AS customer_id FROM range({customers}) n(i)"
        house.execute(f"CREATE TABLE customers AS SELECT CAST(i AS INTEGER) AS customer, {ids}")
        columns = ", ".join(f"{_value(number, kind)} AS {name}" for number, (name, kind) in enumerate(TAGS.items()))
        house.execute(f"CREATE TABLE portrait AS SELECT customer, customer_id, {columns} FROM customers")


def _value(number: int, kind: Type) -> str:
    drawn = f"(hash(customer, {number}) % 100003 / 100003.0)"
    return f"CASE WHEN hash(customer, {number}, 1) % 10 > 0 THEN {VALUES[kind].format(u=drawn)} END"
