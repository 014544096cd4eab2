"""Importing: carried out as one unit, once however often, and taken back as if it had never been."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from portraits.app.data import importing, imports
from portraits.app.data.importing import begin_import, carry_out, undo_import
from portraits.app.data.sources import batches, load
from portraits.app.definitions import definitions
from portraits.app.editing import remove_block
from portraits.app.jobs import jobs
from portraits.app.store import store
from portraits.engine.audit import entries
from portraits.engine.imports import import_of
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, Refused
from tests.app.uploaded import NOW, members, orders, prepared, row_hash, sent, shop


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = shop(tmp_path)
    load(made, actor="ann", now=NOW)
    return made


def counting(workspace: Workspace) -> list[tuple[str, int]]:
    return [(each.source, each.rows_landed) for each in batches(workspace) if each.counts]


def test_an_import_writes_its_source_and_mapping_and_loads_its_rows(workspace: Workspace) -> None:
    each = prepared(workspace, sent(workspace, "vips.csv", members().encode("gb18030")))
    done = carry_out(workspace, each.id, actor="ann", now=NOW)
    assert (done.status, done.choices["name"]) == ("done", "vips")
    assert counting(workspace)[-1] == ("vips", 39)
    known = definitions(Workspace(workspace.folder))
    assert known.mappings["vips"].columns["name"] == "姓名"
    assert [each.id for each in batches(workspace) if each.source == "vips"] == list(done.batches)
    assert not list((workspace.uploads / each.name).glob("staged-*"))


def test_undoing_gives_back_the_very_same_rows_and_files(workspace: Workspace) -> None:
    before = row_hash(workspace)
    text = (workspace.folder / "portraits.toml").read_text(encoding="utf-8")
    each = prepared(workspace, sent(workspace, "vips.csv", members().encode()))
    carry_out(workspace, each.id, actor="ann", now=NOW)
    assert row_hash(workspace) != before
    undone = undo_import(workspace, each.id, actor="bob", now=NOW)
    assert undone.status == "undone"
    assert row_hash(workspace) == before
    known = definitions(Workspace(workspace.folder))
    assert "vips" not in known.sources and "vips" not in known.mappings
    assert (workspace.folder / "portraits.toml").read_text(encoding="utf-8") == text
    assert load(Workspace(workspace.folder), actor="ann", now=NOW) == []
    with store(workspace) as opened:
        actions = [(one.actor, one.action) for one in entries(opened)]
    assert ("bob", "undo import") in actions
    with pytest.raises(Refused):
        undo_import(workspace, each.id, actor="bob", now=NOW)


def test_carrying_out_twice_does_it_once(workspace: Workspace) -> None:
    each = prepared(workspace, sent(workspace, "vips.csv", members().encode()))
    first = carry_out(workspace, each.id, actor="ann", now=NOW)
    assert carry_out(workspace, each.id, actor="ann", now=NOW) == first
    assert len([each for each in batches(workspace) if each.source == "vips"]) == 1


def test_an_import_that_was_killed_half_way_is_finished_by_doing_it_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    each = prepared(workspace, sent(workspace, "vips.csv", members().encode()))

    def killed(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(importing, "_finish", killed)
        with pytest.raises(SystemExit):
            carry_out(workspace, each.id, actor="ann", now=NOW)
    assert counting(workspace)[-1] == ("vips", 39)
    done = carry_out(workspace, each.id, actor="ann", now=NOW)
    assert (done.status, len(done.batches)) == ("done", 1)
    assert counting(workspace)[-1] == ("vips", 39)


def test_an_import_that_fails_leaves_nothing_and_can_be_begun_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = row_hash(workspace)
    each = prepared(workspace, sent(workspace, "vips.csv", members().encode()))

    def failing(*_: object, **__: object) -> None:
        raise BadInput("The disk is full.")  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(importing, "load", failing)
        with pytest.raises(BadInput):
            carry_out(workspace, each.id, actor="ann", now=NOW)
    with store(workspace) as opened:
        failed = import_of(opened, each.id)
    assert (failed.status, failed.fault) == ("failed", "The disk is full.")
    assert "vips" not in definitions(Workspace(workspace.folder)).sources
    assert row_hash(workspace) == before
    assert imports.import_view(workspace, each.id).step == "review"
    assert carry_out(workspace, each.id, actor="ann", now=NOW).status == "done"


def test_a_second_file_of_the_same_kind_is_matched_like_the_first(workspace: Workspace) -> None:
    first = prepared(workspace, sent(workspace, "april.csv", orders(20).encode()))
    imports.choose_columns(
        workspace,
        first.id,
        "orders",
        {"order_id": '"order no"', "record_id": "customer", "ordered_at": "date", "amount": "amount * 2"},
        now=NOW,
    )
    carry_out(workspace, first.id, actor="ann", now=NOW)
    second = sent(workspace, "may.csv", orders(30).replace("W", "X").encode())
    found = imports.columns(workspace, second.id)
    assert (found.like, found.table.name) == ("april", "orders")
    assert {one.column.name: one.expression for one in found.columns}["amount"] == "amount * 2"


def test_a_hundred_thousand_rows_are_checked_landed_and_taken_back(workspace: Workspace) -> None:
    before = row_hash(workspace)
    began = time.process_time()
    each = prepared(workspace, sent(workspace, "big.csv", orders(100_000).encode()))
    assert imports.check(workspace, each.id, now=NOW).lands == 100_000
    carry_out(workspace, each.id, actor="ann", now=NOW)
    assert counting(workspace)[-1] == ("big", 100_000)
    undo_import(workspace, each.id, actor="ann", now=NOW)
    assert row_hash(workspace) == before
    assert time.process_time() - began < 60


def test_an_import_is_carried_out_by_a_job(workspace: Workspace) -> None:
    each = prepared(workspace, sent(workspace, "vips.csv", members().encode()))
    job = begin_import(workspace, each.id, actor="ann", now=NOW)
    with pytest.raises(Refused):
        begin_import(workspace, each.id, actor="ann", now=NOW)
    until = time.monotonic() + 60
    while jobs.job(workspace, job.id).open and time.monotonic() < until:
        time.sleep(0.1)
    for worker in jobs._workers:
        worker.wait(10)
    ended = jobs.job(workspace, job.id)
    assert ended.status == "done", ended.log
    view = imports.import_view(workspace, each.id)
    assert (view.about.status, view.about.job) == ("done", job.id)


def test_an_import_without_columns_cannot_be_begun(workspace: Workspace) -> None:
    each = sent(workspace, "vips.csv", members().encode())
    with pytest.raises(Refused, match="No columns"):
        begin_import(workspace, each.id, actor="ann", now=NOW)


def test_an_import_whose_job_was_stopped_can_be_begun_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "wake", lambda workspace: None)
    each = prepared(workspace, sent(workspace, "vips.csv", members().encode()))
    job = begin_import(workspace, each.id, actor="ann", now=NOW)
    jobs.cancel(workspace, job.id, actor="ann", now=NOW)
    assert imports.import_view(workspace, each.id).about.status == "failed"
    assert begin_import(workspace, each.id, actor="ann", now=NOW).id != job.id


def test_a_name_that_was_taken_meanwhile_is_never_overwritten(workspace: Workspace) -> None:
    first, second = (prepared(workspace, sent(workspace, f"{n}.csv", orders(n).encode())) for n in (20, 30))
    for each in (first, second):
        imports.name_source(workspace, each.id, "orders", now=NOW)
    carry_out(workspace, first.id, actor="ann", now=NOW)
    with pytest.raises(Refused, match="orders already"):
        carry_out(workspace, second.id, actor="ann", now=NOW)
    assert counting(workspace)[-1] == ("orders", 20)
    assert "orders" in definitions(Workspace(workspace.folder)).mappings


def test_rows_of_a_source_that_is_gone_are_not_taken_over(workspace: Workspace) -> None:
    each = prepared(workspace, sent(workspace, "orders.csv", orders(20).encode()))
    carry_out(workspace, each.id, actor="ann", now=NOW)
    for family in ("mappings", "sources"):
        remove_block(workspace, family, "orders", actor="ann", now=NOW)
    again = prepared(workspace, sent(workspace, "orders.csv", orders(25).encode()))
    assert carry_out(workspace, again.id, actor="ann", now=NOW).choices["name"] == "orders_2"
    undo_import(workspace, again.id, actor="ann", now=NOW)
    assert counting(workspace)[-1] == ("orders", 20)
