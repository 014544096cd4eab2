"""The pages of matching in a browser: sound in every look, saved as pictures and tables, and without scripts."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from portraits.app.identity.likeness import review
from portraits.app.identity.models import models
from portraits.engine.workspace import Workspace
from tests.app.duplicates import ASK, AT_HOME, ODD, UNSURE, stocked
from tests.browser.chromium import LOOKS, Look, opened, served
from tests.browser.marks import IN_BROWSER, WITH_AXE
from tests.browser.walk import faults_of

pytestmark = [*IN_BROWSER, WITH_AXE]

HOME = "/data/identity"
ROUTES = (
    f"{HOME}/households",
    f"{HOME}/repairs",
    f"{HOME}/repairs/email/domain",
    f"{HOME}/models",
    "/customers/c5/identity",
)
QUICK = [
    (f"{HOME}/households", Look("zh", "light", 390)),
    (f"{HOME}/repairs", Look("en", "dark", 390)),
    (f"{HOME}/models", Look("zh", "dark", 1440)),
    (f"{HOME}/models", Look("en", "light", 390)),
    ("/customers/c5/identity", Look("en", "light", 1440)),
]
RECORDS = (*AT_HOME, *UNSURE[len(AT_HOME) : -1], *ODD)
WHOLE = [(path, look) for path in ROUTES for look in LOOKS if (path, look) not in QUICK]


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return stocked(tmp_path_factory.mktemp("matched"), RECORDS, ASK)


@pytest.fixture(scope="module")
def address(matched: Workspace) -> Iterator[str]:
    with served(matched) as address:
        yield address


@pytest.mark.parametrize(("path", "look"), QUICK, ids=str)
def test_a_page_of_matching_is_sound_in_a_look(browser: Browser, address: str, path: str, look: Look) -> None:
    assert faults_of(browser, address, path, look) == []


@pytest.mark.drill
@pytest.mark.parametrize(("path", "look"), WHOLE, ids=str)
def test_every_page_of_matching_is_sound_in_every_look(browser: Browser, address: str, path: str, look: Look) -> None:
    assert faults_of(browser, address, path, look) == []


def _saved(page: Page, chart: str, kind: str) -> Path:
    with page.expect_download() as download:
        page.click(f"[data-tools={chart}] [data-save={kind}]")
    assert download.value.suggested_filename == f"{chart}.{kind}"
    return Path(download.value.path())


def _rows(page: Page, chart: str) -> list[list[str]]:
    with _saved(page, chart, "csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize(
    ("path", "chart"),
    [("households", "household-sizes"), ("repairs", "repairs"), ("models", "weights-person")],
)
def test_a_chart_of_matching_is_saved_as_a_picture_and_as_its_table(
    browser: Browser, address: str, path: str, chart: str
) -> None:
    with opened(browser, address, f"{HOME}/{path}") as seen:
        wanted = seen.page.evaluate("JSON.parse(document.getElementById('charts').textContent)")[chart]["table"]
        assert [[each.removeprefix("'") for each in row] for row in _rows(seen.page, chart)] == wanted
        assert _saved(seen.page, chart, "png").read_bytes().startswith(b"\x89PNG")
        assert seen.complaints == []


# The colours of a picture that stand where the page has bars: as many as there are colours of bars.
_PAINTED = """async () => {
    const { picture } = await import('/static/cells.js');
    const table = document.querySelector('.waterfall');
    const canvas = picture(table, 'rgb(1, 2, 3)');
    const whole = table.getBoundingClientRect();
    return [...table.querySelectorAll('rect')].map((bar) => {
        const { left, top, width, height } = bar.getBoundingClientRect();
        const [x, y] = [(left - whole.left + width / 2) * 2, (top - whole.top + height / 2) * 2];
        const [r, g, b] = canvas.getContext('2d').getImageData(x, y, 1, 1).data;
        return [`rgb(${r}, ${g}, ${b})`, getComputedStyle(bar).fill];
    });
}"""


def test_the_picture_of_a_waterfall_holds_its_bars(browser: Browser, address: str) -> None:
    with opened(browser, address, HOME) as seen:
        painted = seen.page.evaluate(_PAINTED)
        assert len(painted) > 2 and all(drawn == bar for drawn, bar in painted)


def test_the_waterfall_of_the_pair_that_is_shown_is_saved(browser: Browser, matched: Workspace, address: str) -> None:
    with opened(browser, address, HOME) as seen:
        page, tables = seen.page, [_rows(seen.page, "why-pair")]
        assert tables[0][0] == ["Compared", "Agreement", "Odds", "Weight"]
        for place in range(2, review(matched).total + 1):
            page.keyboard.press("s")
            page.locator(f".place:has-text('Pair {place} ')").wait_for()
            shown = page.locator(".waterfall tbody tr").evaluate_all("all => all.map(row => row.cells[3].innerText)")
            tables.append(_rows(page, "why-pair"))
            assert [row[3] for row in tables[-1][1:]] == [weight.strip().removeprefix("+") for weight in shown]
        assert len({str(each) for each in tables}) > 1
        assert _saved(page, "why-pair", "png").read_bytes().startswith(b"\x89PNG")
        assert seen.complaints == []


def test_without_scripts_cleaning_leads_to_examples_and_learning_is_asked_for(browser: Browser, tmp_path: Path) -> None:
    own = stocked(tmp_path / "own", RECORDS, ASK)
    with served(own) as address, browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}{HOME}/repairs?lang=en")
        assert page.locator("[data-tools]").is_hidden()
        page.click("text=Mistyped mail domain put right")
        expect(page.locator("main")).to_contain_text("l***@gmail.com")
        page.goto(f"{address}{HOME}/models")
        page.click("text=Data table >> nth=0")
        assert page.locator(".levels >> nth=0").is_visible()
        page.click("button:has-text('Learn anew')")
        expect(page.locator(".note")).to_contain_text("The next build learns anew")
        assert page.url == f"{address}{HOME}/models"
        assert models(own).asked
