"""What people do with the pages of customers: cards, columns, views, comparing, printing, a frame in another site."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from portraits.app.customers.embedding import embed_link
from portraits.app.customers.views import views
from portraits.engine.workspace import Workspace
from tests.browser.chromium import AXE, Look, opened, served, violations
from tests.browser.marks import IN_BROWSER
from tests.faces.company import DEFINITIONS, company

pytestmark = IN_BROWSER


@pytest.fixture(scope="module")
def crm() -> Iterator[str]:
    """Another site, on an origin of its own, that shows whatever is put into FRAMED."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(f'<title>crm</title><iframe src="{FRAMED[0]}" width="500" height="600"></iframe>'.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


FRAMED = [""]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, crm: str) -> Workspace:
    folder = tmp_path_factory.mktemp("shop")
    company(folder)
    sites = f'packs = []\nembed_ancestors = ["{crm}"]'
    (folder / "portraits.toml").write_text(DEFINITIONS.replace("packs = []", sites), encoding="utf-8")
    return Workspace(folder)


def axe(page: Page) -> list[str]:
    return violations(page) if AXE.is_file() else []


def test_a_card_comes_beside_a_name_by_mouse_and_by_keyboard_and_goes_with_escape(
    browser: Browser, address: str
) -> None:
    with opened(browser, address, "/customers") as seen:
        page = seen.page
        page.hover("a.who >> nth=2")
        page.wait_for_selector("#preview:not([hidden]) dl")
        assert "C0003" in page.inner_text("#preview")
        assert page.get_attribute("a.who >> nth=2", "aria-describedby") == "preview"
        page.hover("#preview dl")  # who points at the card keeps it
        page.wait_for_timeout(400)
        assert page.is_visible("#preview")
        page.keyboard.press("Escape")
        assert not page.is_visible("#preview")
        page.mouse.move(0, 0)
        page.focus("input[name=customer] >> nth=4")
        page.keyboard.press("Tab")
        page.wait_for_selector("#preview:not([hidden]) dl")
        assert "C0005" in page.inner_text("#preview")
        assert axe(page) == []
        assert seen.complaints == []


def test_a_card_of_a_hostile_name_runs_nothing(browser: Browser, address: str) -> None:
    with opened(browser, address, "/customers") as seen:
        seen.page.hover("a.who >> nth=1")
        seen.page.wait_for_selector("#preview:not([hidden]) dl")
        assert "<script>" in seen.page.inner_text("#preview")
        assert seen.page.title() != "hacked"
        assert seen.complaints == []


def test_columns_are_found_ordered_and_remembered_by_keyboard(browser: Browser, address: str) -> None:
    with opened(browser, address, "/customers?columns=gender") as seen:
        page = seen.page
        page.focus("details.columns summary")
        page.keyboard.press("Enter")
        page.fill(".sift input", "money")
        assert page.locator(".column-choice:visible").count() == 2
        page.check("input[name=columns][value=rfm_m]")
        page.fill(".sift input", "")
        assert page.locator(".shown .column-choice").count() == 2
        page.focus(".shown .column-choice:last-of-type [data-move=up]")
        page.keyboard.press("Enter")
        assert axe(page) == []
        page.click("details.columns footer button")
        page.wait_for_url("**columns=rfm_m&columns=gender*")
        page.goto(f"{address}/customers")
        assert [text.strip() for text in page.locator("thead th a").all_inner_texts()][-2:] == ["Money", "Gender"]
        assert seen.complaints == []


def test_a_view_is_saved_and_opened_in_another_browser(browser: Browser, address: str, shop: Workspace) -> None:
    with opened(browser, address, "/customers?rule=orders_365d+%3E+20&sort=-spend_365d") as seen:
        page = seen.page
        page.click(".saved-views summary")
        page.keyboard.press("Tab")
        page.keyboard.type("Good ones")
        page.keyboard.press("Enter")
        page.wait_for_selector(".saved-views a[aria-current] >> text=Good ones")
        shared, first = page.url, page.locator("a.who").first.inner_text()
        count = page.inner_text(".list header b")
    with opened(browser, address, shared.removeprefix(address)) as seen:
        assert seen.page.locator("a.who").first.inner_text() == first
        assert seen.page.inner_text(".list header b") == count
        seen.page.click(".saved-views form button")
        seen.page.wait_for_url("**/customers")
    assert views(shop) == []


