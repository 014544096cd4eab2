"""The pages of identity: pairs to decide about, many at once, decisions, the report, who is calling, one customer."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from portraits.app.identity.identity import decisions, link
from portraits.app.identity.likeness import review
from portraits.app.identity.queue import Wanted
from portraits.app.identity.report import Rows, report_rows
from portraits.app.identity.sweep import preview_sweep
from portraits.app.identity.trial import try_matching
from portraits.engine.workspace import Workspace
from portraits.web.site import site
from tests.app.duplicates import ASK, NOW, UNSURE, built, shop, welcome
from tests.once import once

HOME = "/data/identity"


@once
def _guests(folder: Path) -> Workspace:
    """The shop with its guests, built."""
    made = welcome(shop(folder, UNSURE, ASK))
    built(made)
    return made


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return _guests(tmp_path / "shop")


@pytest.fixture
def client(workspace: Workspace) -> Iterator[TestClient]:
    with TestClient(site(workspace), base_url="http://127.0.0.1") as client:
        yield client


def words(answer: Response) -> str:
    """What a person reads."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def decide(client: TestClient, answer: Response, verdict: str) -> Response:
    """Press a button of a pair."""
    sent = dict(re.findall(r'name="(left|right)" value="([^"]+)"', answer.text))
    [action] = re.findall(r'action="([^"]*/decide[^"]*)"', answer.text)
    return client.post(html.unescape(action), data={**sent, "verdict": verdict, "why": "I know them"})


def test_a_pair_stands_side_by_side_with_why_in_words_and_numbers(client: TestClient, workspace: Workspace) -> None:
    found = review(workspace)
    pair = found.pairs[0]
    answer = client.get(HOME)
    text = words(answer)
    assert "Are these two the same person?" in text and f"Pair 1 of {found.total}" in text
    assert (
        f"{pair.left_customer} · {pair.left_source}" in text and f"{pair.right_customer} · {pair.right_source}" in text
    )
    [finding] = re.findall(r'<h3 id="why-title">([^<]+)</h3>', answer.text)
    strongest = max(pair.shares, key=lambda share: share.weight)
    assert strongest.level_title.en in finding and finding.endswith("likely")
    bars = re.findall(r'<rect x="([\d.]+)" y="3" width="([\d.]+)"', answer.text)
    assert len(bars) == len(pair.shares) + 2
    assert all(float(x) >= 0 and float(x) + float(width) <= 100.7 for x, width in bars)
    zh = words(client.get(f"{HOME}?lang=zh"))
    assert "这两条记录是同一个人吗？" in zh and "综合可能性" in zh and "仅一方有" in zh


def test_a_decision_brings_the_next_pair_and_can_be_undone(client: TestClient, workspace: Workspace) -> None:
    found = review(workspace)
    pair = found.pairs[0]
    after = decide(client, client.get(f"{HOME}?kind=person"), "link")
    assert after.url.path == HOME and dict(after.url.params) == {"kind": "person", "done": "1"}
    text, left = words(after), review(workspace).total
    assert "Linked: they are one customer." in text and f"Pair 1 of {left}" in text and left < found.total
    assert "1 decision waits for the next build." in text and "Build now" in text
    [told] = decisions(workspace)
    assert (told.pair, told.verdict, told.why) == ((pair.left_id, pair.right_id), "link", "I know them")
    undone = words(client.post(f"{HOME}/undo?kind=person", data={"act": "1"}))
    assert "Taken back" in undone and f"Pair 1 of {found.total}" in undone
    apart = words(decide(client, client.get(f"{HOME}?at=2"), "apart"))
    assert "Kept apart." in apart and f"Pair 2 of {found.total - 1}" in apart
    assert decisions(workspace)[0].verdict == "apart"


def test_many_are_linked_after_a_preview_and_taken_back_by_one_undo(client: TestClient, workspace: Workspace) -> None:
    expected = preview_sweep(workspace, Wanted(least=0.01))
    preview = client.get(f"{HOME}/sweep?least=1")
    text = words(preview)
    assert f"Link the {expected.pairs} pairs that are 1% likely or more?" in text
    assert f"{expected.customers} → {expected.left}" in text
    assert decisions(workspace) == []
    seen = dict(re.findall(r'name="(seen)" value="([^"]+)"', preview.text))
    assert client.post(f"{HOME}/sweep?least=1&kind=company", data=seen).status_code == 409
    done = client.post(f"{HOME}/sweep?least=1", data=seen)
    assert f"Linked: {expected.pairs} pairs are one customer each." in words(done)
    listed = words(client.get(f"{HOME}/decisions"))
    assert "1 decision" in listed and f"{expected.pairs} ≥ 1%" in listed
    back = client.post(f"{HOME}/undo", data={"act": "1", "back": "decisions"})
    assert back.url.path == f"{HOME}/decisions" and "Taken back" in words(back)
    assert "No pair fits" in words(client.get(f"{HOME}/sweep?kind=company"))


