"""The commands of identity: who somebody is, what to look at, what people decide, and how a customer came about."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from portraits.cli import identity_report, matching
from portraits.cli.options import HERE, Folder, Json, PageNumber, opened
from portraits.cli.screen import Screen

if TYPE_CHECKING:
    from portraits.app.identity.golden import Claim, GoldenRecord
    from portraits.app.identity.identify import Recognised
    from portraits.app.identity.identity import Act, IdentityHistory, SplitPreview
    from portraits.app.identity.likeness import Candidate, Candidates
    from portraits.app.identity.touch_up import TouchUp
    from portraits.engine.deciding import Decision
    from portraits.engine.workspace import Workspace

One = Annotated[str, typer.Argument(metavar="ID")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT")]
Later = Annotated[bool, typer.Option("--later")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    identity = typer.Typer(no_args_is_help=True)
    own = (identify, review, link, apart, split, undo, touch_up, history, golden, decisions)
    for command in (*own, *matching.COMMANDS, *identity_report.COMMANDS):
        identity.command()(command)
    app.add_typer(identity, name="identity")


def identify(
    phone: Annotated[str, typer.Option("--phone")] = "",
    email: Annotated[str, typer.Option("--email")] = "",
    wechat: Annotated[str, typer.Option("--wechat")] = "",
    name: Annotated[str, typer.Option("--name")] = "",
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Find who somebody is by what they say of themselves."""
    from portraits.app.identity import identify as use
    from portraits.app.identity import identity_records

    place, screen = opened(workspace, as_json)
    found = use.identify(place, phone=phone, email=email, wechat=wechat, name=name)
    screen.show(found, _recognised, identity_records.recognised)


