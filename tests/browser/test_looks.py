"""Every page as a person meets it: both languages, both themes, desk and phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import LOOKS, Look, opened, served
from tests.browser.marks import IN_BROWSER, WITH_AXE
from tests.browser.walk import faults_of, walk
from tests.browser.world import NAMED, filled, pages, templates, world
from tests.faces.company import company

pytestmark = [*IN_BROWSER, WITH_AXE]

MOST_BYTES = 450 * 1024
MOST_REQUESTS = 8

ROUTES = {
    "/customers": 200,
    "/customers?search=%E6%AC%A7%E9%98%B3&sort=-spend_365d": 200,
    "/customers?search=zzzz": 200,
    "/customers?rule=recncy_days+%3E+3": 422,
    "/customers/C0001": 200,
    "/customers/C0002": 200,
    "/customers/C0003": 200,
    "/customers/C0001?against=lifecycle": 200,
    "/customers/C0001/timeline": 200,
    "/customers/C0001/timeline?find=zzzz": 200,
    "/customers/C0001/tags": 200,
    "/customers/C0003/tags?empty=1": 200,
    "/customers/C0001/history": 200,
    "/customers/C0001/history?tag=spend_365d": 200,
    "/customers/C0001/audiences": 200,
    "/customers/C0001/sources": 200,
    "/customers/C0003/sources": 200,
    "/customers/compare": 200,
    "/customers/compare?a=C0001&b=C0002": 200,
    "/customers/compare?a=C0001&b=C0002&every=1": 200,
    "/customers/compare?a=C0001&b=nobody": 404,
    "/embed/customers/C0001": 403,
    "/customers/C0001/why/orders_365d": 200,
    "/customers/C0001/why/lifecycle": 200,
    "/customers/C0001/why/rfm_r": 200,
    "/customers/C0001/why/gender": 200,
    "/customers/C0001/why/favourite_category": 200,
    "/data": 200,
    "/data/import": 200,
    "/data/batches": 200,
    "/data/forms": 200,
    "/data/forms/new": 200,
    "/tags": 200,
    "/tags?search=zzzz": 200,
    "/tags/recency_days": 200,
    "/tags/lifecycle": 200,
    "/tags/birth_date": 200,
    "/tags/-/new?kind=fact": 200,
    "/tags/-/new?kind=rank": 200,
    "/tags/-/new?kind=manual": 200,
    "/tags/lifecycle/edit": 200,
    "/audiences": 200,
    "/audiences/new?rule=orders_365d+%3E%3D+12+and+not+%28lifecycle+%3D+%27lost%27+or+gender+%3D+%27male%27%29": 200,
    "/audiences/new?rule=recncy_days+%3E+3": 200,
    "/audiences/sleepers/profile": 200,
    "/audiences/sleepers/members?customer=C0003": 200,
    "/audiences/new/members?rule=orders_365d+%3E+10000": 200,
    "/audiences/overlap": 200,
    "/api": 200,
    "/nothing": 404,
}
QUICK = [
    ("/customers", Look("zh", "light", 1440)),
    ("/customers", Look("en", "dark", 390)),
    ("/customers/C0001", Look("en", "light", 1440)),
    ("/customers/C0001", Look("zh", "dark", 390)),
    ("/customers/C0001/why/lifecycle", Look("zh", "light", 390)),
    ("/customers?rule=recncy_days+%3E+3", Look("en", "light", 1440)),
    ("/tags", Look("zh", "dark", 390)),
    ("/tags/recency_days", Look("en", "light", 1440)),
    ("/tags/lifecycle/edit", Look("zh", "light", 390)),
]
WHOLE = [(path, look) for path in ROUTES for look in LOOKS if (path, look) not in QUICK]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(company(tmp_path_factory.mktemp("shop"))) as address:
        yield address


@pytest.mark.parametrize(("path", "look"), QUICK, ids=str)
def test_a_page_is_sound_in_a_look(browser: Browser, address: str, path: str, look: Look) -> None:
    assert faults_of(browser, address, path, look, ROUTES[path]) == []


@pytest.mark.drill
@pytest.mark.parametrize(("path", "look"), WHOLE, ids=str)
def test_every_page_is_sound_in_every_look(browser: Browser, address: str, path: str, look: Look) -> None:
    assert faults_of(browser, address, path, look, ROUTES[path]) == []


@pytest.fixture(scope="module")
def all_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    workspace = world(tmp_path_factory.mktemp("world") / "shop")
    with served(workspace) as address:
        yield address, pages(workspace)


@pytest.mark.drill
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_route_of_the_site_is_sound_in_every_look(
    browser: Browser, all_pages: tuple[str, list[str]], look: Look
) -> None:
    address, paths = all_pages
    walked = walk(browser, address, paths, [look])
    assert walked.visits == len(paths) > 40
    assert walked.faults == []
    assert walked.violations == []


def test_every_route_has_an_example_or_is_no_page(tmp_path: Path) -> None:
    """The walk forgets no page: a new route without an example is an error here."""
    workspace = company(tmp_path)
    known = {name: ["x"] for name in NAMED}
    for path in templates(workspace):
        assert list(filled(path, known)), path


def test_a_portrait_is_light_for_who_comes_first(browser: Browser, address: str) -> None:
    with opened(browser, address, "/customers/C0001", newcomer=True) as seen:
        assert len(seen.requests) <= MOST_REQUESTS, seen.requests
        assert seen.bytes <= MOST_BYTES


def test_who_comes_again_loads_the_page_alone(browser: Browser, address: str) -> None:
    with opened(browser, address, "/customers/C0001", newcomer=True) as seen:
        first = seen.bytes
        seen.page.goto(f"{address}/customers/C0002", wait_until="networkidle")
        assert seen.bytes - first < 40 * 1024
