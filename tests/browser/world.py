"""The world of the page tests: a company in which every page has something to show, and what its paths may name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.routing import Route

from portraits.app.customers.customers import customers
from portraits.app.data import sources, uploads
from portraits.app.runs import builds
from portraits.app.segments.moves import moves
from portraits.engine import jobs
from portraits.engine.jobs import Ending
from portraits.engine.processes import this_process
from portraits.engine.runs import current
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.examples import corner_shop
from portraits.vocabulary.errors import BadInput
from portraits.web import site
from portraits.web.frame import PAGES, Frame
from tests.faces.little import little_shop
from tests.faces.texts import LATIN

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
CUSTOMERS = 60
EXTRAS = """
[tags.by_hand]
title = { en = "Regular of the house", zh = "熟客" }
group = "value"
kind = "manual"

[forms.welcome]
title = { en = "Welcome", zh = "欢迎" }
kind = "record"
open = true
token = "welcome-2026"
fields = [{ name = "name", required = true }, { name = "phone" }]
"""
# Too many rows break this one: the last build is stopped.
STRICT = """
[quality.orders_worth_it]
title = { en = "An order is of five to a hundred", zh = "订单金额在 5 到 100 之间" }
table = "orders"
dimension = "range"
rule = "amount between 5 and 100"
warn_below = 1
stop_below = 1
"""
# Routes that are no pages by themselves, and why.
PARTS = {
    "/customers/{customer_id:path}/identity/split": "asks which records are to leave",
    "/embed/customers/{customer_id:path}": "opens with a signed link inside another system's page",
    "/customers/{customer_id:path}/preview": "a part that lists fetch and show beside a name",
    "/data/batches/{number}/rejects.csv": "a file",
    "/data/import/template/{table}.csv": "a file",
    "/data/import/{number:int}/check/failed.csv": "a file",
}
# What a page is asked for where its bare address shows little.
ASKED = {
    "/runs/compare": "?from=1&to=2",
    "/customers/compare": "?a={customer_id}&b={other_id}",
    "/search": "?q=s",
    "/identify": "?name={customer_id}",
    "/audiences/overlap": "?of=sleeping_regulars&of=tea_tasting&of=gift_season",
    "/audiences/{name}/members": "?customer={customer_id}",
    "/data/identity/sweep": "?least=1",
    "/segments/{name}/moves/customers": "?from=1&to=2&leaving={leaving}&reaching={reaching}",
}

# Parameters that have examples, below.
NAMED = (
    *("customer_id", "other_id", "tag", "leaving", "reaching", "step", "table"),
    *("/tags/{name}", "/audiences/{name}", "/segments/{name}", "/data/sources/{name}", "/data/mappings/{name}"),
    *("/data/batches/{number}", "/data/import/{number}", "/jobs/{number}", "/runs/{number}", "/tags/{name}/hand"),
    *(
        "/data/forms/{name}",
        "/data/quality/rules/{name}",
        "/data/quality/stopped/{name}",
        "token",
        "part",
        "field",
        "note",
    ),
)


def world(folder: Path) -> Workspace:
    """The corner shop with two runs, a job of each state and an import half done."""
    corner_shop.write(folder, CUSTOMERS, form="mixed", language="zh")
    (folder / "extras.toml").write_text(EXTRAS, encoding="utf-8")
    workspace = Workspace(folder)
    _live_in(workspace)
    return workspace


def latin(folder: Path) -> Workspace:
    """A shop whose data holds no Chinese, with all that the other one has."""
    little_shop(folder)
    path = folder / "portraits.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("packs = []\n", ""), encoding="utf-8")
    rows = [f"M{n:02},{LATIN[n % len(LATIN)]},female" for n in range(1, 13)]
    (folder / "members.csv").write_text("\n".join(["id,name,gender", *rows, ""]), encoding="utf-8")
    (folder / "extras.toml").write_text(EXTRAS, encoding="utf-8")
    workspace = Workspace(folder)
    _live_in(workspace)
    return workspace


def _live_in(workspace: Workspace) -> None:
    """Data, three runs of two moments, jobs and an import."""
    first = workspace.folder / "portraits.toml"
    first.write_text(
        first.read_text(encoding="utf-8").replace("[settings]\n", "[settings]\nforms = true\n", 1), "utf-8"
    )
    workspace = Workspace(workspace.folder)
    sources.load(workspace, (), actor="ann", now=NOW)
    newest = builds.build(workspace, now=NOW).as_of
    builds.build(workspace, newest - timedelta(days=30), now=NOW)
    builds.build(workspace, now=NOW)
    _stop_a_build(workspace)
    _jobs(workspace)
    uploads.upload(workspace, "members.csv", [b"id,name,phone\n1,Ann,13800138000\n2,Bo,\n"], actor="ann", now=NOW)


def _stop_a_build(workspace: Workspace) -> None:
    (workspace.folder / "strict.toml").write_text(STRICT, encoding="utf-8")
    with pytest.raises(BadInput):
        builds.build(Workspace(workspace.folder), now=NOW)


def _jobs(workspace: Workspace) -> None:
    """Jobs as they may be found; the one under way is carried out by this very process."""
    at = datetime(2026, 6, 1, 16)
    said = {"template": "There is no source {name}.", "values": {"name": "till"}}
    with Store.open(workspace.store) as store:
        endings = (
            Ending(
                "done",
                at,
                [{"at": at.isoformat(), "stage": "orders"}],
                {"run": 2, "as_of": at.isoformat(), "customers": 60},
            ),
            Ending("failed", at, [{"at": at.isoformat(), "said": [said]}]),
            Ending("stopped", at),
        )
        for ending in endings:
            number = jobs.enqueue(store, "build", {}, "ann", at).id
            jobs.take(store, this_process(), at)
            jobs.end(store, number, ending)
        jobs.enqueue(store, "load", {"sources": ["till"]}, "ann", at)
        taken = jobs.take(store, this_process(), at)
        assert taken is not None
        jobs.tell(store, taken.id, {"stage": "till", "done": 3, "total": 8, "share": 0.4}, [])
        jobs.enqueue(store, "build", {}, "ann", datetime(2999, 1, 1))


def templates(workspace: Workspace) -> list[str]:
    """The paths of all pages, as they are written, found from the routes of the site itself."""
    frame = Frame(workspace)
    routes = [route for module in site.PAGES for route in module.routes(frame).routes if isinstance(route, Route)]
    return [route.path for route in routes if "GET" in (route.methods or ()) and route.path not in PARTS]


def pages(workspace: Workspace) -> list[str]:
    """An address of every page; an error names the parameter that has no example."""
    known = examples(workspace)
    found = [each for path in templates(workspace) for each in filled(path, known)]
    return list(dict.fromkeys([*(href for _, href, _ in PAGES), *found]))


def examples(workspace: Workspace) -> Mapping[str, list[str]]:
    """Parameter, alone or behind the beginning of its path -> what it may be."""
    written = workspace.blocks
    flows = moves(workspace, "rfm", 1, 2).flows
    flow = next((each for each in flows if each.before and each.after), flows[0])
    people = [row.person.customer_id for row in customers(workspace, sort="-spend_365d", size=2).rows]
    first = {
        section: [next(block.name for block in written.of(section))] for section in ("audiences", "sources", "mappings")
    }
    return {
        "leaving": [flow.before or ""],
        "reaching": [flow.after or ""],
        "customer_id": people[:1],
        "other_id": people[1:],
        "tag": ["spend_365d"],
        "/tags/{name}": ["recency_days"],
        "/tags/{name}/hand": ["by_hand"],
        "/audiences/{name}": [*first["audiences"], "new"],
        "/segments/{name}": ["rfm"],
        "/data/sources/{name}": first["sources"],
        "/data/mappings/{name}": first["mappings"],
        "/data/quality/rules/{name}": ["orders_amount"],
        "/data/quality/stopped/{name}": ["orders_worth_it"],
        "/data/batches/{number}": ["1"],
        "/data/import/{number}": ["1"],
        "/data/forms/{name}": ["welcome"],
        "token": ["welcome-2026"],
        "part": ["size", "weak"],
        "field": ["phone"],
        "note": ["country_code"],
        "/jobs/{number}": ["1", "2", "4", "5"],
        "/runs/{number}": [str(current(workspace) or 0)],
        "step": ["upload"],
        "table": ["orders"],
    }


def filled(path: str, known: Mapping[str, list[str]]) -> Iterator[str]:
    """The addresses that a path stands for."""
    plain = re.sub(r"\{(\w+):\w+\}", r"{\1}", path)
    ways = [plain]
    for name in re.findall(r"\{(\w+)\}", plain):
        prefix = plain[: plain.index(f"{{{name}}}") + len(name) + 2]
        values = known.get(plain) or known.get(prefix) or known.get(name)
        if not values:
            raise LookupError(f"{path}: no example of {name}; add one to tests/browser/world.py")
        ways = [way.replace(f"{{{name}}}", value) for way in ways for value in values]
    asked = ASKED.get(path, "")
    for name in re.findall(r"\{(\w+)\}", asked):
        asked = asked.replace(f"{{{name}}}", known[name][0])
    yield from (f"{way}{asked}" for way in ways)
