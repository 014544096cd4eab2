"""The small portrait in a frame: who may show it, what it says, and what it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from portraits.cli.program import run
from portraits.engine.workspace import Workspace
from tests.faces.company import DEFINITIONS, HOSTILE, company
from tests.faces.visits import visitor

CRM = "https://crm.example.com"
EVERY_OTHER = (
    "/customers",
    "/customers/C0001",
    "/customers/C0001/tags",
    "/api/customers/C0001",
    "/nothing",
    "/static/app.css",
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("shop")
    company(folder, customers=12)
    sites = f'packs = []\nembed_ancestors = ["{CRM}"]'
    (folder / "portraits.toml").write_text(DEFINITIONS.replace("packs = []", sites), encoding="utf-8")
    return Workspace(folder)


@pytest.fixture
def client(shop: Workspace) -> Iterator[TestClient]:
    with visitor(shop) as client:
        yield client


def link(client: TestClient, customer: str = "C0001") -> str:
    return str(client.post(f"/api/customers/{customer}/embed", json={"days": 3}).json()["path"])


def ancestors(client: TestClient, path: str) -> str:
    policy = client.get(path).headers["content-security-policy"]
    found = re.search(r"frame-ancestors ([^;]*)", policy)
    assert found
    return found[1]


def test_the_named_site_alone_may_frame_it_and_nothing_else_may_be_framed(client: TestClient) -> None:
    assert ancestors(client, link(client)) == CRM
    assert ancestors(client, "/embed/customers/C0001") == CRM  # a page that only says that the link has ended
    for path in EVERY_OTHER:
        assert ancestors(client, path) == "'none'", path


def test_without_the_setting_no_site_may(tmp_path: Path) -> None:
    with visitor(company(tmp_path, customers=1)) as client:
        assert ancestors(client, link(client)) == "'none'"


def test_it_is_small_and_read_only(client: TestClient) -> None:
    page = client.get(link(client)).text
    assert not re.search(r"<(a|form|input|button|script|iframe)\b", page)
    assert len(page) < 20_000
    assert page.count("<h1") == 1


def test_contacts_and_the_name_are_masked(client: TestClient) -> None:
    page = unescape(client.get(link(client)).text)
    assert "王**" in page
    for secret in ("王小明", "138", "example.com", "联系不上"):
        assert secret not in page


def test_a_hostile_name_is_text(client: TestClient) -> None:
    page = client.get(link(client, "C0002")).text
    assert "<script>document" not in page
    assert HOSTILE not in page


@pytest.mark.parametrize("query", ["", "?until=9999999999&key=x", "?until=x", "?key=é&until=٣"])
def test_what_is_no_link_is_refused_in_the_language_of_the_page(client: TestClient, query: str) -> None:
    answer = client.get(f"/embed/customers/C0001{query}")
    assert answer.status_code == 403
    assert "This link was not made here, or was changed." in answer.text
    joined = "&" if query else "?"
    assert "该链接不是在此生成的" in client.get(f"/embed/customers/C0001{query}{joined}lang=zh").text
    assert "C0001" not in re.sub(r"<title>.*?</title>", "", answer.text)


def test_a_frame_is_left_no_cookie(client: TestClient) -> None:
    answer = client.get(f"{link(client)}&lang=zh&theme=dark")
    assert "set-cookie" not in answer.headers
    assert '<html lang="zh-CN" data-theme="dark"' in answer.text


def test_a_command_makes_a_link_that_opens(
    client: TestClient, shop: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["embed", "C0001", "--days", "2", "--site", "https://here.example.com/", "-w", str(shop.folder)]) == 0
    address, until = capsys.readouterr().out.splitlines()
    assert address.startswith("https://here.example.com/embed/customers/C0001?until=")
    assert until.startswith("The link ends on ")
    assert client.get(address.removeprefix("https://here.example.com")).status_code == 200


@pytest.mark.parametrize("days", [0, 4000])
def test_a_link_that_lasts_no_days_is_not_made(client: TestClient, days: int) -> None:
    assert client.post("/api/customers/C0001/embed", json={"days": days}).status_code == 422


def test_another_site_makes_no_link(client: TestClient) -> None:
    answer = client.post("/api/customers/C0001/embed", json={"days": 3}, headers={"origin": CRM})
    assert answer.status_code == 403
