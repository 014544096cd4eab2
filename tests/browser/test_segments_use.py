"""What people do with the pages of segments and runs: open a cell, follow a stream, save a table, go back."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.app.runs_of_little import two_runs
from tests.browser.chromium import Look, opened, served, violations
from tests.browser.marks import IN_BROWSER, WITH_AXE

pytestmark = IN_BROWSER

PHONE = Look("zh", "dark", 390)
PAGES = ("/segments/rfm?against=fm", "/segments/rfm/moves", "/segments/cross-table", "/runs/compare", "/runs")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(two_runs(tmp_path_factory.mktemp("shop") / "little")) as address:
        yield address


@WITH_AXE
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound_on_a_phone_in_the_dark(browser: Browser, address: str, path: str) -> None:
    with opened(browser, address, path, PHONE) as seen:
        assert seen.complaints == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") == PHONE.width
        assert violations(seen.page) == []


def test_a_cell_is_reached_and_opened_by_keyboard(browser: Browser, address: str) -> None:
    with opened(browser, address, "/segments/rfm") as seen:
        page = seen.page
        cell = page.locator(".shades td:not([data-level='0']) a.in").first
        number = int(cell.locator("b").inner_text())
        cell.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/customers?rule=*")
        assert page.locator("table.customers tbody tr").count() == number
        assert seen.complaints == []


def test_the_link_to_a_new_audience_shows_itself_to_who_tabs_to_it(browser: Browser, address: str) -> None:
    with opened(browser, address, "/segments/rfm") as seen:
        build = seen.page.locator(".shades a.build").first
        assert build.evaluate("each => getComputedStyle(each).opacity") == "0"
        build.focus()
        assert build.evaluate("each => getComputedStyle(each).opacity") == "1"


def test_the_grid_is_saved_as_a_table_and_as_a_picture(browser: Browser, address: str, tmp_path: Path) -> None:
    with opened(browser, address, "/segments/rfm") as seen:
        page = seen.page
        shown = [page.locator(".shades tbody tr").nth(row).locator(".in b").all_inner_texts() for row in range(5)]
        for kind in ("csv", "png"):
            with page.expect_download() as saved:
                page.locator(f"[data-tools='grid'] button[data-save='{kind}']").click()
            saved.value.save_as(tmp_path / f"grid.{kind}")
        assert seen.complaints == []
    with (tmp_path / "grid.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [[re.split(r" \(", cell)[0] for cell in row[1:]] for row in rows[1:]] == shown
    assert (tmp_path / "grid.png").read_bytes().startswith(b"\x89PNG")


def test_a_stream_leads_to_its_customers(browser: Browser, address: str) -> None:
    with opened(browser, address, "/segments/loyalty/moves?from=1&to=2") as seen:
        page = seen.page
        box = page.locator("[data-chart='moves']").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
        page.wait_for_url("**/moves/customers?*")
        assert page.locator("table.customers tbody tr").count() > 0
        assert seen.complaints == []


def test_runs_are_chosen_and_compared_without_a_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    with context:
        page = context.new_page()
        page.goto(f"{address}/runs/compare")
        page.select_option("#from", "2")
        page.select_option("#to", "1")
        page.get_by_role("button", name="Compare").click()
        expect(page.locator("h1")).to_contain_text("Run 1 against run 2")


def test_going_back_asks_first_and_says_where_one_is(browser: Browser, address: str) -> None:
    with opened(browser, address, "/runs") as seen:
        page = seen.page
        page.locator("a[href='/runs/1/rollback']").click()
        page.get_by_role("button", name="Publish run 1").click()
        page.wait_for_url("**/runs")
        assert "Published" in page.locator("tr.here").inner_text()
        assert "run 1" in page.locator(".fresh").inner_text()
        page.goto(f"{address}/runs/2/rollback")
        page.get_by_role("button", name="Publish run 2").click()
        page.wait_for_url("**/runs")
        assert seen.complaints == []
