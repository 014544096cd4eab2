"""What people do with the pages of quality: see what is weakest, open its rows, try a rule while they type it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.app.duplicates import built
from tests.app.quality.books import books, stopped_build
from tests.browser.chromium import AXE, Look, chromium, opened, program, served, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.skipif(program() is None, reason="no Chromium: apt-get install chromium fonts-noto-cjk"),
]

HOME = "/data/quality"
PAGES = (HOME, f"{HOME}/rules/bought_by_somebody", f"{HOME}/rules/city_known/edit", f"{HOME}/stopped/city_known")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    workspace = books(tmp_path_factory.mktemp("books"))
    for _ in range(2):
        built(workspace)
    stopped_build(workspace)
    with served(workspace) as address:
        yield address


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core: npm ci --ignore-scripts")
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("look", [Look("zh", "dark", 390), Look("en", "light", 1440)], ids=str)
def test_a_page_is_sound(browser: Browser, address: str, path: str, look: Look) -> None:
    with opened(browser, address, path, look) as seen:
        assert seen.complaints == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") == look.width
        assert violations(seen.page) == []


def test_from_the_weakest_square_to_the_bad_rows(browser: Browser, address: str) -> None:
    with opened(browser, address, HOME) as seen:
        page = seen.page
        page.locator(".shades td a.in", has_text="3 bad rows").click()
        page.wait_for_url("**/data/quality?*dimension=referential*")
        page.get_by_role("link", name="The customer is in the books").click()
        expect(page.locator("#rows")).to_have_text("3 bad rows")
        expect(page.locator("table.cells tbody tr")).to_have_count(3)
        with page.expect_download() as saved:
            page.get_by_role("button", name="Download").click()
        assert saved.value.suggested_filename == "bought_by_somebody.csv"
        assert seen.complaints == []


def test_from_the_card_of_a_stopped_build_to_its_rows_and_on(browser: Browser, address: str) -> None:
    with opened(browser, address, HOME, Look("en", "light", 390)) as seen:
        page = seen.page
        expect(page.locator("#stopped h2")).to_contain_text("The last build was stopped by a rule")
        page.locator("#stopped").get_by_role("link", name="A city of ours").click()
        page.wait_for_url("**/data/quality/stopped/city_known")
        expect(page.locator("table.cells tbody tr")).to_have_count(1)
        page.get_by_text("Build all the same…").click()
        expect(page.get_by_role("button", name="Build and publish")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        with page.expect_download() as saved:
            page.get_by_role("button", name="Download").click()
        assert saved.value.suggested_filename == "city_known.csv"
        assert seen.complaints == []


def test_a_rule_is_tried_while_it_is_typed_and_then_kept(browser: Browser, address: str) -> None:
    with opened(browser, address, f"{HOME}/new") as seen:
        page = seen.page
        page.fill("#name", "mail_known")
        page.fill("[id='f.title.en']", "Mail is known")
        page.fill("[id='f.rule']", "emial is not null")
        expect(page.locator("[data-fault-of='rule']")).to_contain_text("Did you mean email?")
        page.fill("[id='f.rule']", "email is not null")
        expect(page.locator("#preview .hero")).to_contain_text("33.3%")
        expect(page.locator("[data-fault-of='rule']")).to_be_hidden()
        page.get_by_role("button", name="Save").last.click()
        page.wait_for_url("**/rules/mail_known")
        assert page.locator("h1").inner_text() == "Mail is known"
        assert seen.complaints == []
