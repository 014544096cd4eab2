"""At contact: how long it takes to know who calls, among a million customers, over a real server."""

from __future__ import annotations

import http.client
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

from benchmarks.audience_pages import CUSTOMERS, served, shop
from benchmarks.figure import Measured, Unmeasured, figure

ASKED, WARM, SAMPLED, SEED = 600, 120, 300, 8
WAYS = ("phone", "phone written otherwise", "email", "wechat", "name", "phone and name")


@figure(
    "identify-p95-1m",
    bound="<= 30",
    unit="ms",
    topic="identity",
    en="Knowing who calls by phone, e-mail, WeChat or name, over the API, 1 M corner_shop customers: p95, warm",
    zh="通过接口按电话、邮箱、微信或姓名识别来客（corner_shop 100 万客户，已预热）：p95",
    issue=4,
)
def measure_identify(customers: int = CUSTOMERS) -> Measured:
    """Milliseconds until the answer is read, one client, the ways to ask in turn."""
    folder = shop(customers)
    asked = _asked(folder)
    with served(folder) as place:
        client = http.client.HTTPConnection(place, timeout=120)
        for _ in range(WARM):
            _identified(client, next(asked)[1])
        took: dict[str, list[float]] = {way: [] for way in WAYS}
        found = 0
        for _ in range(ASKED):
            way, question = next(asked)
            milliseconds, candidates = _identified(client, question)
            took[way].append(milliseconds)
            found += bool(candidates)
    every = [each for times in took.values() for each in times]
    slow = quantiles(every, n=20)[-1]
    details = {f"p95 ms by {way}": round(quantiles(times, n=20)[-1], 1) for way, times in took.items()}
    summary = {"p50 ms": round(median(every), 1), "slowest ms": round(max(every), 1), "asked": ASKED, "known": found}
    return Measured(round(slow, 1), {**summary, **details})


def _asked(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Questions about customers that there are, as people would put them, without end."""
    from portraits.app.reading import reading
    from portraits.engine.workspace import Workspace

    with reading(Workspace(folder)) as run:
        if "people_clean" not in run.columns:
            raise Unmeasured("The shop was built without matching.", f"Remove {folder} and measure again.")
        known = {
            field: [row[0] for row in run.rows(_sample(field))] for field in ("phone", "email", "wechat_id", "name")
        }
        both = run.rows(_sample("phone", "name"))
    chance = random.Random(SEED)
    while True:
        yield "phone", {"phone": chance.choice(known["phone"])}
        yield "phone written otherwise", {"phone": _otherwise(chance.choice(known["phone"]), chance)}
        yield "email", {"email": chance.choice(known["email"]).upper()}
        yield "wechat", {"wechat": chance.choice(known["wechat_id"])}
        yield "name", {"name": chance.choice(known["name"])}
        phone, name = chance.choice(both)
        yield "phone and name", {"phone": phone, "name": name}


def _sample(*columns: str) -> str:
    """SQL of some persons, always the same ones, who have all of the columns."""
    there = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    persons = f"SELECT {', '.join(columns)}, record_id FROM people WHERE kind = 'person' AND {there}"
    return f"SELECT {', '.join(columns)} FROM ({persons} ORDER BY hash(record_id) LIMIT {SAMPLED})"


def _otherwise(phone: str, chance: random.Random) -> str:
    """The same number as somebody else would write it."""
    digits = "".join(letter for letter in phone if letter.isdigit())[-11:]
    return chance.choice(("+86 {0}", "86-{0}", "{1} {2} {3}", "{1}-{2}-{3}")).format(
        digits, digits[:3], digits[3:7], digits[7:]
    )


def _identified(client: http.client.HTTPConnection, question: dict[str, str]) -> tuple[float, int]:
    """Milliseconds until the answer is read, and how many candidates it names."""
    started = time.perf_counter()
    client.request("GET", f"/api/identify?{urlencode(question)}")
    answer = client.getresponse()
    content = answer.read()
    took = (time.perf_counter() - started) * 1000
    if answer.status != http.client.OK:
        raise RuntimeError(f"{question}: {content.decode()}")
    return took, len(json.loads(content)["candidates"])
