"""Jobs: work in a process of its own, in true states, stopped and done again."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from portraits.app.jobs import jobs as use
from portraits.app.jobs import work
from portraits.app.jobs.jobs import KINDS, Job, cancel, job, jobs, retry, start
from portraits.engine import jobs as engine
from portraits.engine import processes, runs
from portraits.engine.audit import entries
from portraits.engine.processes import Process
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound, Refused
from portraits.vocabulary.phrase import phrase_of
from tests.faces.little import little_shop

NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)
HERE = datetime(2026, 4, 1, 16)  # the same moment in the shop's zone
_PATIENCE = 90.0


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    return Workspace(little_shop(tmp_path / "shop"))


@pytest.fixture
def asleep(monkeypatch: pytest.MonkeyPatch) -> list[Workspace]:
    """Nobody works: jobs wait until a test works through them itself; who would have been woken is kept."""
    woken: list[Workspace] = []
    monkeypatch.setattr(use, "wake", woken.append)
    return woken


@pytest.fixture
def worker() -> Iterator[Callable[[Workspace], None]]:
    """Work through the queue in this process; its signals are given back after."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield lambda workspace: work.main(workspace.folder)
    for number, was in before.items():
        signal.signal(number, was)


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield child
    child.kill()
    child.communicate()


def begun(workspace: Workspace, child: subprocess.Popen[bytes], **arguments: Any) -> Job:
    """A job that a process has taken which does nothing."""
    start(workspace, "build", arguments, actor="ann", now=NOW)
    with Store.open(workspace.store) as store:
        taken = engine.take(store, Process(child.pid, processes._born(child.pid)), HERE)
    assert taken is not None
    return taken


def ended(workspace: Workspace, number: int) -> Job:
    """The job once it has ended."""
    deadline = time.monotonic() + _PATIENCE
    while (found := job(workspace, number)).open and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def said(found: Job) -> list[str]:
    return [phrase_of(data).in_("en") for entry in found.log for data in entry.get("said", ())]


def test_work_goes_on_in_another_process_until_the_queue_is_empty(shop: Workspace) -> None:
    load = start(shop, "load", {}, actor="ann", now=NOW)
    build = start(shop, "build", {}, actor="ann", now=NOW)
    assert (load.status, load.created_at, load.actor) == ("queued", HERE, "ann")
    first, second = ended(shop, load.id), ended(shop, build.id)
    assert (first.status, second.status) == ("done", "done"), (said(first), said(second))
    assert first.result is not None
    assert first.result["rows_landed"] == 12 + sum(range(1, 13))
    assert second.result is not None
    assert (second.result["run"], second.result["customers"]) == (1, 12)
    assert first.ended_at is not None
    assert second.started_at is not None
    assert first.ended_at <= second.started_at
    assert {entry.get("stage") for entry in second.log} >= {"orders", "portrait"}
    assert runs.current(shop) == 1


def test_what_comes_while_nobody_works_is_worked_through_in_order(
    shop: Workspace, asleep: list[Workspace], worker: Callable[[Workspace], None]
) -> None:
    numbers = [start(shop, kind, {}, actor="ann", now=NOW).id for kind in ("load", "build", "build")]
    assert asleep == [shop] * 3
    worker(shop)
    assert [job(shop, number).status for number in numbers] == ["done"] * 3
    assert [each.id for each in jobs(shop)] == numbers[::-1]
    assert runs.numbers(shop) == [1, 2]


def test_arguments_reach_the_work(
    shop: Workspace, asleep: list[Workspace], worker: Callable[[Workspace], None]
) -> None:
    start(shop, "load", {"sources": ["members"]}, actor="ann", now=NOW)
    start(shop, "build", {"as_of": "2026-03-05T00:00:00"}, actor="ann", now=NOW)
    worker(shop)
    build, load = jobs(shop)
    assert load.result is not None
    assert load.result["rows_landed"] == 12
    assert (build.status, build.result and build.result["as_of"]) == ("done", "2026-03-05T00:00:00")


def test_work_that_cannot_be_done_says_why_in_both_languages(
    shop: Workspace, asleep: list[Workspace], worker: Callable[[Workspace], None]
) -> None:
    number = start(shop, "build", {}, actor="ann", now=NOW).id
    worker(shop)
    found = job(shop, number)
    assert found.status == "failed"
    assert "There are no rows to build from." in said(found)[0]
    assert found.result is None


