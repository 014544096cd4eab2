"""Stages: what the steps of long work are called by people, as keys for the faces' words."""

from __future__ import annotations

import re

from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.text import Text

# Names of steps -> what is being done, tried in order; tables come first and have titles of their own.
_DONE = tuple(
    (re.compile(pattern), key)
    for pattern, key in (
        (r"quality_.*|source_reliability", "quality"),
        (r"people_(clean|repairs|marks)", "cleaning"),
        (r"learn .*", "learning"),
        (r"compare .*", "comparing"),
        (r"match_.*|.*_first", "matching"),
        (r"identity_(moved|changes)", "journal"),
        (r"copy|touched|laid_over", "touched"),
        (r"records|customers|customer_ids|identity_.*|household.*", "customers"),
        (r"cut_points.*|tags_ranked.*", "cut_points"),
        (r"tags?_statistics.*", "statistics"),
        (r"tags_.*|manual_tags", "tags"),
        (r"portrait", "portrait"),
        (r"evidence.*", "evidence"),
        (r"segment_members", "segments"),
    )
)
KEYS = tuple(key for _, key in _DONE)


def table_of(name: str) -> Text | None:
    """The title of the table that a step makes, where it makes one."""
    table = TABLES.get(name.removesuffix("_as_mapped"))
    return table.title if table else None


def doing(name: str) -> str:
    """What a step does, as a key; empty where it has none, such as a source that is being loaded."""
    return next((key for pattern, key in _DONE if pattern.fullmatch(name)), "")
