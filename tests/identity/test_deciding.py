"""Deciding: what people say wins over what was found."""

from __future__ import annotations

import pytest

from portraits.identity.deciding import decided

PAIRS = [("a", "b"), ("b", "c")]


def _groups(found: dict[str, str]) -> set[str]:
    groups: dict[str, str] = {}
    for record, cluster in sorted(found.items()):
        groups[cluster] = groups.get(cluster, "") + record
    return set(groups.values())


@pytest.mark.parametrize(
    ("found", "together", "apart", "groups"),
    [
        ({"a": "1", "b": "2", "c": "3"}, [("a", "b")], [], {"ab", "c"}),
        ({"a": "1", "b": "1", "c": "1"}, [], [("a", "c"), ("b", "c")], {"ab", "c"}),
        (
            {"a": "1", "b": "1", "c": "1", "d": "1"},
            [("a", "b"), ("c", "d")],
            [("a", "c"), ("a", "d"), ("b", "c"), ("b", "d")],
            {"ab", "cd"},
        ),
        ({"a": "1", "b": "1", "c": "2"}, [("a", "c")], [("a", "b")], {"ac", "b"}),
        ({"a": "1", "b": "1"}, [("a", "z")], [("b", "y")], {"ab"}),
    ],
)
def test_decisions_win(
    found: dict[str, str], together: list[tuple[str, str]], apart: list[tuple[str, str]], groups: set[str]
) -> None:
    assert _groups(decided(found, together, apart)) == groups


def test_a_large_cluster_stays_whole_where_nobody_parts_it() -> None:
    found = {f"r{number:03}": "x" for number in range(100)} | {"z": "z"}
    assert len(_groups(decided(found, [("r000", "z")], []))) == 1
