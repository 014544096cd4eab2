"""Components: records that links hold together, directly or through others."""

from __future__ import annotations

from collections.abc import Iterable


def components(links: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Record -> the smallest record of its component, for every record that has a link."""
    parent: dict[str, str] = {}
    for left, right in links:
        one, other = _root(parent, left), _root(parent, right)
        if one != other:
            parent[max(one, other)] = min(one, other)
    return {record: _root(parent, record) for record in sorted(parent)}


def _root(parent: dict[str, str], record: str) -> str:
    top = record
    while (above := parent.setdefault(top, top)) != top:
        top = above
    while parent[record] != top:
        parent[record], record = top, parent[record]
    return top