def test_the_report_leads_to_rows_and_rows_to_customers(client: TestClient) -> None:
    answer = client.get(f"{HOME}/report")
    text = words(answer)
    assert "Merged too much, perhaps" in text and "Merged too little, perhaps" in text
    links = re.findall(rf'href="({HOME}/report/[^"]+)"[^>]*>(?:<span>[^<]*</span><b>([\d,]+)</b>)?', answer.text)
    assert len(links) >= 6
    for href, n in links:
        rows = client.get(html.unescape(href))
        assert rows.status_code == 200
        assert not n or re.search(rf"\b{n} ", words(rows)), href
    conflict = client.get(f"{HOME}/report/conflict?key=birth_date")
    assert "Date of birth" in words(conflict) and "1990-**-** ≠ 1991-**-**" in words(conflict)
    assert 'href="/customers/c1/identity"' in conflict.text
    assert "13512340000" not in client.get(f"{HOME}/report/guard").text
    assert "出生日期互相矛盾的客户：1 位" in words(client.get(f"{HOME}/report/conflict?key=birth_date&lang=zh"))
    assert client.get(f"{HOME}/report/none").status_code == 404


def test_values_that_look_the_same_once_masked_say_so(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows are made up: two people of one year, and two of two."""

    def alike(workspace: Workspace, part: str, key: str, page: int, size: int) -> Rows:
        found = report_rows(workspace, part, key, page, size)
        [row] = found.rows
        return replace(found, rows=(row, replace(row, values=("1990-**-**", "1990-**-**"))))

    monkeypatch.setattr("portraits.web.pages.identity_report.report_rows", alike)
    text = words(client.get(f"{HOME}/report/conflict?key=birth_date"))
    assert "1990-**-** ≠ 1990-**-** differs in what is masked" in text and text.count("masked") == 1
    assert "不同之处已隐去" in words(client.get(f"{HOME}/report/conflict?key=birth_date&lang=zh"))


def test_who_calls_is_found_with_the_portrait_one_step_away(client: TestClient) -> None:
    assert "Is the telephone ringing?" in words(client.get("/identify"))
    answer = client.get("/identify?phone=139 1234 5672")
    assert "李雷" in answer.text and 'href="/customers/c2"' in answer.text and "Phone fits" in words(answer)
    assert "No customer fits" in words(client.get("/identify?phone=13999999999"))
    assert 'id="unreadable-phone"' in client.get("/identify?phone=hello&name=李雷").text
    found = client.get("/search?q=13912345672").text
    assert 'href="/identify?phone=13912345672"' in found
    assert 'href="/identify"' in client.get("/customers").text
    assert f'href="{HOME}"' in client.get("/data").text


def test_the_identity_of_a_customer_tells_records_links_golden_values_and_the_past(client: TestClient) -> None:
    answer = client.get("/customers/c1/identity?lang=zh")
    text = words(answer)
    assert "由 4 条记录组成" in text and "电话与姓名相同" in text and "各字段以哪条记录为准" in text
    assert answer.text.count('name="record"') == 4 and answer.text.count("<circle cx") >= 4
    assert "首次识别：记录 c1、c3、w1 等 4 项 归为客户 c1" in text


def test_a_split_is_previewed_done_and_told(client: TestClient, workspace: Workspace) -> None:
    assert client.get("/customers/c1/identity/split").status_code == 400
    preview = client.get("/customers/c1/identity/split?record=c3")
    assert "keeps the id c1" in words(preview) and "gets an id of its own" in words(preview)
    assert decisions(workspace) == []
    done = client.post("/customers/c1/identity/split", data={"record": ["c3"], "why": "father and son"})
    assert done.url.path == "/customers/c1/identity"
    assert "are one customer no more" in words(done) and "father and son" in words(done)
    assert "Split" in words(client.get(f"{HOME}/decisions"))
    assert client.post("/customers/c1/identity/split", data={"record": ["c2"]}).status_code == 400


def test_an_id_of_before_leads_to_the_customer_of_now(client: TestClient, workspace: Workspace) -> None:
    link(workspace, "c2", "c6", why="", actor="li", now=NOW)
    built(workspace)
    for page in ("", "/identity", "/timeline"):
        answer = client.get(f"/customers/c6{page}")
        assert answer.status_code == 200 and "周星" in answer.text, page
    text = words(client.get("/customers/c6/identity"))
    assert "Former ids: c6" in text and "Customer c6 became part of c2" in text and "li · run 2" in text


def test_before_the_first_build_and_without_matching_a_page_says_what_to_do(tmp_path: Path) -> None:
    fresh = shop(tmp_path, UNSURE, "")
    with TestClient(site(fresh), base_url="http://127.0.0.1") as client:
        for page in (HOME, f"{HOME}/report", f"{HOME}/decisions", "/identify?phone=13912345672"):
            assert client.get(page).status_code == 200, page
        assert "Nothing is built yet" in words(client.get(HOME))
        built(fresh)
        text = words(client.get(HOME))
        assert "Every record is a customer of its own" in text and "Switch matching on" in text
        tried = try_matching(fresh)
        assert f"{tried.customers} customers would be {tried.found}" in words(client.get(f"{HOME}/trial"))
        after = client.post(f"{HOME}/matching")
        assert 'by = "match"' in (tmp_path / "portraits.toml").read_text(encoding="utf-8")
        assert "Matching begins with the next build" in words(after)
