"""Errors over HTTP: pages speak the reader's language, the API the one it is asked for, English by default."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from portraits.engine.workspace import Workspace
from tests.faces.company import company
from tests.faces.visits import visitor


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def client(shop: Workspace) -> Iterator[TestClient]:
    with visitor(shop, strict=False) as client:
        yield client


def test_a_page_says_what_is_wrong_in_chinese(client: TestClient) -> None:
    page = client.get("/customers/C9999?lang=zh")
    assert page.status_code == 404
    assert "没有客户 C9999。" in page.text
    assert "请在客户列表中查找。" in page.text
    assert "There is no" not in page.text


def test_a_wrong_rule_is_told_in_chinese_beside_its_field(client: TestClient) -> None:
    page = client.get("/customers", params={"lang": "zh", "rule": "recncy_days > 3"})
    assert page.status_code == 422
    assert "标签中没有“recncy_days”。您是不是要写 recency_days？" in page.text
    assert "Did you mean" not in page.text


def test_a_wrong_address_is_told_in_chinese(client: TestClient) -> None:
    page = client.get("/jobs/two", params={"lang": "zh"})
    assert page.status_code == 422
    assert "此处需要整数，而不是 &#39;two&#39;。" in page.text
    assert "Input should be" not in page.text


@pytest.mark.parametrize(
    ("address", "accepted", "what"),
    [
        ("/api/customers/C9999", "", "There is no customer C9999."),
        ("/api/customers/C9999?lang=zh", "en", "没有客户 C9999。"),
        ("/api/customers/C9999", "zh-CN,zh;q=0.9,en;q=0.8", "没有客户 C9999。"),
        ("/api/customers/C9999", "fr,en;q=0.2,zh;q=0.1", "There is no customer C9999."),
        ("/api/customers/C9999", "zh;q=0,de;q=x", "There is no customer C9999."),
        ("/api/customers/C9999?lang=fr", "zh", "没有客户 C9999。"),
        ("/api/nothing?lang=zh", "", "没有该地址"),
    ],
)
def test_the_api_speaks_the_language_it_is_asked_for(
    client: TestClient, address: str, accepted: str, what: str
) -> None:
    assert client.get(address, headers={"accept-language": accepted}).json()["error"]["what"] == what


def test_faults_of_the_api_are_told_in_that_language_too(client: TestClient) -> None:
    [fault] = client.get("/api/customers", params={"lang": "zh", "rule": "recncy_days > 3"}).json()["error"]["faults"]
    assert (fault["field"], fault["hint"]) == ("rule", "您是不是要写 recency_days？")
    [fault] = client.get("/api/customers", params={"lang": "zh", "page": "0"}).json()["error"]["faults"]
    assert (fault["field"], fault["what"], fault["hint"]) == ("page", "此处不能是 '0'。", "不能小于 1。")


def test_the_gate_refuses_in_the_language_it_is_asked_for(client: TestClient) -> None:
    told = client.get("/customers", headers={"host": "evil.example", "accept-language": "zh"}).json()
    assert told["error"]["what"] == "本服务器不以该名称提供服务。"
