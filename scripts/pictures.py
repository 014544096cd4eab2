"""Pictures: four pages in both languages, as the readmes show them, of the journey that `make demo` builds."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from portraits.app.customers.customers import customers
from portraits.app.demo import demo
from portraits.app.runs.runs import runs
from portraits.engine.workspace import Workspace
from tests.browser.chromium import Look, chromium, opened, program, served

ROOT = Path(__file__).parents[1]
JOURNEY = ROOT / "portraits-demo" / "journey"
IMAGES = ROOT / "docs" / "images"
HEIGHT = 1100


def take(workspace: Workspace, images: Path) -> list[Path]:
    """The upper part of four pages in each language."""
    images.mkdir(parents=True, exist_ok=True)
    taken = []
    with served(workspace) as address, chromium() as browser:
        for language in ("en", "zh"):
            for name, path in _pages(workspace).items():
                look = Look(language)
                with opened(browser, address, path, look) as seen:
                    seen.page.set_viewport_size({"width": look.width, "height": HEIGHT})
                    seen.page.wait_for_timeout(800)
                    taken.append(images / f"{name}-{language}.png")
                    seen.page.screenshot(path=taken[-1])
    return taken


def _pages(workspace: Workspace) -> dict[str, str]:
    """The name of each picture and the page it is of; the portrait is that of a good customer."""
    person = customers(workspace, sort="-spend_365d", size=12).rows[-1].person.customer_id
    rule = quote("recency_days > 30 and orders_365d >= 12")
    return {
        "portrait": f"/customers/{person}",
        "audience": f"/audiences/new?rule={rule}",
        "segments": "/segments/rfm",
        "tag": "/tags/recency_days",
    }


def main() -> int:
    """Build the journey where it is not there, and take the pictures."""
    if program() is None:
        print("Pictures need Chromium: make system", file=sys.stderr)
        return 1
    workspace = Workspace(JOURNEY)
    if not runs(workspace):
        demo(JOURNEY, "journey", 0, "en", now=datetime.now(UTC))
    for picture in take(workspace, IMAGES):
        print(picture.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
