"""Builds: a small shop from its files to a published run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from portraits.app.data.sources import load, undo
from portraits.app.runs.builds import build
from portraits.engine import runs
from portraits.engine.lock import locked
from portraits.engine.reader import RunReader
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, Busy, DefinitionError
from tests.app.sheets import settings, sheet

_NOW = datetime(2024, 5, 1, 4, tzinfo=UTC)
_SETTINGS = settings(packs=["consumption"], keep_runs=2)
_CRM = sheet("crm", "people", record_id="id", name="name", phone="phone", updated_at="changed")
_TILL = sheet("till", "orders", order_id="number", record_id="customer", ordered_at="at", amount="paid")
_SOURCES = _CRM + _TILL
_PEOPLE = "id,name,phone,changed\nc1,王芳,138,2024-01-01\nc2,李雷,139,2024-01-02\nc3,王芳,138,2024-04-20\n"
_ORDERS = """number,customer,at,paid
1,c1,2024-01-05 10:00,100.10
2,c1,2024-02-05 11:00,50.05
3,c2,2024-02-06 12:00,70
4,,2024-02-07 12:00,9
5,c2,2024-04-08 13:00,30
6,c9,2024-04-30 23:59,1
7,c1,2024-03-01 10:00,-20
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A shop with three person records and seven orders, loaded."""
    return _shop(tmp_path, _PEOPLE, _ORDERS)


def _shop(folder: Path, people: str, orders: str, settings: str = _SETTINGS) -> Workspace:
    folder.mkdir(exist_ok=True)
    (folder / "portraits.toml").write_text(settings + _SOURCES, encoding="utf-8")
    (folder / "crm.csv").write_text(people, encoding="utf-8")
    (folder / "till.csv").write_text(orders, encoding="utf-8")
    load(Workspace(folder), actor="test", now=_NOW)
    return Workspace(folder)


def _rows(workspace: Workspace, sql: str) -> list[tuple[object, ...]]:
    reader = RunReader(workspace)
    with reader.current() as run:
        found = run.warehouse.rows(sql)
    reader.close()
    return found


_PORTRAITS = "SELECT * EXCLUDE customer FROM portrait ORDER BY customer_id"


def test_a_build_publishes_every_customers_portrait(workspace: Workspace) -> None:
    """A customer met only at the till has a portrait; a return is no sale."""
    info = build(workspace, now=_NOW)
    assert (info.number, info.rows["portrait"], info.rows["orders"]) == (1, 4, 7)
    assert info.as_of == datetime(2024, 5, 1, 12)
    found = _rows(workspace, "SELECT customer_id, orders_all, spend_all FROM portrait ORDER BY customer_id")
    assert [(who, count, float(str(money))) for who, count, money in found] == [
        ("c1", 2, 150.15),
        ("c2", 2, 100),
        ("c3", 0, 0),
        ("c9", 1, 1),
    ]


def test_a_run_at_a_past_moment_is_the_run_of_the_data_cut_there(workspace: Workspace, tmp_path: Path) -> None:
    """Nothing that came later is seen: no row, no record, no tag."""
    moment = datetime(2024, 3, 1)
    build(workspace, moment, now=_NOW)
    people, orders = ("\n".join(rows.splitlines()[:kept]) for rows, kept in ((_PEOPLE, 3), (_ORDERS, 5)))
    cut = _shop(tmp_path / "cut", people, orders)
    build(cut, moment, now=_NOW)
    portraits = _rows(workspace, _PORTRAITS)
    assert portraits == _rows(cut, _PORTRAITS)
    assert len(portraits) == 2


def test_records_with_the_same_key_are_one_customer(workspace: Workspace) -> None:
    """The key is an expression over people."""
    keyed = _SETTINGS + 'customer_key = "phone"\n' + _SOURCES
    (workspace.folder / "portraits.toml").write_text(keyed, encoding="utf-8")
    build(Workspace(workspace.folder), now=_NOW)
    found = _rows(workspace, "SELECT customer_id, records FROM customers ORDER BY customer_id")
    assert found == [("c1", 2), ("c2", 1), ("c9", 0)]


def test_data_that_ends_in_the_past_can_be_told_of_as_of_its_newest_row(workspace: Workspace) -> None:
    """`as_of = "newest"` is written for archives and demonstrations."""
    newest = _SETTINGS + 'as_of = "newest"\n' + _SOURCES
    (workspace.folder / "portraits.toml").write_text(newest, encoding="utf-8")
    assert build(Workspace(workspace.folder), now=_NOW).as_of == datetime(2024, 4, 30, 23, 59)


def test_an_undone_batch_is_gone_from_the_next_build(workspace: Workspace) -> None:
    """The run before it stays as it was."""
    build(workspace, now=_NOW)
    undo(workspace, 2, actor="test", now=_NOW)
    second = build(workspace, now=_NOW)
    assert second.rows["customers"] == 3
    assert runs.run_info(workspace, 1).rows["customers"] == 4


def test_old_runs_go_when_there_are_more_than_are_kept(workspace: Workspace) -> None:
    """The settings say how many."""
    for _ in range(3):
        build(workspace, now=_NOW)
    assert runs.numbers(workspace) == [2, 3]


def test_a_build_with_nothing_to_build_from_says_so(tmp_path: Path) -> None:
    """No rows: the hint names the command."""
    (tmp_path / "portraits.toml").write_text(_SETTINGS, encoding="utf-8")
    with pytest.raises(BadInput, match="portraits load"):
        build(Workspace(tmp_path), now=_NOW)


def test_a_fault_in_a_tag_stops_the_build_and_names_its_place(workspace: Workspace) -> None:
    """The published run stays."""
    build(workspace, now=_NOW)
    wrong = '[tags.odd]\ntitle = "Odd"\nkind = "rule"\nvalue = "orders_al + 1"\n'
    (workspace.folder / "tags.toml").write_text(wrong, encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"tags\.toml:4.*orders_all"):
        build(Workspace(workspace.folder), now=_NOW)
    assert runs.current(workspace) == 1


def test_two_builds_at_once_are_refused(workspace: Workspace) -> None:
    """The second one names the process that holds the lock."""
    with locked(workspace.build_lock, "building"), pytest.raises(Busy, match="PID"):
        build(workspace, now=_NOW)


def test_the_run_says_what_it_was_made_of(workspace: Workspace) -> None:
    """Types of all tags, the hash of the definitions, and what each step took."""
    info = build(workspace, now=_NOW)
    assert info.figures["tags"]["orders_all"] == "integer"
    assert len(info.definitions) == 64
    assert {timing.name for timing in info.timings} >= {"customers", "portrait", "tag_statistics"}


def test_a_landing_file_that_was_changed_is_named_and_not_built(workspace: Workspace) -> None:
    build(workspace, now=_NOW)
    path = workspace.landing / "till" / "000002.parquet"
    kept = path.read_bytes()
    path.write_bytes(kept + b" ")
    with pytest.raises(BadInput, match=r"batch 2 \(till, till.csv\) was changed since it was loaded"):
        build(workspace, now=_NOW)
    assert runs.current(workspace) == 1
    path.write_bytes(kept)
    assert build(workspace, now=_NOW).number == 2


def test_all_landing_files_that_are_gone_are_named_at_once(workspace: Workspace) -> None:
    for path in workspace.landing.glob("*/*.parquet"):
        path.unlink()
    with pytest.raises(BadInput, match=r"(?s)batch 1 .* is gone\..*batch 2 .* is gone\.") as caught:
        build(workspace, now=_NOW)
    assert "data/landing" in caught.value.hint


def test_a_batch_that_was_taken_back_may_have_lost_its_file(workspace: Workspace) -> None:
    undo(workspace, 2, actor="test", now=_NOW)
    (workspace.landing / "till" / "000002.parquet").unlink()
    assert build(workspace, now=_NOW).rows["customers"] == 3


def test_a_customer_key_of_the_moment_builds_nothing(workspace: Workspace) -> None:
    keyed = _SETTINGS + 'customer_key = "age_in_years(birth_date)"\n' + _SOURCES
    (workspace.folder / "portraits.toml").write_text(keyed, encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"portraits.toml:\d+ \[settings.customer_key\]"):
        build(Workspace(workspace.folder), now=_NOW)
