"""The commands that look: the catalogue of tags, one portrait, and why a value is what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from portraits.cli.options import HERE, Folder, Json, opened
from portraits.cli.reasons import write_reasons
from portraits.cli.screen import Screen
from portraits.cli.values import Values, valued

if TYPE_CHECKING:
    from portraits.app.customers.portrait import PortraitView, TagValue
    from portraits.app.reading import TagColumn
    from portraits.app.tags.lineage import Lineage
    from portraits.app.tags.tags import Bar, Catalogue, TagView

Customer = Annotated[str, typer.Argument(metavar="CUSTOMER")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (tags, portrait, why):
        app.command()(command)


def tags(
    name: Annotated[str, typer.Argument(metavar="TAG")] = "",
    group: Annotated[str, typer.Option("--group", metavar="GROUP")] = "",
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """List the tags, or tell of one."""
    from portraits.app import records
    from portraits.app.tags import tags as use

    place, screen = opened(workspace, as_json)
    if name:
        told = use.tag(place, name)
        screen.show(told, valued(place, _tag), records.tag)
    else:
        found = use.catalogue(place)
        chosen = replace(found, entries=tuple(each for each in found.entries if group in ("", each.tag.group)))
        screen.show(chosen, valued(place, _tags), records.catalogue)


def portrait(
    customer: Customer,
    against: Annotated[str, typer.Option("--against", metavar="TAG")] = "",
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Show a portrait."""
    from portraits.app import records
    from portraits.app.customers.portrait import portrait as use

    place, screen = opened(workspace, as_json)
    told = use(place, customer, against=against)
    screen.show(told, valued(place, _portrait), records.portrait)


def why(
    customer: Customer,
    tag: Annotated[str, typer.Argument(metavar="TAG")],
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Show why a value is what it is."""
    from portraits.app import records
    from portraits.app.customers.evidence import why as use

    place, screen = opened(workspace, as_json)
    told = use(place, customer, tag)
    screen.show(told, valued(place, write_reasons), records.why)


def _tags(values: Values, found: Catalogue) -> None:
    screen = values.screen
    rows = [
        (each.tag.name, each.tag.title, values.word("groups", each.tag.group), each.tag.kind, f"{each.coverage:.0%}")
        for each in found.entries
    ]
    screen.table("tags", ("tag", "title", "group_name", "kind", "known"), rows)
    screen.say("tags", "total", n=len(found.entries), as_of=found.as_of, run=str(found.run))


def _tag(values: Values, found: TagView) -> None:
    screen = values.screen
    entry = found.entry
    screen.line(f"{entry.tag.name} · {screen.value(entry.tag.title)}")
    if entry.tag.why:
        screen.line(screen.value(entry.tag.why))
    facts = [
        ("group_name", values.word("groups", entry.tag.group)),
        ("kind", entry.tag.kind),
        ("unit", entry.tag.unit),
        ("owner", entry.tag.owner),
        ("known", f"{entry.known:,} / {entry.customers:,}"),
        ("mean", values.tag(entry.tag, entry.mean) if entry.mean is not None else ""),
    ]
    for key, fact in facts:
        if fact:
            screen.line(f"  {screen.word('tags', key)}: {fact}")
    _lineage(screen, found.lineage)
    screen.table("tags", ("value", "customers"), [(_bar(values, entry.tag, bar), bar.n) for bar in entry.bars])


def _lineage(screen: Screen, found: Lineage) -> None:
    """What the tag is made of and what is made of it, by the names that one types."""
    for key, names in vars(found).items():
        if names:
            screen.line(f"  {screen.word('tags', key)}: {', '.join(names)}")


def _bar(values: Values, tag: TagColumn, bar: Bar) -> str:
    if bar.upto is None:
        return values.tag(tag, bar.value) if bar.value is not None else values.screen.word("tags", "others")
    return f"{values.tag(tag, bar.value)} – {values.tag(tag, bar.upto)}"


def _portrait(values: Values, found: PortraitView) -> None:
    screen = values.screen
    header = found.header
    named = [values.tag(each.tag, each.value) for each in (header.segment, header.lifecycle) if each]
    parts = [header.customer_id, header.name, header.city or header.region, *named]
    screen.line(" · ".join(part for part in parts if part))
    screen.say("portrait", "as_of", as_of=found.as_of, run=str(found.run))
    figures = [
        (each.tag.title, values.tag(each.tag, each.value), values.tag(each.tag, each.base)) for each in found.figures
    ]
    screen.table("portrait", ("figure", "value", "base"), figures)
    for group, tags in found.groups.items():
        known = [each for each in tags if each.value is not None]
        if known:
            screen.table("portrait", (values.word("groups", group), "value", "tag"), _tag_rows(values, known))


def _tag_rows(values: Values, tags: Sequence[TagValue]) -> list[tuple[object, ...]]:
    return [(each.tag.title, values.tag(each.tag, each.value), each.tag.name) for each in tags]
