"""The warehouse: steps, ranges, readers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from portraits.engine import warehouse as module
from portraits.engine.warehouse import Step, Warehouse, literal, quote
from portraits.vocabulary.errors import Stopped


class _Watch:
    """Progress that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int | None]] = []
        self.parts = 0

    def stage(self, name: str, total: int | None = None) -> None:
        """Remember the stage."""
        self.told.append((name, total))

    def advance(self, parts: int = 1) -> None:
        """Count the parts."""
        self.parts += parts


@pytest.fixture
def memory() -> Iterator[Warehouse]:
    """A warehouse of 1,000 customers with three rows each."""
    with Warehouse.create() as made:
        made.run([Step("rows", "SELECT (i // 3)::INTEGER AS customer, i AS value FROM range(3000) t(i)")])
        yield made


def test_a_step_makes_a_relation_and_says_what_it_took(memory: Warehouse) -> None:
    watch = _Watch()
    [timing] = memory.run([Step("few", "SELECT * FROM rows WHERE value < 10", order="value DESC")], watch)
    assert (timing.name, timing.rows) == ("few", 10)
    assert timing.seconds > 0
    assert memory.rows("SELECT value FROM few LIMIT 1") == [(9,)]
    assert (watch.told, watch.parts) == ([("few", 1)], 1)


