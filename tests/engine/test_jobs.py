"""Jobs: what waits, what was begun, how far it is, how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from portraits.engine.jobs import Ending, all_jobs, ask_to_stop, end, enqueue, give_up, job, take, tell
from portraits.engine.processes import Process
from portraits.engine.store import Store
from portraits.vocabulary.errors import NotFound

AT = datetime(2026, 3, 1, 9, 30)
LATER = AT + timedelta(minutes=1)
WORKER = Process(42, "a day")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.sqlite") as opened:
        yield opened


def test_jobs_are_taken_in_the_order_in_which_they_were_asked_for(store: Store) -> None:
    asked = [enqueue(store, kind, {"n": n}, "ann", AT) for n, kind in enumerate(("build", "load"))]
    assert [each.status for each in asked] == ["queued", "queued"]
    first = take(store, WORKER, LATER)
    assert first is not None
    assert (first.kind, first.status, first.started_at, first.process) == ("build", "running", LATER, WORKER)
    assert (first.arguments, first.actor, first.created_at, first.open) == ({"n": 0}, "ann", AT, True)
    second = take(store, WORKER, LATER)
    assert second is not None
    assert second.kind == "load"
    assert take(store, WORKER, LATER) is None
    assert [each.kind for each in all_jobs(store)] == ["load", "build"]
    assert all_jobs(store, "queued", "done") == []


def test_a_job_tells_its_progress_and_its_end(store: Store) -> None:
    number = enqueue(store, "build", {}, "ann", AT).id
    take(store, WORKER, AT)
    tell(store, number, {"stage": "orders", "done": 3}, [{"at": "now", "stage": "orders"}])
    assert job(store, number).progress == {"stage": "orders", "done": 3}
    end(store, number, Ending("done", LATER, [{"at": "now", "stage": "orders"}], {"run": 7}))
    found = job(store, number)
    assert (found.status, found.ended_at, found.result, found.open) == ("done", LATER, {"run": 7}, False)
    assert [each["stage"] for each in found.log] == ["orders"]


def test_what_waits_is_stopped_at_once_and_what_is_under_way_is_asked_to(store: Store) -> None:
    under_way, waiting = (enqueue(store, "build", {}, "ann", AT) for _ in range(2))
    take(store, WORKER, AT)
    stopped = ask_to_stop(store, waiting.id, LATER)
    assert (stopped.status, stopped.ended_at) == ("stopped", LATER)
    asked = ask_to_stop(store, under_way.id, LATER)
    assert (asked.status, asked.stopping, asked.ended_at) == ("running", True, None)


def test_a_wish_to_stop_changes_nothing_that_has_ended(store: Store) -> None:
    number = enqueue(store, "build", {}, "ann", AT).id
    take(store, WORKER, AT)
    end(store, number, Ending("done", AT))
    assert ask_to_stop(store, number, LATER) == job(store, number)
    assert (job(store, number).status, job(store, number).stopping) == ("done", False)


def test_work_is_given_up_only_while_the_same_process_has_it(store: Store) -> None:
    number = enqueue(store, "build", {}, "ann", AT).id
    lost = take(store, WORKER, AT)
    assert lost is not None
    end(store, number, Ending("done", AT))
    give_up(store, lost, Ending("failed", LATER))
    assert job(store, number).status == "done"
    enqueue(store, "build", {}, "ann", AT, retried_from=number)
    lost = take(store, WORKER, AT)
    assert lost is not None
    give_up(store, lost, Ending("failed", LATER, [{"said": []}]))
    found = job(store, lost.id)
    assert (found.status, found.ended_at, found.retried_from) == ("failed", LATER, number)


def test_a_job_that_is_not_there_is_said_so(store: Store) -> None:
    with pytest.raises(NotFound, match="no job 9"):
        job(store, 9)
