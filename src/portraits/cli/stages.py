"""Stages: what the steps of a build are called on a terminal."""

from __future__ import annotations

from portraits.cli.screen import Screen


def stage(screen: Screen, name: str) -> str:
    """A step of a build in words; what has none, such as a source being loaded, by its own name."""
    from portraits.app.jobs.stages import doing, table_of

    table = table_of(name)
    if table:
        return screen.words("stages", "table", table=table)
    key = doing(name)
    return screen.words("stages", key) if key else name
