"""Takes a picture of every page in every look: `python -m tests.browser.screenshots [WORKSPACE]`.

The pictures go to `screenshots/` for people to look at; without a workspace they show the corner
shop, made for it.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from portraits.engine.workspace import Workspace
from tests.browser.chromium import LOOKS, ROOT, chromium, opened, served
from tests.browser.world import pages, world

PLACE = ROOT / "screenshots"
STATES = ("/customers?rule=recncy_days+%3E+3", "/customers?search=zzzz", "/search?q=zzzz", "/nothing")


def take(workspace: Workspace) -> None:
    """Take all pictures of a workspace."""
    PLACE.mkdir(exist_ok=True)
    with served(workspace) as address, chromium() as browser:
        for path in (*pages(workspace), *STATES):
            for look in LOOKS:
                name = re.sub(r"\W+", "-", path).strip("-") or "today"
                with opened(browser, address, path, look) as seen:
                    seen.page.screenshot(path=PLACE / f"{name}-{look}.png", full_page=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        take(Workspace(Path(sys.argv[1])))
    else:
        with tempfile.TemporaryDirectory() as folder:
            take(world(Path(folder) / "shop"))
    print(f"{len(list(PLACE.glob('*.png')))} pictures in {PLACE}")
