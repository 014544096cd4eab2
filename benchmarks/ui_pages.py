"""The pages' figures: clean in every look, accessible, light, safe from hostile texts, whole in both languages."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.figure import Measured, Unmeasured, figure

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from portraits.engine.workspace import Workspace
    from tests.browser.walk import Walked

MOST_REQUESTS = 8
PORTRAITS = 40  # requests whose processor time is measured
HAN = re.compile(r"[\u4e00-\u9fff]")


@figure(
    "ui-routes-clean",
    bound="= 0",
    unit="faults",
    topic="pages",
    issue=3,
    en="All pages x two languages x two themes x two widths: errors, requests to other origins, sideways scroll",
    zh="全部页面 × 两种语言 × 两种主题 × 两种宽度：报错、外部请求与横向滚动的次数",
)
def measure_routes() -> Measured:
    """What was unclean on a walk through all pages in all looks."""
    walked = _walked()
    return Measured(len(walked.faults), {"visits": walked.visits, "faults": walked.faults[:5]})


@figure(
    "ui-axe",
    bound="= 0",
    unit="violations",
    topic="pages",
    issue=3,
    en="axe (WCAG 2.2 AA and best practice) on all pages in all looks",
    zh="全部页面在各种外观下的 axe 检查（WCAG 2.2 AA 与最佳实践）违规数",
)
def measure_axe() -> Measured:
    """What axe found on a walk through all pages in all looks."""
    from tests.browser.chromium import AXE

    if not AXE.is_file():
        raise Unmeasured("There is no axe-core.", "Run: npm ci --ignore-scripts")
    walked = _walked()
    return Measured(len(walked.violations), {"visits": walked.visits, "violations": walked.violations[:5]})


def _walked() -> Walked:
    from tests.browser.walk import walk, walking
    from tests.browser.world import world

    _need_chromium()
    with tempfile.TemporaryDirectory() as folder, walking(world(Path(folder) / "shop")) as (browser, address, paths):
        return walk(browser, address, paths)


def _need_chromium() -> None:
    from tests.browser.chromium import program

    if program() is None:
        raise Unmeasured("There is no Chromium.", "Run: make system")


@figure(
    "ui-portrait-weight",
    bound="<= 450",
    unit="KB",
    topic="pages",
    issue=3,
    en="A portrait of the journey for who comes first: bytes over the wire, in at most 8 requests",
    zh="首次打开一份旅程数据画像的传输量（请求数不超过 8）",
)
def measure_weight() -> Measured:
    """Kilobytes of a cold portrait; not a number where it took more requests than are allowed."""
    from tests.browser.chromium import chromium, opened, served

    _need_chromium()
    with (
        _journey() as workspace,
        served(workspace) as address,
        chromium() as browser,
        opened(browser, address, f"/customers/{_good(workspace)[0]}", newcomer=True) as seen,
    ):
        light = len(seen.requests) <= MOST_REQUESTS
        return Measured(seen.bytes / 1024 if light else float("nan"), {"requests": len(seen.requests)})


@figure(
    "ui-portrait-cpu",
    bound="<= 60",
    unit="CPU ms",
    topic="pages",
    issue=3,
    en="Processor time of the server for one portrait of the journey (mean of 40 customers, warm)",
    zh="服务器生成一份旅程数据画像的处理器时间（40 位客户的均值，已预热）",
)
def measure_cpu() -> Measured:
    """Processor milliseconds a portrait request, user and system, of all threads."""
    from starlette.testclient import TestClient

    from portraits.web.site import site

    with _journey() as workspace, TestClient(site(workspace), base_url="http://127.0.0.1") as client:
        people = _good(workspace)
        for each in people[:5]:
            client.get(f"/customers/{each}").raise_for_status()
        started = time.process_time()
        for each in people:
            client.get(f"/customers/{each}").raise_for_status()
        spent = time.process_time() - started
        return Measured(1000 * spent / len(people), {"requests": len(people)})


def _good(workspace: Workspace) -> list[str]:
    from portraits.app.customers.customers import customers

    rows = customers(workspace, sort="-spend_365d", size=PORTRAITS).rows
    return [row.person.customer_id for row in rows]


@contextmanager
def _journey() -> Iterator[Workspace]:
    from benchmarks.demo import demo_summary
    from portraits.engine.workspace import Workspace

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "journey"
        demo_summary(place, "journey")
        yield Workspace(place)


@figure(
    "ui-hostile-names",
    bound="= 0",
    unit="faults",
    topic="pages",
    issue=3,
    en="Names, categories, stores, channels and feedback full of scripts, quotes, RTL, emoji, 200 letters: what broke",
    zh="姓名、品类、门店、渠道与反馈中充满脚本、引号、从右到左文字、表情与超长文本时出现的问题数",
)
def measure_hostile() -> Measured:
    """Scripts that ran, complaints and pages that grew too wide, at phone width."""
    from tests.browser.chromium import Look, chromium, opened, served
    from tests.browser.walk import unclean
    from tests.faces.texts import HOSTILE, company_of

    _need_chromium()
    faults: list[str] = []
    look, paths = Look("zh", "light", 390), list(_of_people(len(HOSTILE)))
    with (
        tempfile.TemporaryDirectory() as folder,
        served(company_of(Path(folder), HOSTILE)) as address,
        chromium() as browser,
    ):
        for path in paths:
            with opened(browser, address, path, look) as seen:
                faults += [f"{path}: {each}" for each in unclean(seen, address, look)]
                if seen.page.evaluate("window.hit") is not None:
                    faults.append(f"{path}: a script ran")
    return Measured(len(faults), {"texts": len(HOSTILE), "pages": len(paths), "faults": faults[:5]})


def _of_people(customers: int) -> Iterator[str]:
    yield from ("/", "/customers", "/search?q=C", "/tags/favourite_category", "/audiences/new/members")
    for number in range(1, customers + 1):
        yield f"/customers/C{number:04}"
    for part in ("timeline", "tags", "history", "audiences", "sources", "why/gender", "why/favourite_category"):
        yield f"/customers/C0001/{part}"


@figure(
    "ui-server-kill",
    bound="<= 10",
    unit="s",
    topic="pages",
    issue=3,
    en="Server killed while an audience is edited: seconds to recover after it is back (told within 3 s, input kept)",
    zh="编辑人群时服务器被强行终止：恢复服务后页面自愈的秒数（3 秒内提示、输入不丢）",
)
def measure_kill() -> Measured:
    """Seconds until the page counts again; not a number where it told too late or lost what was typed."""
    from playwright.sync_api import expect

    from tests.browser.chromium import chromium
    from tests.faces.company import company

    _need_chromium()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        workspace, port = company(Path(folder)), _free_port()
        page = browser.new_page()
        with _serving(workspace, port):
            page.goto(f"http://127.0.0.1:{port}/audiences/new")
            page.wait_for_selector("html[data-drawn]")
            page.locator("textarea").fill("orders_365d >= 3")
            expect(page.locator(".result[aria-busy=false]")).to_have_count(1)
        page.locator("textarea").fill("orders_365d >= 30")
        told = _seconds(lambda: expect(page.locator(".lost")).to_be_visible(timeout=20_000))
        kept = page.locator("textarea").input_value() == "orders_365d >= 30"
        with _serving(workspace, port):
            back = _seconds(lambda: _recovered(page))
            kept = kept and page.locator("textarea").input_value() == "orders_365d >= 30"
    return Measured(back if kept and told <= 3 else float("nan"), {"told after": round(told, 2), "input kept": kept})


def _recovered(page: Page) -> None:
    from playwright.sync_api import expect

    expect(page.locator(".lost")).to_have_count(0, timeout=30_000)
    expect(page.locator(".result[aria-busy=false]")).to_have_count(1, timeout=30_000)


def _seconds(wait: Callable[[], Any]) -> float:
    started = time.monotonic()
    wait()
    return time.monotonic() - started


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def _serving(workspace: Workspace, port: int) -> Iterator[None]:
    """The program as a person starts it; killed at the end of the block."""
    command = [sys.executable, "-m", "portraits", "serve", "-w", str(workspace.folder), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not _answers(port):
            time.sleep(0.05)
        yield
    finally:
        os.kill(server.pid, signal.SIGKILL)
        server.wait()


def _answers(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@figure(
    "words-complete",
    bound="= 0",
    unit="faults",
    topic="pages",
    issue=3,
    en="Words missing in a language, Chinese on English pages, texts written into templates",
    zh="某种语言缺失的文字、英文页面上的中文、写死在模板中的文字数",
)
def measure_words() -> Measured:
    """Texts that one of the languages lacks, or that stand outside of the words."""
    from tests.faces.test_words import stems, texts_in_templates

    lacking = sorted(stems("en") ^ stems("zh"))
    written = list(texts_in_templates())
    with tempfile.TemporaryDirectory() as folder:
        foreign = list(_han_on_english_pages(Path(folder)))
    found = {"lacking": lacking[:5], "written into templates": written[:5], "Chinese on English pages": foreign[:5]}
    return Measured(len(lacking) + len(written) + len(foreign), found)


def _han_on_english_pages(folder: Path) -> Iterator[str]:
    """Pages in English of a company whose data is Latin, that hold Chinese nonetheless."""
    from starlette.testclient import TestClient

    from portraits.web.site import site
    from tests.browser.world import latin, pages

    workspace = latin(folder / "shop")
    with TestClient(site(workspace), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        for path in pages(workspace):
            yield from (f"{path}: {each}" for each in han(client.get(path, headers={"Cookie": "lang=en"}).text))


def han(page: str) -> Iterator[str]:
    """The Chinese that a person reads on a page, apart from what is marked as such and from definitions as written."""
    page = re.sub(
        r'<(script|svg|head|pre|textarea)\b.*?</\1>|<a [^>]*lang="zh-CN"[^>]*>中文</a>', " ", page, flags=re.DOTALL
    )
    plain = re.sub(r'<[^>]*lang="zh-CN"[^>]*>', " ", page)
    texts = [*re.split(r"<[^>]*>", page), *re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', plain)]
    yield from (unescape(text).strip()[:80] for text in texts if HAN.search(unescape(text)))
