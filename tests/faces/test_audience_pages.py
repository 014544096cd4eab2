"""Audiences on pages, in the API and as commands: whole without a script, safe, and the same on every face."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from portraits.app.audiences.audiences import count, rule_of
from portraits.app.audiences.drafts import drafts
from portraits.cli.program import run
from portraits.engine.audit import entries
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.web.words import LANGUAGES, words
from tests.faces.company import HOSTILE, company
from tests.faces.visits import text, visitor
from tests.house.tree import ROOT

RULE = "orders_365d >= 12"
STATIC = ROOT / "src" / "portraits" / "web" / "static"


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    return company(tmp_path / "shop")


@pytest.fixture
def client(shop: Workspace) -> Iterator[TestClient]:
    with visitor(shop, strict=False) as client:
        yield client


def saved(client: TestClient, **more: str) -> Any:
    form = {"name": "often", "title_en": "Often", "title_zh": "常客", "rule": RULE, "members": "live", **more}
    return client.post("/audiences/new", data=form, follow_redirects=False)


def told(shop: Workspace, capsys: pytest.CaptureFixture[str], *typed: str) -> Any:
    code = run([*typed, "-w", str(shop.folder), "--json"])
    shown = capsys.readouterr()
    assert code == 0, shown.err
    return json.loads(shown.out)


def test_the_list_says_how_many_each_audience_has(client: TestClient, shop: Workspace) -> None:
    page = text(client.get("/audiences").text)
    assert "Sleepers" in page
    assert f" {count(shop, 'sleepers').n} " in page
    assert "Days since the last order" in page
    assert "沉睡客户" in text(client.get("/audiences?lang=zh").text)


def test_without_audiences_the_list_says_what_to_do(client: TestClient, shop: Workspace) -> None:
    definitions = shop.folder / "portraits.toml"
    definitions.write_text(
        definitions.read_text(encoding="utf-8").partition("[audiences.sleepers]")[0], encoding="utf-8"
    )
    page = client.get("/audiences").text
    assert "There are no audiences yet" in text(page)
    assert 'href="/audiences/new"' in page
    assert "Save two audiences first." in text(client.get("/audiences/overlap").text)


def test_a_rule_is_counted_without_a_script(client: TestClient, shop: Workspace) -> None:
    page = text(client.get("/audiences/new", params={"rule": RULE}).text)
    assert f"{count(shop, RULE).n} customers 65% of 120" in page
    wrong = client.get("/audiences/new", params={"rule": 'recncy_days > 3 and "x"'}).text
    assert "Did you mean recency_days?" in text(wrong)
    assert "recncy_days &gt; 3 and &#34;x&#34;" in wrong


def test_an_unknown_audience_or_draft_is_not_found(client: TestClient) -> None:
    for path in ("/audiences/sleeper", "/audiences/sleeper/members", "/audiences/new?draft=abcdefgh12"):
        assert client.get(path).status_code == 404, path


def test_a_rule_is_saved_and_shown_under_its_name(client: TestClient, shop: Workspace) -> None:
    answer = saved(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/audiences/often?saved=yes")
    assert rule_of(shop, "often") == RULE
    page = client.get("/audiences/often?lang=zh").text
    assert "<h1>常客</h1>" in page
    assert 'value="Often"' in page


def test_what_cannot_be_saved_keeps_all_that_was_typed(client: TestClient, shop: Workspace) -> None:
    answer = saved(client, name="sleepers", owner='<b>"me"</b>')
    assert answer.status_code == 422
    assert "There is an audience sleepers already." in text(answer.text)
    assert "&lt;b&gt;&#34;me&#34;&lt;/b&gt;" in answer.text
    assert 'value="Often"' in answer.text
    assert rule_of(shop, "sleepers") != RULE
    assert saved(client, title_en="", title_zh="").status_code == 422
    assert saved(client, name="Not a name").status_code == 422
    assert saved(client, rule="recncy_days > 3").status_code == 422


def test_a_change_of_what_somebody_else_has_changed_is_refused(client: TestClient, shop: Workspace) -> None:
    saved(client)
    page = client.get("/audiences/often").text
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen is not None
    form = {"title_en": "Mine", "rule": RULE, "members": "live", "seen": seen[1]}
    assert client.post("/audiences/often", data=form, follow_redirects=False).status_code == 303
    answer = client.post("/audiences/often", data={**form, "title_en": "Theirs"}, follow_redirects=False)
    assert answer.status_code == 422
    assert "Somebody has changed audiences.often meanwhile." in text(answer.text)


def test_a_static_audience_is_frozen_and_says_so(client: TestClient, shop: Workspace) -> None:
    saved(client, members="static")
    n = count(shop, RULE).n
    assert f"its members are the {n} that were frozen at run 1" in text(client.get("/audiences/often").text)
    assert client.post("/audiences/often/freeze", follow_redirects=False).status_code == 303
    assert "Frozen at run 1" in text(client.get("/audiences").text)


def test_removing_asks_first(client: TestClient, shop: Workspace) -> None:
    saved(client)
    client.post("/audiences/often/remove", follow_redirects=False)
    assert rule_of(shop, "often") == RULE
    assert (
        client.post("/audiences/often/remove", data={"sure": "yes"}, follow_redirects=False).headers["location"]
        == "/audiences"
    )
    assert client.get("/audiences/often").status_code == 404


def test_the_profile_names_what_stands_out_and_what_was_left_out(client: TestClient) -> None:
    page = text(client.get("/audiences/new/profile", params={"rule": RULE}).text)
    assert "TGI" in page
    assert "Left out, as the rule reads them" in page
    small = text(client.get("/audiences/new/profile", params={"rule": "orders_365d >= 39"}).text)
    assert "Too few to tell" in small
    assert "Nothing stands out" in text(client.get("/audiences/new/profile").text)


def test_a_comparison_is_with_another_audience(client: TestClient, shop: Workspace) -> None:
    page = text(client.get("/audiences/new/compare", params={"rule": RULE, "other": "sleepers"}).text)
    assert f"Sleepers {count(shop, 'sleepers').n}" in page


def test_members_are_listed_and_explained(client: TestClient, shop: Workspace) -> None:
    page = text(client.get("/audiences/sleepers/members?customer=C0003").text)
    assert f"{count(shop, 'sleepers').n} customers" in page
    assert "C0003 is not a member" in page
    assert "not known" in page
    ghost = client.get("/audiences/sleepers/members?customer=ghost")
    assert ghost.status_code == 404
    assert "There is no customer ghost." in text(ghost.text)
    assert "Nobody is in this audience" in text(client.get("/audiences/new/members?rule=orders_365d+>+9999").text)


def test_members_open_as_a_list_of_customers_unless_that_told_something_personal(client: TestClient) -> None:
    assert 'href="/customers?rule=recency_days+%3E+120' in client.get("/audiences/sleepers/members").text
    saved(client, rule="birth_date < date '1980-01-01'", name="elders")
    assert "/customers?rule=" not in client.get("/audiences/elders/members").text
    saved(client, members="static")
    assert "/customers?rule=" not in client.get("/audiences/often/members").text


def test_hostile_names_of_members_show_as_text(client: TestClient) -> None:
    page = client.get("/audiences/new/members").text
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_an_export_is_sent_and_noted(client: TestClient, shop: Workspace, kind: str) -> None:
    answer = client.post("/audiences/sleepers/export", data={"format": kind})
    assert answer.status_code == 200
    assert f'filename="sleepers.{kind}"' in answer.headers["content-disposition"]
    with Store.open(shop.store) as store:
        [entry] = entries(store)
    assert (entry.action, entry.detail["rows"], entry.detail["audience"]) == (
        "export",
        count(shop, "sleepers").n,
        "sleepers",
    )
    if kind == "csv":
        rows = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
        assert len(rows) == count(shop, "sleepers").n
        assert all(row["birth_date"].endswith("-**-**") for row in rows)


def test_an_export_from_another_site_is_refused(client: TestClient) -> None:
    answer = client.post("/audiences/sleepers/export", data={"format": "csv"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert client.post("/audiences/sleepers/export", data={"format": "exe"}).status_code == 400


def test_the_history_shows_every_run(client: TestClient, shop: Workspace) -> None:
    page = text(client.get("/audiences/sleepers/history").text)
    assert f"{count(shop, 'sleepers').n} customers in the first run that was counted" in page


def test_a_cell_of_the_overlap_opens_both_as_one_audience(client: TestClient, shop: Workspace) -> None:
    saved(client)
    page = client.get("/audiences/overlap?of=sleepers&of=often").text
    href = "/audiences/new?both=sleepers&amp;both=often"
    assert f'href="{href}"' in page
    both = count(shop, f"({rule_of(shop, 'sleepers')}) and ({RULE})").n
    opened = text(client.get(href.replace("&amp;", "&")).text)
    assert f"{both} customers" in opened
    assert f"{both} customers are in Sleepers and in Often" in text(page)


def test_a_draft_is_kept_shown_and_thrown_away(client: TestClient, shop: Workspace) -> None:
    body = {"audience": "sleepers", "content": {"text": "rfm_r > 3", "tree": None}}
    assert client.put("/api/audiences/drafts/k3v9x2m4q7", json=body).json()["audience"] == "sleepers"
    assert client.get("/api/audiences/drafts/k3v9x2m4q7").json()["content"] == body["content"]
    assert [each["id"] for each in client.get("/api/audiences/drafts").json()["drafts"]] == ["k3v9x2m4q7"]
    page = client.get("/audiences").text
    assert "Change of Sleepers" in text(page)
    assert 'href="/audiences/sleepers?draft=k3v9x2m4q7"' in page
    assert "rfm_r &gt; 3" in client.get("/audiences/sleepers?draft=k3v9x2m4q7").text
    assert client.put("/api/audiences/drafts/..%2Fx", json=body).status_code in (404, 422)
    client.post("/audiences/drafts/k3v9x2m4q7/discard")
    assert drafts(shop) == []


def test_a_tree_is_counted_over_http_part_by_part(client: TestClient, shop: Workspace) -> None:
    tree = {
        "group": "all",
        "rules": [{"name": "orders_365d", "operator": ">=", "value": 12}, {"name": "gendr", "operator": "is null"}],
    }
    body = client.post("/api/audiences/tree", json={"tree": tree}).json()
    assert (body["n"], body["base"], body["complete"]) == (count(shop, RULE).n, 120, False)
    assert [part["path"] for part in body["parts"]] == ["", "0", "1"]
    assert body["parts"][2]["hint"]["en"] == "Did you mean gender?"
    assert body["text"] == RULE
    assert client.post("/api/audiences/tree", json={"text": RULE}).json()["tree"]["rules"] == [tree["rules"][0]]
    assert client.post("/api/audiences/tree", json={"tree": {"group": "no"}}).status_code == 400
    assert client.post("/api/audiences/tree", json={"text": "recncy > 3"}).status_code == 422


def test_values_over_http_have_labels_and_counts(client: TestClient) -> None:
    body = client.post("/api/audiences/values", json={"tag": "lifecycle", "search": "降温"}).json()
    assert [(each["value"], each["label"]["en"]) for each in body["values"]] == [("cooling", "Cooling down")]
    assert client.post("/api/audiences/values", json={"tag": "birth_date"}).json()["values"] == []


@pytest.mark.parametrize(
    ("typed", "path", "body"),
    [
        (["audience", "profile", RULE], "profile", {"rule": RULE}),
        (["audience", "compare", RULE, "sleepers"], "compare", {"rule": RULE, "other": "sleepers"}),
        (["audience", "overlap", RULE, "sleepers"], "overlap", {"audiences": [RULE, "sleepers"]}),
        (["audience", "history", "sleepers"], "history", {"rule": "sleepers"}),
        (["explain", "C0001", "sleepers"], "explain", {"rule": "sleepers", "customer": "C0001"}),
    ],
)
def test_a_command_and_the_api_answer_alike(
    typed: list[str], path: str, body: Any, shop: Workspace, client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    answered = client.post(f"/api/audiences/{path}", json=body).json()
    shown = told(shop, capsys, *typed)
    assert {name: shown[name] for name in answered if name in shown} == {
        name: each for name, each in answered.items() if name in shown
    }
    assert answered.keys() - shown.keys() <= {"inside"}


def test_audiences_are_saved_frozen_listed_and_removed_by_commands(
    shop: Workspace, client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    told(shop, capsys, "audience", "save", "often", RULE, "--title", "Often", "--static")
    made = told(shop, capsys, "audience", "freeze", "often")
    assert (made["customers"], made["run"]) == (count(shop, RULE).n, 1)
    assert told(shop, capsys, "audience", "list") == client.get("/api/audiences").json()
    assert told(shop, capsys, "audience", "remove", "often") == {"file": "audiences.toml"}
    assert client.get("/audiences/often").status_code == 404


def test_the_api_saves_freezes_and_removes(client: TestClient, shop: Workspace) -> None:
    body = {"title": {"en": "Often", "zh": "常客"}, "rule": RULE, "members": "static"}
    assert client.put("/api/audiences/often", json=body).json() == {"file": "audiences.toml"}
    assert client.post("/api/audiences/often/freeze").json()["customers"] == count(shop, RULE).n
    assert (
        client.post("/api/audiences/members", json={"rule": "often", "size": 5}).json()["total"] == count(shop, RULE).n
    )
    assert client.delete("/api/audiences/often").json() == {"file": "audiences.toml"}
    assert client.delete("/api/audiences/often").status_code == 404
    assert client.put("/api/audiences/new", json=body).status_code == 422


@pytest.mark.parametrize(
    "typed", [["profile", RULE], ["compare", RULE, "sleepers"], ["overlap", RULE, "sleepers"], ["history", RULE]]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_commands_speak_both_languages(
    typed: list[str], language: str, shop: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--lang", language, "audience", *typed, "-w", str(shop.folder)]) == 0
    assert capsys.readouterr().out.strip()


def test_every_word_that_the_script_says_is_there_in_both_languages() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in STATIC.glob("audience*.js"))
    named = set(re.findall(r"\bt\('([a-z_]+)'", source))
    operators = set(
        re.findall(
            r"'([^']+)'", source[source.index("const NUMBER") : source.index("/** @type {Record<string, string[]>}")]
        )
    )
    named |= {f"op_{each}" for each in operators} | {f"at_{each}" for each in ("=", "<>", "<", "<=", ">", ">=")}
    named |= {f"join_{each}" for each in ("all", "any", "none")} | {
        f"unit_{each}" for each in ("hour", "day", "week", "month", "year")
    }
    assert len(named) > 60
    for language in LANGUAGES:
        assert {f"builder.{each}" for each in named} - words(language).keys() == set()
