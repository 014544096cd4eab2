"""The pages as they are sent: each a whole page, in the language asked for, with every text escaped."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from portraits.engine.workspace import Workspace
from portraits.web import assets
from portraits.web.site import site
from tests.faces.company import DEFINITIONS, HOSTILE, company
from tests.faces.visits import text, visitor

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def app(shop: Workspace) -> Any:
    return site(shop)


@pytest.fixture
def client(app: Any) -> Iterator[TestClient]:
    """A new visitor each time: no cookies."""
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


PAGES = [
    "/",
    "/jobs",
    "/help",
    "/search?q=s",
    "/customers",
    "/customers/C0001",
    "/customers/C0001/why/lifecycle",
    "/customers/C0003",
    "/api",
    "/nothing",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_one_main_heading_a_title_and_a_language(client: TestClient, path: str) -> None:
    page = client.get(path).text
    assert page.count("<h1") == 1
    assert '<html lang="en"' in page
    assert re.search(r"<title>[^<]+ · Corner Shop</title>", page)
    assert page.count('<main id="main"') == 1
    assert "Data as of 2025-06-30" in text(page)


def test_no_title_holds_a_name(client: TestClient) -> None:
    page = client.get("/customers/C0001").text
    title = re.search(r"<title>(.*?)</title>", page)
    assert title is not None
    assert title[1] == "Customer C0001 · Corner Shop"


@pytest.mark.parametrize("path", ["/customers", "/customers/C0001/why/orders_365d", "/nothing"])
def test_the_language_asked_for_is_spoken_and_remembered(client: TestClient, path: str) -> None:
    assert '<html lang="zh-CN"' in client.get(f"{path}?lang=zh").text
    assert '<html lang="zh-CN"' in client.get(path).text
    assert '<html lang="en"' in client.get(f"{path}?lang=en").text
    assert '<html lang="en"' in client.get(f"{path}?lang=xx").text


def test_the_theme_asked_for_is_remembered_and_the_system_decides_otherwise(client: TestClient) -> None:
    assert "data-theme" not in client.get("/customers").text
    assert 'data-theme="dark"' in client.get("/customers?theme=dark").text
    assert 'data-theme="dark"' in client.get("/customers/C0001").text
    assert 'data-theme="light"' in client.get("/customers?theme=light").text


def test_the_switches_keep_the_question(client: TestClient) -> None:
    page = client.get("/customers?search=a&sort=-spend_365d&columns=gender&columns=rfm_m").text
    assert 'href="/customers?search=a&amp;sort=-spend_365d&amp;columns=gender&amp;columns=rfm_m&amp;lang=zh"' in page


def test_english_pages_hold_chinese_only_where_the_data_does(client: TestClient) -> None:
    page = text(client.get("/customers/C0001?lang=en").text).replace("中文", "")
    for known in (
        "王小明",
        "生鲜",
        "人民路店",
        "上海",
        "杭州",
        "新品页",
        "送货很快",
        "电话",
        "王",
        "糖果",
        "茶叶",
        "联系不上",
        "饮料",
        "零食",
    ):
        page = page.replace(known, "")
    page = re.sub("|".join(("日用品", "粮油", "冷冻食品", "母婴", "家电", "文具")), "", page)
    assert HAN.search(page) is None, page[max(0, HAN.search(page).start() - 40) :][:80]  # type: ignore[union-attr]


def test_chinese_pages_hold_no_english_sentence(client: TestClient) -> None:
    for path in ("/customers?lang=zh", "/customers/C0005?lang=zh", "/customers/C0001/why/rfm_r?lang=zh"):
        page = text(client.get(path).text)
        assert not re.search(r"\b(the|of|not|days|orders|customer|known|mean)\b", page), path


def test_the_list_shows_customers_with_values_in_units(client: TestClient) -> None:
    page = text(client.get("/customers?lang=zh").text)
    assert "120 位客户" in page
    assert "欧阳·买买提" in page
    assert re.search(r"\d+ 单", page)
    assert re.search(r"¥\d", page)
    assert "138****0001" in page


def test_a_rule_that_cannot_be_read_keeps_what_was_typed(client: TestClient) -> None:
    answer = client.get("/customers", params={"rule": 'recncy_days > 3 and "x"', "search": "欧阳"})
    assert answer.status_code == 422
    assert 'value="recncy_days &gt; 3 and &#34;x&#34;"' in answer.text
    assert 'value="欧阳"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Did you mean recency_days?" in text(answer.text)


def test_sorting_goes_both_ways_and_says_so(client: TestClient) -> None:
    page = client.get("/customers?sort=-recency_days").text
    assert re.search(r'aria-sort="descending"><a href="/customers\?sort=recency_days"', page)
    page = client.get("/customers?sort=recency_days").text
    assert re.search(r'aria-sort="ascending"><a href="/customers\?sort=-recency_days"', page)


def test_pages_of_the_list_are_links_that_keep_the_question(client: TestClient) -> None:
    page = client.get("/customers?rule=orders_365d%20%3E%200&page=2").text
    assert re.search(r'rel="prev" href="/customers\?rule=orders_365d\+%3E\+0"', page)
    assert re.search(r'rel="next" href="/customers\?rule=orders_365d\+%3E\+0&amp;page=3"', page)


@pytest.mark.parametrize("number", ["0", "-1", "x", "1e9", "9" * 30, "%00"])
def test_a_page_number_that_is_none_shows_the_first(client: TestClient, number: str) -> None:
    assert client.get(f"/customers?page={number}").status_code == 200
    assert client.get(f"/customers/C0001?at={number}").status_code == 200


def test_examples_of_rules_are_rules_of_this_workspace(client: TestClient) -> None:
    page = client.get("/customers").text
    examples = re.findall(r'<a href="(/customers\?rule=[^"]*)" title=', page)
    assert len(examples) == 4
    assert all(client.get(unescape(href)).status_code == 200 for href in examples)


def test_nobody_found_says_what_next(client: TestClient) -> None:
    page = text(client.get("/customers?search=zzzzz").text)
    assert "Nobody matches" in page
    assert "0 customers" in page


def test_a_portrait_holds_figures_tags_charts_and_a_timeline(client: TestClient) -> None:
    page = client.get("/customers/C0001").text
    shown = text(page)
    assert "Money spent, last 365 days" in shown
    assert "mean ¥" in shown
    assert page.count("data-chart=") == 3
    assert page.count('<details class="table">') == 3
    assert re.search(r"Bought \d+ pieces?, ¥", shown)


def specs(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="charts">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    loaded: dict[str, Any] = json.loads(found[1])
    return loaded


def test_the_table_behind_a_chart_shows_the_numbers_of_the_chart(client: TestClient) -> None:
    page = client.get("/customers/C0001").text
    pattern = r'data-chart="(\w+)"></div>\s*<details class="table">(.*?)</details>'
    tables = dict(re.findall(pattern, page, re.DOTALL))
    for name, chart in specs(page).items():
        table = tables[name]
        cells = [unescape(cell) for cell in re.findall(r"<t[hd](?: [^>]*)?>(.*?)</t[hd]>", table)]
        assert cells == [cell for row in chart["table"] for cell in row], name
        for number, series in enumerate(chart["series"], start=1):
            assert [row[number] for row in chart["table"][1:]] == series["texts"]
            assert len(series["values"]) == len(chart["labels"])


def test_charts_carry_neither_colours_nor_markup(client: TestClient) -> None:
    text_of_charts = json.dumps(specs(client.get("/customers/C0001").text), ensure_ascii=False)
    assert "#" not in text_of_charts
    assert "<" not in text_of_charts


def test_part_weeks_are_noted_in_chart_and_table(client: TestClient) -> None:
    spending = specs(client.get("/customers/C0001").text)["spending"]
    assert [bool(note) for note in spending["notes"]].count(True) == 2
    assert spending["table"][1][0].endswith("part only")


def test_a_hostile_name_is_shown_as_text_everywhere(client: TestClient) -> None:
    for path in ("/customers", "/customers/C0002", "/customers/C0002/why/lifecycle", "/customers?search=script"):
        page = client.get(path).text
        assert HOSTILE in unescape(re.sub(r"<[^>]*>", "", page)), path
        assert "<script>document" not in page, path
        assert "<img src=x" not in page, path
        assert "49" not in text(page).split("document.title")[1][:60], path


@pytest.mark.parametrize("part", ["search", "rule", "sort", "kind", "at", "page", "columns", "lang", "theme"])
def test_a_hostile_address_is_shown_as_text(client: TestClient, part: str) -> None:
    for path in ("/customers", "/customers/C0001"):
        page = client.get(path, params={part: HOSTILE}).text
        assert "<script>document" not in page
        assert "<img src=x" not in page


def test_previous_and_next_follow_the_list_one_came_from(client: TestClient) -> None:
    asked = "sort=-spend_365d&rule=orders_365d+%3E+3"
    listed = re.findall(r'class="who" href="/customers/(C\d+)\?', client.get(f"/customers?{asked}").text)
    page = client.get(f"/customers/{listed[1]}?{asked}").text
    assert re.search(rf'rel="prev" href="/customers/{listed[0]}\?sort', page)
    assert re.search(rf'rel="next" href="/customers/{listed[2]}\?sort', page)
    assert '<a href="/customers?rule=orders_365d+%3E+3&amp;sort=-spend_365d">' in page.replace(
        "/customers?sort=-spend_365d&amp;rule=orders_365d+%3E+3",
        "/customers?rule=orders_365d+%3E+3&amp;sort=-spend_365d",
    )


def test_a_list_that_cannot_be_read_any_more_does_not_hide_the_portrait(client: TestClient) -> None:
    answer = client.get("/customers/C0001?rule=gone_tag+%3E+3")
    assert answer.status_code == 200
    assert 'aria-disabled="true"' in answer.text


def test_the_timeline_can_be_filtered_and_turned(client: TestClient) -> None:
    touches = text(client.get("/customers/C0001?kind=touch").text)
    assert "Contacted by “Spring 4”" in touches
    second = client.get("/customers/C0001?at=2").text
    assert 'href="/customers/C0001#timeline"' in second
    assert 'href="/customers/C0001?at=3#timeline"' in second


def test_why_pages_explain_in_words(client: TestClient) -> None:
    assert "status &lt;&gt; &#39;cancelled&#39;" in client.get("/customers/C0001/why/orders_365d").text
    verdicts = text(client.get("/customers/C0001/why/lifecycle").text)
    assert "holds recency_days <= 30 recency_days = " in verdicts
    ranges = text(client.get("/customers/C0001/why/rfm_r").text)
    assert "> 20 days" in ranges
    assert "≤ 20 days" in ranges
    assert "stated by a person" in text(client.get("/customers/C0001/why/gender").text)


@pytest.mark.parametrize(
    ("path", "title"),
    [("/nothing", "no such page"), ("/customers/ghost", "no such page"), ("/customers/C0001/why/nope", "no such page")],
)
def test_what_is_not_there_is_a_page_with_a_way_back(client: TestClient, path: str, title: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert title in text(answer.text)
    assert 'class="button" href="/customers"' in answer.text


def test_a_fault_of_ours_is_a_page_without_traces(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("portraits.web.pages.customers._groups", fails)
    answer = client.get("/customers")
    assert answer.status_code == 500
    assert "Something went wrong here" in text(answer.text)
    assert "secret" not in answer.text


def test_without_a_run_the_page_says_to_build(tmp_path: Path) -> None:
    (tmp_path / "portraits.toml").write_text(DEFINITIONS, encoding="utf-8")
    with visitor(Workspace(tmp_path)) as client:
        answer = client.get("/customers")
    assert answer.status_code == 404
    assert "Nothing is built yet" in text(answer.text)
    assert "See the next step" in text(answer.text)


def test_faulty_definitions_are_all_shown(tmp_path: Path) -> None:
    broken = DEFINITIONS.replace('kind = "fact"', 'kind = "fakt"', 2)
    (tmp_path / "portraits.toml").write_text(broken, encoding="utf-8")
    with visitor(Workspace(tmp_path)) as client:
        answer = client.get("/customers")
    assert answer.status_code == 422
    assert text(answer.text).count("Did you mean fact?") == 2


def test_an_empty_base_is_a_helpful_page(tmp_path: Path) -> None:
    with visitor(company(tmp_path, customers=0)) as client:
        answer = client.get("/customers")
        count = client.post("/api/audiences/count", json={"rule": "orders_365d > 1"}).json()
    assert answer.status_code == 200
    assert "There are no customers yet" in text(answer.text)
    assert (count["n"], count["base"], count["share"]) == (0, 0, 0)


def test_one_customer_alone_has_a_whole_page(tmp_path: Path) -> None:
    with visitor(company(tmp_path, customers=1)) as client:
        page = client.get("/customers/C0001")
    assert page.status_code == 200
    assert "NaN" not in page.text
    assert "1 of 1 in the list" in text(page.text)


def test_an_id_may_hold_any_character(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tests.faces.company as made

    person = made._person
    monkeypatch.setattr(made, "_person", lambda n, chance: {**person(n, chance), "record_id": f"a/b c?#%{n}&é"})
    with visitor(company(tmp_path, customers=2)) as client:
        [href, *_] = re.findall(r'class="who" href="([^"]*)"', client.get("/customers").text)
        assert client.get(unescape(href)).status_code == 200
        assert client.get(f"{unescape(href)}/why/gender").status_code == 200


def test_assets_may_be_kept_for_ever_by_their_mark_alone(client: TestClient) -> None:
    page = client.get("/customers/C0001").text
    found = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert len(found) == 5
    for address in found:
        answer = client.get(unescape(address))
        assert answer.headers["cache-control"] == assets.FOREVER, address
        assert client.get(address.partition("?")[0]).headers["cache-control"] == "no-cache"
        again = client.get(address, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_assets_are_sent_compressed_to_who_takes_it(client: TestClient) -> None:
    address = assets.url("app.css")
    assert client.get(address).headers["content-encoding"] == "gzip"
    plain = client.get(address, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == client.get(address).text
    assert plain.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    "name", ["../page.py", "..%2fpage.py", "css/../../page.py", "vendor/inputs.sha256", "", "nothing.js", "%00.js"]
)
def test_only_assets_are_served(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404
