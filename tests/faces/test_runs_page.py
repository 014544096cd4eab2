"""The pages of runs as they are sent: the list, one run, two compared, and the way back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from portraits.app.jobs import jobs
from portraits.app.runs.diff import diff
from portraits.app.runs.runs import runs
from portraits.app.store import store
from portraits.engine.audit import entries
from portraits.engine.workspace import Workspace
from tests.app.runs_of_little import two_runs
from tests.faces.little import little_shop
from tests.faces.visits import opened, text, visitor


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return two_runs(tmp_path_factory.mktemp("shop") / "little")


@pytest.fixture
def client(shop: Workspace) -> Iterator[TestClient]:
    with visitor(shop, strict=False) as client:
        yield client


def test_the_list_is_newest_first_and_marks_the_published_run(client: TestClient) -> None:
    page = opened(client, "/runs")
    assert re.findall(r'<a href="/runs/(\d+)">', page) == ["2", "1"]
    assert text(page).count("Published") == 1
    assert "/runs/compare?from=1&amp;to=2" in page
    assert "/runs/1/rollback" in page
    assert "/runs/2/rollback" not in page


def test_a_run_tells_its_stages_its_definitions_and_what_it_left_out(client: TestClient) -> None:
    page = text(opened(client, "/runs/2"))
    assert "Table: Person record" in page or "Table: People" in page or "Table:" in page
    assert "Definitions against run 1" in page
    assert "tags.big_spender" in page
    assert "tags.spend_all" in page
    assert "No row was left out." in page
    assert "This is the oldest run that is kept." in text(opened(client, "/runs/1"))


def test_two_runs_are_compared_with_drift_and_moves(client: TestClient, shop: Workspace) -> None:
    page = opened(client, "/runs/compare?from=1&to=2")
    found = diff(shop, 1, 2)
    names = re.findall(r"tag=(\w+)", page)
    assert names[: len(found.tags)] == [change.tag for change in found.tags][: len(names)]
    assert "Big spender" in text(page)  # a new tag
    assert "/segments/rfm/moves?from=1&amp;to=2" in page


def test_the_distribution_of_a_tag_stands_beside_the_list(client: TestClient) -> None:
    page = opened(client, "/runs/compare?from=1&to=2&tag=orders_all")
    spec = json.loads(re.findall(r'id="charts">(.*?)</script>', page, re.DOTALL)[0])["distribution"]
    assert [series["name"] for series in spec["series"]] == ["Run 2", "Run 1"]
    assert all(sum(series["values"]) == pytest.approx(100) for series in spec["series"])
    assert spec["suffix"] == "%"


def test_before_going_back_the_page_says_what_would_change(client: TestClient, shop: Workspace) -> None:
    page = text(opened(client, "/runs/1/rollback"))
    assert "Go back to run 1?" in page
    assert "instead of run 2" in page
    assert "Nothing is deleted" in page
    assert "Big spender" in page  # a tag that would not be shown any more
    assert [line.current for line in runs(shop)] == [True, False]  # asking changes nothing


def test_the_published_run_needs_no_way_back(client: TestClient) -> None:
    assert "Run 2 is the published one" in text(opened(client, "/runs/2/rollback"))


def test_going_back_publishes_the_run_and_is_noted(tmp_path: Path) -> None:
    workspace = two_runs(tmp_path / "little")
    with visitor(workspace) as client:
        answer = client.post("/runs/1/rollback", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/runs")
        assert "run 1" in text(client.get("/runs").text)
        assert client.post("/api/runs/2/rollback").json()["number"] == 2
    with store(workspace) as opened_store:
        noted = [(entry.action, entry.subject) for entry in entries(opened_store) if entry.action == "rollback"]
    assert noted == [("rollback", "run 1"), ("rollback", "run 2")]


def test_another_site_cannot_make_anybody_go_back(client: TestClient, shop: Workspace) -> None:
    answer = client.post("/runs/1/rollback", headers={"origin": "http://evil.example"})
    assert answer.status_code == 403
    assert runs(shop)[0].current


def test_a_build_is_put_into_the_queue(client: TestClient, shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "wake", lambda workspace: None)
    answer = client.post("/runs/build", follow_redirects=False)
    assert answer.status_code == 303
    assert re.fullmatch(r"/jobs/\d+", answer.headers["location"])
    [queued] = jobs.jobs(shop)
    assert (queued.kind, queued.status) == ("build", "queued")


def test_before_the_first_build_the_page_offers_one(tmp_path: Path) -> None:
    little_shop(tmp_path / "little")
    with visitor(Workspace(tmp_path / "little")) as client:
        page = opened(client, "/runs")
        assert "Nothing is built yet" in text(page)
        assert 'action="/runs/build"' in page


def test_a_run_that_is_gone_has_a_page_that_says_so(client: TestClient) -> None:
    for path in ("/runs/9", "/runs/9/rollback", "/runs/compare?from=1&to=9"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "There is no run 9." in answer.text


@pytest.mark.parametrize("path", ["/runs", "/runs/2", "/runs/compare", "/runs/1/rollback"])
def test_every_page_of_runs_is_chinese_where_asked(client: TestClient, path: str) -> None:
    page = opened(client, f"{path}{'&' if '?' in path else '?'}lang=zh")
    assert 'lang="zh-CN"' in page
    assert "批次" in text(page)
