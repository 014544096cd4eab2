"""Desk: what lies before somebody who writes the rule of an audience, a defined one or a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portraits.app.audiences.chosen import frozen, is_personal, ruled
from portraits.app.audiences.keeping import FAMILY
from portraits.app.definitions import Audience
from portraits.app.editing import fingerprint
from portraits.app.reading import Reading, TagColumn, defined, reading
from portraits.engine.audiences import Freeze
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import DefinitionError, NotFound, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Text


@dataclass(frozen=True)
class Desk:
    """The tags a rule may name, the audience as it is written, and the titles of all audiences.

    `audience` is None for a new one; `frozen` is the list of a static one; `seen` is the fingerprint
    of its block, by which a change of somebody else is noticed.
    """

    tags: Mapping[str, TagColumn]
    titles: Mapping[str, Text]
    audience: Audience | None = None
    frozen: Freeze | None = None
    seen: str = ""
    personal: bool = False  # whether the rule as written belongs into no address

    @property
    def rule(self) -> str:
        """The rule as it is written; empty for a new audience."""
        return self.audience.rule if self.audience else ""

    @property
    def static(self) -> bool:
        """Whether the members are a list."""
        return self.audience is not None and self.audience.members == "static"


def desk(workspace: Workspace, name: str = "") -> Desk:
    """What is needed to write the rule of an audience; NotFound names the nearest one."""
    known = defined(workspace).audiences
    if name and name not in known:
        raise NotFound(say("There is no audience {audience}.", audience=name), nearest(name, known))
    titles = {other: each.title for other, each in known.items()}
    with reading(workspace) as run:
        if not name:
            return Desk(run.tags, titles)
        lists = frozen(workspace) if known[name].members == "static" else {}
        seen = fingerprint(workspace, FAMILY, name)
        return Desk(run.tags, titles, known[name], lists.get(name), seen, _is_personal(run, known[name]))


def _is_personal(run: Reading, audience: Audience) -> bool:
    """A rule that cannot be read is held to be."""
    try:
        return is_personal(run, ruled(run, audience.rule).names)
    except DefinitionError:
        return True
