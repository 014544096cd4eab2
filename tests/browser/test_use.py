"""What people do with the pages: keys, search, themes, charts, files; and what attackers try."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import Look, Seen, opened, served, violations
from tests.browser.marks import IN_BROWSER
from tests.browser.walk import unclean
from tests.faces.texts import HOSTILE, company_of

pytestmark = IN_BROWSER


@pytest.fixture
def portrait(browser: Browser, address: str) -> Iterator[Seen]:
    with opened(browser, address, "/customers/C0001") as seen:
        yield seen
        assert seen.complaints == []


def focused(page: Page) -> str:
    return str(
        page.evaluate("document.activeElement.name || document.activeElement.id || document.activeElement.tagName")
    )


def test_a_slash_or_control_k_goes_to_the_search(portrait: Seen) -> None:
    page = portrait.page
    page.keyboard.press("/")
    assert focused(page) == "q"
    page.keyboard.press("Tab")
    page.keyboard.press("Control+k")
    assert focused(page) == "q"


def test_a_customer_is_found_and_opened_by_keyboard_alone(portrait: Seen) -> None:
    page = portrait.page
    page.keyboard.press("/")
    page.keyboard.type("C0042")
    expect(page.locator("[role=option]").first).to_contain_text("C0042")
    assert violations_of(page) == []
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[name=q]")).to_have_attribute("aria-activedescendant", "found-0")
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/C0042")


def violations_of(page: Page) -> list[str]:
    from tests.browser.chromium import AXE

    return violations(page) if AXE.is_file() else []


def test_escape_closes_the_suggestions(portrait: Seen) -> None:
    page = portrait.page
    page.keyboard.press("/")
    page.keyboard.type("C004")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("Escape")
    page.wait_for_selector("[role=option]", state="detached")
    assert focused(page) == "q"


def test_the_last_of_many_questions_is_answered(portrait: Seen) -> None:
    page = portrait.page
    page.keyboard.press("/")
    for text in ("C0001", "C0002", "C0050", "C0099", "C0077"):
        page.fill("input[name=q]", text)
    page.wait_for_selector("[role=option] >> text=C0077")
    page.wait_for_timeout(400)
    assert page.locator("[role=option]").count() == 2  # the customer, and all results


def test_enter_without_a_choice_opens_the_page_of_the_search(portrait: Seen) -> None:
    page = portrait.page
    page.keyboard.press("/")
    page.keyboard.type("欧阳")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert page.locator(".results a[href^='/customers/']").count() == 12


def paint(page: Page) -> str:
    return str(page.evaluate("document.querySelector('[data-chart=spending] canvas').toDataURL()"))


def test_the_theme_changes_without_a_reload_charts_too_and_is_remembered(portrait: Seen) -> None:
    page = portrait.page
    before = paint(page)
    page.evaluate("window.mark = 1")
    page.click("#theme")
    page.wait_for_timeout(200)
    assert page.evaluate("window.mark") == 1
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
    assert paint(page) != before
    page.reload()
    assert page.get_attribute("html", "data-theme") == "dark"


def test_without_a_choice_the_theme_follows_the_system(browser: Browser, address: str) -> None:
    with browser.new_context(color_scheme="dark") as context:
        page = context.new_page()
        page.goto(f"{address}/customers")
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(15, 22, 32)"
        page.emulate_media(color_scheme="light")
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(246, 247, 249)"


def saved(page: Page, chart: str, kind: str) -> Path:
    with page.expect_download() as download:
        page.click(f"[data-tools={chart}] [data-save={kind}]")
    assert download.value.suggested_filename == f"{chart}.{kind}"
    return Path(download.value.path())


@pytest.mark.parametrize("chart", ["spending", "taste", "radar"])
def test_a_chart_is_saved_as_the_table_behind_it(portrait: Seen, chart: str) -> None:
    page = portrait.page
    wanted = json.loads(page.inner_text("#charts") or page.evaluate("document.getElementById('charts').textContent"))
    with saved(page, chart, "csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == wanted[chart]["table"]


def test_a_chart_is_saved_as_a_picture(portrait: Seen) -> None:
    assert saved(portrait.page, "spending", "png").read_bytes().startswith(b"\x89PNG")


def test_pointing_at_a_chart_shows_its_numbers_and_breaks_no_rule(portrait: Seen) -> None:
    page = portrait.page
    for chart in ("spending", "taste", "radar"):
        box = page.locator(f"[data-chart={chart}]").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.45)
        page.wait_for_timeout(250)
    assert page.evaluate("[...document.querySelectorAll('[data-chart] b')].length") > 0
    assert portrait.complaints == []


def test_the_page_is_whole_without_scripts(browser: Browser, address: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/customers/C0001")
        assert page.locator("table").count() >= 3
        page.goto(f"{address}/customers?rule=orders_365d+%3E+20")
        assert page.locator("table.customers tbody tr").count() > 0
        page.click("#theme")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_columns_are_chosen_and_kept_while_sorting(browser: Browser, address: str) -> None:
    with opened(browser, address, "/customers") as seen:
        page = seen.page
        page.click("details.columns summary")
        page.evaluate("document.querySelectorAll('.menu input:checked').forEach(box => box.checked = false)")
        page.check("input[value=rfm_f]")
        page.click("details.columns footer button")
        page.wait_for_url("**columns=rfm_f*")
        assert page.locator("table.customers thead th").count() == 3
        page.click("thead >> text=Frequency")
        page.wait_for_url("**sort=*")
        assert page.locator("table.customers thead th").count() == 3


def test_no_text_of_any_customer_runs_or_breaks_the_layout(browser: Browser, tmp_path: Path) -> None:
    """Names, categories, stores, campaigns, events and feedback are all hostile at once; a fifth of the customers."""
    assert len(HOSTILE) == 40
    with served(company_of(tmp_path, HOSTILE, customers=len(HOSTILE))) as address:
        for path in ("/customers", *_portraits(5), "/customers/C0001/why/gender"):
            assert _harm(browser, address, path) == [], path


@pytest.mark.drill
def test_no_text_runs_on_any_page_of_any_customer(browser: Browser, tmp_path: Path) -> None:
    with served(company_of(tmp_path, HOSTILE, customers=len(HOSTILE))) as address:
        tails = ("", "/timeline", "/tags", "/audiences", "/sources")
        of_one = [f"{path}{tail}" for path in _portraits(1) for tail in tails]
        tag, pair = "/tags/favourite_category", "/customers/compare?a=C0001&b=C0002"
        for path in ("/", "/customers?size=100", "/tags", tag, "/segments", "/search?q=script", pair, *of_one):
            assert _harm(browser, address, path) == [], path


def _portraits(step: int) -> list[str]:
    return [f"/customers/C{number:04}" for number in range(1, len(HOSTILE) + 1, step)]


def _harm(browser: Browser, address: str, path: str) -> list[str]:
    """What a text of the page does: complaints, a phone that scrolls to the side, itself run, at a chart too."""
    look = Look("zh", "light", 390)
    with opened(browser, address, path, look) as seen:
        found = list(unclean(seen, address, look))
        chart = seen.page.query_selector("[data-chart=taste]")
        if chart:
            chart.scroll_into_view_if_needed()
            chart.hover()
            seen.page.wait_for_timeout(100)
        ran = seen.page.evaluate("window.hit")
        return found if ran is None else [*found, f"ran {ran}"]


def test_a_portrait_prints_on_paper_without_its_controls(browser: Browser, address: str, tmp_path: Path) -> None:
    with opened(browser, address, "/customers/C0001", Look("zh", "dark", 1440)) as seen:
        seen.page.emulate_media(media="print")
        hidden = ".side, .find, .actions, .tools, .kinds"
        assert seen.page.evaluate(f"[...document.querySelectorAll('{hidden}')].every(e => !e.offsetParent)")
        assert seen.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
        seen.page.pdf(path=str(tmp_path / "portrait.pdf"))
    assert (tmp_path / "portrait.pdf").stat().st_size > 20_000
