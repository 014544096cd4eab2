"""Chromium as the browser tests use it, and what they ask of a page."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import uvicorn
from playwright.sync_api import Browser, Page, Request, sync_playwright

from portraits.engine.workspace import Workspace
from portraits.web.site import site

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HEIGHT = 900
TELLS_ON_CSP = (
    "document.addEventListener('securitypolicyviolation',"
    " e => console.error('CSP', e.violatedDirective, e.blockedURI, e.sample))"
)
QUIET = 0.12  # seconds without a request, after which a page is taken to have drawn itself
PATIENCE = 30.0  # seconds that a page may take for it
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

Language = Literal["zh", "en"]
Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    language: Language = "en"
    theme: Theme = "light"
    width: int = 1440

    def __str__(self) -> str:
        return f"{self.language}-{self.theme}-{self.width}"


LOOKS = tuple(
    Look(language, theme, width) for language in ("zh", "en") for theme in ("light", "dark") for width in (1440, 390)
)


@dataclass
class Seen:
    """What a page did while it was open."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    bytes: int = 0
    asking: int = 0  # requests that have no answer yet
    since: float = 0.0  # when the last of them began or ended


def program() -> str | None:
    """The path of Chromium, where it is installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with a page open: what was once loaded need not be read again for the next."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=list(FLAGS))
        browser.new_context(reduced_motion="reduce").new_page()
        yield browser
        browser.close()


@contextmanager
def served(workspace: Workspace) -> Iterator[str]:
    """The address of a workspace's site, served by a thread."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(site(workspace), host="127.0.0.1", port=port, log_level="error", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@contextmanager
def opened(browser: Browser, address: str, path: str, look: Look = Look(), *, newcomer: bool = False) -> Iterator[Seen]:
    """A page once it has drawn everything, for somebody of whom nothing is remembered.

    A `newcomer` has loaded nothing before either, which takes the browser three times as long.
    """
    context = browser.new_context(reduced_motion="reduce") if newcomer else browser.contexts[0]
    cookies = {"lang": look.language, "theme": look.theme}
    context.clear_cookies()
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    with context.new_page() as page, context if newcomer else nullcontext():
        page.set_viewport_size({"width": look.width, "height": HEIGHT})
        seen = _watched(page)
        page.goto(f"{address}{path}", wait_until="load")
        settled(seen)
        if page.query_selector("[data-chart]"):
            page.wait_for_selector("html[data-drawn]")
        yield seen


def _watched(page: Page) -> Seen:
    seen = Seen(page)
    page.on("console", lambda message: seen.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("request", lambda request: _asked(seen, request.url))
    page.on("requestfinished", lambda request: _answered(seen, _weight(request)))
    page.on("requestfailed", lambda _: _answered(seen))
    page.add_init_script(TELLS_ON_CSP)
    return seen


def _asked(seen: Seen, url: str) -> None:
    seen.requests.append(url)
    seen.asking += 1
    seen.since = time.monotonic()


def _answered(seen: Seen, weight: int = 0) -> None:
    seen.bytes += weight
    seen.asking -= 1
    seen.since = time.monotonic()


def _weight(request: Request) -> int:
    sizes = request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]


def settled(seen: Seen) -> None:
    """Wait until a page has asked for nothing for a while; what Chromium calls idle takes four times as long."""
    deadline = time.monotonic() + PATIENCE
    while (seen.asking > 0 or time.monotonic() - seen.since < QUIET) and time.monotonic() < deadline:
        seen.page.wait_for_timeout(20)


def violations(page: Page) -> list[str]:
    """What axe finds wrong, a line each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    # What is right would be a megabyte on its way here.
    asked = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(found => found.violations)"
    return [
        f"{each['id']}: {each['help']} — {node['html'][:120]} {node.get('failureSummary', '')[:200]}"
        for each in page.evaluate(asked, RULES)
        for node in each["nodes"]
    ]
