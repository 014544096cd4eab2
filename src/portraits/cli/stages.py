"""Stages: what the steps of a build are called by people."""

from __future__ import annotations

import re

from portraits.cli.screen import Screen

# Names of steps -> what is being done, tried in order; tables come first and have titles of their own.
_DONE = tuple(
    (re.compile(pattern), key)
    for pattern, key in (
        (r"people_(clean|repairs)", "cleaning"),
        (r"match_.*|.*_first", "matching"),
        (r"records|identity_links|customers", "customers"),
        (r"cut_points.*|tags_ranked.*", "cut_points"),
        (r"tags?_statistics.*", "statistics"),
        (r"tags_.*", "tags"),
        (r"portrait", "portrait"),
        (r"evidence.*", "evidence"),
        (r"segment_members", "segments"),
    )
)


def stage(screen: Screen, name: str) -> str:
    """A step of a build in words; what has none, such as a source being loaded, by its own name."""
    from portraits.vocabulary.tables import TABLES

    table = TABLES.get(name.removesuffix("_as_mapped"))
    if table:
        return screen.words("stages", "table", table=table.title)
    key = next((key for pattern, key in _DONE if pattern.fullmatch(name)), "")
    return screen.words("stages", key) if key else name
