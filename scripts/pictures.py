"""Pictures: the portrait page in both languages, as the readmes show it, of the journey that `make demo` builds."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from portraits.app.customers import customers
from portraits.app.demo import demo
from portraits.app.runs import runs
from portraits.engine.workspace import Workspace
from tests.browser.chromium import Look, chromium, opened, program, served

ROOT = Path(__file__).parents[1]
JOURNEY = ROOT / "portraits-demo" / "journey"
IMAGES = ROOT / "docs" / "images"
HEIGHT = 1100


def take(workspace: Workspace, images: Path) -> list[Path]:
    """One picture a language: the upper part of the portrait of a good customer."""
    images.mkdir(parents=True, exist_ok=True)
    person = customers(workspace, sort="-spend_365d", size=12).rows[-1].person.customer_id
    taken = []
    with served(workspace) as address, chromium() as browser:
        for look in (Look("en"), Look("zh")):
            with opened(browser, address, f"/customers/{person}", look) as seen:
                seen.page.set_viewport_size({"width": look.width, "height": HEIGHT})
                seen.page.wait_for_timeout(500)
                taken.append(images / f"portrait-{look.language}.png")
                seen.page.screenshot(path=taken[-1])
    return taken


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
