"""The pages of tags: the catalogue, one tag, writing one, putting values by hand."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from portraits.app.runs.builds import build
from portraits.engine.workspace import Workspace
from tests.faces.company import HOSTILE, company
from tests.faces.little import little_built, little_shop
from tests.faces.visits import text, visitor

NOW = datetime(2026, 5, 1, 4, tzinfo=UTC)
VIP = """# by hand
[tags.vip]  # dear
title = { en = "VIP", zh = "贵宾" }
kind = "manual"
labels = { gold = { en = "Gold", zh = "金卡" } }
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with visitor(company(tmp_path_factory.mktemp("shop")), follow=False) as client:
        yield client


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return little_built(tmp_path / "shop", NOW, hand=VIP)


@pytest.fixture
def client(place: Workspace) -> Iterator[TestClient]:
    with visitor(place, follow=False) as client:
        yield client


def form(kind: str, name: str = "", **inputs: str) -> dict[str, str]:
    told = {f"f.{key.replace('__', '.')}": value for key, value in inputs.items()}
    return {"kind": kind, "name": name, "do": "save", "seen": "", **told}


FACT = {"title__en": "Big slips", "title__zh": "大单", "table": "orders", "value": "count(*)", "where": "amount > 5"}


def test_the_catalogue_shows_all_tags_by_group(shop: TestClient) -> None:
    page = shop.get("/tags").text
    for title in ("Orders, last 365 days", "Gender", "Favourite category", "Recency", "Life-cycle stage"):
        assert title in text(page)
    assert re.findall(r'id="group-(\w+)"', page)[:2] == ["natural", "value"]
    assert page.count('class="spark"') > 8
    assert "/tags/orders_365d" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("search=orders", {"orders_365d", "orders_90d"}),
        ("search=%E8%BF%91365%E5%A4%A9+orders", {"orders_365d"}),
        ("group=natural", {"gender", "birth_date"}),
        ("search=recency", {"recency_days", "rfm_r", "rfm_recency"}),
        ("search=nothing+like+this", set()),
    ],
)
def test_a_tag_is_found(shop: TestClient, query: str, expected: set[str]) -> None:
    page = shop.get(f"/tags?{query}").text
    found = set(re.findall(r'<th scope="row">.*?href="/tags/(\w+)"', page))
    assert found & expected == {name for name in expected if name in found}
    assert (not expected) == ("No tag is like this" in page)
    if query.startswith("group"):
        assert found == expected


def test_a_tag_says_what_it_is_where_it_comes_from_and_who_uses_it(shop: TestClient) -> None:
    page = shop.get("/tags/recency_days").text
    told = text(page)
    assert "From Orders: " in told
    assert "Only where" in told
    assert 'kind = "fact"' in told
    assert "Written in portraits.toml" in told
    assert "orders.ordered_at" in told
    assert 'href="/audiences/sleepers"' in page
    assert 'href="/tags/lifecycle"' in page
    assert 'id="charts"' in page
    assert "Sample customers" in told
    assert "/customers/C0001/why/recency_days" in page or "/why/recency_days" in page


