"""The pages of identity in a browser: sound in every look, decided by keys, and without scripts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from portraits.app.identity.identity import decisions, keep_apart
from portraits.app.identity.likeness import review
from portraits.engine.workspace import Workspace
from tests.app.duplicates import ASK, NOW, UNSURE, built, shop, welcome
from tests.browser.chromium import AXE, LOOKS, Look, chromium, opened, program, served, violations
from tests.browser.walk import faults_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.skipif(program() is None, reason="no Chromium: apt-get install chromium fonts-noto-cjk"),
    pytest.mark.skipif(not AXE.is_file(), reason="no axe-core: npm ci --ignore-scripts"),
]

HOME = "/data/identity"
ROUTES = (
    HOME,
    f"{HOME}?done=1",
    f"{HOME}/decisions",
    f"{HOME}/sweep?least=1",
    f"{HOME}/trial",
    f"{HOME}/report",
    f"{HOME}/report/conflict?key=birth_date",
    f"{HOME}/report/guard",
    "/identify",
    "/identify?phone=13812345671&name=hello",
    "/customers/c1/identity",
    "/customers/c1/identity/split?record=c3",
)
QUICK = [
    (HOME, Look("zh", "light", 390)),
    (f"{HOME}/report", Look("en", "dark", 1440)),
    (f"{HOME}/sweep?least=1", Look("en", "light", 390)),
    ("/identify?phone=13812345671&name=hello", Look("zh", "dark", 390)),
    ("/customers/c1/identity", Look("zh", "dark", 390)),
]
WHOLE = [(path, look) for path in ROUTES for look in LOOKS if (path, look) not in QUICK]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def guests(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = welcome(shop(tmp_path_factory.mktemp("guests"), UNSURE, ASK))
    built(made)
    keep_apart(made, "c2", "c6", why="brothers", actor="li", now=NOW)
    return made


@pytest.fixture(scope="module")
def address(guests: Workspace) -> Iterator[str]:
    with served(guests) as address:
        yield address


@pytest.fixture
def own(guests: Workspace, tmp_path: Path) -> Workspace:
    """A copy to decide in."""
    return Workspace(Path(shutil.copytree(guests.folder, tmp_path / "own")))


@pytest.mark.parametrize(("path", "look"), QUICK, ids=str)
def test_a_page_of_identity_is_sound_in_a_look(browser: Browser, address: str, path: str, look: Look) -> None:
    assert faults_of(browser, address, path, look) == []


@pytest.mark.drill
@pytest.mark.parametrize(("path", "look"), WHOLE, ids=str)
def test_every_page_of_identity_is_sound_in_every_look(browser: Browser, address: str, path: str, look: Look) -> None:
    assert faults_of(browser, address, path, look) == []


def _place(page: Page) -> str:
    return page.locator(".place").inner_text()


def test_pairs_are_decided_by_keys_without_a_new_page(browser: Browser, own: Workspace) -> None:
    total, first = review(own).total, review(own).pairs[0]
    with served(own) as address, opened(browser, address, HOME) as seen:
        page = seen.page
        page.evaluate("window.same = true")
        page.keyboard.press("s")
        page.locator(f".place:text-is('Pair 2 of {total}')").wait_for()
        page.goto(f"{address}{HOME}", wait_until="networkidle")
        page.evaluate("window.same = true")
        page.keyboard.press("a")
        page.locator("#told .done").wait_for()
        assert page.evaluate("window.same") is True
        assert "Linked" in page.locator("#told").inner_text()
        assert _place(page) == f"Pair 1 of {review(own).total}"
        assert decisions(own)[0].pair == (first.left_id, first.right_id)
        assert violations(page) == []
        page.keyboard.press("u")
        page.locator("#told >> text=the pair waits again").wait_for()
        assert _place(page) == f"Pair 1 of {total}"
        page.keyboard.press("r")
        page.locator("#told >> text=Kept apart").wait_for()
        assert decisions(own)[0].verdict == "apart"
        page.fill("#why", "sara")  # keys that are typed decide nothing
        assert decisions(own)[0].verdict == "apart" and _place(page) == f"Pair 1 of {total - 1}"
        assert seen.complaints == []


def test_a_server_that_is_gone_is_told_and_nothing_is_lost(browser: Browser, address: str) -> None:
    with opened(browser, address, HOME) as seen:
        page = seen.page
        before = _place(page)
        page.route("**/decide*", lambda route: route.abort())
        page.keyboard.press("a")
        page.locator("#trouble:not([hidden])").wait_for(timeout=3000)
        assert _place(page) == before


def test_without_scripts_a_pair_is_decided_too(browser: Browser, own: Workspace) -> None:
    with served(own) as address, browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}{HOME}")
        page.locator("button[value=apart]").click()
        expect(page.locator("#told .done")).to_have_count(1)
        page.locator("[data-key=u]").click()
        expect(page.locator("#told .done")).to_contain_text("the pair waits again")
        assert not any(each.stands for each in decisions(own) if each.why != "brothers")


def test_a_customer_is_split_by_keyboard_alone(browser: Browser, own: Workspace) -> None:
    with served(own) as address, opened(browser, address, "/customers/c1/identity") as seen:
        page = seen.page
        page.locator("input[value=c3]").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.wait_for_url("**/identity/split?record=c3")
        page.locator("#why").focus()
        page.keyboard.type("somebody else")
        page.keyboard.press("Enter")
        page.wait_for_url("**/customers/c1/identity")
        assert "somebody else" in page.locator(".past").inner_text()
        assert decisions(own)[0].why == "somebody else"
        assert seen.complaints == []
