"""Customer records: answers about one customer as JSON values, the same from the API and from commands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portraits.app.customers.embedding import EmbedLink
from portraits.app.customers.held import HeldTag, HeldTags
from portraits.app.customers.history import History
from portraits.app.customers.provenance import Provenance
from portraits.app.customers.sides import Pair, Side, SideBySide
from portraits.app.customers.timeline import TimelineView
from portraits.app.customers.views import SavedView
from portraits.app.records import Record, about, plain


def timeline(view: TimelineView) -> Record:
    """A page of what happened, and how much there is of each kind."""
    found = view.timeline
    return {
        "customer": view.customer_id,
        "timeline": {**plain(found), "pages": found.pages, "total": found.total},
        **_when(view),
    }


def held_tags(found: HeldTags) -> Record:
    """The tags of a customer with how sure they are and what contradicts them."""
    tags = [_held(each) for group in found.groups.values() for each in group]
    counts = {name: getattr(found, name) for name in ("known", "total", "conflicts")}
    return {"customer": found.customer_id, "tags": tags, **counts, **_when(found)}


def history(found: History) -> Record:
    """The values of tags over runs, oldest first."""
    return {
        "customer": found.customer_id,
        "runs": [{"number": info.number, "as_of": plain(info.as_of)} for info in found.runs],
        "tags": [{**about(each.tag), "changes": each.changes, "points": plain(each.points)} for each in found.tags],
        **_when(found),
    }


def provenance(found: Provenance) -> Record:
    """The records behind a customer, and where its rows come from."""
    return {
        "customer": found.customer_id,
        "records": plain(found.records),
        "total": found.total,
        "rows": plain(found.rows),
        **_when(found),
    }


def side_by_side(found: SideBySide) -> Record:
    """Two customers, and the tags that at least one of them has."""
    return {
        "left": _side(found.left),
        "right": _side(found.right),
        "different": found.different,
        "alike": found.alike,
        "tags": [_pair(each) for each in found.pairs],
        **_when(found),
    }


def views(found: Iterable[SavedView]) -> Record:
    """All saved views."""
    return {"views": [view(each) for each in found]}


def view(found: SavedView) -> Record:
    """A saved view and the question that it asks."""
    rest: Record = plain(found)
    return {**rest.pop("asked"), **rest}


def embed_link(link: EmbedLink) -> Record:
    """A signed link."""
    return {"customer": link.customer_id, "path": link.path, "until": plain(link.until)}


def _held(each: HeldTag) -> Record:
    label = each.tag.label(each.value) if each.value is not None else None
    rest: Record = plain(each)
    return {**about(each.tag), **{name: rest[name] for name in rest if name != "tag"}, "label": plain(label)}


def _side(side: Side) -> Record:
    return {"customer": plain(side.header), "figures": plain(side.figures), "scores": plain(side.axes)}


def _pair(pair: Pair) -> Record:
    values = {name: plain(getattr(pair, name)) for name in ("left", "right", "differs")}
    return {**about(pair.tag), **values}


def _when(view: Any) -> Record:
    return {"as_of": plain(view.as_of), "run": view.run}
