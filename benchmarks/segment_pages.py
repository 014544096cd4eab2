"""Segment pages: the number in each cell of the RFM grid is that of the audience its links open."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from benchmarks.demo import demo_summary
from benchmarks.figure import Measured, figure

if TYPE_CHECKING:
    from starlette.testclient import TestClient

CELLS = 25
EXAMPLES = ("journey", "corner_shop")
AGAINST = ("f", "m", "fm")
_LISTED = re.compile(r"<b>([\d,]+) customers?</b>")
_CELL = re.compile(r'<a class="in" href="([^"]+)"[^>]*><b>([^<]+)</b>.*?<a class="build" href="([^"]+)"', re.DOTALL)


@figure(
    "ui-rfm-cells-25",
    bound="= 25",
    unit="cells",
    topic="pages",
    issue=3,
    en="Cells of the RFM grid that show the count of the audience they open, the fewest of all grids of both examples",
    zh="RFM 矩阵中所示人数与其打开的人群人数一致的单元格（取两个示例各矩阵中的最小值）",
)
def measure_cells() -> Measured:
    """How many of the 25 cells agree, in the grid where the fewest do."""
    found: dict[str, int] = {}
    for example in EXAMPLES:
        with tempfile.TemporaryDirectory() as folder:
            demo_summary(Path(folder) / "demo", example)
            found |= {f"{example}, R against {name}": n for name, n in _grids(Path(folder) / "demo")}
    return Measured(min(found.values()), found)


def _grids(folder: Path) -> Iterator[tuple[str, int]]:
    """Each grid of a workspace and its cells that agree."""
    from starlette.testclient import TestClient

    from portraits.engine.workspace import Workspace
    from portraits.web.site import site

    with TestClient(site(Workspace(folder)), base_url="http://127.0.0.1") as client:
        for against in AGAINST:
            cells = _CELL.findall(client.get(f"/segments/rfm?against={against}").text)
            yield against.upper(), sum(_agrees(client, *cell) for cell in cells) if len(cells) == CELLS else 0


def _agrees(client: TestClient, customers: str, shown: str, audience: str) -> bool:
    """Whether the list that a cell opens, and the audience it makes, have as many customers as it shows."""
    return _listed(client, unescape(customers)) == _counted(client, unescape(audience)) == int(shown.replace(",", ""))


def _listed(client: TestClient, href: str) -> int:
    found = _LISTED.search(client.get(f"{href}&lang=en").text)
    return int(found[1].replace(",", "")) if found else -1


def _counted(client: TestClient, href: str) -> int:
    rule = parse_qs(urlsplit(href).query)["rule"][0]
    answer: dict[str, Any] = json.loads(client.post("/api/audiences/count", json={"rule": rule}).text)
    return int(answer["n"])
