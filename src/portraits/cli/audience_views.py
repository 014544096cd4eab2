"""The commands that look at audiences closely, and that keep them: profile, compare, overlap, history, save, freeze."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from portraits.cli.options import HERE, Folder, Json, opened, who
from portraits.cli.screen import Screen
from portraits.cli.values import Values, valued

if TYPE_CHECKING:
    from pathlib import Path

    from portraits.app.audiences.overlaps import Overlap
    from portraits.app.audiences.profiles import Profile, Trait
    from portraits.app.audiences.sizes import History
    from portraits.engine.audiences import Freeze

Name = Annotated[str, typer.Argument(metavar="AUDIENCE")]
Rule = Annotated[str, typer.Argument(metavar="RULE")]


def add(audience: typer.Typer) -> None:
    """Add the commands to those of audiences."""
    for name, command in (
        ("profile", profile),
        ("compare", compare),
        ("overlap", overlap),
        ("history", history),
        ("save", save),
        ("freeze", freeze),
        ("remove", remove),
    ):
        audience.command(name)(command)


def profile(rule: Rule, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Show what sets an audience apart."""
    from portraits.app.audiences import audience_records, profiles

    place, screen = opened(workspace, as_json)
    found = profiles.profile(place, rule)
    screen.show(found, valued(place, _traits), audience_records.profile)


def compare(rule: Rule, other: Rule, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Show what sets an audience apart from another one."""
    from portraits.app.audiences import audience_records, profiles

    place, screen = opened(workspace, as_json)
    found = profiles.compare(place, rule, other)
    screen.show(found, valued(place, _traits), audience_records.profile)


def overlap(
    rules: Annotated[list[str], typer.Argument(metavar="RULE...")], workspace: Folder = HERE, as_json: Json = False
) -> None:
    """Show how many customers audiences share."""
    from portraits.app.audiences import audience_records, overlaps

    place, screen = opened(workspace, as_json)
    screen.show(overlaps.overlap(place, rules), _matrix, audience_records.overlap)


def history(rule: Rule, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Show the size of an audience in every run."""
    from portraits.app.audiences import audience_records, sizes

    place, screen = opened(workspace, as_json)
    screen.show(sizes.history(place, rule), _sizes, audience_records.history)


def save(
    name: Name,
    rule: Rule,
    title: Annotated[str, typer.Option("--title")] = "",
    why: Annotated[str, typer.Option("--why")] = "",
    owner: Annotated[str, typer.Option("--owner")] = "",
    static: Annotated[bool, typer.Option("--static")] = False,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Write a rule as an audience into the workspace's files."""
    from portraits.app.audiences import keeping

    place, screen = opened(workspace, as_json)
    given = {"title": title or name, "rule": rule, "why": why or None, "owner": owner or None}
    values: dict[str, Any] = {**given, "members": "static"} if static else given
    kept = {key: value for key, value in values.items() if value is not None}
    file = keeping.save(place, name, kept, **who())
    screen.show(file, lambda screen, file: _saved(screen, name, file), lambda file: {"file": file.name})


def freeze(name: Name, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Keep who a static audience's rule chooses now as its members."""
    from portraits.app.audiences import audience_records, keeping

    place, screen = opened(workspace, as_json)
    made = keeping.freeze(place, name, **who())
    screen.show(made, _frozen, audience_records.frozen)


def remove(name: Name, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Remove an audience from the workspace's files."""
    from portraits.app.audiences import keeping

    place, screen = opened(workspace, as_json)
    file = keeping.remove(place, name, **who())
    screen.show(file, lambda screen, file: _removed(screen, name, file), lambda file: {"file": file.name})


def _traits(values: Values, found: Profile) -> None:
    screen = values.screen
    if found.small:
        screen.say("audience-profile", "small", n=found.side.n, other=found.other.n, least=found.least)
        return
    rows = [
        (
            each.tag.title,
            _value(values, each),
            f"{each.share:.1%}",
            f"{each.other_share:.1%}",
            _index(each),
            each.n,
            each.known,
        )
        for each in found.traits
    ]
    heads = ("tag", "value", "share", "other_share", "index", "customers", "known")
    screen.table("audience-profile", heads, rows)
    screen.say("audience-profile", "done", n=found.side.n, other=found.other.n, both=found.both)
    if found.left_out:
        names = ", ".join(tag.name for tag in found.left_out)
        screen.say("audience-profile", "left_out", tags=names)


def _value(values: Values, trait: Trait) -> str:
    if not trait.banded:
        return values.tag(trait.tag, trait.value)
    low, high = (values.tag(trait.tag, end) if end is not None else "" for end in (trait.value, trait.upto))
    return f"[{low}, {high})" if low and high else f"≥ {low}" if low else f"< {high}"


def _index(trait: Trait) -> int | None:
    return None if trait.index is None else round(trait.index)


def _matrix(screen: Screen, found: Overlap) -> None:
    names = [each.audience or each.rule for each in found.sets]
    rows = [[name, *cells] for name, cells in zip(names, found.cells, strict=True)]
    screen.table("audience-overlap", ["", *names], rows)


def _sizes(screen: Screen, found: History) -> None:
    rows = [
        (each.run, each.as_of, each.n, each.base, None if each.share is None else f"{each.share:.1%}")
        for each in found.sizes
    ]
    screen.table("audience-history", ("run", "as_of", "customers", "all", "share"), rows)


def _saved(screen: Screen, name: str, file: Path) -> None:
    screen.say("audience-save", "done", name=name, file=file.name)


def _frozen(screen: Screen, made: Freeze) -> None:
    screen.say("audience-freeze", "done", n=made.customers, run=str(made.run), as_of=made.as_of)


def _removed(screen: Screen, name: str, file: Path) -> None:
    screen.say("audience-remove", "done", name=name, file=file.name)
