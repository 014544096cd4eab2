"""What is the same on every page: keys, the pages on a phone, one search, work that is followed, newer runs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from playwright.sync_api import Browser, expect

from portraits.engine import jobs
from portraits.engine.jobs import Ending
from portraits.engine.processes import this_process
from portraits.engine.runs import RunInfo, drafting, folder_of, publish
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from tests.browser.chromium import AXE, Look, opened, served, violations
from tests.browser.marks import IN_BROWSER
from tests.faces.company import AS_OF, company

pytestmark = IN_BROWSER

AT = datetime(2025, 7, 1, 9)


def test_a_question_mark_shows_the_keys_and_escape_puts_them_away(browser: Browser, address: str) -> None:
    with opened(browser, address, "/") as seen:
        page = seen.page
        page.focus("#theme")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
        assert AXE.is_file() is False or violations(page) == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert page.evaluate("document.activeElement.id") == "theme"
        page.keyboard.press("/")
        page.keyboard.type("?")
        assert page.input_value("input[name=q]") == "?"
        assert seen.complaints == []


def test_on_a_phone_all_pages_are_two_taps_away(browser: Browser, address: str) -> None:
    with opened(browser, address, "/help", Look("zh", "dark", 390)) as seen:
        page = seen.page
        expect(page.locator("#nav")).to_be_hidden()
        page.click(".nav-open")
        expect(page.locator("#nav a")).to_have_count(10)
        for box in (link.bounding_box() for link in page.locator("#nav a").all()):
            assert box is not None
            assert box["height"] >= 44
            assert box["x"] + box["width"] <= 390
        assert AXE.is_file() is False or violations(page) == []
        page.keyboard.press("Escape")
        expect(page.locator("#nav")).to_be_hidden()
        page.click(".nav-open")
        page.click("#nav a[href='/jobs']")
        page.wait_for_url("**/jobs")


def test_one_search_finds_tags_audiences_and_pages_by_keyboard(browser: Browser, address: str) -> None:
    with opened(browser, address, "/") as seen:
        page = seen.page
        page.keyboard.press("Control+k")
        page.keyboard.type("sle")
        expect(page.get_by_role("group", name="Audiences").get_by_role("option")).to_have_count(1)
        page.fill("input[name=q]", "recency_d")
        expect(page.get_by_role("group", name="Tags").get_by_role("option")).to_have_count(1)
        expect(page.get_by_role("group", name="Audiences")).to_have_count(0)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/tags/recency_days")


def test_the_search_works_without_scripts(browser: Browser, address: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/")
        page.fill("input[name=q]", "sleepers")
        page.press("input[name=q]", "Enter")
        page.wait_for_url("**/search?q=sleepers")
        assert page.locator("a[href='/audiences/sleepers']").count() == 1


def test_the_page_of_a_job_follows_it_to_its_end(browser: Browser, address: str, shop: Workspace) -> None:
    with Store.open(shop.store) as store:
        number = jobs.enqueue(store, "build", {}, "ann", AT).id
        jobs.take(store, this_process(), AT)
        jobs.tell(store, number, {"stage": "orders", "done": 1, "total": 2, "share": 0.25}, [])
        with opened(browser, address, f"/jobs/{number}") as seen:
            page = seen.page
            expect(page.get_by_text("25%")).to_be_visible()
            page.focus(f"#cancel-{number}")
            jobs.tell(store, number, {"stage": "portrait", "done": 0, "total": 1, "share": 0.75}, [])
            expect(page.get_by_text("75%")).to_be_visible(timeout=10_000)
            assert page.evaluate("document.activeElement.id") == f"cancel-{number}"
            jobs.end(store, number, Ending("done", AT, (), {"run": 1, "as_of": AS_OF.isoformat(), "customers": 120}))
            expect(page.get_by_text("Run 1 as of 2025-06-30: 120 customers")).to_be_visible(timeout=10_000)
            expect(page.locator("[data-live]")).to_have_count(1)  # the page as it came; nothing is asked any more
            assert seen.complaints == []


def test_a_newer_run_is_announced_and_shown_when_asked_for(browser: Browser, tmp_path: Path) -> None:
    shop = company(tmp_path)
    with served(shop) as address, browser.new_context() as context:
        page = context.new_page()
        page.clock.install()
        page.goto(f"{address}/customers", wait_until="networkidle")
        page.clock.fast_forward(21_000)
        expect(page.locator("#newer")).to_be_hidden()
        with drafting(shop) as draft:
            draft.database.write_bytes((folder_of(shop, 1) / "run.duckdb").read_bytes())
            publish(shop, draft, RunInfo(2, AS_OF, AT, "by hand", "0", {"portrait": 120}))
        page.clock.fast_forward(21_000)
        expect(page.locator("#newer")).to_be_visible()
        assert "run 1" in page.inner_text(".fresh")
        page.click("#newer a")
        expect(page.locator(".fresh")).to_contain_text("run 2")
        expect(page.locator("#newer")).to_be_hidden()
