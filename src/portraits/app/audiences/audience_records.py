"""Records of audiences: answers about them as JSON values, the same from the API and from commands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portraits.app.audiences.audiences import AudienceLine, Verdict
from portraits.app.audiences.overlaps import Overlap
from portraits.app.audiences.profiles import Profile, Trait
from portraits.app.audiences.sizes import History
from portraits.app.audiences.trees import TreeCount
from portraits.app.records import Record, count, plain
from portraits.app.tags.suggesting import Values
from portraits.engine.audiences import Draft, Freeze


def audiences(found: Iterable[AudienceLine]) -> Record:
    """The audiences that are defined, with their counts."""
    return {"audiences": [_line(each) for each in found]}


def tree(found: TreeCount) -> Record:
    """A rule in all its forms, with the numbers of its parts."""
    return {**plain(found), "share": found.share}


def values(found: Values) -> Record:
    """The values of a tag."""
    return dict(plain(found))


def profile(found: Profile) -> Record:
    """What sets one side apart from the other."""
    sides = {"audience": plain(found.side), "other": plain(found.other), "both": found.both}
    names = ("least", "small", "as_of", "run")
    rest = {name: plain(getattr(found, name)) for name in names}
    return {**sides, "traits": [_trait(each) for each in found.traits], "left_out": plain(found.left_out), **rest}


def overlap(found: Overlap) -> Record:
    """How many customers audiences share."""
    return dict(plain(found))


def history(found: History) -> Record:
    """The sizes of an audience over runs."""
    sizes = [{**plain(each), "share": each.share} for each in found.sizes]
    return {**plain(found), "sizes": sizes}


def verdict(found: Verdict) -> Record:
    """Whether a customer is in an audience, and why."""
    return {**plain(found), "inside": found.inside}


def draft(found: Draft) -> Record:
    """A rule that somebody works on."""
    return dict(plain(found))


def frozen(found: Freeze) -> Record:
    """The list of a static audience."""
    return dict(plain(found))


def _line(each: AudienceLine) -> Record:
    told: dict[str, Any] = plain(each)
    return {**told, "count": count(each.count) if each.count else None}


def _trait(each: Trait) -> Record:
    figures = {name: getattr(each, name) for name in ("share", "other_share", "index", "strength")}
    return {**plain(each), "title": plain(each.tag.title), "label": plain(each.tag.label(each.value)), **figures}
