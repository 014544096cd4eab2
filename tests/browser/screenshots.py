"""Takes a picture of every page in every look: `python -m tests.browser.screenshots [WORKSPACE]`.

The pictures go to `screenshots/` for people to look at; without a workspace they show a small
company made up for it.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from portraits.app.customers import customers
from portraits.engine.workspace import Workspace
from tests.browser.chromium import LOOKS, ROOT, chromium, opened, served
from tests.faces.company import company

PLACE = ROOT / "screenshots"
WHYS = ("orders_365d", "lifecycle", "rfm_r", "favourite_category")


def take(workspace: Workspace) -> None:
    """Take all pictures of a workspace."""
    PLACE.mkdir(exist_ok=True)
    rows = customers(workspace, sort="-spend_365d", size=2).rows
    person = rows[-1].person.customer_id
    paths = ["/customers", "/customers?rule=recncy_days+%3E+3", "/customers?search=zzzz", "/api", "/nothing"]
    paths += [f"/customers/{person}", *(f"/customers/{person}/why/{tag}" for tag in WHYS)]
    with served(workspace) as address, chromium() as browser:
        for path in paths:
            for look in LOOKS:
                name = re.sub(r"\W+", "-", path).strip("-")
                with opened(browser, address, path, look) as seen:
                    seen.page.screenshot(path=PLACE / f"{name}-{look}.png", full_page=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        take(Workspace(Path(sys.argv[1])))
    else:
        with tempfile.TemporaryDirectory() as folder:
            take(company(Path(folder)))
    print(f"{len(list(PLACE.glob('*.png')))} pictures in {PLACE}")
