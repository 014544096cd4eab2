"""The commands of one tag: look at it before writing it, write it, retire it; put values by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from portraits.cli.keys import Change, Drop, From, Set, content
from portraits.cli.options import HERE, Folder, Json, opened, who
from portraits.cli.screen import Screen
from portraits.cli.values import Values, valued

if TYPE_CHECKING:
    from portraits.app.tags.course import Course
    from portraits.app.tags.manual import HandTag, ManualHistory, Put
    from portraits.app.tags.preview import Preview
    from portraits.app.tags.versions import Versions
    from portraits.engine.workspace import Workspace

Name = Annotated[str, typer.Argument(metavar="TAG")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    tag = typer.Typer(no_args_is_help=True)
    for name, command in (
        ("preview", preview),
        ("edit", edit),
        ("retire", retire),
        ("restore", restore),
        ("users", users),
        ("versions", versions),
        ("course", course),
        ("put", put),
        ("take", take),
        ("history", history),
        ("by-hand", by_hand),
    ):
        tag.command(name)(command)
    app.add_typer(tag, name="tag")


def preview(
    name: Name,
    change: Set = None,
    drop: Drop = None,
    file: From = None,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Show what a tag would be."""
    from portraits.app.tags import preview as use
    from portraits.app.tags import tag_records

    place, screen = opened(workspace, as_json)
    found = use.preview(place, name, _keys(place, name, Change(change, drop, file)))
    screen.show(found, valued(place, _preview), tag_records.preview)