def test_two_marked_customers_are_compared(browser: Browser, address: str) -> None:
    with opened(browser, address, "/customers") as seen:
        page = seen.page
        page.check("input[name=customer][value=C0004]")
        page.check("input[name=customer][value=C0001]")
        page.click("#marked button")
        page.wait_for_selector("table.sides")
        assert (page.input_value("#a"), page.input_value("#b")) == ("C0001", "C0004")
        assert seen.complaints == []


def test_the_header_of_the_list_stays_in_sight(browser: Browser, address: str) -> None:
    for columns in ("", "".join(f"&columns={name}" for name in WIDE)):
        with opened(browser, address, f"/customers?size=100{columns}") as seen:
            page = seen.page
            page.evaluate("(document.querySelector('.sideways') ?? document.documentElement).scrollTop = 900")
            page.locator("tbody tr >> nth=40").scroll_into_view_if_needed()
            top = page.locator("thead th >> nth=0").bounding_box()
            assert top is not None
            assert top["y"] >= 0
            assert page.evaluate("document.documentElement.scrollWidth") == 1440


WIDE = ("gender", "birth_date", "orders_365d", "orders_90d", "spend_365d", "recency_days", "basket_value",
        "favourite_category", "rfm_r", "rfm_f", "rfm_m", "lifecycle")  # fmt: skip


def test_tabs_and_the_way_through_the_list_go_by_keyboard(browser: Browser, address: str) -> None:
    with opened(browser, address, "/customers?rule=orders_365d+%3E+5&sort=-spend_365d") as seen:
        page = seen.page
        page.focus("a.who >> nth=1")
        page.keyboard.press("Enter")
        page.wait_for_selector(".person-tabs")
        page.focus(".person-tabs li:nth-child(3) a")
        page.keyboard.press("Enter")
        page.wait_for_url("**/tags?**")
        page.focus("a[rel=next]")
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        assert re.search(r"/customers/C\d+/tags\?.*rule=", page.url)
        assert "3 of" in page.inner_text(".head .actions")


def test_another_site_shows_the_small_portrait_where_the_setting_names_it(
    browser: Browser, address: str, shop: Workspace, crm: str
) -> None:
    FRAMED[0] = address + embed_link(shop, "C0001", 3, actor="ann", now=datetime.now(UTC)).path
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(crm)
        frame = page.frame_locator("iframe")
        assert frame.locator("dl.figures dt").count() == 6
        assert frame.locator("h1").inner_text() == "王**"


@pytest.mark.parametrize("path", ["/customers/C0001", "/customers", "/api/customers/C0001"])
def test_nothing_else_is_shown_in_a_frame_not_even_there(browser: Browser, address: str, crm: str, path: str) -> None:
    FRAMED[0] = address + path
    with browser.new_context() as context:
        page = context.new_page()
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text))
        page.goto(crm)
        page.wait_for_timeout(300)
        assert any("frame-ancestors" in each for each in refused)


def test_a_frame_of_a_site_that_is_not_named_stays_empty(browser: Browser, tmp_path: Path, crm: str) -> None:
    other = company(tmp_path, customers=1)
    with served(other) as address, browser.new_context() as context:
        FRAMED[0] = address + embed_link(other, "C0001", 3, actor="ann", now=datetime.now(UTC)).path
        page = context.new_page()
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text))
        page.goto(crm)
        page.wait_for_timeout(300)
        assert any("frame-ancestors" in each for each in refused)


A4 = (794, 1123)  # CSS pixels


def test_no_card_of_a_portrait_is_cut_by_the_end_of_a_page(browser: Browser, address: str) -> None:
    """Cards that fit on a page are kept whole; only lists that are longer than one run on."""
    with opened(browser, address, "/customers/C0001", Look("zh", "dark", 1440)) as seen:
        page = seen.page
        page.set_viewport_size({"width": A4[0], "height": A4[1]})
        page.emulate_media(media="print")
        tall = page.evaluate(
            """() => [...document.querySelectorAll('.portrait .card, .figures')]
                .filter(card => getComputedStyle(card).breakInside !== 'avoid')
                .map(card => [card.className, card.offsetHeight])"""
        )
        assert all("tags" in name or height > 900 for name, height in tall), tall
        wide = page.evaluate(
            """() => [...document.querySelectorAll('.chart canvas')].filter(
                each => each.getBoundingClientRect().right > document.documentElement.clientWidth).length"""
        )
        assert wide == 0
        hidden = ".side, .find, .actions, .tools, .kinds, .person-tabs, .against"
        assert page.evaluate(f"[...document.querySelectorAll('{hidden}')].every(e => !e.offsetParent)")
