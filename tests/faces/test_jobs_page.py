"""Jobs on every face: pages, API and commands over one queue."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from portraits.app.jobs import jobs as use
from portraits.cli.program import run
from portraits.engine import jobs as engine
from portraits.engine.jobs import Ending, Job
from portraits.engine.processes import this_process
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from tests.faces.little import little_shop
from tests.faces.visits import text, visitor

AT = datetime(2026, 4, 1, 16)
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(use, "wake", lambda workspace: None)


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    return Workspace(little_shop(tmp_path / "shop"))


@pytest.fixture
def client(shop: Workspace) -> Iterator[TestClient]:
    with visitor(shop) as client:
        yield client


def asked(shop: Workspace, kind: str = "build", **arguments: object) -> Job:
    return use.start(shop, kind, arguments, actor="ann", now=datetime(2026, 4, 1, 8, tzinfo=UTC))


def begun(shop: Workspace) -> Job:
    """A job that this very process carries out, half done."""
    asked(shop)
    with Store.open(shop.store) as store:
        taken = engine.take(store, this_process(), AT)
        assert taken is not None
        progress = {"stage": "tags_orders", "done": 1, "total": 4, "share": 0.42}
        log = [{"at": "2026-04-01T16:00:00", "stage": name} for name in ("people", "tags_orders", "tags_people")]
        engine.tell(store, taken.id, progress, log)
        return taken


def ended(shop: Workspace, ending: Ending) -> Job:
    taken = begun(shop)
    with Store.open(shop.store) as store:
        engine.end(store, taken.id, ending)
    return taken


def test_nothing_done_yet_offers_the_first_build(client: TestClient) -> None:
    page = client.get("/jobs").text
    assert "Nothing has been done here yet" in text(page)
    assert 'name="kind" value="build"' in page
    assert "data-live" not in page


def test_a_build_is_begun_from_the_page_and_waits_in_the_queue(client: TestClient, shop: Workspace) -> None:
    answer = client.post("/jobs", data={"kind": "build"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/jobs/1")
    page = client.get("/jobs/1").text
    assert "It waits for the jobs before it." in text(page)
    assert "data-live" in page
    assert use.job(shop, 1).kind == "build"


def test_another_site_begins_nothing(client: TestClient, shop: Workspace) -> None:
    answer = client.post("/jobs", data={"kind": "build"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert use.jobs(shop) == []


def test_work_under_way_shows_how_far_it_is(client: TestClient, shop: Workspace) -> None:
    number = begun(shop).id
    for path in ("/jobs", f"/jobs/{number}", "/"):
        page = client.get(path).text
        assert 'value="42" max="100"' in page, path
        assert "data-live" in page, path
        assert "42%" in text(page)
    page = text(client.get(f"/jobs/{number}").text)
    assert "Table: Person records" in page
    assert page.count("Tags 16") == 0
    assert len(re.findall(r"16:00:00 Tags", page)) == 1  # steps of one kind are one line
    assert "数据表" in text(client.get(f"/jobs/{number}?lang=zh").text)


def test_a_failed_job_says_why_and_can_be_tried_again(client: TestClient, shop: Workspace) -> None:
    log = [
        {"at": "2026-04-01T16:00:01", "said": [{"template": "There is no source {name}.", "values": {"name": HOSTILE}}]}
    ]
    number = ended(shop, Ending("failed", AT + timedelta(seconds=75), log)).id
    page = client.get(f"/jobs/{number}").text
    assert HOSTILE not in page
    assert f"There is no source {HOSTILE}." in text(page)
    assert "1 min 15 s" in text(page)
    assert "data-live" not in page
    answer = client.post(f"/jobs/{number}/retry", follow_redirects=False)
    assert answer.headers["location"] == f"/jobs/{number + 1}"
    assert f'href="/jobs/{number}"' in client.get(f"/jobs/{number + 1}").text


def test_a_finished_build_leads_to_its_run(client: TestClient, shop: Workspace) -> None:
    result = {"run": 3, "as_of": "2026-03-12T12:00:00", "customers": 12}
    number = ended(shop, Ending("done", AT, (), result)).id
    page = client.get(f"/jobs/{number}").text
    assert "Run 3 as of 2026-03-12: 12 customers" in text(page)
    assert 'href="/runs' in page
    assert f"/jobs/{number}/retry" not in page


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"batches": [1], "rows_landed": 90, "rows_rejected": 2}, "90 rows loaded, 2 rejected"),
        ({"batches": [], "rows_landed": 0, "rows_rejected": 0}, "Nothing was new"),
        ({"import": 4}, "See the import"),
    ],
)
def test_what_came_of_a_load_is_said(client: TestClient, shop: Workspace, result: dict[str, object], said: str) -> None:
    ended(shop, Ending("done", AT, (), result))
    assert said in text(client.get("/jobs").text)


def test_what_waits_is_cancelled_from_the_page(client: TestClient, shop: Workspace) -> None:
    number = asked(shop, "load", sources=["till"]).id
    assert "Load what is new: till" in text(client.get("/jobs").text)
    client.post(f"/jobs/{number}/cancel")
    assert use.job(shop, number).status == "stopped"
    assert "Cancelled" in text(client.get("/jobs").text)
    assert client.post(f"/jobs/{number}/cancel").status_code == 403


def test_a_job_that_is_not_there_is_missing(client: TestClient) -> None:
    assert client.get("/jobs/77").status_code == 404
    assert client.get("/api/jobs/77").json()["error"]["what"] == "There is no job 77."
    assert client.post("/api/jobs", json={"kind": "biuld"}).status_code == 404


def test_the_api_begins_stops_and_repeats(client: TestClient) -> None:
    queued = client.post("/api/jobs", json={"kind": "load", "arguments": {"sources": ["till"]}})
    assert (queued.status_code, queued.json()["status"]) == (202, "queued")
    number = queued.json()["id"]
    assert client.post(f"/api/jobs/{number}/cancel").json()["status"] == "stopped"
    again = client.post(f"/api/jobs/{number}/retry").json()
    assert (again["retried_from"], again["arguments"]) == (number, {"sources": ["till"]})
    assert [each["id"] for each in client.get("/api/jobs").json()["jobs"]] == [again["id"], number]


def test_commands_and_the_api_tell_the_same(
    client: TestClient, shop: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    number = begun(shop).id
    for typed, path in ((["list"], "/api/jobs"), (["show", str(number)], f"/api/jobs/{number}")):
        assert run(["jobs", *typed, "-w", str(shop.folder), "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == client.get(path).json()


def test_commands_put_jobs_into_words(shop: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ["-w", str(shop.folder), "--lang", "en"]
    assert run(["jobs", "list", *folder]) == 0
    assert "There are no jobs." in capsys.readouterr().out
    first, second = begun(shop).id, asked(shop).id
    assert run(["jobs", "list", *folder]) == 0
    assert "42%" in capsys.readouterr().out
    assert run(["jobs", "show", str(first), *folder]) == 0
    assert "Table: Person records" in capsys.readouterr().out
    assert run(["jobs", "cancel", str(second), *folder]) == 0
    assert "is being stopped" in capsys.readouterr().out
    assert run(["jobs", "retry", str(second), *folder]) == 0
    assert f"Job {second + 1} does the same work again." in capsys.readouterr().out
    assert run(["jobs", "retry", str(second + 1), *folder]) == 5


def test_commands_tell_what_is_to_be_known_today(shop: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ["-w", str(shop.folder), "--lang", "en"]
    assert run(["today", *folder]) == 0
    assert "Next: portraits load." in capsys.readouterr().out
    assert run(["find", "loyal", *folder]) == 0
    assert "/audiences/loyal_ones" in capsys.readouterr().out
    assert run(["find", "zzzz", *folder]) == 0
    assert "Nothing found." in capsys.readouterr().out