def edit(
    name: Name,
    change: Set = None,
    drop: Drop = None,
    file: From = None,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Write a tag."""
    from portraits.app.tags import authoring, tag_records

    place, screen = opened(workspace, as_json)
    values, known = _keys(place, name, Change(change, drop, file)), authoring.is_defined(place, name)
    (authoring.edit_tag if known else authoring.create_tag)(place, name, values, **who())
    told = tag_records.written(name, authoring.definition(place, name))
    screen.show(told, lambda screen, _: screen.say("tag-edit", "done", name=name))


def retire(name: Name, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Retire a tag."""
    from portraits.app.tags import authoring

    _changed(name, workspace, as_json, "tag-retire", authoring.retire_tag)


def restore(name: Name, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Bring a retired tag back."""
    from portraits.app.tags import authoring

    _changed(name, workspace, as_json, "tag-restore", authoring.restore_tag)


def users(name: Name, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Show what would miss a tag."""
    from portraits.app.tags import authoring, tag_records

    place, screen = opened(workspace, as_json)
    found = authoring.users(place, name)
    screen.show(found, _users, lambda found: tag_records.users(name, found))


def versions(name: Name, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Show the definitions that a tag has had."""
    from portraits.app.tags import tag_records
    from portraits.app.tags import versions as use

    place, screen = opened(workspace, as_json)
    screen.show(use.versions(place, name), _versions, tag_records.versions)


def course(name: Name, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Show how the values of a tag went over the runs."""
    from portraits.app.tags import course as use
    from portraits.app.tags import tag_records

    place, screen = opened(workspace, as_json)
    screen.show(use.course(place, name), _course, tag_records.course)


def put(
    name: Name,
    value: Annotated[str, typer.Argument(metavar="VALUE")] = "",
    customers: Annotated[list[str] | None, typer.Argument(metavar="CUSTOMER...")] = None,
    rule: Annotated[str, typer.Option("--rule", metavar="RULE")] = "",
    table: Annotated[Path | None, typer.Option("--list", metavar="FILE")] = None,
    source: Annotated[str, typer.Option("--source")] = "",
    at: Annotated[str, typer.Option("--at", metavar="DATE")] = "",
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Put a value on customers by hand."""
    from portraits.app.tags import manual, tag_records

    place, screen = opened(workspace, as_json)
    told: dict[str, Any] = {"at": at, **who()}
    if table:
        done = manual.put_list(place, name, content(table), source=source or table.name, **told)
    elif rule:
        done = manual.put_by_rule(place, name, rule, value, source=source, **told)
    else:
        done = manual.put(place, name, customers or [], value, source=source, **told)
    screen.show(done, lambda screen, done: _done(screen, done, "done"), tag_records.put)


def take(
    name: Name,
    customers: Annotated[list[str], typer.Argument(metavar="CUSTOMER...")],
    source: Annotated[str, typer.Option("--source")] = "",
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Take values off customers."""
    from portraits.app.tags import manual, tag_records

    place, screen = opened(workspace, as_json)
    done = manual.take(place, name, customers, source=source or manual.BY_HAND, **who())
    screen.show(done, lambda screen, done: _done(screen, done, "taken"), tag_records.put)


def history(
    name: Name,
    customer_option: Annotated[str, typer.Option("--customer", metavar="CUSTOMER")] = "",
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Show what was said by hand."""
    from portraits.app.tags import manual, tag_records

    place, screen = opened(workspace, as_json)
    screen.show(manual.history(place, name, customer_option), _history, tag_records.history)


def by_hand(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER")], workspace: Folder = HERE, as_json: Json = False
) -> None:
    """Show the manual tags of a customer."""
    from portraits.app.tags import manual, tag_records

    place, screen = opened(workspace, as_json)
    found = manual.by_hand(place, customer)
    screen.show(found, _by_hand, lambda tags: {"customer": customer, "tags": tag_records.by_hand(tags)})


def _by_hand(screen: Screen, found: Sequence[HandTag]) -> None:
    if not found:
        screen.say("tag-by-hand", "none")
        return
    rows = [
        (
            each.name,
            each.title,
            each.statement and each.statement.value,
            each.statement and each.statement.source,
            each.statement and each.statement.at,
            screen.word("tag-by-hand", "not_yet") if each.waiting else "",
        )
        for each in found
    ]
    screen.table("tag-by-hand", ("tag", "title", "value", "source", "at", "waiting"), rows)


def _changed(name: str, workspace: Path, as_json: bool, section: str, change: Any) -> None:
    from portraits.app.tags import authoring, tag_records

    place, screen = opened(workspace, as_json)
    change(place, name, **who())
    told = tag_records.written(name, authoring.definition(place, name))
    screen.show(told, lambda screen, _: screen.say(section, "done", name=name))


def _keys(place: Workspace, name: str, change: Change) -> dict[str, Any]:
    """The keys of a tag: as they are, or as a file says, with some of them changed."""
    from portraits.app.tags import authoring

    known = authoring.definition(place, name) if authoring.is_defined(place, name) else {}
    return change.of("tags", name, known)


def _preview(values: Values, found: Preview) -> None:
    screen = values.screen
    for fault in found.faults:
        screen.line(screen.value(_both(fault.phrase)))
    if found.entry is None or found.tag is None:
        return
    tag = found.tag
    screen.say("tag-preview", "sample", n=found.entry.customers, base=found.base, share=f"{found.entry.coverage:.0%}")
    if found.changed is not None:
        screen.say("tag-preview", "changed", n=found.changed)
    rows = [(each.customer_id, values.tag(tag, each.before), values.tag(tag, each.value)) for each in found.examples]
    screen.table("tag-preview", ("customer", "before", "after"), rows)


def _both(phrase: Any) -> Any:
    from portraits.app.said import both

    return both(phrase)


def _users(screen: Screen, found: Mapping[str, tuple[str, ...]]) -> None:
    if not found:
        screen.say("tag-users", "none")
    for family, names in found.items():
        screen.line(f"{screen.word('tag-users', family)}: {', '.join(names)}")


def _versions(screen: Screen, found: Versions) -> None:
    for each in found.versions:
        runs = f"{each.first}–{each.last}" if each.built else screen.word("tag-versions", "now")
        screen.say("tag-versions", "head", runs=runs, keys=", ".join(each.keys) or "–")
        screen.line(each.toml)
    rows = [(each.at, each.actor, ", ".join(each.keys)) for each in found.edits]
    if rows:
        screen.table("tag-versions", ("at", "actor", "keys"), rows)


def _course(screen: Screen, found: Course) -> None:
    rows = [
        (
            str(each.run),
            each.as_of,
            f"{each.coverage:.1%}",
            each.mean,
            None if each.stability is None else f"{each.stability:.3f}",
            screen.word("tag-course", (each.level or "none").replace(" ", "_")),
        )
        for each in found.points
    ]
    screen.table("tag-course", ("run", "as_of", "known", "mean", "stability", "level"), rows)


def _done(screen: Screen, done: Put, key: str) -> None:
    screen.say("tag-put", key, n=done.customers)
    if done.left_out:
        screen.say("tag-put", "left_out", n=done.left_out)
    for each in done.troubles:
        row = f"{each.row} " if each.row else ""
        told = f"{screen.value(_both(each.what))} {screen.value(_both(each.hint))}"
        screen.line(f"  {row}{each.customer}: {told}".rstrip())


def _history(screen: Screen, found: ManualHistory) -> None:
    screen.say("tag-history", "now", n=found.customers, waiting=found.waiting)
    rows = [
        (
            each.statement.customer_id,
            each.statement.value,
            each.statement.source,
            each.statement.actor,
            each.statement.at,
            screen.word("tag-history", "counts" if each.counts and each.in_run else "past" if each.in_run else "waits"),
        )
        for each in found.told
    ]
    screen.table("tag-history", ("customer", "value", "source", "actor", "at", "state"), rows)
