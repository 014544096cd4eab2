"""Quality on every face: the command line, HTTP and the pages say the same, and a rule is written without code."""

from __future__ import annotations

import getpass
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from portraits.app.jobs import jobs
from portraits.app.jobs.work import main
from portraits.cli.program import run
from portraits.engine.runs import current
from portraits.engine.workspace import Workspace
from portraits.web.quality_charts import floored
from portraits.web.quality_form import meant, written
from portraits.web.site import site
from tests.app.quality.books import books, kept_books, stricter

FORM = {
    "name": "mail_known",
    "f.title.en": "Mail is known",
    "f.title.zh": "邮箱已知",
    "f.table": "people",
    "f.dimension": "completeness",
    "f.rule": "email is not null",
    "f.warn_below": "20",
    "f.stop_below": "0",
    "do": "save",
}
HOME = "/data/quality"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = kept_books(tmp_path)
    return workspace


@pytest.fixture
def client(workspace: Workspace) -> Iterator[TestClient]:
    with TestClient(site(workspace), base_url="http://127.0.0.1") as client:
        yield client


def told(workspace: Workspace, capsys: pytest.CaptureFixture[str], *typed: str) -> str:
    """What a command prints."""
    assert run(["quality", *typed, "-w", str(workspace.folder)]) == 0
    return capsys.readouterr().out