@pytest.mark.parametrize(
    "name", ["lifecycle", "rfm_r", "gender", "favourite_category", "favourite_category_share", "basket_value"]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_has_a_page_in_both_languages(shop: TestClient, name: str, language: str) -> None:
    answer = shop.get(f"/tags/{name}?lang={language}")
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    shop.cookies.clear()


def test_personal_values_stay_out_of_the_page(shop: TestClient) -> None:
    page = text(shop.get("/tags/birth_date").text)
    assert not re.search(r"19\d\d-\d\d-\d\d", page)
    assert "values of persons are not shown" in page


def test_a_tag_that_there_is_not_names_the_nearest(shop: TestClient) -> None:
    answer = shop.get("/tags/recency_day")
    assert answer.status_code == 404
    assert "Did you mean recency_days?" in text(answer.text)


def test_every_kind_has_a_form_made_of_its_fields(client: TestClient) -> None:
    kinds = re.findall(r"/tags/-/new\?kind=(\w+)", client.get("/tags/-/new").text)
    assert kinds[:6] == ["fact", "rule", "rank", "preference", "latest", "manual"]
    expected = {
        "fact": {"table", "value", "where", "within", "empty"},
        "rule": {"when", "value", "otherwise", "cases.0.when", "cases.0.value", "cases.0.label.zh"},
        "rank": {"of", "into", "order", "where", "cuts"},
        "preference": {"table", "of", "by", "where", "within"},
        "latest": {"column", "table", "stated"},
        "manual": {"type", "labels.0.value", "labels.0.en"},
    }
    for kind, names in expected.items():
        page = client.get(f"/tags/-/new?kind={kind}").text
        fields = set(re.findall(r'name="f\.([\w.]+)"', page))
        assert names | {"title.en", "title.zh", "group", "owner", "why.en"} <= fields, kind
        for name in fields:
            assert f'for="f.{name}"' in page, name
    assert client.get("/tags/-/new?kind=fakt").status_code == 404


def test_a_tag_of_a_plugin_has_a_form_too(place: Workspace) -> None:
    (place.folder / "plugins").mkdir()
    (place.folder / "plugins" / "twice.py").write_text(
        "from pydantic import Field\nfrom portraits.tags import piece\nfrom portraits.tags.tag import Tag\n\n\n"
        "class TwiceOnPage(Tag, kind='twice_on_page'):\n    '''Twice <b>another</b> tag.'''\n\n"
        "    of: str = Field(description='The tag to double.')\n    often: int = 2\n    more: dict[str, int] = {}\n\n"
        "    def pieces(self, name):\n        return (piece.Derived(name, f'{self.often} * {self.of}'),)\n"
    )
    with visitor(place, follow=False) as client:
        assert "twice_on_page" in client.get("/tags/-/new").text
        page = client.get("/tags/-/new?kind=twice_on_page").text
        assert "Twice &lt;b&gt;another&lt;/b&gt; tag." in page
        assert "The tag to double." in page
        sent = form("twice_on_page", "double", title__en="Double", of="orders_all", often="3")
        assert client.post("/tags/-/new", data=sent).status_code == 303
        assert tomllib.loads((place.folder / "tags.toml").read_text())["tags"]["double"]["often"] == 3


def test_a_tag_is_made_without_code(place: Workspace, client: TestClient) -> None:
    answer = client.post("/tags/-/new", data=form("fact", "big_slips", empty="0", unit="order", **FACT))
    assert (answer.status_code, answer.headers["location"]) == (303, "/tags/big_slips?done=written")
    assert tomllib.loads((place.folder / "tags.toml").read_text())["tags"]["big_slips"] == {
        "title": {"en": "Big slips", "zh": "大单"},
        "kind": "fact",
        "table": "orders",
        "value": "count(*)",
        "where": "amount > 5",
        "empty": 0,
        "unit": "order",
    }
    page = text(client.get("/tags/big_slips?done=written").text)
    assert "Saved. The next build works out its values." in page
    assert "Not built yet" in page
    assert "big_slips" in text(client.get("/tags?state=new").text)
    build(place, now=NOW)
    assert "Over the runs" in text(client.get("/tags/big_slips").text)


def test_faults_stand_at_their_fields_and_the_input_is_kept(place: Workspace, client: TestClient) -> None:
    sent = form("fact", "Big Slips", **{**FACT, "value": "sum(amout)", "title__zh": "<b>大"})
    answer = client.post("/tags/-/new", data=sent)
    assert answer.status_code == 422
    page = answer.text
    assert 'value="Big Slips"' in page
    assert "&lt;b&gt;大" in page
    assert "sum(amout)</textarea>" in page
    assert "cannot be a name" in re.search(r'data-fault-of="name".*?</p>', page, re.DOTALL)[0]  # type: ignore[index]
    answer = client.post("/tags/-/new", data={**sent, "name": "big_slips"})
    assert "amount" in re.search(r'data-fault-of="value".*?</p>', answer.text, re.DOTALL)[0]  # type: ignore[index]
    assert re.search(r'id="f.value"[^>]*aria-invalid="true"', answer.text)
    assert not (place.folder / "tags.toml").exists()


def test_a_name_is_taken_once(client: TestClient) -> None:
    answer = client.post("/tags/-/new", data=form("fact", "orders_all", **FACT))
    assert answer.status_code == 422
    assert "already" in text(answer.text)


def test_the_preview_comes_before_saving(place: Workspace, client: TestClient) -> None:
    answer = client.post("/tags/-/preview", data=form("fact", "", **FACT))
    told = answer.json()
    assert answer.status_code == 200
    assert told["faults"] == {}
    assert "Among all 12 customers" in text(told["html"])
    assert "Most often 0: 33%" in text(told["html"])  # four buy for less at a time
    wrong = client.post("/tags/-/preview", data=form("fact", "", **{**FACT, "where": "amout > 5"})).json()
    assert list(wrong["faults"]) == ["where"]
    assert "Did you mean amount?" in wrong["faults"]["where"][0]
    assert not (place.folder / "tags.toml").exists()
    page = client.post("/tags/-/new", data={**form("fact", "big_slips", **FACT), "do": "preview"})
    assert page.status_code == 200
    assert "Among all 12 customers" in text(page.text)


def test_rows_of_cases_grow_without_scripts(client: TestClient) -> None:
    sent = form("rule", "stage", title__en="Stage", cases__0__when="orders_all >= 8", cases__0__value="high")
    page = client.post("/tags/-/new", data={**sent, "do": "more:cases"}).text
    assert "cases.2.when" in page
    assert "orders_all &gt;= 8</textarea>" in page
    sent |= {"f.cases.2.when": "loyal", "f.cases.2.value": "mid", "f.cases.2.label.en": "Middle", "f.otherwise": "1"}
    answer = client.post("/tags/-/new", data=sent)
    assert answer.status_code == 422  # a number beside texts
    assert "several types" in text(answer.text)
    assert client.post("/tags/-/new", data={**sent, "f.otherwise": '"1"'}).status_code == 303


def test_editing_keeps_comments_and_what_was_not_touched(place: Workspace, client: TestClient) -> None:
    page = client.get("/tags/vip/edit").text
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen is not None
    inputs = dict(re.findall(r'<input type="text" value="([^"]*)"[^>]*name="f\.([\w.]+)"', page))
    told = {f"f.{name}": unescape(value) for value, name in inputs.items()}
    sent = {
        "kind": "manual",
        "edited": "vip",
        "do": "save",
        "seen": seen[1],
        **told,
        "f.owner": "CRM",
        "f.type": "text",
    }
    answer = client.post("/tags/vip/edit", data=sent)
    assert answer.status_code == 303, text(answer.text)
    written = (place.folder / "hand.toml").read_text()
    assert written.startswith("# by hand\n[tags.vip]  # dear\n")
    assert 'owner = "CRM"' in written


def test_who_saves_over_somebody_elses_change_is_told_first(place: Workspace, client: TestClient) -> None:
    sent = form("fact", "big_slips", **FACT)
    client.post("/tags/-/new", data=sent)
    again = {**sent, "edited": "big_slips", "seen": "old"}
    answer = client.post("/tags/big_slips/edit", data=again)
    assert answer.status_code == 409
    assert "Somebody has changed" in text(answer.text)
    seen = re.search(r'name="seen" value="(\w+)"', answer.text)
    assert seen is not None
    assert client.post("/tags/big_slips/edit", data={**again, "seen": seen[1]}).status_code == 303


def test_a_tag_in_use_is_not_retired_and_its_users_are_named(place: Workspace, client: TestClient) -> None:
    assert "cannot be retired while these use it" in text(client.get("/tags/orders_all").text)
    answer = client.post("/tags/orders_all/retire")
    assert answer.status_code == 403
    assert "loyal_ones" in text(answer.text)
    assert client.post("/tags/spend_all/retire").headers["location"] == "/tags/spend_all?done=retired"
    assert "retired = true" in (place.folder / "portraits.toml").read_text()
    assert "Retired" in text(client.get("/tags/spend_all").text)
    assert "spend_all" not in client.get("/tags").text
    assert "spend_all" in client.get("/tags?state=retired").text
    assert client.post("/tags/spend_all/restore").status_code == 303
    assert "retired" not in (place.folder / "portraits.toml").read_text()


def test_values_are_put_by_hand_and_taken_off(place: Workspace, client: TestClient) -> None:
    assert "金卡" in client.get("/tags/vip/hand?lang=zh").text
    page = client.post(
        "/tags/vip/hand?lang=en", data={"way": "ids", "ids": "M03, M05\nM99", "value": "gold", "source": HOSTILE}
    )
    assert page.status_code == 200
    told = text(page.text)
    assert "Put on 2 customers." in told
    assert "1 was left out:" in told
    assert "2 statements wait for the next build" in told
    assert HOSTILE not in page.text
    build(place, now=datetime.now(UTC))
    assert "Counts" in text(client.get("/tags/vip/hand").text)
    why = text(client.get("/customers/M03/why/vip").text)
    assert "Gold" in why
    assert HOSTILE in why
    page = client.post("/tags/vip/hand", data={"way": "take", "ids": "M03"})
    assert "Taken off 1 customer." in text(page.text)


def test_the_list_of_customers_sends_those_marked_or_its_rule(client: TestClient) -> None:
    page = client.get("/tags/vip/hand?customer=M01&customer=M02&rule=orders_all+%3E+3").text
    assert re.search(r'<textarea id="ids"[^>]*>M01\nM02</textarea>', page)
    assert 'value="orders_all &gt; 3"' in page


def test_a_list_is_uploaded_and_its_faults_are_named(client: TestClient) -> None:
    files = {"file": ("members.csv", b"customer_id,value\nM01,gold\nM02,bronze\n")}
    page = client.post("/tags/vip/hand?lang=en", data={"way": "list"}, files=files)
    told = text(page.text)
    assert "Put on 1 customer." in told
    assert "Row 3: M02 : 'bronze' is not one of the values" in told
    wrong = client.post("/tags/vip/hand", data={"way": "ids", "ids": "M01", "value": "bronze", "source": "fair"})
    assert wrong.status_code == 400
    assert 'value="fair"' in wrong.text
    assert (
        client.post("/tags/vip/hand", data={"way": "rule", "rule": "orders_all > 10", "value": "gold"}).status_code
        == 200
    )
    assert client.get("/tags/orders_all/hand").status_code == 403


def test_hostile_labels_are_texts_everywhere(place: Workspace, client: TestClient) -> None:
    sent = form("rule", "evil", title__en=HOSTILE, why__en=HOSTILE, owner=HOSTILE, when="orders_all > 3")
    sent |= {"f.labels.0.value": "true", "f.labels.0.en": HOSTILE}
    assert client.post("/tags/-/new", data=sent).status_code == 303
    build(place, now=NOW)
    for path in (
        "/tags",
        "/tags/evil",
        "/tags/evil/edit",
        "/tags/orders_all",
        f"/tags?{urlencode({'owner': HOSTILE})}",
    ):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "<script>document" not in answer.text
        assert "<img src=x" not in answer.text
        assert HOSTILE in text(answer.text), path
    told = client.post("/tags/-/preview", data={**sent, "edited": "evil"}).json()
    assert "<img" not in told["html"]


def test_another_site_cannot_change_a_tag(client: TestClient) -> None:
    headers = {"origin": "https://elsewhere.example"}
    for path in ("/tags/-/new", "/tags/vip/edit", "/tags/vip/retire", "/tags/vip/hand"):
        assert client.post(path, data=form("fact", "x"), headers=headers).status_code == 403


def test_drift_is_shown_over_the_runs(place: Workspace, client: TestClient) -> None:
    text_of = (place.folder / "portraits.toml").read_text(encoding="utf-8")
    changed = text_of.replace('value = "sum(amount)"', 'value = "sum(amount) * 100"')
    (place.folder / "portraits.toml").write_text(changed, encoding="utf-8")
    assert "Changed since the run" in text(client.get("/tags/spend_all").text)
    build(Workspace(place.folder), now=NOW)
    page: Any = text(client.get("/tags/spend_all").text)
    assert "Another population" in page
    assert "defined anew" in page
    assert "Run 1" in page
    assert "Stable" in text(client.get("/tags/orders_all").text)


def test_before_the_first_build_the_catalogue_shows_what_is_defined_and_what_to_do(tmp_path: Path) -> None:
    with visitor(Workspace(little_shop(tmp_path)), follow=False) as client:
        answer = client.get("/tags?lang=zh")
        page = text(answer.text)
        assert answer.status_code == 200
        assert "以下标签已定义，尚无取值" in page
        assert "orders_all" in page
        assert 'href="/tags/orders_all"' not in answer.text
        unbuilt = client.get("/tags/orders_all")
    assert unbuilt.status_code == 404
    assert "查看下一步" in text(unbuilt.text)
