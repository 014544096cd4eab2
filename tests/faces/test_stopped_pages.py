"""A stopped build on every face: the command line, HTTP and the pages show its bad rows and say what to do next."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from portraits.app.jobs import jobs
from portraits.app.jobs.work import main
from portraits.app.quality import stopping
from portraits.cli.program import run
from portraits.engine.workspace import Workspace
from portraits.web.site import site
from tests.app.duplicates import PEOPLE, arrive
from tests.app.quality.books import books, kept_books, stopped_build, stricter
from tests.faces.test_quality_pages import HOME, text, told

ROWS = f"{HOME}/stopped/city_known"
CITY = ("rows", "city_known", "--stopped")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = kept_books(tmp_path)
    return stopped_build(workspace)


@pytest.fixture
def client(workspace: Workspace) -> Iterator[TestClient]:
    with TestClient(site(workspace), base_url="http://127.0.0.1") as client:
        yield client


def test_a_terminal_shows_the_card_and_the_rows(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    card = told(workspace, capsys, "stopped", "--lang", "en")
    assert "The build of 2024-05-01 12:00 was stopped: it published nothing." in card
    assert "Run 1 stays in use." in card
    assert re.search(r"city_known +A city of ours +83\.3% +90\.0% +6 +1 +crm 1", card)
    assert "portraits quality rows city_known --stopped" in card
    assert re.search(r"c3 +沪 .* crm", told(workspace, capsys, *CITY, "--lang", "en"))
    assert "第 1 页，共 1 页，1 行不合格" in told(workspace, capsys, *CITY, "--lang", "zh")
    file = tmp_path / "bad.csv"
    assert "1 row is written" in told(workspace, capsys, "export", "city_known", str(file), "--stopped")
    assert "139" not in file.read_text(encoding="utf-8-sig")
    assert "Wang Fang" in file.read_text(encoding="utf-8-sig")
    assert run(["quality", "rows", "people_named", "--stopped", "-w", str(workspace.folder)]) == 4
    assert "did not stop the last build. Known: city_known." in capsys.readouterr().err


def test_a_terminal_says_when_there_is_nothing_and_when_rows_are_cut(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = books(tmp_path)
    assert "No rule of quality stopped the last build." in told(workspace, capsys, "stopped", "--lang", "en")
    arrive(workspace, [*PEOPLE, "c7,钱多,13512345677,,杭,2024-03-04"])
    monkeypatch.setattr(stopping, "MOST", 1)
    stopped_build(workspace)
    assert "尚未发布过任何批次" in told(workspace, capsys, "stopped", "--lang", "zh")
    assert "2 rows are bad; the first 1 of them are kept." in told(workspace, capsys, *CITY)
    with TestClient(site(workspace), base_url="http://127.0.0.1") as client:
        words = text(client.get(f"{ROWS}?lang=en"))
        assert "2 rows are bad; the first 1 of them are kept and shown here." in words
        assert "published nothing, and neither did one before it" in words
        assert "Nothing has been judged yet" in text(client.get(f"{HOME}?lang=en"))


def test_a_terminal_and_http_answer_in_the_same_shape(
    workspace: Workspace, client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    card = client.get("/api/stopped-build").json()
    assert card == json.loads(told(workspace, capsys, "stopped", "--json"))
    assert (card["run"], card["stays"], [each["name"] for each in card["rules"]]) == (2, 1, ["city_known"])
    rows = client.get("/api/stopped-build/city_known/rows?source=crm&size=1").json()
    assert rows == json.loads(told(workspace, capsys, *CITY, "--source", "crm", "--json"))
    assert (rows["total"], rows["found"], rows["rows"][0]["values"]["city"]) == (1, 1, "沪")
    assert client.get("/api/stopped-build/people_named/rows").status_code == 404


def test_the_error_says_where_to_look(
    workspace: Workspace, client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["build", "-w", str(workspace.folder), "--lang", "en"]) == 6
    said = capsys.readouterr().err
    assert "on the page /data/quality and in `portraits quality stopped`" in said
    assert client.get(HOME).status_code == 200


def test_the_page_of_quality_begins_with_the_build_that_was_stopped(client: TestClient) -> None:
    page = client.get(f"{HOME}?lang=en")
    words = text(page)
    assert "The last build was stopped by a rule" in words
    assert "The build of 2024-05-01 12:00 published nothing; run 1 stays in use." in words
    assert re.search(r"A city of ours 1 6 83.3% 90% crm 1", words)
    assert page.text.index('id="stopped"') < page.text.index('class="shades"')
    assert f'href="{ROWS}"' in page.text
    assert "上次构建被 1 条规则拦下" in text(client.get(f"{HOME}?lang=zh"))


def test_the_rows_have_a_page_with_a_file_and_what_to_do_next(client: TestClient) -> None:
    page = client.get(f"{ROWS}?lang=en")
    words = text(page)
    assert "83.3% good where 90% are asked for: 1 of 6 rows are bad" in words
    assert "c3 沪 2024-04-20 00:00:00 crm 000001" in words
    assert 'href="/data/batches/1"' in page.text
    assert f'href="{HOME}/rules/city_known"' in page.text
    assert 'name="accept_quality"' in page.text
    for kind, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("parquet", b"PAR1")):
        answer = client.post(f"{ROWS}/export", data={"format": kind})
        assert answer.content.startswith(start)
        assert f'filename="city_known.{kind}"' in answer.headers["content-disposition"]
    assert client.get(f"{HOME}/stopped/people_named").status_code == 404
    assert client.post(f"{HOME}/stopped/people_named/export", data={"format": "csv"}).status_code == 404
    assert "此处" not in text(client.get(f"{ROWS}?lang=zh&source=nobody"))


def test_a_page_of_a_rule_that_is_gone_leads_nowhere_wrong(client: TestClient, workspace: Workspace) -> None:
    (workspace.folder / "rules.toml").unlink()
    page = client.get(f"{ROWS}?lang=en")
    assert "A city of ours" in text(page)
    assert "/rules/city_known" not in page.text


def test_the_job_that_was_stopped_leads_there_and_the_next_build_clears_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "wake", lambda workspace: None)
    workspace = kept_books(tmp_path)
    strict = stricter(workspace)
    with TestClient(site(strict), base_url="http://127.0.0.1") as client:
        client.post("/jobs", data={"kind": "build"})
        main(strict.folder)
        page = client.get("/jobs/1?lang=en").text
        assert f'href="{HOME}#stopped"' in page
        assert "<code>portraits quality stopped</code>" in page
        assert 'id="stopped"' in client.get(HOME).text
        client.post("/jobs", data={"kind": "build", "accept_quality": "true"})
        main(strict.folder)
        assert 'id="stopped"' not in client.get(HOME).text
        assert client.get("/api/stopped-build").json()["rules"] == []
        gone = client.get(f"{ROWS}?lang=en")
        assert (gone.status_code, "No rule of quality stopped the last build." in gone.text) == (404, True)
