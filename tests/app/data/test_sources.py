"""Loading: each file once, whole or not at all, every row landed or kept with its reason."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from portraits.app.data.loading import layout_of
from portraits.app.data.sources import batches, canonical, left_out, load, newest_moment, rejects, suggest, undo
from portraits.app.definitions import definitions
from portraits.app.store import store
from portraits.engine.audit import entries
from portraits.engine.landing import rows_file
from portraits.engine.lock import locked
from portraits.engine.progress import Progress
from portraits.engine.warehouse import Warehouse
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, Busy, DefinitionError, NotFound
from tests.app.company import BAD, DEFINITIONS, GOOD, HEAD, NOW, shop, till, write


def amounts(workspace: Workspace) -> list[float]:
    """The amounts of all lines that count."""
    with Warehouse.create() as warehouse:
        [step] = [step for step in canonical(workspace, definitions(workspace), NOW) if step.name == "order_lines"]
        return [float(amount) for (amount,) in warehouse.rows(f"SELECT amount FROM ({step.sql}) ORDER BY 1")]


def loaded(workspace: Workspace) -> list[str]:
    return [batch.label for batch in load(workspace, actor="ann", now=NOW)]


def test_every_row_is_landed_or_rejected_with_its_reason(tmp_path: Path) -> None:
    workspace = shop(tmp_path, a=GOOD + BAD)
    [batch] = load(workspace, actor="ann", now=NOW)
    assert (batch.rows_read, batch.rows_landed, batch.rows_rejected) == (4, 2, 2)
    assert (batch.label, batch.actor, batch.loaded_at) == ("till/a.csv", "ann", NOW)
    assert batch.facts["encoding"] == "utf-8"
    first, second = rejects(workspace, batch.id)
    assert (first.row, first.field, first.text.en) == (3, "amount", "'dear' cannot be read as amount (money)")
    assert (second.row, second.field, second.text.zh) == (4, "order_id", "缺少必填项 order_id")
    assert amounts(workspace) == [4.2, 7]


def test_loading_the_same_content_again_does_nothing(tmp_path: Path) -> None:
    workspace = shop(tmp_path, a=GOOD)
    assert loaded(workspace) == ["till/a.csv"]
    till(tmp_path, "copy", GOOD)
    assert loaded(workspace) == []
    assert len(batches(workspace)) == 1


def test_a_changed_file_takes_the_place_of_its_older_state(tmp_path: Path) -> None:
    workspace = shop(tmp_path, a=GOOD)
    loaded(workspace)
    till(tmp_path, "a", GOOD + "3,c1,eggs,1,9,2026-01-05 10:00:00,\n")
    till(tmp_path, "b", "4,c1,eggs,1,2,2026-01-05 10:00:00,\n")
    assert loaded(workspace) == ["till/a.csv", "till/b.csv"]
    assert amounts(workspace) == [2, 4.2, 7, 9]
    assert [batch.replaced_by for batch in batches(workspace)] == [2, None, None]


def test_undoing_is_as_if_it_had_not_been_loaded_and_loading_again_brings_it_back(tmp_path: Path) -> None:
    workspace = shop(tmp_path, a=GOOD)
    loaded(workspace)
    till(tmp_path, "a", "3,c1,eggs,1,9,2026-01-05 10:00:00,\n")
    loaded(workspace)
    assert [batch.id for batch in undo(workspace, 2, actor="bob", now=NOW)] == [2]
    assert amounts(workspace) == [4.2, 7]
    assert rows_file(workspace, "till", "000002").exists()
    assert undo(workspace, 2, actor="bob", now=NOW) == []
    assert loaded(workspace) == ["till/a.csv"]
    assert amounts(workspace) == [9]
    with pytest.raises(NotFound, match="no batch 99"):
        undo(workspace, 99, actor="bob", now=NOW)


def test_the_trail_says_who_loaded_and_who_undid(tmp_path: Path) -> None:
    workspace = shop(tmp_path, a=GOOD)
    loaded(workspace)
    undo(workspace, 1, actor="bob", now=NOW)
    with store(workspace) as opened:
        trail = [(entry.actor, entry.action, entry.subject, entry.detail["rows"]) for entry in entries(opened)]
    assert trail == [("ann", "load", "batch 1", 2), ("bob", "undo", "batch 1", 2)]


def test_values_that_can_be_done_without_are_missing_and_counted(tmp_path: Path) -> None:
    workspace = shop(tmp_path, a="1,c1,milk,some,3,2026-01-02 10:00:00,\n2,c1,milk,1,3,2026-01-02 10:00:00,\n")
    text = DEFINITIONS.replace('amount = "price * qty"', 'amount = "price"').replace(
        'quantity = "qty"', "quantity = \"case when qty = 'none' then 0 else qty end\"\nstatus = \"'Sold'\""
    )
    [batch] = load(write(tmp_path, text, "portraits.toml"), actor="ann", now=NOW)
    assert batch.rows_rejected == 0
    assert batch.facts["unreadable"] == {
        "order_lines.quantity": {"n": 1, "example": "some"},
        "order_lines.status": {"n": 2, "example": "Sold"},
    }
    assert len(amounts(Workspace(workspace.folder))) == 2


def test_a_value_that_a_case_took_care_of_is_not_unreadable(tmp_path: Path) -> None:
    shop(tmp_path, a="1,c1,milk,5+,3,2026-01-02 10:00:00,\n")
    text = DEFINITIONS.replace('"qty"', "\"case when qty = '5+' then 5 else qty end\"").replace("price * qty", "price")
    [batch] = load(write(tmp_path, text, "portraits.toml"), actor="ann", now=NOW)
    assert batch.facts["unreadable"] == {}


def test_a_file_that_cannot_be_read_keeps_no_other_out(tmp_path: Path) -> None:
    workspace = shop(tmp_path, b=GOOD)
    (tmp_path / "till" / "a.csv").write_bytes(b"PK\x03\x04 no csv at all\x00\x00")
    with pytest.raises(BadInput, match=r"till/a\.csv") as caught:
        load(workspace, actor="ann", now=NOW)
    assert "1 other batches were loaded" in caught.value.hint
    assert [batch.label for batch in batches(workspace)] == ["till/b.csv"]


def test_a_source_without_files_says_where_it_looked(tmp_path: Path) -> None:
    workspace = shop(tmp_path)
    with pytest.raises(BadInput, match="no file till") as caught:
        load(workspace, actor="ann", now=NOW)
    assert str(tmp_path) in caught.value.hint


def test_a_source_that_is_not_there_says_the_nearest_one(tmp_path: Path) -> None:
    workspace = shop(tmp_path, a=GOOD)
    with pytest.raises(NotFound, match="Did you mean till"):
        load(workspace, ["til"], actor="ann", now=NOW)
    assert [batch.source for batch in load(workspace, ["till"], actor="ann", now=NOW)] == ["till"]


def test_a_mapping_that_needs_a_column_the_file_has_not_stops_before_anything_is_landed(tmp_path: Path) -> None:
    shop(tmp_path, a=GOOD)
    workspace = write(tmp_path, DEFINITIONS.replace('"ticket"', '"tickt"'), "portraits.toml")
    with pytest.raises(DefinitionError, match=r"portraits\.toml:\d+ \[mappings\.lines\.columns\.order_id\].*ticket"):
        load(workspace, actor="ann", now=NOW)
    assert batches(workspace) == []


def test_older_files_may_lack_a_column_that_newer_ones_have(tmp_path: Path) -> None:
    shop(tmp_path, a=GOOD)
    till(tmp_path, "b", "5,c1,milk,1,3,2026-01-02 10:00:00,,0.5\n", HEAD.replace("note", "note,rebate"))
    workspace = write(tmp_path, DEFINITIONS + 'discount = "rebate"\n', "portraits.toml")
    assert [batch.facts["absent"] for batch in load(workspace, actor="ann", now=NOW)] == [["rebate"], []]
    assert amounts(workspace) == [3, 4.2, 7]


def test_lines_need_their_time_where_no_orders_have_it(tmp_path: Path) -> None:
    workspace = shop(tmp_path, a="1,c1,milk,1,3,someday,\n")
    [batch] = load(workspace, actor="ann", now=NOW)
    [reject] = rejects(workspace, batch.id)
    assert (reject.field, reject.reason) == ("ordered_at", "unreadable")


def test_two_loads_at_once_are_refused(tmp_path: Path) -> None:
    workspace = shop(tmp_path, a=GOOD)
    with locked(workspace.load_lock, "loading"), pytest.raises(Busy, match="is loading"):
        load(workspace, actor="ann", now=NOW)


def test_the_moment_of_a_load_is_told_in_the_workspaces_zone(tmp_path: Path) -> None:
    workspace = shop(tmp_path, a=GOOD)
    [batch] = load(workspace, actor="ann", now=datetime(2026, 3, 1, 20, tzinfo=UTC))
    assert batch.loaded_at == datetime(2026, 3, 2, 4)


def test_the_newest_moment_and_what_the_source_says_about_its_text(tmp_path: Path) -> None:
    workspace = shop(tmp_path, a="1,c1,milk,1,3,03/02/2026,\n2,c1,milk,1,3,05/02/2026,\n")
    stated = DEFINITIONS.replace('path = "till/*.csv"', 'path = "till/*.csv"\ndates = { at = "%d/%m/%Y" }')
    workspace = write(tmp_path, stated, "portraits.toml")
    assert newest_moment(workspace, definitions(workspace)) is None
    load(workspace, actor="ann", now=NOW)
    assert newest_moment(workspace, definitions(workspace)) == datetime(2026, 2, 5)
    american = write(tmp_path, stated.replace("%d/%m", "%m/%d"), "portraits.toml")
    assert layout_of(batches(american)[0], definitions(american)).dates == {"at": "%m/%d/%Y"}
    assert newest_moment(american, definitions(american)) == datetime(2026, 5, 2)


def test_rows_that_a_changed_mapping_cannot_use_are_counted(tmp_path: Path) -> None:
    workspace = shop(tmp_path, a=GOOD + "3,,milk,1,1,2026-01-02,\n")
    load(workspace, actor="ann", now=NOW)
    assert left_out(workspace, definitions(workspace)) == {}
    people = '[mappings.people]\nsource = "till"\ntable = "people"\ncolumns = { record_id = "card" }\n'
    changed = write(tmp_path, people)
    assert left_out(changed, definitions(changed)) == {"people": 1}


def test_batches_can_be_listed_whatever_is_wrong_with_other_definitions(tmp_path: Path) -> None:
    workspace = shop(tmp_path, a=GOOD)
    load(workspace, actor="ann", now=NOW)
    assert len(batches(write(tmp_path, '[tags.x]\nkind = "fakt"\n'))) == 1
    (tmp_path / "portraits.toml").write_text("")
    with pytest.raises(DefinitionError, match="is missing"):
        batches(Workspace(tmp_path))


def test_what_a_killed_load_left_is_removed_by_the_next(tmp_path: Path) -> None:
    workspace = shop(tmp_path, a=GOOD)
    for path in (workspace.landing / "till" / "000009.parquet", workspace.spool / "portraits-x" / "part"):
        path.parent.mkdir(parents=True)
        path.touch()
    load(workspace, actor="ann", now=NOW)
    assert [path.name for path in workspace.landing.rglob("*.parquet")] == ["000001.parquet"]
    assert list(workspace.spool.iterdir()) == []


def test_progress_counts_rows(tmp_path: Path) -> None:
    class Watching(Progress):
        def __init__(self) -> None:
            self.stages: list[str] = []
            self.rows = 0

        def stage(self, name: str, total: int | None = None) -> None:
            self.stages.append(name)

        def advance(self, parts: int = 1) -> None:
            self.rows += parts

    watching = Watching()
    load(shop(tmp_path, a=GOOD), (), watching, actor="ann", now=NOW)
    assert (watching.stages, watching.rows) == (["till"], 2)


def test_a_file_is_given_a_mapping_to_look_over(tmp_path: Path) -> None:
    shop(tmp_path, a=GOOD)
    found = suggest(tmp_path / "till" / "a.csv", "order_lines")
    assert found.table == "order_lines"
    assert "[mappings." in found.toml


def test_an_empty_file_is_no_fault_and_loads_nothing(tmp_path: Path) -> None:
    workspace = shop(tmp_path, a=GOOD)
    (tmp_path / "till" / "b.csv").write_bytes(b"")
    (tmp_path / "till" / "c.csv").write_text(HEAD, encoding="utf-8")
    assert [batch.label for batch in load(workspace, actor="ann", now=NOW)] == ["till/a.csv"]
    assert load(workspace, actor="ann", now=NOW) == []
    assert amounts(workspace) == [4.2, 7]
