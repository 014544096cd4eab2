"""What people do with the pages: keys, search, themes, charts, files; and what attackers try."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import tests.faces.company as made
from tests.browser.chromium import Look, Seen, chromium, opened, program, served, violations
from tests.faces.company import company

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.skipif(program() is None, reason="no Chromium: apt-get install chromium fonts-noto-cjk"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(company(tmp_path_factory.mktemp("shop"))) as address:
        yield address


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
    assert focused(page) == "search"
    page.keyboard.press("Tab")
    page.keyboard.press("Control+k")
    assert focused(page) == "search"


def test_a_customer_is_found_and_opened_by_keyboard_alone(portrait: Seen) -> None:
    page = portrait.page
    page.keyboard.press("/")
    page.keyboard.type("C0042")
    page.wait_for_selector("[role=option]")
    assert violations_of(page) == []
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("input[name=search]", "aria-activedescendant") == "found-0"
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
    assert focused(page) == "search"


def test_the_last_of_many_questions_is_answered(portrait: Seen) -> None:
    page = portrait.page
    page.keyboard.press("/")
    for text in ("C0001", "C0002", "C0050", "C0099", "C0077"):
        page.fill("input[name=search]", text)
    page.wait_for_selector("[role=option] >> text=C0077")
    page.wait_for_timeout(400)
    assert page.locator("[role=option]").count() == 1


def test_enter_without_a_choice_searches_the_list(portrait: Seen) -> None:
    page = portrait.page
    page.keyboard.press("/")
    page.keyboard.type("欧阳")
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers?search=*")
    assert page.locator("table.customers tbody tr").count() == 12


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
        assert page.get_attribute("html", "data-theme") == "dark"


def test_columns_are_chosen_and_kept_while_sorting(browser: Browser, address: str) -> None:
    with opened(browser, address, "/customers") as seen:
        page = seen.page
        page.click("details.menu summary")
        page.evaluate("document.querySelectorAll('.menu input:checked').forEach(box => box.checked = false)")
        page.check("input[value=rfm_f]")
        page.click("details.menu button")
        page.wait_for_url("**columns=rfm_f*")
        assert page.locator("table.customers thead th").count() == 3
        page.click("thead >> text=Frequency")
        page.wait_for_url("**sort=*")
        assert page.locator("table.customers thead th").count() == 3


PAYLOADS = [
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<svg onload=window.hit=1>",
    '"><script>window.hit=1</script>',
    "'><img src=x onerror=window.hit=1>",
    "</script><script>window.hit=1</script>",
    "javascript:window.hit=1",
    "{{constructor.constructor('window.hit=1')()}}",
    "${window.hit=1}",
    "<a href=javascript:window.hit=1>x</a>",
    "<iframe srcdoc='<script>parent.hit=1</script>'>",
    "<style>@import 'javascript:window.hit=1'</style>",
    "<math><mtext></mtext><script>window.hit=1</script></math>",
    "<body onload=window.hit=1>",
    "<details open ontoggle=window.hit=1>",
    "{a|<b>}{b|rich}",
    "\u2028window.hit=1",
    "]]><script>window.hit=1</script>",
    "<!--<script>window.hit=1</script>-->",
    "\\u003cscript\\u003ewindow.hit=1\\u003c/script\\u003e",
    "欧阳·买买提" * 20,
    "😀🇨🇳👩‍👩‍👧",
    "\u202eأهلا وسهلا\u202c",
    "x" * 200,
]


def test_no_text_of_any_customer_runs_or_breaks_the_layout(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names, categories, stores, campaigns, events and feedback are all hostile at once."""
    person, order, event, feedback = made._person, made._order, made._event, made._feedback

    def hostile(number: int) -> str:
        return PAYLOADS[number % len(PAYLOADS)]

    def bad_person(number: int, chance: Any) -> dict[str, Any]:
        return {**person(number, chance), "name": hostile(number), "city": hostile(number + 1)}

    def bad_order(number: int, customer: int, at: Any, chance: Any) -> Any:
        head, lines = order(number, customer, at, chance)
        bad = {"store": hostile(number), "channel": hostile(number + 2)}
        return {**head, **bad}, [{**line, **bad} for line in lines]

    monkeypatch.setattr(made, "_person", bad_person)
    monkeypatch.setattr(made, "_order", bad_order)
    monkeypatch.setattr(
        made, "_event", lambda n, at, c: {**event(n, at, c), "kind": hostile(n), "object": hostile(n + 3)}
    )
    monkeypatch.setattr(made, "_feedback", lambda n, c: {**feedback(n, c), "text": hostile(n), "about": hostile(n + 1)})
    monkeypatch.setattr(made, "CATEGORIES", tuple(PAYLOADS[:9]))
    with served(company(tmp_path, customers=24)) as address:
        for path in (
            "/customers",
            *(f"/customers/C{number:04}" for number in range(1, 25, 3)),
            "/customers/C0001/why/gender",
        ):
            with opened(browser, address, path, Look("zh", "light", 390)) as seen:
                assert seen.page.evaluate("window.hit") is None, path
                assert seen.complaints == [], path
                assert seen.page.evaluate("document.documentElement.scrollWidth") == 390, path
                chart = seen.page.query_selector("[data-chart=taste]")
                if chart:
                    chart.scroll_into_view_if_needed()
                    chart.hover()
                    seen.page.wait_for_timeout(100)
                    assert seen.page.evaluate("window.hit") is None, path


def test_a_portrait_prints_on_paper_without_its_controls(browser: Browser, address: str, tmp_path: Path) -> None:
    with opened(browser, address, "/customers/C0001", Look("zh", "dark", 1440)) as seen:
        seen.page.emulate_media(media="print")
        hidden = ".side, .find, .actions, .tools, .kinds"
        assert seen.page.evaluate(f"[...document.querySelectorAll('{hidden}')].every(e => !e.offsetParent)")
        assert seen.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
        seen.page.pdf(path=str(tmp_path / "portrait.pdf"))
    assert (tmp_path / "portrait.pdf").stat().st_size > 20_000
