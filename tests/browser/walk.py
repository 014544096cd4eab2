"""The walk: every page in every look, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser

from portraits.engine.workspace import Workspace
from tests.browser.chromium import LOOKS, Look, Seen, chromium, opened, served, violations
from tests.browser.world import pages

WIDE = 1024  # from this width on tables are tables; below it their rows may be cards
# A style meant for something else may take a row out of its table.
_BROKEN_ROWS = """[...document.querySelectorAll("tr")]
    .filter(row => !["table-row", "none"].includes(getComputedStyle(row).display))
    .map(row => row.outerHTML.slice(0, 120))"""


@dataclass
class Walked:
    """What came of a walk: how many pages were seen, what was unclean, what axe found."""

    visits: int = 0
    faults: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)


def walk(browser: Browser, address: str, paths: Iterable[str], looks: Iterable[Look] = LOOKS) -> Walked:
    """Open each page in each look."""
    walked = Walked()
    paths = list(paths)
    for look in looks:
        for path in paths:
            _visit(walked, browser, address, path, look)
    return walked


def _visit(walked: Walked, browser: Browser, address: str, path: str, look: Look) -> None:
    with opened(browser, address, path, look) as seen:
        walked.visits += 1
        walked.faults += [f"{path} {look}: {each}" for each in unclean(seen, address, look)]
        walked.violations += [f"{path} {look}: {each}" for each in violations(seen.page)]


def faults_of(browser: Browser, address: str, path: str, look: Look, status: int = 200) -> list[str]:
    """What is wrong with one page in one look; the browser itself complains of its status, where that is an error."""
    walked = Walked()
    _visit(walked, browser, address, path, look)
    return [each for each in walked.faults if f"status of {status}" not in each] + walked.violations


def unclean(seen: Seen, address: str, look: Look) -> Iterator[str]:
    """Complaints of the browser, requests to somewhere else, a page wider than the screen, another look, no table."""
    yield from seen.complaints  # a status of an error is one of them
    yield from (f"asks {url}" for url in seen.requests if not url.startswith((f"{address}/", "blob:", "data:")))
    width = seen.page.evaluate("document.documentElement.scrollWidth")
    if width != look.width:
        yield f"is {width} wide"
    language = seen.page.evaluate("document.documentElement.lang")
    if language != {"zh": "zh-CN", "en": "en"}[look.language]:
        yield f"speaks {language}"
    theme = seen.page.evaluate("getComputedStyle(document.documentElement).colorScheme")
    if theme != look.theme:
        yield f"is {theme}"
    if look.width >= WIDE:
        yield from (f"has a row that is none: {row}" for row in seen.page.evaluate(_BROKEN_ROWS))


@contextmanager
def walking(workspace: Workspace) -> Iterator[tuple[Browser, str, list[str]]]:
    """A browser, the address of the site, and the paths of all its pages."""
    with served(workspace) as address, chromium() as browser:
        yield browser, address, pages(workspace)
