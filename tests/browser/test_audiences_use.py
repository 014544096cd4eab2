"""What people do with a rule: build it, take steps back, share it, lose the server, save it."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from portraits.app.audiences.audiences import count, rule_of
from portraits.app.audiences.drafts import drafts
from portraits.engine.workspace import Workspace
from portraits.web.site import site
from tests.browser.chromium import AXE, Look, Seen, opened, violations
from tests.browser.marks import IN_BROWSER
from tests.faces.company import company

pytestmark = IN_BROWSER

RULE = "orders_365d >= 12 and not (lifecycle = 'lost' or gender = 'male')"


@pytest.fixture
def builder(browser: Browser, address: str) -> Iterator[Seen]:
    with opened(browser, address, "/audiences/new") as seen:
        seen.page.wait_for_selector("html[data-drawn]")
        yield seen
        assert seen.complaints == []


def settled(page: Page, n: int) -> None:
    """Wait until the shown total is that, and no longer dimmed."""
    expect(page.locator("#total")).to_have_text(f"{n:,}")
    expect(page.locator(".result[aria-busy=false]")).to_have_count(1)


def choose(page: Page, label: str, text: str, nth: int = 0) -> None:
    """Type into a field that proposes, and take its first proposal."""
    field = page.get_by_role("combobox", name=label, exact=True).nth(nth)
    field.click()
    field.fill(text)
    page.wait_for_selector("[role=option][aria-selected=true]")
    field.press("Enter")


def test_a_rule_is_built_with_the_keyboard_and_counted_in_every_part(builder: Seen, shop: Workspace) -> None:
    page = builder.page
    settled(page, 120)
    page.locator("[data-add=rule]").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Orders, last 365")
    page.wait_for_selector("[role=option][aria-selected=true]")
    page.keyboard.press("Enter")
    page.get_by_role("spinbutton", name="Value").fill("12")
    settled(page, count(shop, "orders_365d >= 12").n)
    page.locator("[data-add=exclude]").first.click()
    choose(page, "Tag", "Life-cycle", 1)
    page.get_by_role("combobox", name="Operator").nth(1).select_option("in")
    choose(page, "Add a value", "Los")
    settled(page, count(shop, "orders_365d >= 12 and not lifecycle in ('lost')").n)
    found, left = count(shop, "lifecycle = 'lost'").n, count(shop, "lifecycle <> 'lost'").n
    told = " ".join(page.locator(".branch.none > .branch-head .tally").inner_text().split())
    assert told.startswith(f"matches {found} leaves {left}")
    assert page.locator("textarea").input_value() == "orders_365d >= 12 and not (lifecycle in ('lost'))"
    assert AXE.is_file() is False or violations(page) == []


def test_steps_back_and_forth_restore_rule_and_count(builder: Seen, shop: Workspace) -> None:
    page = builder.page
    page.locator("textarea").fill("orders_365d >= 3")
    settled(page, count(shop, "orders_365d >= 3").n)
    page.wait_for_timeout(1000)
    page.locator("textarea").fill("orders_365d >= 30")
    settled(page, count(shop, "orders_365d >= 30").n)
    page.keyboard.press("Control+z")
    settled(page, count(shop, "orders_365d >= 3").n)
    expect(page.locator("textarea")).to_have_value("orders_365d >= 3")
    page.keyboard.press("Control+Shift+z")
    settled(page, count(shop, "orders_365d >= 30").n)
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    settled(page, 120)


def test_the_last_of_many_edits_wins(builder: Seen, shop: Workspace) -> None:
    page = builder.page
    page.locator("textarea").fill("orders_365d >= 1")
    settled(page, count(shop, "orders_365d >= 1").n)
    field = page.get_by_role("spinbutton", name="Value")
    for value in ("2", "4", "30", "7", "15"):
        field.fill(value)
    settled(page, count(shop, "orders_365d >= 15").n)
    page.wait_for_timeout(500)
    expect(page.locator("#total")).to_have_text(f"{count(shop, 'orders_365d >= 15').n:,}")


def test_a_copied_address_says_the_same_rule_and_back_keeps_it(
    browser: Browser, address: str, builder: Seen, shop: Workspace
) -> None:
    page = builder.page
    page.locator("textarea").fill(RULE)
    settled(page, count(shop, RULE).n)
    copied = page.url
    assert "rule=" in copied
    with opened(browser, address, copied.removeprefix(address)) as other:
        settled(other.page, count(shop, RULE).n)
        assert other.page.locator("textarea").input_value() == RULE
        assert other.page.locator(".condition").count() == 3
    page.get_by_role("link", name="Members").click()
    page.wait_for_url("**/members?rule=*")
    page.go_back()
    settled(page, count(shop, RULE).n)
    page.reload()
    settled(page, count(shop, RULE).n)


def test_what_is_personal_stays_out_of_the_address(
    browser: Browser, address: str, builder: Seen, shop: Workspace
) -> None:
    page, rule = builder.page, "birth_date < date '1980-01-01'"
    page.locator("textarea").fill(rule)
    settled(page, count(shop, rule).n)
    page.wait_for_url("**/audiences/new?draft=*")
    assert "1980" not in page.url
    expect(page.get_by_text("Draft kept")).to_be_visible()
    with opened(browser, address, page.url.removeprefix(address)) as other:
        settled(other.page, count(shop, rule).n)


def test_a_text_without_a_tree_says_why_and_a_wrong_one_what_is_right(builder: Seen, shop: Workspace) -> None:
    page, rule = builder.page, "spend_365d / orders_365d > 100"
    page.locator("textarea").fill(rule)
    settled(page, count(shop, rule).n)
    expect(page.locator(".reason")).to_contain_text("more than a tag held against a value")
    page.locator("textarea").fill("recncy_days > 3")
    expect(page.locator("#rule-faults")).to_contain_text("Did you mean recency_days?")
    expect(page.locator("p.total.stale")).to_have_count(1)
    expect(page.locator("#save button")).to_be_disabled()
    builder.complaints[:] = [each for each in builder.complaints if "422" not in each]


def test_a_rule_is_saved_under_a_name_and_its_draft_is_gone(builder: Seen, shop: Workspace) -> None:
    page = builder.page
    page.locator("textarea").fill("orders_90d >= 4")
    settled(page, count(shop, "orders_90d >= 4").n)
    expect(page.get_by_text("Draft kept")).to_be_visible()
    kept = len(drafts(shop))
    page.get_by_label("Name in files").fill("often_here")
    page.get_by_label("Title, English").fill("Often here")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/audiences/often_here?saved=yes")
    assert rule_of(shop, "often_here") == "orders_90d >= 4"
    assert len(drafts(shop)) == kept - 1
    assert page.locator("h1").inner_text() == "Often here"


def test_hostile_values_show_as_text(browser: Browser, address: str) -> None:
    hostile = "<img src=x onerror=document.title=1>" + "长" * 200
    with opened(
        browser, address, f"/audiences/new?rule={quote(f'''favourite_category = '{hostile}' ''')}", Look(width=390)
    ) as seen:
        seen.page.wait_for_selector("html[data-drawn]")
        settled(seen.page, 0)
        assert seen.page.evaluate("document.documentElement.scrollWidth") == 390
        assert seen.complaints == []


@contextmanager
def serving(workspace: Workspace, port: int) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(site(workspace), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield
    server.force_exit = server.should_exit = True
    thread.join(10)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_server_that_dies_during_an_edit_costs_nothing(browser: Browser, tmp_path: Path) -> None:
    workspace, port = company(tmp_path), free_port()
    with browser.new_context() as context:
        page = context.new_page()
        with serving(workspace, port):
            page.goto(f"http://127.0.0.1:{port}/audiences/new")
            page.wait_for_selector("html[data-drawn]")
            page.locator("textarea").fill("orders_365d >= 3")
            settled(page, count(workspace, "orders_365d >= 3").n)
        page.locator("textarea").fill("orders_365d >= 30")
        started = time.monotonic()
        expect(page.locator(".lost")).to_be_visible(timeout=3000)
        assert time.monotonic() - started < 3
        expect(page.locator("p.total.stale")).to_have_count(1)
        expect(page.locator("textarea")).to_have_value("orders_365d >= 30")
        with serving(workspace, port):
            expect(page.locator(".lost")).to_have_count(0, timeout=10_000)
            settled(page, count(workspace, "orders_365d >= 30").n)
            expect(page.get_by_text("Draft kept")).to_be_visible()
            assert drafts(workspace)[0].content["text"] == "orders_365d >= 30"


def test_the_script_names_only_words_that_there_are(builder: Seen) -> None:
    given: dict[str, Any] = json.loads(builder.page.locator("#audience").text_content() or "")
    assert len(given["words"]) > 60
    assert {tag["name"] for tag in given["tags"]} >= {"gender", "orders_365d", "lifecycle"}
