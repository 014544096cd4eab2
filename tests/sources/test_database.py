"""The database source, on SQLite and on a PostgreSQL server of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa

from portraits.sources import database
from portraits.sources.kinds import Database
from portraits.sources.source import Place
from portraits.vocabulary.errors import BadInput, DefinitionError, MissingExtra
from portraits.vocabulary.types import Type
from tests.sources.conftest import read_all


def _rows(folder: Path, statements: list[str]) -> None:
    engine = sa.create_engine(f"sqlite:///{folder / 'crm.db'}")
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()


@pytest.fixture
def crm(tmp_path: Path) -> Path:
    """A workspace with an SQLite database of three orders."""
    _rows(
        tmp_path,
        [
            "create table orders (id integer primary key, who text, paid real, day text, note blob)",
            "insert into orders values (1, '张三', 10.5, '2024-01-01', x'ff00'), (2, 'Li', 20, '2024-01-02', null)",
            "insert into orders values (3, 'it''s: 10:30', null, '2024-01-03', null)",
        ],
    )
    return tmp_path


def _source(**keys: Any) -> Database:
    return Database.read({"kind": "database", "url": "sqlite:///crm.db", **keys})


def test_a_table_is_read_with_its_types_and_row_numbers(crm: Path) -> None:
    (loaded,) = read_all(_source(table="orders"), Place(crm))
    assert loaded.part.label == "orders"
    assert loaded.part.columns["id"] is Type.INTEGER
    assert loaded.part.columns["paid"] is Type.NUMBER
    assert loaded.part.columns["who"] is Type.RAW
    assert loaded.column("_row") == [1, 2, 3]
    assert loaded.column("who") == ["张三", "Li", "it's: 10:30"]
    assert loaded.column("note") == ["/wA=", None, None]
    assert (loaded.part.read, loaded.part.rejected, loaded.part.snapshot) == (3, 0, True)


def test_a_query_may_hold_colons_and_percent_signs(crm: Path) -> None:
    query = "select id, who from orders where who like '%: 10:30%' or who = ':x';"
    (loaded,) = read_all(_source(query=query), Place(crm))
    assert loaded.column("id") == [3]
    assert loaded.part.label == "query"


def test_the_same_table_has_the_same_identity_until_it_changes(crm: Path) -> None:
    first, again = (read_all(_source(table="orders"), Place(crm))[0].part.identity for _ in range(2))
    assert first == again != ""
    _rows(crm, ["update orders set paid = 11 where id = 1"])
    assert read_all(_source(table="orders"), Place(crm))[0].part.identity != first


@pytest.mark.parametrize(("cursor", "reached", "more"), [("id", "3", "4"), ("day", "2024-01-03", "2024-02-01")])
def test_only_rows_above_the_cursor_are_read_again(crm: Path, cursor: str, reached: str, more: str) -> None:
    source = _source(table="orders", cursor=cursor)
    (first,) = read_all(source, Place(crm))
    assert (first.part.cursor, first.part.snapshot) == (reached, False)
    assert read_all(source, Place(crm, cursor=reached)) == []
    _rows(crm, ["insert into orders values (4, 'Wang', 1, '2024-02-01', null)"])
    (second,) = read_all(source, Place(crm, cursor=reached))
    assert (second.column("id"), second.part.cursor) == ([4], more)
    assert second.part.identity != first.part.identity


def test_a_query_too_may_have_a_cursor(crm: Path) -> None:
    source = _source(query="select id * 10 as n from orders", cursor="n")
    (loaded,) = read_all(source, Place(crm, cursor="10"))
    assert loaded.column("n") == [20, 30]


def test_a_value_of_another_type_is_rejected_with_its_row_and_field(crm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_ROWS", 2)
    _rows(crm, ["update orders set paid = 'a lot' where id = 3", "insert into orders values (4, 'x', 4.0, '', null)"])
    (loaded,) = read_all(_source(table="orders"), Place(crm))
    (reject,) = loaded.rejects
    assert (reject.row, reject.field, reject.reason) == (3, "paid", "value")
    assert "a lot" in reject.text.en and "a lot" in reject.text.zh and "a lot" in reject.raw
    assert (loaded.part.read, loaded.part.landed, loaded.part.rejected) == (4, 3, 1)
    assert loaded.column("_row") == [1, 2, 4]


def test_a_half_is_not_cut_to_a_whole_number(crm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_ROWS", 1)
    _rows(crm, ["create table n (x numeric)", "insert into n values (1), (2.5), (3)"])
    (loaded,) = read_all(_source(table="n"), Place(crm))
    assert loaded.column("x") == [1, 3]
    assert loaded.rejects[0].parameters == {"value": "2.5", "type": "int64"}


def test_an_empty_table_is_a_part_without_rows(crm: Path) -> None:
    _rows(crm, ["create table nobody (a text, A_2 text)"])
    (loaded,) = read_all(_source(table="nobody"), Place(crm))
    assert (loaded.rows, loaded.part.read, list(loaded.part.columns)) == ([], 0, ["a", "A_2"])


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"table": "order"}, "no such table"),
        ({"query": "select no_such from orders"}, "no such column"),
        ({"table": "orders", "cursor": "nr"}, "nr"),
        ({"url": "sqlite:///other.db", "table": "orders"}, "There is no database other.db"),
        ({"url": "postgresql://u:${NO_SUCH_VARIABLE}@h/d", "table": "t"}, "NO_SUCH_VARIABLE is not set"),
    ],
)
def test_what_is_not_there_is_named(crm: Path, keys: dict[str, str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_all(_source(**keys), Place(crm))


def test_the_database_is_opened_for_reading_only(crm: Path) -> None:
    before = (crm / "crm.db").read_bytes()
    with pytest.raises(BadInput):
        read_all(_source(query="select 1) as a; drop table orders; --"), Place(crm))
    assert (crm / "crm.db").read_bytes() == before


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"table": "a", "query": "select 1"}, "either table or query"),
        ({}, "either table or query"),
        ({"url": "postgresql://u:secret@h/d", "table": "t"}, "holds a password"),
        ({"url": "nonsense", "table": "t"}, "not a database URL"),
    ],
)
def test_a_definition_at_fault_says_what_is_right(keys: dict[str, str], said: str) -> None:
    with pytest.raises(DefinitionError, match=said) as caught:
        _source(**keys)
    assert "secret" not in str(caught.value)


def test_a_missing_driver_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtra, match="psycopg"):
        read_all(_source(url="postgresql://u@localhost/d", table="t"), Place(tmp_path))


def test_variables_fill_every_part_of_the_address_and_none_needs_quoting(tmp_path: Path) -> None:
    values = {"U": "me", "P": "p@ss/w:rd", "H": "db.example", "D": "crm"}
    address = database.address_of("mysql://${U}:${P}@${H}/${D}?charset=utf8mb4", tmp_path, values)
    assert (address.username, address.password) == ("me", "p@ss/w:rd")
    assert (address.host, address.database) == ("db.example", "crm")
    assert address.drivername == "mysql+pymysql"


def test_types_are_what_all_values_share() -> None:
    moment = datetime(2024, 1, 1, 12)
    assert database.kind_of([Decimal("1.50"), None]) == pa.decimal128(38, 9)
    assert database.kind_of([Decimal("0.123456789012"), Decimal("NaN")]) == pa.decimal128(38, 12)
    assert database.kind_of([moment]) == pa.timestamp("us")
    assert database.kind_of([moment.replace(tzinfo=UTC)]) == pa.timestamp("us", tz="UTC")
    assert database.kind_of([moment, moment.replace(tzinfo=UTC)]) == pa.string()
    assert database.kind_of([date(2024, 1, 1)]) == pa.date32()
    assert database.kind_of([True, None]) == pa.bool_()
    assert database.kind_of([1, 2.0]) == pa.float64()
    assert database.kind_of([None]) == database.kind_of([1, "a"]) == pa.string()


_SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


def _as_nobody() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: who is root starts it as another."""
    if os.geteuid() != 0:
        return {}
    name = next(name for name in ("postgres", "nobody") if any(each.pw_name == name for each in pwd.getpwall()))
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server on loopback, made for these tests."""
    if not _SERVERS:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    folder, who = Path(tmp_path_factory.mktemp("pg")), _as_nobody()
    for each in (folder, *folder.parents[:3]):  # as many as there are where tests run side by side
        if each != Path(tempfile.gettempdir()):
            each.chmod(0o755)
    data = folder / "data"
    data.mkdir()
    if who:
        shutil.chown(data, who["user"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    tools = _SERVERS[-1].parent
    _run(who, tools / "initdb", "-D", data, "-U", "reader", "-A", "trust", "-E", "UTF8", "--no-sync")
    flags = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories='' -c fsync=off"
    _run(who, tools / "pg_ctl", "-D", data, "-w", "-o", flags, "-l", data / "log", "start")
    yield f"postgresql://reader:${{PORTRAITS_TEST_PASSWORD}}@127.0.0.1:{port}/postgres"
    _run(who, tools / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _run(who: dict[str, Any], *command: str | Path) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **who)


@pytest.fixture
def server(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, sa.Connection]]:
    monkeypatch.setenv("PORTRAITS_TEST_PASSWORD", "any")
    engine = sa.create_engine(database.address_of(postgres, tmp_path, os.environ))
    with engine.connect() as connection:
        yield postgres, connection
    engine.dispose()


def test_postgresql_gives_every_type(server: tuple[str, sa.Connection], tmp_path: Path) -> None:
    url, connection = server
    connection.execute(sa.text("create schema if not exists crm"))
    connection.execute(sa.text("drop table if exists crm.people"))
    connection.execute(
        sa.text(
            "create table crm.people as select 1 as id, '李四' as name, 12.50::numeric(10,2) as paid, true as vip, "
            "date '1990-02-03' as born, timestamp '2024-01-02 03:04:05' as seen, "
            "timestamptz '2024-01-02 03:04:05+08' as at, 2.5::float8 as score, '{\"a\": [1]}'::jsonb as more, "
            "array[1,2] as list, null::text as nothing, '550e8400-e29b-41d4-a716-446655440000'::uuid as key"
        )
    )
    connection.commit()
    source = Database.read({"kind": "database", "url": url, "table": "crm.people"})
    (loaded,) = read_all(source, Place(tmp_path))
    assert loaded.rows == [
        {
            "_row": 1,
            "id": 1,
            "name": "李四",
            "paid": Decimal("12.5"),
            "vip": True,
            "born": date(1990, 2, 3),
            "seen": datetime(2024, 1, 2, 3, 4, 5),
            "at": datetime(2024, 1, 1, 19, 4, 5, tzinfo=UTC),
            "score": 2.5,
            "more": '{"a": [1]}',
            "list": "[1, 2]",
            "nothing": None,
            "key": "550e8400-e29b-41d4-a716-446655440000",
        }
    ]
    assert loaded.part.columns["paid"] is Type.MONEY


def test_postgresql_streams_and_goes_on_from_the_cursor(server: tuple[str, sa.Connection], tmp_path: Path) -> None:
    url, connection = server
    connection.execute(sa.text("drop table if exists orders"))
    connection.execute(
        sa.text(
            "create table orders as select n as id, timestamp '2024-01-01' + n * interval '1 minute' as at, "
            "n % 7 as shop from generate_series(1, 50000) n"
        )
    )
    connection.commit()
    source = Database.read({"kind": "database", "url": url, "query": "select * from orders", "cursor": "at"})
    (first,) = read_all(source, Place(tmp_path))
    assert (len(first.rows), first.part.cursor) == (50_000, "2024-02-04 17:20:00")
    assert first.column("_row") == list(range(1, 50_001))
    connection.execute(sa.text("insert into orders values (50001, '2024-03-01', 1)"))
    connection.commit()
    (second,) = read_all(source, Place(tmp_path, cursor=first.part.cursor))
    assert second.column("id") == [50_001]


def test_postgresql_says_what_is_wrong_without_the_password(server: tuple[str, sa.Connection], tmp_path: Path) -> None:
    source = Database.read({"kind": "database", "url": server[0], "table": "no_such"})
    with pytest.raises(BadInput, match="no_such") as caught:
        read_all(source, Place(tmp_path))
    assert ":any@" not in str(caught.value)
    query = "select 1 / (2 - n) from generate_series(1, 3) n"
    broken = Database.read({"kind": "database", "url": server[0], "query": query})
    with pytest.raises(BadInput, match="division by zero"):
        read_all(broken, Place(tmp_path))