def test_a_step_in_ranges_gives_what_it_gives_at_once(memory: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAMPLED", 100)
    watch = _Watch()
    ranged = "SELECT customer, sum(value) AS s FROM rows WHERE customer >= $low AND customer < $high GROUP BY customer"
    memory.run([Step("sums", ranged, ranges="rows", rows=500)], watch)
    whole = "SELECT customer, sum(value) AS s FROM rows GROUP BY customer"
    assert memory.rows(f"SELECT * FROM ({whole}) EXCEPT SELECT * FROM sums") == []
    assert memory.rows("SELECT count(*) FROM sums") == [(1000,)]
    assert watch.told[0][1] == watch.parts == 7


@pytest.mark.parametrize("ranges", ["", "rows"])
def test_single_rows_of_a_step_are_found_by_its_index_also_after_changes(memory: Warehouse, ranges: str) -> None:
    within = "WHERE customer >= $low AND customer < $high" if ranges else ""
    memory.run([Step("all", f"SELECT * FROM rows {within}", ranges=ranges, index="customer")])
    assert memory.rows("SELECT table_name, expressions FROM duckdb_indexes()") == [("all", "[customer]")]
    memory.take_out("all", "customer = 7")
    memory.append("all", "SELECT 7 AS customer, 99 AS value")
    memory.overwrite("all", ["value"], "SELECT 8 AS customer, -1 AS value", "customer")
    found = 'SELECT customer, value FROM "all" WHERE customer IN (7, 8) ORDER BY ALL'
    assert memory.rows(found) == [(7, 99), (8, -1), (8, -1), (8, -1)]


def test_ranges_end_where_the_weighed_tables_are_full(memory: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAMPLED", 10)
    memory.run(
        [
            Step("customers", "SELECT DISTINCT customer FROM rows", order="customer"),
            Step("heavy", "SELECT 7::INTEGER AS customer FROM range(2000)"),
        ]
    )
    ranges = (
        "SELECT $low AS low, $high AS high, (SELECT count(*) FROM heavy WHERE customer >= $low AND customer < $high)"
    )
    step = Step("cut", ranges, ranges="customers", weighed=("rows", "heavy"), rows=1000)
    memory.run([step])
    found = memory.rows("SELECT low, high FROM cut ORDER BY low")
    assert found[0] == (0, 7)  # the customer with 2,000 rows begins a range of their own
    assert found[1][0] == 7 and found[-1][1] == 1000
    assert [low for low, _ in found[1:]] == [high for _, high in found[:-1]]


def test_who_stops_a_statement_hears_that_it_was_stopped(memory: Warehouse) -> None:
    threading.Timer(0.3, memory.lend().interrupt).start()
    with pytest.raises(Stopped, match="stopped"):
        memory.execute("SELECT count(*) FROM range(100000000) a, range(1000) b WHERE a.range % 7 = b.range % 3")


def test_a_step_in_ranges_over_nothing_makes_an_empty_relation(memory: Warehouse) -> None:
    nobody = "SELECT customer FROM none WHERE customer >= $low AND customer < $high"
    memory.run([Step("none", "SELECT * FROM rows WHERE false"), Step("all_of_none", nobody, ranges="none")])
    assert memory.rows("SELECT count(*) FROM all_of_none") == [(0,)]


def test_a_step_takes_the_place_of_the_temporary_relation_it_reads(tmp_path: Path) -> None:
    path = tmp_path / "run.duckdb"
    with Warehouse.create(path) as made:
        made.run([Step("t", "SELECT 1 AS a", temporary=True), Step("t", "SELECT a + 1 AS a FROM t")])
        assert made.rows("SELECT a FROM t") == [(2,)]
    with Warehouse.read(path) as found:
        assert found.rows("SELECT a FROM t") == [(2,)]
        assert found.relations() == {"t"}


def test_temporary_relations_are_not_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "run.duckdb"
    with Warehouse.create(path) as made:
        made.run([Step("gone", "SELECT 1 AS a", temporary=True), Step("kept", "SELECT a FROM gone")])
    with Warehouse.read(path) as found:
        assert found.relations() == {"kept"}
        assert found.columns("kept") == {"a": "INTEGER"}


def test_rows_of_temporary_relations_are_written_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "it's.parquet"
    with Warehouse.create(tmp_path / "draft.duckdb") as warehouse:
        warehouse.run([Step("passing", "SELECT unnest([3, 1, 2]) AS n", temporary=True)])
        warehouse.write("SELECT n FROM passing ORDER BY n LIMIT 2", path)
        assert warehouse.rows("SELECT n FROM read_parquet(?)", [str(path)]) == [(1,), (2,)]


def test_many_threads_read_at_once(memory: Warehouse) -> None:
    found: list[object] = []

    def read() -> None:
        found.extend(memory.rows("SELECT sum(value) FROM rows WHERE value < ?", [100]) for _ in range(20))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[(4950,)]] * 160


def test_parameters_are_bound_by_place_or_by_name(memory: Warehouse) -> None:
    assert memory.query("SELECT $a + 1 AS b", {"a": 1}).to_pylist() == [{"b": 2}]
    assert memory.query("SELECT ? AS b", ["x"]).to_pylist() == [{"b": "x"}]
    assert memory.rows("SELECT $a", {"a": "o'clock"}) == [("o'clock",)]


def test_two_databases_stand_side_by_side(tmp_path: Path) -> None:
    paths = {name: tmp_path / f"{name}.duckdb" for name in ("before", "after")}
    for number, path in enumerate(paths.values()):
        with Warehouse.create(path) as made:
            made.run([Step("t", f"SELECT {number} AS a")])
    with Warehouse.side_by_side(paths) as both:
        assert both.rows("SELECT before.t.a, after.t.a FROM before.t, after.t") == [(0, 1)]


def test_a_finished_database_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "run.duckdb"
    Warehouse.create(path).close()
    with Warehouse.read(path) as found, pytest.raises(Exception, match="read-only"):
        found.execute("CREATE TABLE main.t AS SELECT 1")


@pytest.mark.parametrize(
    ("value", "sql"),
    [
        ("it's", "'it''s'"),
        (None, "NULL"),
        (True, "TRUE"),
        (1.5, "1.5"),
        (date(2024, 2, 29), "CAST('2024-02-29' AS DATE)"),
        (datetime(2024, 2, 29, 1, 2), "CAST('2024-02-29 01:02:00' AS TIMESTAMP)"),
    ],
)
def test_values_become_literals_by_the_library(value: object, sql: str) -> None:
    assert literal(value) == sql


def test_names_are_quoted_whatever_they_hold() -> None:
    assert quote('a"; drop table x; --') == '"a""; drop table x; --"'


def test_records_are_rows_by_column() -> None:
    with Warehouse.create(threads=1) as warehouse:
        found = warehouse.records("SELECT n, n * 2 AS twice FROM range(?) t(n)", [2])
        assert found == [{"n": 0, "twice": 0}, {"n": 1, "twice": 2}]
        assert warehouse.records("SELECT 1 AS one WHERE false") == []
