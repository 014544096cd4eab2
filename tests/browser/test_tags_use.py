"""What people do with tags in a browser: write one while its preview follows, and keep what they wrote."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from portraits.engine.workspace import Workspace
from tests.browser.chromium import Seen, opened, served, violations
from tests.browser.marks import IN_BROWSER
from tests.faces.little import little_built

pytestmark = IN_BROWSER
NOW = datetime(2026, 5, 1, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return little_built(tmp_path_factory.mktemp("little") / "shop", NOW)


@pytest.fixture(scope="module")
def address(place: Workspace) -> Iterator[str]:
    with served(place) as address:
        yield address


@pytest.fixture
def form(browser: Browser, address: str) -> Iterator[Seen]:
    with opened(browser, address, "/tags/-/new?kind=fact") as seen:
        yield seen


def test_the_preview_follows_what_is_typed_and_the_last_one_wins(form: Seen) -> None:
    page = form.page
    page.get_by_role("textbox", name="English Title").fill("Slips")
    page.locator("#f\\.table").select_option("orders")
    for number in range(1, 6):
        page.locator("#f\\.value").fill(f"count(*) + {number}")
    expect(page.locator("#preview")).to_contain_text("Among all 12 customers")
    expect(page.locator("#preview")).to_contain_text("From 6 to 17")
    expect(page.locator("#preview")).to_contain_text("Columns that you can use")
    assert form.complaints == []
    assert violations(page) == []


def test_a_fault_appears_at_its_field_while_typing_and_goes_again(form: Seen) -> None:
    page = form.page
    page.locator("#f\\.title\\.en").fill("Slips")
    page.locator("#f\\.table").select_option("orders")
    value = page.locator("#f\\.value")
    value.fill("sum(amout)")
    fault = page.locator('[data-fault-of="value"]')
    expect(fault).to_contain_text("Did you mean amount?")
    expect(value).to_have_attribute("aria-invalid", "true")
    value.fill("sum(amount)")
    expect(fault).to_be_hidden()
    expect(value).not_to_have_attribute("aria-invalid", "true")


def test_a_server_that_is_gone_is_told_and_what_was_written_stays(form: Seen) -> None:
    page = form.page

    def gone(route: Route) -> None:
        route.abort()

    page.route("**/tags/-/preview", gone)
    page.locator("#f\\.title\\.en").fill("Slips")
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer", timeout=3000)
    assert page.locator("#f\\.title\\.en").input_value() == "Slips"
    page.unroute("**/tags/-/preview", gone)
    expect(page.get_by_role("alert")).to_have_count(0, timeout=10_000)


def test_a_tag_is_written_by_keyboard_alone(form: Seen, place: Workspace) -> None:
    page = form.page
    page.locator("#name").focus()
    page.keyboard.type("slips")
    page.locator("#f\\.title\\.en").focus()
    page.keyboard.type("Slips")
    page.locator("#f\\.table").focus()
    page.keyboard.type("Orders")
    page.locator("#f\\.value").focus()
    page.keyboard.type("count(*)")
    page.locator("#f\\.unit").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/tags/slips?done=written")
    expect(page.get_by_role("status").first).to_contain_text("Saved")
    written = tomllib.loads((place.folder / "tags.toml").read_text())["tags"]["slips"]
    assert written == {"title": "Slips", "kind": "fact", "table": "orders", "value": "count(*)"}


def test_a_list_of_customers_is_uploaded(browser: Browser, address: str, place: Workspace, tmp_path: Path) -> None:
    (place.folder / "hand.toml").write_text('[tags.met]\ntitle = "Met"\nkind = "manual"\n', encoding="utf-8")
    file = tmp_path / "met.csv"
    file.write_text("customer_id,value\nM01,fair\nM99,fair\n", encoding="utf-8")
    with opened(browser, address, "/tags/met/hand") as seen:
        seen.page.locator("#file").set_input_files(file)
        seen.page.get_by_role("button", name="Upload").click()
        status = seen.page.get_by_role("status").first
        expect(status).to_contain_text("Put on 1 customer.")
        expect(status).to_contain_text("M99")
        assert seen.complaints == []
