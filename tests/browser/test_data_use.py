"""The pages of data in a browser: every step sound in every look, errors while somebody types, a whole import."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from portraits.app.data import forms
from portraits.app.data.importing import carry_out
from portraits.app.data.sources import load
from portraits.engine.workspace import Workspace
from tests.app.data.test_forms import SURVEY, VISIT
from tests.app.uploaded import NOW, members, orders, packed, prepared, sent, shop
from tests.browser.chromium import LOOKS, Look, opened, served, violations
from tests.browser.marks import IN_BROWSER, WITH_AXE
from tests.browser.walk import faults_of

pytestmark = [*IN_BROWSER, WITH_AXE]

BAD = "ticket,member,sold,paid\nA1,M01,2026-04-01 10:00:00,dear\nA2,M02,2026-04-02 10:00:00,5\n"
STEPS = ("header", "columns", "values", "check", "review")
ROUTES = (
    "/data",
    "/data/sources/till",
    "/data/batches",
    "/data/batches/2",
    "/data/import",
    "/data/import/2/sheet",
    *(f"/data/import/1/{step}" for step in STEPS),
    "/data/import/3",
    "/data/mappings/till",
    "/data/forms",
    "/data/forms/visit",
    "/f/visit-token",
    "/f/survey-token",
    "/f/survey-token/thanks",
)
QUICK = [
    ("/data", Look("en", "dark", 390)),
    ("/data/batches/2", Look("zh", "light", 390)),
    ("/data/import/1/columns", Look("zh", "light", 390)),
    ("/data/import/1/check", Look("en", "dark", 1440)),
    ("/data/forms/visit", Look("en", "light", 390)),
    ("/f/visit-token", Look("zh", "dark", 390)),
]
WHOLE = [(path, look) for path in ROUTES for look in LOOKS if (path, look) not in QUICK]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A shop with rejected rows, an import at its last step, one of several files, one done, and two forms."""
    made = shop(tmp_path_factory.mktemp("data"))
    (made.folder / "till" / "april.csv").write_text(BAD, encoding="utf-8")
    load(made, actor="ann", now=NOW)
    prepared(made, sent(made, "members.csv", members().encode("gb18030")))
    sent(made, "all.zip", packed(members=members(), orders=orders(20)))
    carry_out(made, prepared(made, sent(made, "may.csv", orders(30).encode())).id, actor="ann", now=NOW)
    forms.allow_forms(made, actor="ann", now=NOW)
    for name, block in (("visit", VISIT), ("survey", SURVEY)):
        forms.save_form(made, name, {**block, "token": f"{name}-token"}, actor="ann", now=NOW)
    return made


@pytest.fixture(scope="module")
def address(workspace: Workspace) -> Iterator[str]:
    with served(workspace) as address:
        yield address


@pytest.mark.parametrize(("path", "look"), QUICK, ids=str)
def test_a_page_of_data_is_sound_in_a_look(browser: Browser, address: str, path: str, look: Look) -> None:
    assert faults_of(browser, address, path, look) == []


@pytest.mark.drill
@pytest.mark.parametrize(("path", "look"), WHOLE, ids=str)
def test_every_page_of_data_is_sound_in_every_look(browser: Browser, address: str, path: str, look: Look) -> None:
    assert faults_of(browser, address, path, look) == []


def test_a_wrong_expression_is_told_while_it_is_typed_and_samples_follow(browser: Browser, address: str) -> None:
    with opened(browser, address, "/data/mappings/till") as seen:
        page = seen.page
        row = page.locator('tr[data-column="amount"]')
        page.fill("#expression-amount", "piad * 2")
        row.locator(".fault:not([hidden])").wait_for()
        assert "Did you mean paid?" in row.locator(".fault").inner_text()
        assert violations(page) == []
        for text in ("paid * 2", "paid * 3", "paid * 4"):
            page.fill("#expression-amount", text)
        row.locator(".sample >> text=6.00").wait_for()
        assert row.locator(".fault:not([hidden])").count() == 0
        assert seen.complaints == []


def test_an_expression_of_ones_own_has_its_field_where_it_is_asked_for(browser: Browser, address: str) -> None:
    with opened(browser, address, "/data/import/1/columns") as seen:
        page = seen.page
        own = page.locator('[name="expression.name"]')
        assert not own.is_visible()
        page.select_option("#from-name", "=")
        own.wait_for()
        own.fill("concat(姓名, '!')")
        page.locator('tr[data-column="name"] .sample >> text=王丁!').wait_for()


def test_a_server_that_is_gone_is_told_and_what_was_typed_stays(
    browser: Browser, workspace: Workspace, tmp_path: Path
) -> None:
    with served(workspace) as address, opened(browser, address, "/data/mappings/till") as seen:
        page = seen.page
        page.route("**/try*", lambda route: route.abort())
        page.fill("#expression-amount", "paid * 7")
        page.locator("[data-trouble]:not([hidden])").wait_for(timeout=3000)
        assert page.input_value("#expression-amount") == "paid * 7"


def test_a_file_is_imported_by_keyboard_alone(browser: Browser, address: str, tmp_path: Path) -> None:
    file = tmp_path / "june.csv"
    file.write_text(orders(12).replace("W", "J"), encoding="utf-8")
    with opened(browser, address, "/data/import") as seen:
        page = seen.page
        page.set_input_files("#file", file)
        for step in ("header", "columns", "values", "check", "review"):
            page.locator(".data form .button.first").last.focus()
            page.keyboard.press("Enter")
            page.wait_for_url(f"**/{step}")
            assert page.locator('[aria-current="step"]').count() == 1
        page.reload()
        assert page.input_value("#name") == "june"
        assert seen.complaints == []
