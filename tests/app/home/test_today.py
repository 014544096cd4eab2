"""Today: the goal's metric, what changed, how fresh the data is, and the next steps in their true states."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from portraits.app.data.sources import load
from portraits.app.home.today import Today, today
from portraits.app.jobs import jobs
from portraits.app.runs.builds import build
from portraits.engine import jobs as engine
from portraits.engine.jobs import Ending
from portraits.engine.processes import this_process
from portraits.engine.store import Store
from portraits.engine.warehouse import Warehouse
from portraits.engine.workspace import Workspace
from tests.faces.little import SETTINGS, little_shop

NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)
LATER = datetime(2026, 4, 3, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "wake", lambda workspace: None)


def seen(workspace: Workspace, now: datetime = NOW) -> Today:
    return today(workspace, now=now)


def states(view: Today) -> dict[str, str]:
    return {step.key: step.state for step in view.steps}


def built(folder: Path, settings: str = "", now: datetime = NOW) -> Workspace:
    workspace = Workspace(little_shop(folder))
    if settings:
        path = folder / "portraits.toml"
        path.write_text(
            path.read_text(encoding="utf-8").replace("packs = []", f"packs = []\n{settings}", 1), encoding="utf-8"
        )
    load(workspace, (), actor="ann", now=now)
    build(workspace, now=now)
    return workspace


def test_a_newcomer_is_led_from_step_to_step(tmp_path: Path) -> None:
    workspace = Workspace(little_shop(tmp_path))
    assert states(seen(workspace)) == {"load": "next", "map": "later", "build": "later", "audience": "later"}
    load(workspace, (), actor="ann", now=NOW)
    assert states(seen(workspace)) == {"load": "done", "map": "done", "build": "next", "audience": "later"}
    build(workspace, now=NOW)
    view = seen(workspace)
    assert states(view) == dict.fromkeys(("load", "map", "build", "audience"), "done")
    assert not view.guided


def test_an_empty_workspace_begins_with_data(tmp_path: Path) -> None:
    (tmp_path / "portraits.toml").write_text(SETTINGS.partition("[sources.members]")[0], encoding="utf-8")
    view = seen(Workspace(tmp_path))
    assert states(view) == {"load": "next", "map": "later", "build": "later", "audience": "later"}
    assert (view.kpi, view.changes, view.built, view.customers) == (None, None, None, 0)


def test_new_data_asks_for_a_build(tmp_path: Path) -> None:
    workspace = built(tmp_path)
    (tmp_path / "till" / "april.csv").write_text("ticket,member,sold,paid\nT99-01,M01,2026-04-02 10:00:00,9.5\n")
    load(workspace, (), actor="ann", now=LATER)
    view = seen(workspace, LATER)
    assert (states(view)["build"], view.stale) == ("next", 1)
    assert view.now == datetime(2026, 4, 3, 16)


def test_faults_in_the_files_are_told_and_the_rest_is_shown(tmp_path: Path) -> None:
    built(tmp_path)
    (tmp_path / "more.toml").write_text('[tags.odd]\ntitle = "Odd"\nkind = "ruel"\n', encoding="utf-8")
    view = seen(Workspace(tmp_path))
    assert len(view.faults) >= 1
    assert states(view)["map"] == "wrong"
    assert view.built is not None
    assert {each.name for each in view.sources} == {"members", "till"}


def test_the_metric_is_that_of_the_settings_over_its_stretch(tmp_path: Path) -> None:
    workspace = built(tmp_path, 'metric = "revenue"')
    kpi = seen(workspace).kpi
    assert kpi is not None
    paid = sum(Decimal(f"{n}.5") * n for n in range(1, 13))
    assert (kpi.metric, kpi.days, kpi.value, kpi.unit) == ("revenue", 365, float(paid), "money")
    assert [said.key for said in kpi.said] == ["kpi.no_target"]
    assert [(point.run, point.value) for point in kpi.history] == [(1, float(paid))]


def test_profit_without_costs_is_told_as_revenue(tmp_path: Path) -> None:
    kpi = seen(built(tmp_path)).kpi
    assert kpi is not None
    assert (kpi.wanted, kpi.metric) == ("profit", "revenue")


def test_active_customers_are_those_of_a_quarter_of_the_stretch(tmp_path: Path) -> None:
    workspace = built(tmp_path, 'metric = "active customers"')
    kpi = seen(workspace).kpi
    assert kpi is not None
    assert (kpi.days, kpi.value, kpi.unit) == (91, 12, "")


def test_retained_customers_bought_in_both_stretches(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    workspace = Workspace(little_shop(folder))
    path = folder / "portraits.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("packs = []", 'packs = []\nmetric = "retained customers"'))
    (folder / "till" / "old.csv").write_text(
        "ticket,member,sold,paid\nA,M01,2025-01-05 10:00:00,9\n"
        "B,M02,2024-12-05 10:00:00,9\nC,M03,2020-01-01 10:00:00,9\n"
    )
    load(workspace, (), actor="ann", now=NOW)
    build(workspace, now=NOW)
    kpi = seen(workspace).kpi
    assert kpi is not None
    assert kpi.value == 2


@pytest.mark.parametrize(
    ("target", "key", "share"),
    [
        ("{ amount = 1000, by = 2026-06-30 }", "kpi.short", 0.689),
        ("{ amount = 500, by = 2026-06-30 }", "kpi.reached", 1.378),
        ("{ amount = 1000, by = 2026-01-01 }", "kpi.missed", 0.689),
    ],
)
def test_the_distance_to_the_target_is_said(tmp_path: Path, target: str, key: str, share: float) -> None:
    kpi = seen(built(tmp_path, f'metric = "revenue"\ntarget = {target}')).kpi
    assert kpi is not None
    assert [said.key for said in kpi.said] == [key]
    assert kpi.share == pytest.approx(share, abs=0.001)
    assert kpi.target is not None
    assert isinstance(kpi.target.by, date)


def test_two_runs_make_a_trend_and_tell_what_changed(tmp_path: Path) -> None:
    workspace = built(tmp_path, 'metric = "revenue"')
    (tmp_path / "members.csv").write_text("id,name,gender\nM13,Neu,male\n", encoding="utf-8")
    (tmp_path / "till" / "april.csv").write_text(
        "ticket,member,sold,paid\nX1,M13,2026-04-02 10:00:00,100\nX2,M01,2026-04-02 10:00:00,50\n"
    )
    load(workspace, (), actor="ann", now=LATER)
    build(workspace, now=LATER)
    view = seen(workspace, LATER)
    assert view.kpi is not None
    assert [said.key for said in view.kpi.said] == ["kpi.no_target", "kpi.more"]
    assert [point.run for point in view.kpi.history] == [1, 2]
    assert view.kpi.history[1].value - view.kpi.history[0].value == 150
    assert view.changes is not None
    assert (view.changes.before.number, view.changes.after.number, view.changes.compared) == (1, 2, True)
    assert (view.changes.new, view.changes.left) == (1, 0)
    assert not view.changes.nothing


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    workspace = built(tmp_path)
    build(workspace, now=NOW)
    view = seen(workspace)
    assert view.changes is not None
    assert view.changes.nothing
    assert view.kpi is not None
    assert len(view.kpi.history) == 1  # two runs of one moment are one point


def test_a_run_that_is_pruned_meanwhile_is_left_out(tmp_path: Path) -> None:
    workspace = built(tmp_path)
    build(workspace, now=NOW)
    with Warehouse.read(workspace.runs / "000002" / "run.duckdb") as warehouse:
        assert warehouse.rows("SELECT count(*) FROM portrait") == [(12,)]
    assert seen(workspace).built is not None


def test_failed_work_is_shown_until_it_is_done(tmp_path: Path) -> None:
    workspace = built(tmp_path)
    at = datetime(2026, 3, 31, 12)
    with Store.open(workspace.store) as store:
        statuses: tuple[engine.Status, ...] = ("failed", "failed", "done")
        for status in statuses:
            number = engine.enqueue(store, "build", {}, "ann", at).id
            assert [each.id for each in seen(workspace).open_jobs if each.status == "queued"] == [number]
            engine.take(store, this_process(), at)
            engine.end(store, number, Ending(status, at))
            failed = [each.id for each in seen(workspace).failed_jobs]
            assert failed == ([] if status == "done" else [number])


def test_an_old_failure_is_no_news(tmp_path: Path) -> None:
    workspace = built(tmp_path)
    with Store.open(workspace.store) as store:
        number = engine.enqueue(store, "build", {}, "ann", datetime(2026, 1, 1)).id
        engine.take(store, this_process(), datetime(2026, 1, 1))
        engine.end(store, number, Ending("failed", datetime(2026, 1, 1)))
    assert seen(workspace).failed_jobs == ()
