"""Authoring: tags made, changed, retired and brought back without a text editor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from portraits.app.editing import amend_block, write_block
from portraits.app.reading import defined, readable
from portraits.app.tags.lineage import Lineage, lineage_of
from portraits.engine.workspace import Workspace
from portraits.tags.order import misnamed
from portraits.vocabulary.errors import DefinitionError, Fault, NotFound, Refused, nearest
from portraits.vocabulary.phrase import Phrases, say
from portraits.vocabulary.text import Text

Values = Mapping[str, Any]


def create_tag(workspace: Workspace, name: str, values: Values, *, actor: str, now: datetime) -> None:
    """Write a tag that there is not yet; DefinitionError lists what is wrong with it."""
    if fault := misnamed(name):
        raise DefinitionError([Fault(fault.what, block=f"tags.{name}", field="name", hint=fault.hint)])
    if f"tags.{name}" in defined(workspace).blocks:
        what, hint = say("there is a tag {name} already.", name=name), say("Choose another name, or edit that tag.")
        raise DefinitionError([Fault(what, block=f"tags.{name}", field="name", hint=hint)])
    write_block(workspace, "tags", name, values, actor=actor, now=now, seen="")


def edit_tag(
    workspace: Workspace, name: str, values: Values, *, actor: str, now: datetime, seen: str | None = None
) -> None:
    """Make a tag say these values; a built-in one is written into the workspace and so takes its place.

    Args:
        workspace: whose tag it is.
        name: of the tag; it stays.
        values: all keys of its block.
        actor: who does it.
        now: the present moment, with its zone.
        seen: the fingerprint of the block that the person saw; Busy where it has changed since.
    """
    definition(workspace, name)
    write_block(workspace, "tags", name, values, actor=actor, now=now, seen=seen)


def retire_tag(workspace: Workspace, name: str, *, actor: str, now: datetime) -> None:
    """Take a tag out of portraits from the next build on; Refused, with their names, while others use it."""
    values = definition(workspace, name)
    used = users(workspace, name)
    if used:
        said = Phrases(_NAMED[family](", ".join(names)) for family, names in used.items())
        raise Refused(say("{name} is used by {users}.", name=name, users=said), say("Change these first."))
    amend_block(workspace, "tags", name, values, {"retired": True}, actor=actor, now=now)


def restore_tag(workspace: Workspace, name: str, *, actor: str, now: datetime) -> None:
    """Bring a retired tag back; it has values again after the next build."""
    amend_block(workspace, "tags", name, definition(workspace, name), {"retired": None}, actor=actor, now=now)


_NAMED: Mapping[str, Callable[[str], str]] = {
    "tags": lambda names: say("(tags: {names})", names=names),
    "segments": lambda names: say("(segments: {names})", names=names),
    "audiences": lambda names: say("(audiences: {names})", names=names),
}


def users(workspace: Workspace, name: str) -> dict[str, tuple[str, ...]]:
    """What would miss a tag, by family: other tags that are not retired, segments and audiences."""
    known = defined(workspace)
    entries = readable(known.tags)
    own = {each.tag for each in known.tags[name].pieces(name)} if name in known.tags else {name}
    found = [lineage_of(each, known, entries) for each in sorted(own)]
    return {family: names for family, names in _using(found, known.tags, own).items() if names}


def _using(found: list[Lineage], tags: Mapping[str, Any], own: set[str]) -> dict[str, tuple[str, ...]]:
    def gathered(field: str) -> tuple[str, ...]:
        return tuple(sorted({name for each in found for name in getattr(each, field)}))

    living = (each for each in gathered("used_by_tags") if each not in own)
    return {
        "tags": tuple(each for each in living if not (each in tags and tags[each].retired)),
        "segments": gathered("used_by_segments"),
        "audiences": gathered("used_by_audiences"),
    }


def tag_titles(workspace: Workspace) -> dict[str, Text]:
    """The tags that are defined and not retired, by name, in the order of their names."""
    known = defined(workspace).tags
    return {name: known[name].title for name in sorted(known) if not known[name].retired}


def is_defined(workspace: Workspace, name: str) -> bool:
    """Whether something defines a tag, retired or not."""
    return name in defined(workspace).tags


def definition(workspace: Workspace, name: str) -> Values:
    """The keys of a tag as they are written, or as its pack has them; NotFound names the nearest tag."""
    known = defined(workspace)
    if name not in known.tags:
        raise NotFound(say("There is no tag {name}.", name=name), nearest(name, known.tags))
    return known.blocks[f"tags.{name}"].values
