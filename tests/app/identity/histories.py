"""Histories: random merges, splits and undoings of a small company, and what must hold after each of them."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from portraits.app.customers.subject import present_id
from portraits.app.identity.identity import decisions, keep_apart, link, split, undo
from portraits.app.identity.touch_up import touch_up
from portraits.app.reading import reading
from portraits.app.store import store
from portraits.app.tags.manual import put
from portraits.engine.identities import replayed
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import PortraitsError
from tests.app.duplicates import MATCH, NOW, PEOPLE, arrive, built, customers, rows, shop
from tests.app.identity.sameness import held
from tests.once import once

BY: dict[str, Any] = {"actor": "li", "now": NOW}
RECORDS = (*PEOPLE, "c7,王芳,,,上海,2024-03-03")
MORE = """
[tags.vip]
kind = "manual"
title = "VIP"
[tags.spend_rank]
kind = "rank"
title = "Spend"
of = "spend_365d"
into = 3
[tags.big]
kind = "rule"
title = "Big"
cases = [{when = "spend_rank = 3", value = "big"}]
otherwise = "small"
[segments.rfm]
kind = "rfm"
title = "RFM"
[sources.visits]
kind = "files"
path = "visits.csv"
[mappings.visits]
source = "visits"
table = "events"
columns = {event_id = "number", record_id = "customer", at = "at", kind = "kind"}
[sources.agreed]
kind = "files"
path = "agreed.csv"
[mappings.agreed]
source = "agreed"
table = "consents"
columns = {record_id = "customer", purpose = "purpose", channel = "channel", status = "status", at = "at"}
"""
VISITS = "number,customer,at,kind\n" + "".join(f"v{n},c{n % 8},2024-03-0{1 + n % 9},store_visit\n" for n in range(16))
AGREED = "customer,purpose,channel,status,at\n" + "".join(
    f"c{n % 8},marketing,email,{'granted' if n % 3 else 'withdrawn'},2024-02-0{1 + n % 9}\n" for n in range(12)
)
# What no merge may add to, lose or count twice: of the rows, and of the tags of all customers together.
TOTALS = (
    "SELECT count(*), sum(amount), count(DISTINCT order_id) FROM orders",
    "SELECT count(*), count(DISTINCT event_id) FROM events",
    "SELECT count(*), count(DISTINCT record_id) FROM consents",
    "SELECT count(*), count(DISTINCT id) FROM manual_tags",
    "SELECT sum(spend_365d), sum(orders_365d) FROM portrait",
    "SELECT count(*), count(DISTINCT record_id) FROM identity_links",
)
MADE_BY_DECIDING = ("customer_ids", "identity_decided")


@once
def company(folder: Path, /, settings: str = MATCH) -> Workspace:
    """The company, built, with values put on customers by hand."""
    workspace = shop(folder, RECORDS, settings)
    for name, text in (("more.toml", MORE), ("visits.csv", VISITS), ("agreed.csv", AGREED)):
        (folder / name).write_text(text, encoding="utf-8")
    workspace = arrive(Workspace(folder), RECORDS)
    built(workspace)
    for customer in ("c2", "c3", "c5"):
        put(workspace, "vip", [customer], f"known as {customer}", **BY)
    built(workspace)
    return workspace


def faults_of(company: Workspace, folder: Path, seed: int, acts: int) -> list[str]:
    """What goes wrong in one random history of a copy of the company; nothing, one hopes."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(company.folder, folder)
    workspace, chance = Workspace(folder), random.Random(seed)
    before, totals = held(workspace), _totals(workspace)
    found: list[str] = []
    for number in range(acts):
        done = _act(workspace, chance)
        if touch_up(workspace, now=NOW).how not in ("touched", "nothing"):
            found.append(f"{seed}.{number} {done}: not touched up")
        found += [f"{seed}.{number} {done}: {each}" for each in _wrong(workspace, totals)]
    for act in sorted({each.act for each in decisions(workspace) if each.stands}, reverse=True):
        undo(workspace, act, **BY)
    touch_up(workspace, now=NOW)
    after = held(workspace)
    kept = [name for name in before if name not in MADE_BY_DECIDING]
    return found + [f"{seed}: {name} is not as before" for name in kept if before[name] != after.get(name)]


def _totals(workspace: Workspace) -> list[Any]:
    return [rows(workspace, sql) for sql in TOTALS]


def _wrong(workspace: Workspace, totals: list[Any]) -> Iterator[str]:
    """What does not hold any more."""
    yield from (sql for sql, total in zip(TOTALS, totals, strict=True) if rows(workspace, sql) != total)
    now = customers(workspace)
    with store(workspace) as opened:
        told = replayed(opened)
    if {record: told.get(record, record) for record in now} != now:
        yield "the journal tells otherwise"
    with reading(workspace) as run:
        lost = [each for each in now if present_id(run, each) not in now.values()]
        known = [row[0] for row in run.rows("SELECT id FROM customer_ids")]
        lost += [each for each in {*now.values(), *told.values()} if each not in known]
    yield from (f"{each} leads nowhere" for each in lost)
    parted = {each.pair for each in decisions(workspace) if each.stands and each.verdict == "apart"}
    yield from (f"{one} and {other} are one" for one, other in parted if now[one] == now[other])
    joined = {each.pair for each in decisions(workspace) if each.stands and each.verdict == "link"}
    yield from (f"{one} and {other} are two" for one, other in joined if now[one] != now[other])


def _act(workspace: Workspace, chance: random.Random) -> str:
    """Somebody decides something, as far as it can be; what it was."""
    acts: tuple[Callable[[Workspace, random.Random], object], ...] = (_link, _link, _split, _apart, _undo)
    act = chance.choice(acts)
    try:
        act(workspace, chance)
    except PortraitsError as refused:
        return f"{act.__name__} ({refused})"
    return act.__name__


def _link(workspace: Workspace, chance: random.Random) -> None:
    one, other = chance.sample(sorted(set(customers(workspace).values())), 2)
    link(workspace, one, other, **BY)


def _apart(workspace: Workspace, chance: random.Random) -> None:
    one, other = chance.sample(sorted(customers(workspace)), 2)
    keep_apart(workspace, one, other, **BY)


def _split(workspace: Workspace, chance: random.Random) -> None:
    now = customers(workspace)
    customer = chance.choice(sorted(now.values()))
    records = sorted(record for record, of in now.items() if of == customer)
    split(workspace, customer, chance.sample(records, max(1, len(records) // 2)), **BY)


def _undo(workspace: Workspace, chance: random.Random) -> None:
    standing = sorted({each.act for each in decisions(workspace) if each.stands})
    if standing:
        undo(workspace, chance.choice(standing), **BY)