def text(answer: Any) -> str:
    """The words of a page."""
    assert answer.status_code == 200, answer.text[-500:]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_a_terminal_shows_scores_rules_and_bad_rows(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    listed = told(workspace, capsys, "list")
    assert re.search(r"crm .* 92\.9% .* 0\.9\d+", listed)
    assert re.search(r"bought_by_somebody .* warns +85\.7% +21 +3", listed)
    assert re.search(r"\d+ more rules have no row to judge", listed)
    shown = told(workspace, capsys, "show", "city_known")
    assert "Hurts the audiences: in_shanghai" in shown
    assert re.search(r"c0 +14 +c0", told(workspace, capsys, "rows", "bought_by_somebody"))
    assert "没有不合格的行" in told(workspace, capsys, "rows", "people_named", "--lang", "zh")
    assert "不合格的行过多" not in told(workspace, capsys, "list", "--lang", "zh")


def test_a_terminal_writes_rules(workspace: Workspace, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    keys = ["--set", "title=Mail", "--set", "table=people", "--set", "dimension=completeness"]
    rule = ["mail", *keys, "--set", "rule=email is not null"]
    assert "33.3% good: 4 of 6 rows are bad." in told(workspace, capsys, "try", *rule)
    told(workspace, capsys, "edit", *rule)
    assert (
        json.loads(told(workspace, capsys, "show", "mail", "--json"))["rule"]["definition"]["rule"]
        == "email is not null"
    )
    assert "off" in told(workspace, capsys, "retire", "mail")
    assert "judges again" in told(workspace, capsys, "restore", "mail")
    assert "removed" in told(workspace, capsys, "remove", "mail")
    assert "3 rows are written" in told(workspace, capsys, "export", "bought_by_somebody", str(tmp_path / "bad.csv"))
    assert "Did you mean email?" in told(workspace, capsys, "try", *rule[:-1], "rule=emial is null")


def test_a_build_that_a_rule_stops_says_so_and_goes_on_when_told_to(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    strict = stricter(workspace)
    assert run(["build", "-w", str(strict.folder)]) == 6
    assert "quality.city_known: 1 of 6 rows of people are bad" in capsys.readouterr().err
    assert current(workspace) == 1
    assert run(["build", "--accept-quality", "-w", str(strict.folder)]) == 0
    assert "these rules of quality stop a build: city_known" in capsys.readouterr().out
    with TestClient(site(strict), base_url="http://127.0.0.1") as client:
        assert "though a rule stops builds: city_known" in text(client.get(f"{HOME}?lang=en"))


def test_a_rule_is_written_and_switched_over_http(client: TestClient) -> None:
    rule = {"title": "Mail", "table": "people", "dimension": "completeness", "rule": "email is not null"}
    tried = client.post("/api/quality/try", json={"name": "mail", "definition": rule}).json()
    assert (tried["rows"], tried["bad"], tried["said"][0]["en"]) == (6, 4, "E-mail is known")
    made = client.post("/api/quality", json={"name": "mail", "definition": rule})
    assert (made.status_code, made.json()["definition"]) == (201, rule)
    stale = client.put("/api/quality/mail", json={"definition": {**rule, "warn_below": 0.2}, "seen": "stale"})
    assert stale.status_code == 409
    seen = client.get("/api/quality/mail/definition").json()["fingerprint"]
    changed = client.put("/api/quality/mail", json={"definition": {**rule, "warn_below": 0.2}, "seen": seen})
    assert changed.json()["definition"]["warn_below"] == 0.2
    assert client.post("/api/quality/mail/retire").json()["definition"]["retired"] is True
    assert "retired" not in client.post("/api/quality/mail/restore").json()["definition"]
    assert client.delete("/api/quality/mail").status_code == 204
    assert client.get("/api/quality/mail").status_code == 404


def test_the_page_states_what_it_found_and_leads_to_the_rules(client: TestClient) -> None:
    page = client.get(f"{HOME}?lang=en")
    words = text(page)
    assert "crm is weakest in “Valid”" in words or "till is weakest in “Linked”: 85.7% of its rows are good" in words
    assert "1 rule has too many bad rows" in words or "2 rules have too many bad rows" in words
    assert f'href="{HOME}/rules/bought_by_somebody"' in page.text
    narrowed = client.get(f"{HOME}?source=till&dimension=referential&lang=en").text
    assert "rules/bought_by_somebody" in narrowed
    assert "rules/city_known" not in narrowed
    assert "没有规则检查过这一项" in text(client.get(f"{HOME}?source=nobody&lang=zh"))


def test_a_rule_page_shows_bad_rows_and_gives_them_as_a_file(client: TestClient) -> None:
    page = client.get(f"{HOME}/rules/bought_by_somebody?lang=en")
    assert "3 bad rows" in text(page)
    assert 'href="/customers/c0"' in page.text
    assert client.get(f"{HOME}/rules/city_know").status_code == 404
    for kind, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        answer = client.post(f"{HOME}/rules/bought_by_somebody/export", data={"format": kind})
        assert answer.content.startswith(start)
        assert f'filename="bought_by_somebody.{kind}"' in answer.headers["content-disposition"]


def test_a_rule_is_written_on_a_page(client: TestClient, workspace: Workspace) -> None:
    made = client.post(f"{HOME}/new", data=FORM)
    assert made.url.path == f"{HOME}/rules/mail_known"
    block = next(each for each in Workspace(workspace.folder).blocks.of("quality") if each.name == "mail_known")
    assert block.values == {
        "title": {"en": "Mail is known", "zh": "邮箱已知"},
        "table": "people",
        "dimension": "completeness",
        "rule": "email is not null",
        "warn_below": 0.2,
    }
    form = client.get(f"{HOME}/rules/mail_known/edit").text
    seen = re.findall(r'name="seen" value="(\w*)"', form)[0]
    change = {**FORM, "seen": seen, "edited": "mail_known", "f.warn_below": "33"}
    assert client.post(f"{HOME}/rules/mail_known/edit", data=change).url.path == f"{HOME}/rules/mail_known"
    assert client.post(f"{HOME}/rules/mail_known/edit", data=change).status_code == 409
    for step, state in (("retire", "已停用"), ("restore", "无数据")):
        client.post(f"{HOME}/rules/mail_known/{step}")
        assert state in text(client.get(f"{HOME}/rules/mail_known?lang=zh"))
    assert client.post(f"{HOME}/rules/mail_known/remove").url.path == HOME


def test_faults_stand_beside_their_fields_and_keep_what_was_typed(client: TestClient) -> None:
    wrong = {**FORM, "name": "", "f.rule": "emial is not null", "f.warn_below": "many"}
    told = client.post(f"{HOME}/try", data=wrong).json()
    assert set(told["faults"]) == {"rule", "warn_below"}
    answer = client.post(f"{HOME}/new", data={**wrong, "name": "mail_known", "f.warn_below": "20"})
    assert answer.status_code == 422
    assert "Did you mean email?" in answer.text
    assert "emial is not null" in answer.text
    named = client.post(f"{HOME}/new", data={**FORM, "name": "city_known"})
    assert (named.status_code, "city_known" in named.text) == (422, True)
    tried = client.post(f"{HOME}/new?lang=en", data={**FORM, "do": "preview"})
    assert "4 of 6 rows are bad" in text(tried)


def test_before_the_first_build_the_page_says_what_to_do(tmp_path: Path) -> None:
    with TestClient(site(books(tmp_path)), base_url="http://127.0.0.1") as client:
        words = text(client.get(f"{HOME}?lang=en"))
        assert "Nothing has been judged yet" in words
        assert "rules have no row to judge or are off" in words
        assert "No row was judged" in text(client.get(f"{HOME}/rules/city_known?lang=en"))
        assert "this rule" not in client.post(f"{HOME}/try", data=FORM).json()["html"]


def test_the_page_is_found_from_the_data_and_by_search(client: TestClient) -> None:
    assert f'href="{HOME}"' in client.get("/data").text
    assert HOME in client.get("/search?q=quality").text
    assert HOME in client.get("/search?q=数据质量").text


@pytest.mark.parametrize(
    ("share", "shown"),
    [(1.0, "100%"), (0.99996, "99.9%"), (0.967, "96.7%"), (0.5, "50%"), (0.0, "0%"), (0.857142, "85.7%")],
)
def test_a_share_is_never_rounded_up_to_all(share: float, shown: str) -> None:
    assert floored(share) == shown


def test_what_is_typed_and_what_is_written_are_the_same() -> None:
    values = {
        "title": {"en": "Once", "zh": "唯一"},
        "table": "people",
        "dimension": "uniqueness",
        "unique": ["source", "email"],
        "warn_below": 0.985,
        "stop_below": 0.5,
        "why": "Doubles",
        "owner": "Ann",
    }
    assert meant(written(values), {}) == values
    assert meant(written({**values, "retired": True}), {"retired": True})["retired"] is True


def test_a_job_that_a_rule_stopped_is_done_again_in_the_name_of_who_asks(
    workspace: Workspace, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "wake", lambda workspace: None)
    strict = stricter(workspace)
    client.post("/jobs", data={"kind": "build"})
    main(strict.folder)
    page = client.get("/jobs/1?lang=zh").text
    assert "6 行中有 1 行不合格" in page
    assert 'name="accept_quality"' in page
    assert client.post("/jobs", data={"kind": "build", "accept_quality": "true"}).url.path == "/jobs/2"
    main(strict.folder)
    assert client.get("/api/jobs/2").json()["result"]["run"] == 2
    accepted = client.get("/api/quality").json()
    assert (accepted["accepted"], accepted["accepted_by"]) == (["city_known"], getpass.getuser())
    assert 'name="accept_quality"' not in client.get("/jobs/2").text
