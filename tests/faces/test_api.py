"""The API: the same answers as the use cases, one shape of error, and a description of itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from portraits.app.audiences.audiences import count
from portraits.app.customers.customers import customers
from portraits.app.data.sources import load
from portraits.app.runs.builds import build
from portraits.app.tags.tags import catalogue
from portraits.engine.workspace import Workspace
from tests.faces.company import DEFINITIONS, company
from tests.faces.little import little_shop
from tests.faces.visits import visitor

NOW = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def api(shop: Workspace) -> Iterator[TestClient]:
    with visitor(shop, strict=False) as client:
        yield client


def error(answer: Any) -> dict[str, Any]:
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"what", "hint", "faults"}
    found: dict[str, Any] = body["error"]
    return found


def test_customers_come_as_the_use_case_gives_them(api: TestClient, shop: Workspace) -> None:
    asked: dict[str, str | int] = {
        "search": "欧阳",
        "rule": "orders_365d > 3",
        "sort": "-spend_365d",
        "size": 4,
        "page": 2,
    }
    body = api.get("/api/customers", params=asked).json()
    found = customers(shop, "欧阳", "orders_365d > 3", "-spend_365d", 2, 4)
    assert [each["id"] for each in body["customers"]] == [row.person.customer_id for row in found.rows]
    assert (body["total"], body["base"], body["page"], body["pages"]) == (found.total, 120, found.page, found.pages)
    assert body["as_of"] == "2025-06-30T00:00:00"


def test_columns_can_be_chosen(api: TestClient) -> None:
    body = api.get("/api/customers", params={"columns": ["rfm_m", "gender"], "size": 1}).json()
    assert list(body["customers"][0]["tags"]) == ["rfm_m", "gender"]


def test_a_portrait_holds_all_tags_with_label_and_method(api: TestClient) -> None:
    body = api.get("/api/customers/C0001").json()
    tags = {each["name"]: each for each in body["tags"]}
    assert tags["lifecycle"]["label"] == {"en": "Active", "zh": "活跃"}
    assert tags["lifecycle"]["method"] == "rule"
    assert body["customer"]["phone"] == "138****0001"
    assert body["spending"]["finding"]["key"].startswith("spend.")
    assert body["timeline"]["total"] == sum(body["timeline"]["counts"].values())


def test_why_gives_the_rows(api: TestClient) -> None:
    body = api.get("/api/customers/C0001/why/orders_365d").json()
    assert body["evidence"]["rows"]["total"] == body["value"]
    assert body["tag"]["name"] == "orders_365d"


def test_no_answer_holds_a_raw_contact(api: TestClient) -> None:
    paths = [
        "/api/customers?size=120",
        "/api/customers/C0001?size=100",
        "/api/customers/C0001/why/birth_date",
        "/api/tags",
    ]
    for path in paths:
        text = api.get(path).text
        assert "1380013" not in text, path
        assert "someone" not in text, path
        assert "me@example.com" not in text, path


def test_tags_come_with_figures(api: TestClient, shop: Workspace) -> None:
    body = api.get("/api/tags").json()
    assert [each["name"] for each in body["tags"]] == [each.tag.name for each in catalogue(shop).entries]
    one = api.get("/api/tags/orders_365d").json()
    assert one["tag"]["coverage"] == 1
    assert one["definition"]["value"] == "count(*)"
    assert sum(bar["n"] for bar in one["tag"]["distribution"]) == 120


def test_an_audience_is_counted(api: TestClient, shop: Workspace) -> None:
    body = api.post("/api/audiences/count", json={"rule": "recency_days > 60"}).json()
    found = count(shop, "recency_days > 60")
    assert (body["n"], body["base"], body["share"]) == (found.n, found.base, found.share)
    assert body["sentence"]["zh"] == found.sentence.zh


def test_runs_are_listed(api: TestClient) -> None:
    [run] = api.get("/api/runs").json()["runs"]
    assert (run["number"], run["current"], run["rows"]) == (1, True, {"portrait": 120})


@pytest.mark.parametrize(
    ("path", "status", "what", "hint"),
    [
        ("/api/customers/ghost", 404, "no customer ghost", "list"),
        ("/api/customers/C0001/why/lifecycl", 404, "no tag lifecycl", "Did you mean lifecycle?"),
        ("/api/tags/lifecycl", 404, "no tag lifecycl", "Did you mean lifecycle?"),
        ("/api/nothing", 404, "Not Found", ""),
    ],
)
def test_what_is_not_there_is_said_in_one_shape(api: TestClient, path: str, status: int, what: str, hint: str) -> None:
    answer = api.get(path)
    assert answer.status_code == status
    assert what in error(answer)["what"]
    assert hint in error(answer)["hint"]


def test_a_wrong_rule_names_field_and_hint(api: TestClient) -> None:
    answer = api.get("/api/customers", params={"rule": "recncy_days > 3"})
    assert answer.status_code == 422
    [fault] = error(answer)["faults"]
    assert (fault["field"], fault["hint"]) == ("rule", "Did you mean recency_days?")
    assert api.post("/api/audiences/count", json={"rule": "recncy_days > 3"}).status_code == 422


@pytest.mark.parametrize("body", [{}, {"rule": ""}, {"rule": 5}, {"rule": "x" * 10_001}, [], "text"])
def test_a_body_of_another_form_is_refused_in_the_same_shape(api: TestClient, body: Any) -> None:
    answer = api.post("/api/audiences/count", json=body)
    assert answer.status_code == 422
    assert error(answer)["faults"]


@pytest.mark.parametrize("query", ["page=0", "page=x", "size=501", "size=-1"])
def test_numbers_out_of_range_are_refused(api: TestClient, query: str) -> None:
    assert error(api.get(f"/api/customers?{query}"))["faults"][0]["field"] == query.partition("=")[0]


def test_a_fault_of_ours_shows_no_traces(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError("secret 13800130001")

    monkeypatch.setattr("portraits.app.tags.tags.catalogue", fails)
    answer = api.get("/api/tags")
    assert answer.status_code == 500
    assert error(answer)["what"] == "Something went wrong on the server."
    assert "secret" not in answer.text


def test_without_a_run_the_api_says_what_to_do(tmp_path: Any) -> None:
    (tmp_path / "portraits.toml").write_text(DEFINITIONS, encoding="utf-8")
    with visitor(Workspace(tmp_path)) as client:
        answer = client.get("/api/customers")
    assert answer.status_code == 404
    assert "portraits build" in error(answer)["hint"]


def test_the_description_names_every_operation_with_words_and_examples(api: TestClient) -> None:
    described = api.get("/api/openapi.json").json()
    assert set(described["paths"]) >= {
        "/api/customers",
        "/api/customers/{customer_id}/why/{tag}",
        "/api/customers/{customer_id}",
        *(f"/api/customers/{{customer_id}}/{part}" for part in ("timeline", "tags", "history", "audiences", "sources")),
        "/api/customers/{customer_id}/embed",
        "/api/customers/compare",
        "/api/views",
        "/api/views/{name}",
        "/api/tags",
        "/api/tags/{name}",
        "/api/segments",
        "/api/segments/{name}",
        "/api/audiences",
        "/api/audiences/count",
        "/api/audiences/tree",
        "/api/audiences/values",
        "/api/audiences/members",
        "/api/audiences/explain",
        "/api/audiences/profile",
        "/api/audiences/compare",
        "/api/audiences/overlap",
        "/api/audiences/history",
        "/api/audiences/drafts",
        "/api/audiences/drafts/{number}",
        "/api/audiences/{name}",
        "/api/audiences/{name}/freeze",
        "/api/runs",
    }
    for path, methods in described["paths"].items():
        for operation in methods.values():
            assert operation["description"], path
            assert {"404", "422"} < set(operation["responses"]), path
            assert any(status.startswith("2") for status in operation["responses"]), path
            schema = operation["responses"]["422"]["content"]["application/json"]["schema"]
            assert schema["$ref"].endswith("/ErrorAnswer")
            assert all(each["description"] for each in operation.get("parameters", [])), path
    assert all(each.get("description") for each in described["components"]["schemas"].values() if "enum" not in each)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=12))
def test_no_text_at_all_makes_the_server_fail(api: TestClient, search: str, rule: str, sort: str) -> None:
    asked = {"search": search, "rule": rule, "sort": sort}
    clean = {name: value.encode("utf-8", "ignore").decode() for name, value in asked.items()}
    assert api.get("/api/customers", params=clean).status_code in (200, 422)
    ghost = api.get(f"/api/customers/{quote(clean['search'], safe='')}")
    assert ghost.status_code in (200, 404)


def test_segments_come_with_their_parts_and_grid(tmp_path: Path) -> None:
    workspace = Workspace(little_shop(tmp_path / "little"))
    load(workspace, actor="tester", now=NOW)
    build(workspace, now=NOW)
    with visitor(workspace) as client:
        assert [each["name"] for each in client.get("/api/segments").json()["segments"]] == ["rfm"]
        body = client.get("/api/segments/rfm").json()
        assert client.get("/api/segments/rmf").status_code == 404
    assert body["parts"][0]["title"] == {"en": "Champions", "zh": "重要价值客户"}
    assert sum(part["customers"] for part in body["parts"]) == sum(cell["customers"] for cell in body["grid"])
    assert (body["money"], len(body["grid"])) == ("rfm_money", 25)
