"""The pages about customers as they are sent: views, columns, tabs, history, comparison, any id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

import tests.faces.company as made
from portraits.app.customers.views import Asked, save_view, views
from portraits.engine.workspace import Workspace
from portraits.web.site import site
from tests.app.customers.test_history import another_run
from tests.faces.company import AS_OF, HOSTILE, company
from tests.faces.visits import text, visitor

TABS = ("timeline", "tags", "history", "audiences", "sources")
PAGES = [f"/customers/{id}/{tab}" for id in ("C0001", "C0003") for tab in TABS]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = company(tmp_path_factory.mktemp("shop"), customers=30)
    another_run(workspace, 30, 8, AS_OF + timedelta(days=30))
    return workspace


@pytest.fixture(scope="module")
def app(shop: Workspace) -> Any:
    return site(shop)


@pytest.fixture
def client(app: Any) -> Iterator[TestClient]:
    """A new visitor each time: no cookies."""
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


@pytest.mark.parametrize("path", PAGES)
def test_every_tab_is_a_whole_page_with_its_own_title(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert re.search(r"<title>Customer C000\d · \w+ · Corner Shop</title>", answer.text)
    assert "NaN" not in answer.text
    here = re.findall(r'<a href="([^"]*)" aria-current="page">', answer.text)
    assert path in here


@pytest.mark.parametrize("path", ["/customers/C0001", *PAGES[: len(TABS)]])
def test_tabs_neighbours_and_back_keep_the_list_one_came_from(client: TestClient, path: str) -> None:
    page = unescape(client.get(f"{path}?rule=orders_365d+%3E+3&sort=-spend_365d").text)
    for tab in TABS:
        assert f'href="/customers/C0001/{tab}?rule=orders_365d+%3E+3&sort=-spend_365d"' in page
    tail = path.removeprefix("/customers/C0001")
    assert re.search(rf'rel="(prev|next)" href="/customers/C\d+{tail}\?rule=orders_365d', page)
    assert 'href="/customers?rule=orders_365d+%3E+3&sort=-spend_365d"' in page


def test_nobody_has_no_tabs(client: TestClient) -> None:
    for tab in (*TABS, "preview"):
        assert client.get(f"/customers/nobody/{tab}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/customers?lang=zh",
        *(f"/customers/C0005/{tab}?lang=zh" for tab in TABS),
        "/customers/compare?a=C0001&b=C0005&lang=zh",
    ],
)
def test_chinese_pages_hold_no_english_sentence(client: TestClient, path: str) -> None:
    page = text(client.get(path).text)
    assert not re.search(r"\b(the|of|not|days|orders|customer|known|mean|with|this)\b", page), page


@pytest.mark.parametrize(
    "path", ["/customers/C0001", *PAGES[: len(TABS)], "/customers/compare?a=C0001&b=C0002", "/customers/C0002/preview"]
)
def test_hostile_names_and_questions_are_text(client: TestClient, path: str) -> None:
    for page in (
        client.get(path.replace("C0001", "C0002")).text,
        client.get(path, params={"find": HOSTILE, "sort": HOSTILE}).text,
    ):
        assert "<script>document" not in page
        assert "<img src=x" not in page


def test_figures_can_stand_beside_the_same_kind_of_customers(client: TestClient) -> None:
    page = client.get("/customers/C0001").text
    [href] = re.findall(r'<a href="(/customers/C0001\?against=lifecycle)"', page)
    beside = client.get(href).text
    assert 'href="/customers/C0001?against=lifecycle" aria-current="true">Active</a>' in beside
    assert re.findall(r'class="base">(.*?)</dd>', page) != re.findall(r'class="base">(.*?)</dd>', beside)
    assert '"name": "Active"' in beside  # whose mean the radar draws


def test_the_timeline_finds_what_the_page_calls_a_thing(client: TestClient) -> None:
    english = text(client.get("/customers/C0001/timeline?find=coupon").text)
    chinese = text(client.get("/customers/C0001/timeline?find=优惠券&lang=zh").text)
    count = re.search(r"(\d+) entr", english)
    assert count and f"共 {count[1]} 条记录" in chinese
    assert int(count[1]) > 0


def test_a_timeline_without_a_find_says_so_and_offers_all(client: TestClient) -> None:
    page = client.get("/customers/C0001/timeline?find=zzzz").text
    assert "holds “zzzz”" in text(page)
    assert 'value="zzzz"' in page
    assert 'href="/customers/C0001/timeline"' in page


def test_empty_tags_are_hidden_until_they_are_asked_for(client: TestClient) -> None:
    assert "Days since the last order" not in text(client.get("/customers/C0003/tags").text)
    assert "Days since the last order Not known" in text(client.get("/customers/C0003/tags?empty=1").text)
    assert "Mean basket" not in text(client.get("/customers/C0001/tags?find=recency").text)


def test_history_marks_what_changed_and_draws_one_tag(client: TestClient) -> None:
    page = client.get("/customers/C0005/history").text
    assert "over 2 runs" in text(page)
    assert re.search(r'<td class="changed">', page)
    one = client.get("/customers/C0005/history?tag=spend_365d").text
    assert re.search(r"(Rose|Fell) from ¥[\d,.]+ to ¥[\d,.]+ since 2025-06-30", text(one))
    assert 'data-chart="past"' in one
    assert "data-chart" not in client.get("/customers/C0005/history?tag=gender").text
    assert client.get("/customers/C0005/history?tag=nope").status_code == 404


def test_one_run_is_no_history_and_says_what_comes(tmp_path: Path) -> None:
    with visitor(company(tmp_path, customers=1)) as client:
        assert "Only one run is kept" in text(client.get("/customers/C0001/history").text)
        for tab in (*TABS, "preview"):
            assert client.get(f"/customers/C0001/{tab}").status_code == 200


def test_why_in_or_not_in_every_audience(client: TestClient) -> None:
    page = text(client.get("/customers/C0001/audiences").text)
    assert "Not in Sleepers" in page
    assert re.search(
        r"does not hold Days since the last order is more than 120 Days since the last order : \d+ days?", page
    )
    assert "holds Money spent, last 365 days is more than 100" in page


def test_a_workspace_without_audiences_says_what_next(tmp_path: Path) -> None:
    workspace = company(tmp_path, customers=1)
    definitions = made.DEFINITIONS[: made.DEFINITIONS.index("[audiences.")]
    (tmp_path / "portraits.toml").write_text(definitions, encoding="utf-8")
    with visitor(Workspace(workspace.folder)) as client:
        assert "No audience is defined yet" in text(client.get("/customers/C0001/audiences").text)


def test_sources_show_records_and_rows_and_lead_to_whose_value_counts(client: TestClient) -> None:
    written = client.get("/customers/C0001/sources").text
    page = text(written)
    assert 'href="/customers/C0001/identity"' in written
    assert "1 record behind this customer" in page
    assert "Order lines" in page


def test_two_customers_stand_side_by_side(client: TestClient) -> None:
    page = client.get("/customers/compare?a=C0001&b=C0005").text
    shown = text(page)
    assert re.search(r"\d+ tags set them apart", shown)
    assert "≠" not in shown
    every = text(client.get("/customers/compare?a=C0001&b=C0005&every=1").text)
    assert "≠" in every
    assert len(every) > len(shown)
    assert 'href="/customers/compare?a=C0005&amp;b=C0001"' in page


def test_customers_marked_in_the_list_are_compared(client: TestClient) -> None:
    page = client.get("/customers/compare?customer=C0004&customer=C0002&customer=C0001").text
    assert 'value="C0004"' in page
    assert 'value="C0002"' in page
    assert "set them apart" in text(page)


def test_one_alone_or_nobody_keeps_what_was_typed(client: TestClient) -> None:
    assert "Choose two customers" in text(client.get("/customers/compare?a=C0001").text)
    answer = client.get("/customers/compare?a=C0001&b=nobody")
    assert answer.status_code == 404
    assert 'value="nobody"' in answer.text
    assert "There is no customer nobody." in text(answer.text)


def test_a_customer_is_like_itself(client: TestClient) -> None:
    assert "Every tag that these two have is the same." in text(client.get("/customers/compare?a=C0001&b=C0001").text)


def test_a_card_is_a_fragment(client: TestClient) -> None:
    card = client.get("/customers/C0001/preview").text
    assert "<html" not in card
    assert "王小明" in card
    assert card.count("<dt>") == 4
    assert "Last: " in text(card)


def test_columns_are_remembered_until_the_usual_ones_are_asked_for(client: TestClient) -> None:
    chosen = "/customers?columns=rfm_m&columns=gender"
    heads = r'<th scope="col"[^>]*><a[^>]*>([^<]*)'
    assert re.findall(heads, client.get(chosen).text)[-2:] == ["Money", "Gender"]
    assert re.findall(heads, client.get("/customers?sort=-spend_365d").text)[-2:] == ["Money", "Gender"]
    usual = re.findall(heads, client.get("/customers?columns=-").text)
    assert "Gender" not in usual
    assert re.findall(heads, client.get("/customers").text) == usual


def test_remembered_columns_that_are_gone_are_forgotten(client: TestClient) -> None:
    client.cookies.set("columns", "gone.gender", path="/customers")
    answer = client.get("/customers")
    assert answer.status_code == 200
    assert "Days since the last order" in answer.text


def test_shown_columns_come_first_in_the_chooser_in_their_order(client: TestClient) -> None:
    page = client.get("/customers?columns=rfm_m&columns=gender").text
    boxes = re.findall(r'name="columns" value="(\w+)"( checked)?', page[page.index('class="shown"') :])
    assert [name for name, mark in boxes if mark] == ["rfm_m", "gender"]
    assert len(boxes) == len(dict(boxes))


def test_a_view_is_saved_shown_and_removed(client: TestClient, shop: Workspace) -> None:
    form = {"name": "Sleeping <b>", "rule": "recency_days > 100", "sort": "-spend_365d", "columns": ["gender", "rfm_r"]}
    saved = client.post("/customers/views", data=form, follow_redirects=False)
    assert saved.status_code == 303
    page = client.get(saved.headers["location"]).text
    assert 'aria-current="true">Sleeping &lt;b&gt;</a>' in page
    assert [view.asked for view in views(shop)] == [Asked("", "recency_days > 100", "-spend_365d", ("gender", "rfm_r"))]
    gone = client.post("/customers/views/remove", data={"name": "Sleeping <b>"}, follow_redirects=False)
    assert (gone.status_code, views(shop)) == (303, [])


@pytest.mark.parametrize(("form", "status"), [({"name": " "}, 400), ({"name": "x", "rule": "recncy_days > 3"}, 422)])
def test_a_view_that_cannot_be_saved_keeps_what_was_typed(
    client: TestClient, form: dict[str, str], status: int
) -> None:
    answer = client.post("/customers/views", data={**form, "search": "欧阳"})
    assert answer.status_code == status
    assert 'id="refusal"' in answer.text or "recncy_days" in answer.text
    assert 'value="欧阳"' in answer.text


def test_a_view_that_is_gone_cannot_be_removed(client: TestClient) -> None:
    assert client.post("/customers/views/remove", data={"name": "nothing"}).status_code == 404


def test_another_site_saves_no_view(client: TestClient, shop: Workspace) -> None:
    answer = client.post("/customers/views", data={"name": "x"}, headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, views(shop)) == (403, [])


def test_a_view_over_a_tag_that_is_gone_says_so(shop: Workspace, client: TestClient) -> None:
    save_view(shop, "late", Asked(rule="recency_days > 1"), actor="ann", now=datetime.now(UTC))
    assert client.get("/customers?rule=gone_days+%3E+1").status_code == 422
    client.post("/customers/views/remove", data={"name": "late"})


def test_everybody_of_a_rule_can_become_an_audience(client: TestClient) -> None:
    page = unescape(client.get("/customers?rule=recency_days+%3E+100&sort=-spend_365d&page=2").text)
    assert 'href="/audiences/new?rule=recency_days+%3E+100"' in page
    searched = client.get("/customers?search=C0").text
    assert "/audiences/new?" not in searched
    assert "Clear the search first" in text(searched)


def test_page_sizes_can_be_chosen(client: TestClient) -> None:
    page = client.get("/customers?size=50").text
    assert page.count('class="who"') == 30
    assert client.get("/customers?size=7").text.count('class="who"') == 25


IDS = ("a/b", "a/timeline", "compare", "a/why/gender", "a b?#%", 'é&"<', "欧阳·买买提", "x" * 200, "timeline")


def test_ids_of_any_characters_reach_every_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    person = made._person
    monkeypatch.setattr(made, "_person", lambda n, chance: {**person(n, chance), "record_id": IDS[n - 1]})
    monkeypatch.setattr(made, "NAMES", ("",))
    with visitor(company(tmp_path, customers=len(IDS))) as client:
        for each in IDS:
            found = client.get(f"/customers?search={quote(each)}").text
            paths = {unescape(href).partition("?")[0] for href in re.findall(r'class="who" href="([^"]*)"', found)}
            assert any(says(client.get(path).text, each) for path in paths), each
            path = next(path for path in paths if says(client.get(path).text, each))
            for tab in (*TABS, "preview", "why/gender"):
                answer = client.get(f"{path}/{tab}")
                assert answer.status_code == 200, (each, tab)
                assert each in unescape(answer.text), (each, tab)
            assert client.get(f"/api{path}/tags").json()["customer"] == each


def says(page: str, customer: str) -> bool:
    """Whether a page is the portrait of a customer."""
    title = re.search(r"<title>Customer (.*) · Corner Shop</title>", page, re.DOTALL)
    return title is not None and unescape(title[1]) == customer


def test_views_are_kept_and_removed_over_the_api(client: TestClient) -> None:
    asked = {"rule": "recency_days > 100", "columns": ["gender"]}
    saved = client.put("/api/views/a%2Fb", json=asked).json()
    assert {"name": "a/b", "search": "", "sort": "", **asked}.items() <= saved.items()
    assert client.get("/api/views").json() == {"views": [saved]}
    assert client.put("/api/views/x", json={"rule": "recncy_days > 1"}).status_code == 422
    assert client.delete("/api/views/a%2Fb").json() == {"removed": "a/b"}
    gone = client.delete("/api/views/a%2Fb")
    assert (gone.status_code, gone.json()["error"]["what"]) == (404, "There is no view a/b.")


MANUAL = """
[tags.promise]
title = { en = "Promised a call", zh = "已承诺回电" }
group = "interaction"
kind = "manual"
"""


def test_a_tag_put_by_hand_can_be_put_on_all_of_a_rule_or_on_the_marked_ones(shop: Workspace) -> None:
    definitions = shop.folder / "portraits.toml"
    before = definitions.read_text(encoding="utf-8")
    definitions.write_text(before + MANUAL, encoding="utf-8")
    try:
        with visitor(Workspace(shop.folder)) as client:
            page = unescape(client.get("/customers?rule=recency_days+%3E+100").text)
            [href] = re.findall(r'href="(/tags/promise/hand\?[^"]*)"', page)
            assert "recency_days > 100" in unescape(client.get(href).text)
            assert 'form="marked" formaction="/tags/promise/hand"' in page
            marked = client.get("/tags/promise/hand?customer=C0001&customer=C0004").text
            assert re.search(r"C0001\s+C0004", marked)
    finally:
        definitions.write_text(before, encoding="utf-8")
