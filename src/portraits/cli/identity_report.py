"""The commands of the report of identity: what was merged, many links at once, ties, and matching tried."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from portraits.cli.options import HERE, Folder, Json, PageNumber, opened
from portraits.cli.screen import Screen

if TYPE_CHECKING:
    from portraits.app.identity.identity import Act
    from portraits.app.identity.report import Report, Row, Rows
    from portraits.app.identity.sweep import SweepPreview
    from portraits.app.identity.ties import Ties
    from portraits.app.identity.trial import Trial
    from portraits.engine.recognising import Recognising

Kind = Annotated[str, typer.Option("--kind", metavar="KIND")]
Reason = Annotated[str, typer.Option("--reason", metavar="REASON")]


def sweep(
    least: Annotated[float, typer.Argument(metavar="PROBABILITY", min=0, max=1)],
    kind: Kind = "",
    reason: Reason = "",
    preview: Annotated[bool, typer.Option("--preview")] = False,
    why: Annotated[str, typer.Option("--why", metavar="TEXT")] = "",
    later: Annotated[bool, typer.Option("--later")] = False,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Link all pairs from a probability on, as one act."""
    from portraits.app.identity import report_records
    from portraits.app.identity import sweep as use
    from portraits.app.identity.queue import Wanted
    from portraits.cli.identity import show_act

    place, screen = opened(workspace, as_json)
    wanted = Wanted(kind, reason, least)
    if preview:
        screen.show(use.preview_sweep(place, wanted), _swept, report_records.sweep_preview)
    else:
        show_act(place, screen, use.sweep(place, wanted, why=why, **_by()), later=later, told=_done)


def report(workspace: Folder = HERE, as_json: Json = False) -> None:
    """Tell what was merged, and what is suspicious about it."""
    from portraits.app.identity import report as use
    from portraits.app.identity import report_records

    place, screen = opened(workspace, as_json)
    screen.show(use.report(place), _report, report_records.report)


def rows(
    part: Annotated[str, typer.Argument(metavar="PART")],
    key: Annotated[str, typer.Option("--key", metavar="KEY")] = "",
    page: PageNumber = 1,
    size: Annotated[int, typer.Option("--size", min=1, max=100)] = 20,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Show what is behind a count of the report."""
    from portraits.app.identity import report as use
    from portraits.app.identity import report_records

    place, screen = opened(workspace, as_json)
    screen.show(use.report_rows(place, part, key, page, size), _rows, report_records.rows)


def ties(
    customer: Annotated[str, typer.Argument(metavar="ID")], workspace: Folder = HERE, as_json: Json = False
) -> None:
    """Show what holds the records of a customer together."""
    from portraits.app.identity import report_records
    from portraits.app.identity import ties as use

    place, screen = opened(workspace, as_json)
    screen.show(use.ties(place, customer), _ties, report_records.ties)


def try_matching(workspace: Folder = HERE, as_json: Json = False) -> None:
    """Try what matching would find; nothing is changed."""
    from portraits.app.identity import report_records
    from portraits.app.identity import trial as use

    place, screen = opened(workspace, as_json)
    screen.show(use.try_matching(place), _tried, report_records.trial)


def use_matching(workspace: Folder = HERE, as_json: Json = False) -> None:
    """Let customers be found by matching from the next build on."""
    from portraits.app.identity import report_records
    from portraits.app.identity import trial as use

    place, screen = opened(workspace, as_json)
    screen.show(use.use_matching(place, **_by()), _used, report_records.recognising)


COMMANDS = (sweep, report, rows, ties, try_matching, use_matching)


def _by() -> dict[str, Any]:
    return {"actor": getpass.getuser(), "now": datetime.now(UTC)}


def _done(screen: Screen, done: Act) -> None:
    screen.say("identity", "swept", act=str(done.act), n=done.pairs)


def _swept(screen: Screen, found: SweepPreview) -> None:
    screen.say("identity", "sweeps", n=found.pairs, before=found.customers, after=found.left, held=found.held)
    listed = [
        (", ".join(each.customer_ids), each.name, each.records, each.orders, each.amount) for each in found.groups
    ]
    if listed:
        screen.table("identity", ("customers", "name", "records", "orders", "amount"), listed)
    sample = [(each.left_id, each.right_id, f"{each.probability:.1%}") for each in found.sample]
    if sample:
        screen.table("identity", ("left", "right", "probability"), sample)


def _report(screen: Screen, found: Report) -> None:
    screen.say("identity", "consists", records=found.records, n=found.customers, pairs=found.pairs, near=found.near)
    listed = [(screen.word("identity", f"part_{each.part}"), each.key, each.n, each.records) for each in found.counts]
    screen.table("identity", ("part", "key", "count", "records"), listed)


def _rows(screen: Screen, found: Rows) -> None:
    screen.table("identity", ("customers", "count", "records", "value", "probability"), list(map(_row, found.rows)))
    screen.say("identity", "rows_total", n=found.total, page=found.page, pages=found.pages)


def _row(each: Row) -> tuple[object, ...]:
    sure = "" if each.probability is None else f"{each.probability:.1%}"
    customers = ", ".join(f"{one.customer_id} {one.name}".strip() for one in each.customers)
    return customers, each.total, each.records, " / ".join(each.values), sure


def _ties(screen: Screen, found: Ties) -> None:
    screen.table("identity", ("record", "source", "at"), [(r.record_id, r.source, r.at) for r in found.records])
    listed = [(t.left_id, t.right_id, t.title, "" if t.weight is None else f"{t.weight:+.1f}") for t in found.ties]
    if listed:
        screen.table("identity", ("left", "right", "by", "weight"), listed)


def _tried(screen: Screen, found: Trial) -> None:
    told = {"records": found.records, "n": found.customers, "found": found.found}
    screen.say("identity", "tried", **told, pairs=found.pairs, largest=found.largest)


def _used(screen: Screen, _: Recognising) -> None:
    screen.say("identity", "used")
