"""Records: small seeded sets of cleaned records with known truth, for the tests of matching."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa

from portraits.engine.warehouse import Step, Warehouse
from portraits.identity.clean.people import CLEAN, clean_people, steps

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静丽强磊军洋艳勇杰娟涛明超秀霞平刚桂英华玉兰飞"
STREETS = ("人民路", "中山路", "解放路", "建设路", "和平路", "文化路", "新华路", "长江路")


def cleaned(rows: list[dict[str, Any]], name: str = "people_clean") -> Warehouse:
    """A warehouse with the rows cleaned."""
    warehouse = Warehouse.create(threads=1, memory="500MB")
    add(warehouse, rows, name)
    return warehouse


def add(warehouse: Warehouse, rows: list[dict[str, Any]], name: str) -> None:
    """Clean more rows into a relation of another name."""
    with Warehouse.create(threads=1, memory="500MB") as apart:
        _keep(apart, "people", pa.Table.from_pylist(rows))
        columns = list(apart.columns("people"))
        for relation, table in clean_people(columns, apart.query):
            _keep(apart, relation, table)
        apart.run(steps(columns))
        found = apart.query("SELECT * FROM people_clean")
    _keep(warehouse, name, found)


def _keep(warehouse: Warehouse, name: str, table: pa.Table) -> None:
    warehouse.register(f"arrived_{name}", table)
    warehouse.run([Step(name, f"SELECT * FROM arrived_{name}")])


def bare(rows: list[dict[str, Any]], name: str = "people_clean") -> Warehouse:
    """A warehouse with rows that are clean as they are; columns not given are empty."""
    warehouse = Warehouse.create(threads=1, memory="500MB")
    columns = ["record_id", "source", *CLEAN]
    full = [{"kind": "person", **row} for row in rows]
    arrays = {column: pa.array([row.get(column) for row in full], _type(column)) for column in columns}
    _keep(warehouse, name, pa.table(arrays))
    return warehouse


def _type(column: str) -> pa.DataType:
    return pa.bool_() if column == "email_shared" else pa.string()


def people(customers: int, seed: int = 1) -> list[dict[str, Any]]:
    """Records of so many customers, a third of whom have two or three, some with mistakes; `customer` is the truth."""
    chance = random.Random(seed)
    rows = []
    for number in range(customers):
        person = _person(chance, number)
        for copy in range(chance.choice((1, 1, 2, 3))):
            rows.append(
                {**_written(person, chance, copy), "record_id": f"r{number:04d}-{copy}", "customer": f"c{number:04d}"}
            )
    return rows


def truth(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Record -> its customer."""
    return {row["record_id"]: row["customer"] for row in rows}


def _person(chance: random.Random, number: int) -> dict[str, Any]:
    name = chance.choice(SURNAMES) + "".join(chance.choice(GIVEN) for _ in range(2))
    born = f"{chance.randrange(1950, 2005)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}"
    street, house = chance.choice(STREETS), chance.randrange(1, 900)
    return {
        "kind": "person",
        "name": name,
        "birth_date": born,
        "phone": f"13{chance.randrange(10**8, 10**9)}",
        "email": f"u{number}.{chance.randrange(10**6)}@example.com",
        "address": f"{street}{house}号{chance.randrange(1, 30)}幢{chance.randrange(101, 2000)}室",
        "city": chance.choice(("上海", "杭州", "苏州")),
    }


def _written(person: dict[str, Any], chance: random.Random, copy: int) -> dict[str, Any]:
    row = dict(person)
    for field in ("email", "birth_date", "address", "phone"):
        if chance.random() < 0.15:
            row[field] = None
    if copy and chance.random() < 0.2:
        row["birth_date"] = f"{chance.randrange(1950, 2005)}-01-15"
    if copy and row["phone"] and chance.random() < 0.2:
        row["phone"] = f"+86 {row['phone'][:3]} {row['phone'][3:7]} {row['phone'][7:]}"
    return row


def pairwise(found: dict[str, str], true: dict[str, str]) -> tuple[float, float]:
    """Precision and recall over pairs."""
    both, one, other = _pairs(zip(found.values(), map(true.get, found), strict=True)), _pairs(found.values()), 0
    other = _pairs(map(true.get, found))
    return both / max(one, 1), both / max(other, 1)


def _pairs(labels: Any) -> int:
    counts: dict[Any, int] = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    return sum(count * (count - 1) // 2 for count in counts.values())


def clusters(warehouse: Warehouse, relation: str = "match_person_clusters") -> dict[str, str]:
    """Record -> cluster, as found."""
    return dict(warehouse.rows(f"SELECT record_id, cluster FROM {relation} ORDER BY record_id"))
