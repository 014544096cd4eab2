"""Records of tags: what is asked of single tags as JSON values, the same from the API and from commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from portraits.app.records import Record, about, plain
from portraits.app.said import both
from portraits.app.tags.course import Course, Point
from portraits.app.tags.manual import HandTag, ManualHistory, Put, Told, Trouble
from portraits.app.tags.preview import Preview
from portraits.app.tags.shapes import Shape
from portraits.app.tags.versions import Versions
from portraits.vocabulary.errors import Fault


def preview(found: Preview) -> Record:
    """What a tag would be; `figures` and `tag` are null where it has faults."""
    figures = None
    if found.entry:
        figures = {**plain({name: getattr(found.entry, name) for name in _FIGURES}), "coverage": found.entry.coverage}
        figures["distribution"] = plain(found.entry.bars)
    return {
        "name": found.name,
        "faults": [fault(each) for each in found.faults],
        "tag": about(found.tag) if found.tag else None,
        "figures": figures,
        "base": found.base,
        "changed": found.changed,
        "examples": plain(found.examples),
    }


_FIGURES = ("customers", "known", "distinct", "low", "high", "mean")


def fault(found: Fault) -> Record:
    """A fault with its place, in both languages."""
    place = {name: getattr(found, name) for name in ("file", "line", "block", "field")}
    return {**place, "what": plain(both(found.what)), "hint": plain(both(found.hint))}


def put(found: Put) -> Record:
    """What was put or taken, and what was left out."""
    return {**plain(found), "troubles": [_trouble(each) for each in found.troubles]}


def _trouble(each: Trouble) -> Record:
    told = {"what": plain(both(each.what)), "hint": plain(both(each.hint))}
    return {"row": each.row, "customer": each.customer, **told}


def history(found: ManualHistory) -> Record:
    """What was said by hand, the newest first."""
    rest = plain({name: getattr(found, name) for name in ("tag", "total", "customers", "waiting", "values")})
    return {**rest, "statements": [_told(each) for each in found.told]}


def by_hand(found: Iterable[HandTag]) -> list[Record]:
    """The manual tags as they stand for a customer."""
    return [
        {
            "tag": each.name,
            "title": plain(each.title),
            "value": each.statement.value if each.statement else None,
            "source": each.statement.source if each.statement else "",
            "actor": each.statement.actor if each.statement else "",
            "at": plain(each.statement.at) if each.statement else None,
            "waiting": each.waiting,
        }
        for each in found
    ]


def _told(each: Told) -> Record:
    names = ("customer_id", "value", "source", "at", "actor", "noted_at")
    said = plain({name: getattr(each.statement, name) for name in names})
    return {**said, "counts": each.counts, "in_run": each.in_run}


def versions(found: Versions) -> Record:
    """The definitions of a tag, the newest first."""
    return dict(plain(found))


def course(found: Course) -> Record:
    """A tag over the runs that are kept, oldest first."""
    return {"tag": found.tag, "level": found.level, "points": [_point(each) for each in found.points]}


def _point(each: Point) -> Record:
    return {**plain(each), "coverage": each.coverage}


def shapes(found: Mapping[str, Shape]) -> Record:
    """The kinds of tags with their fields."""
    return {"kinds": [plain(each) for each in found.values()]}


def users(name: str, found: Mapping[str, Iterable[str]]) -> Record:
    """What would miss a tag."""
    return {"name": name, "users": {family: list(names) for family, names in found.items()}}


def written(name: str, definition: Mapping[str, Any]) -> Record:
    """A tag as it is written now."""
    return {"name": name, "definition": plain(definition)}
