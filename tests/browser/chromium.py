"""Chromium as the browser tests use it, and what they ask of a page."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

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


def program() -> str | None:
    """The path of Chromium, where it is installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=list(FLAGS))
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
def opened(browser: Browser, address: str, path: str, look: Look = Look()) -> Iterator[Seen]:
    """A page as a new visitor sees it, once it has drawn everything."""
    context = browser.new_context(viewport={"width": look.width, "height": HEIGHT}, reduced_motion="reduce")
    cookies = {"lang": look.language, "theme": look.theme}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    with context:
        seen = _watched(context)
        seen.page.goto(f"{address}{path}", wait_until="networkidle")
        if seen.page.query_selector("[data-chart]"):
            seen.page.wait_for_selector("html[data-drawn]")
        yield seen


def _watched(context: BrowserContext) -> Seen:
    page = context.new_page()
    seen = Seen(page)
    page.on("console", lambda message: seen.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("requestfinished", lambda request: _weigh(seen, request.sizes()))
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation',"
        " e => console.error('CSP', e.violatedDirective, e.blockedURI, e.sample))"
    )
    return seen


def _weigh(seen: Seen, sizes: Any) -> None:
    seen.bytes += sizes["responseBodySize"] + sizes["responseHeadersSize"]


def violations(page: Page) -> list[str]:
    """What axe finds wrong, a line each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [
        f"{each['id']}: {each['help']} — {node['html'][:120]} {node.get('failureSummary', '')[:200]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
