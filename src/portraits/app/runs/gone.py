"""Gone: tags that the published run holds, though nothing defines them any more.

Names of tags are immutable: audiences, exports and other programs know a tag by its name. One that
is to be used no more is retired, so that a name that is gone is most often a slip.
"""

from __future__ import annotations

from collections.abc import Collection

from portraits.app.definitions import definitions
from portraits.engine import runs
from portraits.engine.workspace import Workspace
from portraits.tags.order import catalogue


def gone_tags(workspace: Workspace) -> tuple[str, ...]:
    """The tags of the published run that the definitions make no more, in order of names; none before a build."""
    return gone(workspace, catalogue(definitions(workspace).tags))


def gone(workspace: Workspace, made: Collection[str]) -> tuple[str, ...]:
    """The tags of the published run that are not among those that are made now."""
    number = runs.current(workspace)
    held = runs.run_info(workspace, number).figures.get("tags", {}) if number else {}
    return tuple(sorted(set(held) - set(made)))