def test_what_nobody_foresaw_fails_the_job_and_not_the_worker(
    shop: Workspace, asleep: list[Workspace], worker: Callable[[Workspace], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: work.Task) -> dict[str, Any]:
        raise ZeroDivisionError("{braces} and all")

    monkeypatch.setattr(work, "WORK", {**work.WORK, "build": broken})
    first = start(shop, "build", {}, actor="ann", now=NOW).id
    second = start(shop, "load", {}, actor="ann", now=NOW).id
    worker(shop)
    assert (job(shop, first).status, job(shop, second).status) == ("failed", "done")
    assert "ZeroDivisionError: {braces} and all" in said(job(shop, first))[0]
    assert "Traceback" in job(shop, first).log[-1]["trace"]


def test_a_job_whose_process_is_gone_has_failed(
    shop: Workspace, asleep: list[Workspace], sleeper: subprocess.Popen[bytes]
) -> None:
    taken = begun(shop, sleeper)
    assert job(shop, taken.id).status == "running"
    sleeper.kill()
    sleeper.wait()
    found = job(shop, taken.id)
    assert found.status == "failed"
    assert said(found) == ["The process that worked on it ended without a word."]
    assert jobs(shop)[0] == found


def test_what_waits_behind_a_lost_job_is_begun_again(
    shop: Workspace, asleep: list[Workspace], sleeper: subprocess.Popen[bytes]
) -> None:
    begun(shop, sleeper)
    start(shop, "load", {}, actor="ann", now=datetime.now(UTC) + timedelta(minutes=1))
    asleep.clear()
    jobs(shop)
    assert asleep == []
    sleeper.kill()
    sleeper.wait()
    jobs(shop)
    assert asleep == [shop]


def test_a_queue_that_nobody_works_through_for_long_is_begun_again(shop: Workspace, asleep: list[Workspace]) -> None:
    start(shop, "load", {}, actor="ann", now=datetime.now(UTC))
    asleep.clear()
    jobs(shop)
    assert asleep == []
    start(shop, "load", {}, actor="ann", now=datetime.now(UTC) - timedelta(minutes=1))
    asleep.clear()
    jobs(shop)
    assert asleep == [shop]


def test_what_waits_is_cancelled_at_once(shop: Workspace, asleep: list[Workspace]) -> None:
    number = start(shop, "build", {}, actor="ann", now=NOW).id
    assert cancel(shop, number, actor="bob", now=NOW).status == "stopped"
    with Store.open(shop.store) as store:
        assert [(each.actor, each.action, each.subject) for each in entries(store)] == [("bob", "cancel", "job 1")]
    with pytest.raises(Refused, match="has ended already"):
        cancel(shop, number, actor="bob", now=NOW)


def test_work_under_way_is_asked_to_end_and_told_as_cancelled(
    shop: Workspace, asleep: list[Workspace], sleeper: subprocess.Popen[bytes]
) -> None:
    taken = begun(shop, sleeper)
    assert cancel(shop, taken.id, actor="ann", now=NOW).stopping
    assert sleeper.wait(10) == -signal.SIGTERM
    found = job(shop, taken.id)
    assert (found.status, said(found)) == ("stopped", [])


SLOW = """
import time
from pathlib import Path

if (Path(__file__).parents[1] / "slow").exists():
    (Path(__file__).parents[1] / "reached").touch()
    time.sleep(60)
"""


def test_a_cancelled_build_leaves_the_run_before_and_the_next_job_is_done(shop: Workspace) -> None:
    assert ended(shop, start(shop, "load", {}, actor="ann", now=NOW).id).status == "done"
    assert ended(shop, start(shop, "build", {}, actor="ann", now=NOW).id).status == "done"
    shop.plugins.mkdir()
    (shop.plugins / "slow.py").write_text(SLOW, encoding="utf-8")
    (shop.folder / "slow").touch()
    build = start(shop, "build", {}, actor="ann", now=NOW)
    deadline = time.monotonic() + _PATIENCE
    while not (shop.folder / "reached").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    waiting = start(shop, "load", {"sources": ["till"]}, actor="ann", now=NOW)
    (shop.folder / "slow").unlink()
    cancel(shop, build.id, actor="ann", now=NOW)
    assert ended(shop, build.id).status == "stopped"
    assert runs.current(shop) == 1
    assert ended(shop, waiting.id).status == "done"


def test_a_job_is_done_again_as_a_new_one(
    shop: Workspace, asleep: list[Workspace], worker: Callable[[Workspace], None]
) -> None:
    first = start(shop, "load", {"sources": ["members"]}, actor="ann", now=NOW)
    with pytest.raises(Refused, match="has not ended yet"):
        retry(shop, first.id, actor="ann", now=NOW)
    worker(shop)
    again = retry(shop, first.id, actor="bob", now=NOW)
    assert (again.kind, again.arguments, again.retried_from, again.actor) == (
        "load",
        {"sources": ["members"]},
        first.id,
        "bob",
    )
    worker(shop)
    assert job(shop, again.id).result == {"batches": [], "rows_landed": 0, "rows_rejected": 0}


def test_work_of_no_known_kind_is_refused(shop: Workspace) -> None:
    with pytest.raises(NotFound, match="no work called biuld"):
        start(shop, "biuld", {}, actor="ann", now=NOW)
    assert set(KINDS) == set(work.WORK)