def review(
    page: PageNumber = 1,
    size: Annotated[int, typer.Option("--size", min=1, max=100)] = 10,
    kind: identity_report.Kind = "",
    reason: identity_report.Reason = "",
    least: Annotated[float, typer.Option("--least", metavar="PROBABILITY", min=0, max=1)] = 0.0,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Show pairs of records that may be one customer, and what speaks for and against."""
    from portraits.app.identity import identity_records, likeness
    from portraits.app.identity.queue import Wanted

    place, screen = opened(workspace, as_json)
    found = likeness.review(place, page, size, Wanted(kind, reason, least))
    screen.show(found, _pairs, identity_records.candidates)


def link(
    one: One, other: One, why: Why = "", later: Later = False, workspace: Folder = HERE, as_json: Json = False
) -> None:
    """Decide that two are one customer."""
    from portraits.app.identity import identity as use

    place, screen = opened(workspace, as_json)
    show_act(place, screen, use.link(place, one, other, why=why, **_by()), later=later)


def apart(
    one: One, other: One, why: Why = "", later: Later = False, workspace: Folder = HERE, as_json: Json = False
) -> None:
    """Decide that two are not one customer."""
    from portraits.app.identity import identity as use

    place, screen = opened(workspace, as_json)
    show_act(place, screen, use.keep_apart(place, one, other, why=why, **_by()), later=later)


def split(
    customer: One,
    records: Annotated[list[str], typer.Argument(metavar="RECORD...")],
    preview: Annotated[bool, typer.Option("--preview")] = False,
    why: Why = "",
    later: Later = False,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Decide that some records of a customer are somebody else."""
    from portraits.app.identity import identity as use
    from portraits.app.identity import identity_records

    place, screen = opened(workspace, as_json)
    if preview:
        screen.show(use.preview_split(place, customer, records), _preview, identity_records.split_preview)
    else:
        show_act(place, screen, use.split(place, customer, records, why=why, **_by()), later=later)


def undo(
    act: Annotated[int, typer.Argument(metavar="NUMBER")],
    later: Later = False,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Take back what was decided."""
    from portraits.app.identity import identity as use

    place, screen = opened(workspace, as_json)
    show_act(place, screen, use.undo(place, act, **_by()), later=later)


def touch_up(workspace: Folder = HERE, as_json: Json = False) -> None:
    """Let all that was decided or said by hand since the last run count now."""
    from portraits.app.identity import identity_records

    place, screen = opened(workspace, as_json)
    screen.show(_touched(place, screen), _touched_up, identity_records.touch_up)


def history(customer: One, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Show the records of a customer, its former ids, and how it came about."""
    from portraits.app.identity import identity as use
    from portraits.app.identity import identity_records

    place, screen = opened(workspace, as_json)
    screen.show(use.identity_history(place, customer), _history, identity_records.identity_history)


def golden(customer: One, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Show which record each field of a customer comes from, by which rule, and which values lost."""
    from portraits.app.identity import golden as use
    from portraits.app.identity import identity_records

    place, screen = opened(workspace, as_json)
    screen.show(use.golden_record(place, customer), _golden, identity_records.golden_record)


def decisions(workspace: Folder = HERE, as_json: Json = False) -> None:
    """List what people decided."""
    from portraits.app.identity import identity as use
    from portraits.app.identity import identity_records

    place, screen = opened(workspace, as_json)
    screen.show(use.decisions(place), _decisions, identity_records.decisions)


def _by() -> dict[str, Any]:
    return {"actor": getpass.getuser(), "now": datetime.now(UTC)}


def _decided(screen: Screen, done: Act) -> None:
    screen.say("identity", "done", act=str(done.act), verdict=screen.word("identity", done.verdict))


def show_act(
    place: Workspace, screen: Screen, done: Act, *, later: bool, told: Callable[[Screen, Act], None] = _decided
) -> None:
    """Show what was decided, and let it count now, unless that is for later."""
    from portraits.app.identity import identity_records
    from portraits.app.identity.touch_up import at_once

    touched = None if later or not at_once(place) else _touched(place, screen)

    def record(done: Act) -> dict[str, Any]:
        return {
            **identity_records.act(done),
            "touch_up": identity_records.touch_up(touched) if touched else None,
        }

    def show(screen: Screen, done: Act) -> None:
        told(screen, done)
        if touched:
            _touched_up(screen, touched)
        else:
            screen.say("identity", "later")

    screen.show(done, show, record)


def _touched(place: Workspace, screen: Screen) -> TouchUp:
    """Touch the run up; while another process builds, it waits."""
    from portraits.app.identity import touch_up as use
    from portraits.cli.watching import watching

    with watching(screen) as progress:
        return use.touch_up(place, progress, now=datetime.now(UTC))


def _touched_up(screen: Screen, done: TouchUp) -> None:
    why = done.why.in_(screen.language)
    screen.say("identity", f"{done.how}_now", run=str(done.run), customers=done.customers, why=why)


def _recognised(screen: Screen, found: Recognised) -> None:
    rows = [
        (each.customer.customer_id, each.customer.name, f"{each.probability:.1%}", ", ".join(each.by))
        for each in found.candidates
    ]
    if rows:
        screen.table("identity", ("customer", "name", "probability", "by"), rows)
        screen.say("identity", "fitting", n=found.fitting)
    else:
        screen.say("identity", "too_many" if found.crowded else "nobody")


def _pairs(screen: Screen, found: Candidates) -> None:
    for each in found.pairs:
        screen.say(
            "identity",
            "pair",
            left=each.left_id,
            right=each.right_id,
            probability=f"{each.probability:.1%}",
            reason=screen.word("identity", each.reason),
        )
        screen.table("identity", ("compared", "level", "weight"), _waterfall(screen, each))
        rows = [(one.column.title, one.left, one.right) for one in each.fields]
        screen.table("identity", ("field", "left", "right"), rows)
    screen.say("identity", "total", n=found.total, page=found.page, pages=found.pages, waiting=found.waiting)


def _waterfall(screen: Screen, each: Candidate) -> Iterable[tuple[object, ...]]:
    """The start, what each comparison adds, and where it ends."""
    yield screen.word("identity", "start"), "", f"{each.start:+.1f}"
    for share in each.shares:
        yield share.title, share.level_title, f"{share.weight:+.1f}"
    yield screen.word("identity", "end"), "", f"{each.weight:+.1f}"


def _preview(screen: Screen, found: SplitPreview) -> None:
    rows = [
        (", ".join(part.record_ids), part.orders, part.amount, part.events, found.customer_id if part.keeps_id else "")
        for part in found.parts
    ]
    screen.table("identity", ("records", "orders", "amount", "events", "keeps_id"), rows)


def _history(screen: Screen, found: IdentityHistory) -> None:
    former = ", ".join(found.former_ids)
    screen.say("identity", "is", customer=found.customer_id, records=", ".join(found.record_ids), former=former)
    rows = [
        (
            each.at,
            screen.word("identity", each.kind),
            ", ".join(each.customer_ids),
            ", ".join(each.record_ids),
            each.actor,
        )
        for each in found.changes
    ]
    if rows:
        screen.table("identity", ("at", "change", "customers", "records", "actor"), rows)
    if found.decisions:
        _decisions(screen, found.decisions)
    if found.waiting:
        screen.say("identity", "waiting", n=found.waiting)


def _golden(screen: Screen, found: GoldenRecord) -> None:
    rows: list[tuple[object, ...]] = []
    for each in found.fields:
        rows.append((each.column.title, screen.word("identity", each.rule), *_claim(each.winner)))
        rows += [("", screen.word("identity", "same" if one.same else "lost"), *_claim(one)) for one in each.losers]
    screen.table("identity", ("field", "rule", "value", "record", "source", "at"), rows)


def _claim(each: Claim) -> tuple[object, ...]:
    return each.value, each.record_id, each.source, each.at


def _decisions(screen: Screen, found: Iterable[Decision]) -> None:
    rows = [
        (
            each.act,
            screen.word("identity", each.verdict),
            each.left_record,
            each.right_record,
            each.actor,
            each.at,
            each.withdrawn_at,
        )
        for each in found
    ]
    screen.table("identity", ("act", "verdict", "left", "right", "actor", "at", "withdrawn_at"), rows)
