"""What tests in a browser share: one Chromium a file, and the small company at an address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from portraits.engine.workspace import Workspace
from tests.browser.chromium import chromium, served
from tests.faces.company import company


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def address(shop: Workspace) -> Iterator[str]:
    with served(shop) as address:
        yield address
