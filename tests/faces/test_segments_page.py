"""The pages of segments as they are sent: every number leads to exactly its customers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from portraits.app.audiences.audiences import count
from portraits.app.segments.moves import moves
from portraits.cli.program import run
from portraits.engine.workspace import Workspace
from tests.app.runs_of_little import one_run, two_runs
from tests.faces.company import HOSTILE, company
from tests.faces.little import CUSTOMERS
from tests.faces.visits import opened, text, visitor


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return two_runs(tmp_path_factory.mktemp("shop") / "little")


@pytest.fixture(scope="module")
def client(shop: Workspace) -> Iterator[TestClient]:
    with visitor(shop, strict=False) as client:
        yield client


def cells(page: str) -> list[tuple[int, str, str]]:
    """Every cell of a shaded table: its number, the list it opens, the audience it makes."""
    pattern = r'<a class="in" href="([^"]+)"[^>]*><b>([^<]+)</b>.*?<a class="build" href="([^"]+)"'
    found = re.findall(pattern, page, re.DOTALL)
    return [(int(number.replace(",", "")), unescape(list_), unescape(new)) for list_, number, new in found]


def rule(href: str) -> str:
    return parse_qs(urlsplit(href).query)["rule"][0]


@pytest.mark.parametrize("against", ["f", "m", "fm"])
def test_each_of_25_cells_opens_the_list_and_the_audience_of_its_number(
    client: TestClient, shop: Workspace, against: str
) -> None:
    found = cells(opened(client, f"/segments/rfm?against={against}"))
    assert len(found) == 25
    assert sum(number for number, _, _ in found) == CUSTOMERS
    for number, customers, audience in found:
        assert urlsplit(customers).path == "/customers"
        assert urlsplit(audience).path == "/audiences/new"
        assert rule(customers) == rule(audience)
        assert count(shop, rule(customers)).n == number


def test_a_full_cell_and_its_list_say_the_same_number(client: TestClient) -> None:
    number, href, _ = max(cells(opened(client, "/segments/rfm")))
    assert f"{number} customer" in text(opened(client, href))


def test_the_list_shows_every_segment_with_its_parts(client: TestClient) -> None:
    page = text(opened(client, "/segments"))
    for name in ("RFM segments", "Size", "Loyalty"):
        assert name in page
    assert "12 of 12 customers are in a part (100%)" in page
    assert "规模" in text(opened(client, "/segments?lang=zh"))
    client.cookies.clear()


def test_the_value_table_says_what_parts_are_worth_and_what_to_do(client: TestClient) -> None:
    page = opened(client, "/segments/size")
    assert "Call them." in page
    row = next(each for each in page.split("<tr") if '<a href="/customers?rule=size_segment' in each and "Big" in each)
    assert re.findall(r'<td class="number">([^<]+)', row)[:2] == ["3", "25%"]
    assert "nobody" in page  # the part without customers is there, and pale


def test_the_chart_of_worth_states_its_finding_and_holds_the_same_numbers(client: TestClient) -> None:
    page = opened(client, "/segments/size")
    spec = json.loads(re.findall(r'id="charts">(.*?)</script>', page, re.DOTALL)[0])["worth"]
    assert re.search(r"\d+% of the customers bring \d+% of the money", page)
    assert spec["table"][0] == ["Part", "Money", "Share of money", "Share of customers"]
    assert sum(spec["series"][1]["values"]) == pytest.approx(1)


def test_a_part_has_one_colour_on_all_pages(client: TestClient) -> None:
    def hues(path: str) -> dict[str, str]:
        found = re.findall(r'data-hue="(\d+)"></i>\s*(?:<a[^>]*>|<span>)?([^<]+)', opened(client, path))
        return {name.strip(): number for number, name in found}

    listed, shown, moved = (hues(path) for path in ("/segments", "/segments/rfm", "/segments/rfm/moves"))
    shared = listed.keys() & shown.keys() & moved.keys()
    assert len(shared) >= 3
    assert {listed[name] for name in shared} != {"1"}
    assert all(listed[name] == shown[name] == moved[name] for name in shared)


def test_every_flow_leads_to_as_many_customers_as_it_says(client: TestClient, shop: Workspace) -> None:
    page = opened(client, "/segments/rfm/moves?from=1&to=2")
    links = re.findall(r'<td class="number"><a href="([^"]+)">(\d+)<', page)
    assert len(links) == len(moves(shop, "rfm", 1, 2).flows)
    for href, number in links:
        behind = opened(client, unescape(href))
        assert f"{number} customer" in text(behind)


def test_the_streams_hold_what_the_table_holds(client: TestClient) -> None:
    page = opened(client, "/segments/loyalty/moves?from=1&to=2")
    spec = json.loads(re.findall(r'id="charts">(.*?)</script>', page, re.DOTALL)[0])["moves"]
    assert sum(link["n"] for link in spec["links"]) == CUSTOMERS
    assert {link["from"] for link in spec["links"]} | {link["to"] for link in spec["links"]} == {
        node["id"] for node in spec["nodes"]
    }
    assert "2 customers went from No to Yes" in page


def test_a_comparison_of_small_parts_says_why_it_is_silent(client: TestClient) -> None:
    page = text(opened(client, "/segments/size/compare?part=big&other=other"))
    assert "One of the two parts is too small" in page
    assert "at least 10 customers" in page


def test_a_comparison_keeps_to_known_values_and_says_how_many(tmp_path: Any) -> None:
    workspace = company(tmp_path, customers=300)
    stages = '[segments.stages]\nkind = "tag"\ntitle = "Stages"\nof = "lifecycle"\n'
    (workspace.folder / "segments.toml").write_text(stages, encoding="utf-8")
    with visitor(workspace) as client:
        page = opened(client, "/segments/stages/compare?part=active")
        assert re.search(r"Clearest: .*", text(page))
        for href in re.findall(r'<th scope="row"><a href="(/customers\?rule=[^"]+)"', page):
            assert client.get(unescape(href)).status_code == 200
        assert "(100%)" in page


def test_every_cell_of_a_cross_table_opens_its_customers(client: TestClient, shop: Workspace) -> None:
    found = cells(opened(client, "/segments/cross-table?rows=orders_all&columns=loyal"))
    assert sum(number for number, _, _ in found) == CUSTOMERS
    for number, customers, _ in found:
        assert count(shop, rule(customers)).n == number


@pytest.mark.parametrize("measure", ["customers", "row", "column", "mean"])
def test_a_cross_table_shows_what_is_asked_for(client: TestClient, measure: str) -> None:
    path = f"/segments/cross-table?rows=size_segment&columns=loyal&metric=spend_all&measure={measure}"
    page = opened(client, path)
    assert f'measure={measure}" aria-current="true"' in page
    spec = json.loads(re.findall(r'id="charts">(.*?)</script>', page, re.DOTALL)[0])["cross"]
    assert spec["table"][-1][0] == "Total"
    sign = {"customers": "12", "row": "100%", "column": "100%", "mean": "¥"}[measure]
    assert sign in spec["table"][-1][-1]


def test_a_cross_table_without_a_mean_falls_back_to_customers(client: TestClient) -> None:
    page = opened(client, "/segments/cross-table?rows=size_segment&columns=loyal&measure=mean")
    assert 'measure=customers" aria-current="true"' in page


def test_wrong_names_get_a_page_that_says_the_right_one(client: TestClient) -> None:
    for path, hint in (
        ("/segments/rfn", "rfm"),
        ("/segments/cross-table?rows=orders_al&columns=loyal", "orders_all"),
        ("/segments/rfm/compare?part=champion", "champions"),
    ):
        answer = client.get(path)
        assert answer.status_code == 404
        assert hint in answer.text


def test_one_run_only_says_what_moves_need(tmp_path: Any) -> None:
    with visitor(one_run(tmp_path / "one")) as client:
        assert "Moves need two runs" in text(opened(client, "/segments/rfm/moves"))
        assert "Moves need two runs" in text(opened(client, "/runs/compare"))


def test_the_same_run_twice_asks_for_another(client: TestClient) -> None:
    assert "Choose two different runs" in text(opened(client, "/segments/rfm/moves?from=2&to=2"))


def test_a_run_without_segments_has_an_empty_state(tmp_path: Any) -> None:
    with visitor(company(tmp_path, customers=5)) as client:
        assert "This run holds no segments" in text(opened(client, "/segments"))


def test_nobody_and_no_money_are_said_and_never_nan(tmp_path: Any) -> None:
    workspace = company(tmp_path, customers=0)
    stages = '[segments.stages]\nkind = "tag"\ntitle = "Stages"\nof = "lifecycle"\n'
    (workspace.folder / "segments.toml").write_text(stages, encoding="utf-8")
    with visitor(workspace) as client:
        for path in ("/segments", "/segments/stages", "/segments/stages/compare"):
            page = text(opened(client, path))
            assert "Nobody is in a part yet" in page
            assert "nan" not in page.lower().replace("finance", "")
        assert "No customer has both values" in text(
            opened(client, "/segments/cross-table?rows=lifecycle&columns=gender")
        )


def test_hostile_values_stand_as_text(tmp_path: Any) -> None:
    workspace = company(tmp_path, customers=30)
    names = '[segments.names]\nkind = "tag"\ntitle = "<script>bad()</script>"\nof = "favourite_category"\n'
    (workspace.folder / "segments.toml").write_text(names, encoding="utf-8")
    with visitor(workspace) as client:
        page = opened(client, "/segments")
        assert "<script>bad()" not in page
        assert "&lt;script&gt;bad()" in page
        assert HOSTILE not in opened(client, "/segments/names")


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        (["moves", "rfm", "--from", "1", "--to", "2"], "/api/segments/rfm/moves?from=1&to=2"),
        (
            ["moves", "loyalty", "--behind", "false", "true"],
            "/api/segments/loyalty/moves/customers?from=1&to=2&leaving=false&reaching=true",
        ),
        (["segments", "size", "--compare", "other", ""], "/api/segments/size/compare?part=other"),
        (["segments", "rfm", "--against", "f"], "/api/segments/rfm?against=f"),
        (["crosstab", "orders_all", "loyal"], "/api/crosstab?rows=orders_all&columns=loyal"),
        (["diff", "1", "2"], "/api/runs/compare?from=1&to=2"),
        (["diff", "1", "2", "--tag", "orders_all"], "/api/runs/compare/orders_all?from=1&to=2"),
        (["runs", "2"], "/api/runs/2"),
    ],
)
def test_a_command_and_the_api_answer_the_same(
    client: TestClient, shop: Workspace, typed: list[str], path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*typed, "-w", str(shop.folder), "--json"]) == 0
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert json.loads(capsys.readouterr().out) == answer.json()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["moves", "loyalty"], "2 moved from one part to another, from run 1 to run 2"),
        (["moves", "loyalty", "--behind", "false", "true"], "Page 1 of 1, 2 customers."),
        (["segments", "size", "--compare", "big", "other"], "Nothing tells them apart beyond chance."),
        (["segments", "rfm", "--grid", "--against", "f"], "F 5"),
        (["crosstab", "orders_all", "loyal", "--shares"], "100.0%"),
        (["crosstab", "size_segment", "loyal", "--metric", "spend_all"], "¥"),
        (["runs", "2"], "Changed definitions: tags.spend_all"),
        (["diff", "1", "2", "--tag", "orders_all"], "Orders ever (orders_all): drift"),
    ],
)
def test_a_command_says_the_same_to_a_person(
    shop: Workspace, typed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--lang", "en", *typed, "-w", str(shop.folder)]) == 0
    assert said in re.sub(r"\s+", " ", capsys.readouterr().out)
