"""The first page, the help and the search as they are sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from portraits.app.data.sources import load
from portraits.app.jobs import jobs
from portraits.app.runs.builds import build
from portraits.cli.program import run
from portraits.engine.workspace import Workspace
from portraits.web.pages.help import PLACES, QUESTIONS, WORDS
from portraits.web.words import has
from tests.faces.company import HOSTILE, company
from tests.faces.little import SETTINGS, little_shop
from tests.faces.visits import text, visitor

HAN = re.compile(r"[\u4e00-\u9fff]")
NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "wake", lambda workspace: None)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def client(shop: Workspace) -> Iterator[TestClient]:
    with visitor(shop) as client:
        yield client


def test_the_first_page_tells_the_metric_the_goal_and_the_audiences(client: TestClient) -> None:
    page = text(client.get("/").text)
    assert "Goal: campaign segmentation" in page
    assert "Revenue, last 365 days" in page
    assert "no cost of orders is known" in page
    assert "No target is set" in page
    assert "Sleepers" in page
    assert "This is the first run." in page


def test_the_first_page_is_whole_in_chinese(client: TestClient) -> None:
    page = text(client.get("/?lang=zh").text)
    assert "目标：营销分群" in page
    assert "沉睡客户" in page
    assert "今日" in page


def test_a_newcomer_finds_one_button_a_step(tmp_path: Path) -> None:
    (tmp_path / "portraits.toml").write_text(SETTINGS.partition("[sources.members]")[0], encoding="utf-8")
    with visitor(Workspace(tmp_path)) as client:
        page = client.get("/").text
    steps = re.findall(r'<li class="(\w+)"[^>]*>\s*<span class="mark"', page)
    assert steps == ["next", "later", "later", "later"]
    assert 'href="/data/import"' in page
    assert 'name="kind" value="build"' in page
    assert 'href="/audiences/new"' in page
    assert page.count("button first") == 1


def test_with_sources_written_down_one_click_loads_them(tmp_path: Path) -> None:
    with visitor(Workspace(little_shop(tmp_path))) as client:
        page = client.get("/").text
        assert 'name="kind" value="load"' in page
        answer = client.post("/jobs", data={"kind": "load"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/jobs/1")


def test_what_changed_between_two_runs_is_told_in_words(tmp_path: Path) -> None:
    workspace = Workspace(little_shop(tmp_path))
    load(workspace, (), actor="ann", now=NOW)
    build(workspace, now=NOW)
    (tmp_path / "members.csv").write_text("id,name,gender\nM13,Neu,male\n", encoding="utf-8")
    (tmp_path / "till" / "april.csv").write_text("ticket,member,sold,paid\nX1,M13,2026-04-02 10:00:00,100\n")
    load(workspace, (), actor="ann", now=NOW)
    build(workspace, now=NOW)
    with visitor(workspace) as client:
        page = text(client.get("/").text)
    assert "1 new customers, 0 no longer there" in page
    assert "▲ ¥100.00 more than on 2026-03-12." in page
    assert "run 2 as of 2026-04-02" in page


def test_faults_of_the_files_are_shown_on_the_first_page(tmp_path: Path) -> None:
    little_shop(tmp_path)
    (tmp_path / "more.toml").write_text('[tags.odd]\ntitle = "<b>Odd</b>"\nkind = "ruel"\n', encoding="utf-8")
    with visitor(Workspace(tmp_path)) as client:
        answer = client.get("/")
    assert answer.status_code == 200
    assert "more.toml" in text(answer.text)
    assert "<b>Odd</b>" not in answer.text


def test_today_over_http_says_the_same(client: TestClient) -> None:
    answer = client.get("/api/today").json()
    assert (answer["run"], answer["customers"]) == (1, 120)
    assert (answer["metric"]["wanted"], answer["metric"]["metric"]) == ("profit", "revenue")
    assert [each["name"] for each in answer["audiences"]] == ["sleepers"]
    assert client.get("/api/now").json() == {"run": 1, "as_of": "2025-06-30T00:00:00"}


def test_before_the_first_build_no_run_is_published(tmp_path: Path) -> None:
    with visitor(Workspace(little_shop(tmp_path))) as client:
        assert client.get("/api/now").json() == {"run": None, "as_of": None}


def test_the_help_names_a_method_and_a_page_for_every_question(client: TestClient) -> None:
    page = client.get("/help").text
    for question in QUESTIONS:
        assert f'href="#method-{question.method}"' in page
        assert not question.href or f'href="{question.href}"' in page
    assert 'href="/tags/spend_365d"' in page  # a tag that this run holds
    assert "churn_risk" not in page  # one that it has not


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_help_is_whole_in_each_language(client: TestClient, language: str) -> None:
    page = text(client.get(f"/help?lang={language}").text)
    assert bool(HAN.search(page.replace("中文", "").replace("街角小店", ""))) == (language == "zh")
    for name in WORDS:
        assert has(language, f"help.w.{name}.name")  # type: ignore[arg-type]
    assert str(len(PLACES)) and "data/store.sqlite" in page


def test_the_search_shows_groups_and_leads_to_all_customers(client: TestClient) -> None:
    page = client.get("/search?q=C00").text
    assert "Customers" in text(page)
    assert 'href="/customers/C0001"' in page
    assert 'href="/customers?search=C00"' in page
    assert 'value="C00"' in page


def test_a_search_for_nothing_and_for_what_is_not_there_helps(client: TestClient) -> None:
    assert "What are you looking for?" in text(client.get("/search").text)
    assert "Nothing found" in text(client.get("/search?q=zzzzzz").text)


def test_hostile_texts_are_shown_as_texts(client: TestClient) -> None:
    page = client.get("/search", params={"q": HOSTILE[:60]}).text
    assert "<script>document" not in page
    assert "alert(1)>" not in client.get("/search", params={"q": "C0002"}).text.replace("&gt;", "")
    found = client.get("/api/search", params={"q": "C0002"}).json()
    assert found["groups"][0]["hits"][0]["title"]["en"] == HOSTILE


def test_the_search_over_http_has_groups(client: TestClient) -> None:
    found = client.get("/api/search", params={"q": "orders", "size": 2}).json()
    assert {group["kind"]: len(group["hits"]) for group in found["groups"]}["tag"] == 2
    assert client.get("/api/search", params={"q": "x", "size": 0}).status_code == 422


def test_a_target_is_set_changed_and_taken_away_on_the_first_page(tmp_path: Path) -> None:
    with visitor(company(tmp_path)) as client:
        assert "Set a target" in text(client.get("/").text)
        typed = {"metric": "revenue", "amount": "1,200,000", "by": "2025-12-31"}
        assert client.post("/target", data=typed, follow_redirects=False).headers["location"] == "/"
        page = client.get("/").text
        assert 'value="1200000"' in page
        assert "short of" in text(page)
        assert "Change the target" in text(page)
        client.post("/target/drop")
        assert "No target is set" in text(client.get("/").text)


def test_a_target_that_cannot_be_stays_in_the_form_with_its_faults(tmp_path: Path) -> None:
    with visitor(company(tmp_path)) as client:
        answer = client.post("/target", data={"metric": "revenue", "amount": "a lot", "by": "2025-12-31"})
    assert answer.status_code == 422
    assert '<details class="aim" open>' in answer.text
    assert 'value="a lot"' in answer.text
    assert 'id="wrong-amount"' in answer.text
    assert 'id="wrong-by"' not in answer.text


def test_the_target_over_http_and_from_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = company(tmp_path)
    with visitor(shop) as client:
        answer = client.put("/api/target", json={"amount": 5000, "by": "2025-12-31", "metric": "revenue"})
        assert answer.json() == {"metric": "revenue", "target": {"amount": 5000, "by": "2025-12-31"}}
        assert client.get("/api/today").json()["metric"]["share"] > 1
        assert client.delete("/api/target").json() == {"metric": "revenue", "target": None}
    assert run(["target", "set", "7000", "--by", "2025-12-31", "-w", str(tmp_path), "--lang", "en"]) == 0
    assert "revenue of 7,000.00 by 2025-12-31" in capsys.readouterr().out
    assert run(["target", "drop", "-w", str(tmp_path), "--lang", "zh"]) == 0
    assert "未设定目标值；当前指标：销售额" in capsys.readouterr().out


def test_commands_in_a_message_stand_as_code(tmp_path: Path) -> None:
    with visitor(Workspace(little_shop(tmp_path))) as client:
        page = client.get("/data/import/99").text
    assert "<code>portraits imports</code>" in page
    assert "`" not in text(page)
