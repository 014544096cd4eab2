"""Standing: how sources stand: fresh or not, mapped or not, with rejected rows or without."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from portraits.app.data import standing
from portraits.app.data.mending import export_rejects
from portraits.app.data.sources import load, replay, undo
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound
from tests.app.company import BAD, GOOD, shop, till, write

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
LATER = datetime(2026, 3, 4, 4, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = shop(tmp_path / "shop", a=GOOD + BAD)
    load(made, actor="ann", now=NOW)
    return made


def line(workspace: Workspace, name: str = "till") -> standing.SourceLine:
    return next(each for each in standing.standing(workspace, now=LATER) if each.name == name)


def test_a_source_says_its_rows_its_age_and_what_it_becomes(workspace: Workspace) -> None:
    found = line(workspace)
    assert (found.state, found.rows, found.rejected, found.batches, found.days) == ("loaded", 2, 2, 1, 3)
    assert (found.kind, found.place) == ("files", "till/*.csv")
    assert [(link.name, link.table) for link in found.links] == [("lines", "order_lines")]


def test_states_of_sources(workspace: Workspace) -> None:
    more = '[sources.bare]\nkind = "files"\npath = "b.csv"\n[sources.new]\nkind = "files"\npath = "c.csv"\n'
    more += '[mappings.new]\nsource = "new"\ntable = "people"\n[mappings.new.columns]\nrecord_id = "id"\n'
    changed = write(workspace.folder, more)
    assert [line(changed, name).state for name in ("till", "bare", "new")] == ["loaded", "unmapped", "empty"]


def test_a_faulty_mapping_hides_no_source(workspace: Workspace) -> None:
    path = workspace.folder / "portraits.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('order_id = "ticket"\n', ""), encoding="utf-8")
    found = standing.source(Workspace(workspace.folder), "till", now=LATER)
    assert found.line.state == "faulty"
    assert found.faults


def test_a_source_that_is_gone_is_shown_while_its_rows_count(workspace: Workspace) -> None:
    path = workspace.folder / "portraits.toml"
    path.write_text(path.read_text(encoding="utf-8").partition("[sources.till]")[0], encoding="utf-8")
    found = line(Workspace(workspace.folder))
    assert (found.state, found.kind, found.rows) == ("gone", "", 2)


def test_mended_rows_wait_no_longer(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    export_rejects(workspace, 1, path, actor="ann", now=NOW)
    path.write_text(path.read_text(encoding="utf-8-sig").replace("dear", "7"), encoding="utf-8")
    text = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(text[:2]), encoding="utf-8")
    replay(workspace, 1, path, actor="ann", now=NOW)
    assert (line(workspace).rows, line(workspace).rejected) == (3, 1)
    view = standing.batch(workspace, 1)
    assert (view.line.waiting, [each.batch.id for each in view.replays]) == (1, [2])
    assert [each.row for each in view.rejects] == [4]


def test_batches_say_whether_they_count(workspace: Workspace) -> None:
    till(workspace.folder, "a", GOOD)
    load(workspace, actor="ann", now=NOW)
    assert [(each.batch.id, each.state) for each in standing.batch_lines(workspace)] == [
        (2, "loaded"),
        (1, "replaced"),
    ]
    assert standing.batch(workspace, 2).replaced == (1,)
    undo(workspace, 2, actor="ann", now=NOW)
    assert [(each.batch.id, each.state) for each in standing.batch_lines(workspace, "till")] == [
        (2, "undone"),
        (1, "loaded"),
    ]


def test_rejected_rows_come_in_pages(tmp_path: Path) -> None:
    workspace = shop(tmp_path / "many", a="".join(f"{n},c,s,1,dear,2026-01-01 10:00:00,\n" for n in range(120)))
    load(workspace, actor="ann", now=NOW)
    pages = [standing.batch(workspace, 1, page) for page in (1, 3, 99, 0)]
    assert [(each.page, each.pages, len(each.rejects)) for each in pages] == [
        (1, 3, 50),
        (3, 3, 20),
        (3, 3, 20),
        (1, 3, 50),
    ]


def test_what_is_not_there_is_told(workspace: Workspace) -> None:
    with pytest.raises(NotFound, match="no source tilt"):
        standing.source(workspace, "tilt", now=NOW)
    with pytest.raises(NotFound, match="no batch 9"):
        standing.batch(workspace, 9)
