"""The gate: no foreign name, no foreign origin, the headers of trust on every answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from portraits.engine.workspace import Workspace
from portraits.web.address import address
from portraits.web.serve import _names
from portraits.web.site import site
from tests.faces.company import company

COUNT = "/api/audiences/count"
RULE = {"rule": "recency_days > 60"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"), customers=12)


@pytest.fixture(scope="module")
def client(shop: Workspace) -> Iterator[TestClient]:
    with TestClient(site(shop), base_url="http://127.0.0.1:8600", raise_server_exceptions=False) as client:
        yield client


PATHS = [
    "/customers",
    "/customers/C0001",
    "/customers/C0001/why/lifecycle",
    "/customers?rule=nonsense",
    "/api",
    "/api/customers",
    "/api/openapi.json",
    "/static/app.css",
    "/nothing",
    "/api/nothing",
    "/static/nothing.js",
]


@pytest.mark.parametrize("path", PATHS)
def test_headers_of_trust_are_on_every_answer(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    for part in ("frame-ancestors 'none'", "object-src 'none'", "base-uri 'self'", "form-action 'self'"):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    if not path.startswith("/static"):
        assert headers["cache-control"] == "no-store"


def test_a_fault_of_ours_carries_them_too(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portraits.web.pages.customers._groups", lambda found: 1 / 0)
    answer = client.get("/customers")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "", "127.0.0.2", "localhost.evil.example:8600", "[::2]", "[", "a b"],
)
def test_a_foreign_name_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/customers", headers={"host": host})
    assert answer.status_code == 403
    assert "customers" not in answer.text.lower()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:9", "localhost:8600", "LOCALHOST", "[::1]:8600"])
def test_the_names_of_this_machine_are_served(client: TestClient, host: str) -> None:
    assert client.get("/customers", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "https://evil.example", "sec-fetch-site": "none"},
    ],
)
def test_another_site_changes_nothing(client: TestClient, headers: dict[str, str]) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert client.request(method, COUNT, json=RULE, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{}, {"sec-fetch-site": "same-origin"}, {"origin": "http://127.0.0.1:8600"}, {"sec-fetch-site": "none"}],
)
def test_our_own_pages_and_programs_may(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post(COUNT, json=RULE, headers=headers).status_code == 200


def test_reading_from_a_link_elsewhere_is_allowed(client: TestClient) -> None:
    assert client.get("/customers", headers={"sec-fetch-site": "cross-site"}).status_code == 200


def test_a_site_may_have_another_name(shop: Workspace) -> None:
    with TestClient(site(shop, hosts={"shop.example"}), base_url="http://shop.example") as client:
        assert client.get("/api/runs").status_code == 200
        assert client.get("/api/runs", headers={"host": "127.0.0.1"}).status_code == 403


def test_only_over_tls_a_browser_is_told_to_stay_there(shop: Workspace, client: TestClient) -> None:
    assert "strict-transport-security" not in client.get("/api/runs").headers
    with TestClient(site(shop), base_url="https://127.0.0.1") as secure:
        assert "max-age" in secure.get("/api/runs").headers["strict-transport-security"]


def test_the_address_shown_is_one_a_browser_can_open() -> None:
    assert address("127.0.0.1", 8600) == "http://127.0.0.1:8600/"
    assert address("0.0.0.0", 80) == "http://127.0.0.1:80/"  # noqa: S104 - a name, not a binding
    assert address("::1", 8600) == "http://[::1]:8600/"


def test_a_server_answers_to_its_host_and_to_this_machine() -> None:
    assert {"127.0.0.1", "localhost", "::1", "10.0.0.5"} == _names("10.0.0.5")
