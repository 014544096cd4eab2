"""Embedding: signed links by which a customer's small portrait is shown inside another program.

A link names the customer and the moment it ends at, and carries a signature over both. Whoever
has the link sees that customer until then, and nothing else; a new key ends all links at once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from portraits.app.customers.peers import peers
from portraits.app.customers.portrait import SILENT, Figure, Header, TagValue, figures, groups, header_of
from portraits.app.customers.subject import subject
from portraits.app.customers.timeline import Moment, timeline
from portraits.app.reading import Reading, defined, reading
from portraits.app.store import here, store
from portraits.engine.audit import Entry, note
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, Refused
from portraits.vocabulary.phrase import say

MOST_DAYS = 3660
_KEY_BYTES = 32
MOST_TAGS = 8
MOST_MOMENTS = 5
TELLING = ("value", "consumption", "interest", "behaviour", "interaction", "risk")  # groups a CRM's user looks at


@dataclass(frozen=True)
class EmbedLink:
    """A link to the small portrait of a customer: its path on this server, and when it ends."""

    customer_id: str
    path: str
    until: datetime


@dataclass(frozen=True)
class Embedded:
    """The small portrait: no contacts, no free text, no tag that personal fields reach; the name is masked."""

    header: Header
    name: str
    figures: tuple[Figure, ...]
    tags: tuple[TagValue, ...]
    moments: tuple[Moment, ...]
    as_of: datetime
    run: int


def embed_link(workspace: Workspace, customer_id: str, days: int = 30, *, actor: str, now: datetime) -> EmbedLink:
    """A signed link to a customer's small portrait, noted in the audit trail.

    BadInput where the days are none; NotFound where there is no such customer.
    """
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(
            say("A link cannot last {days} days.", days=days), say("Write a number from 1 to {most}.", most=MOST_DAYS)
        )
    with reading(workspace) as run:
        subject(run, customer_id)
    end = (now + timedelta(days=days)).replace(microsecond=0)
    until = int(end.timestamp())
    with store(workspace) as opened:
        note(opened, Entry(here(workspace, now), actor, "embed link", customer_id, {"days": days, "until": until}))
    query = urlencode({"until": until, "key": _signature(workspace, customer_id, until)})
    return EmbedLink(customer_id, f"/embed/customers/{quote(customer_id, safe='')}?{query}", here(workspace, end))


def embedded(workspace: Workspace, customer_id: str, until: str, key: str, *, now: datetime) -> Embedded:
    """The small portrait behind a link; Refused where the link is not ours or has ended."""
    _check(workspace, customer_id, until, key, now)
    with reading(workspace) as run:
        who = subject(run, customer_id)
        found = timeline(run, who.customer, size=MOST_MOMENTS)
        return Embedded(
            header=header_of(run, who),
            name=_initial(who.record.get("name")),
            figures=tuple(figures(run, who.values, peers(run, who.values, "", ()).means)),
            tags=_tags(run, who.values),
            moments=tuple(_bare(each) for each in found.moments),
            as_of=run.as_of,
            run=run.run.info.number,
        )


def ancestors(workspace: Workspace) -> tuple[str, ...]:
    """The sites that may show a small portrait in a frame."""
    return defined(workspace).settings.embed_ancestors


def _check(workspace: Workspace, customer_id: str, until: str, key: str, now: datetime) -> None:
    again = say("Ask for a new link: portraits embed CUSTOMER.")
    end = int(until) if until.isdecimal() and until.isascii() and len(until) < 15 else 0
    if not hmac.compare_digest(key.encode(), _signature(workspace, customer_id, end).encode()):
        raise Refused(say("This link was not made here, or was changed."), again)
    if now.timestamp() >= end:
        raise Refused(say("This link has ended."), again)


def _signature(workspace: Workspace, customer_id: str, until: int) -> str:
    signed = hmac.new(_key(workspace), f"{until}\n{customer_id}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(signed.digest()).decode().rstrip("=")


def _key(workspace: Workspace) -> bytes:
    """The key of all links, made when it is first needed, for the eyes of this account alone."""
    path = workspace.data / "embed.key"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        workspace.data.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
        part.touch(0o600, exist_ok=False)
        part.write_bytes(secrets.token_bytes(_KEY_BYTES))
        try:
            os.link(part, path)  # who comes second takes the key of the first
        except FileExistsError:
            pass
        finally:
            part.unlink()
        return path.read_bytes()


def _tags(run: Reading, values: Mapping[str, Any]) -> tuple[TagValue, ...]:
    found = groups(run, values)
    telling = [each for group in TELLING for each in found.get(group, ()) if not each.tag.personal]
    named = [each for each in telling if each.value is not None and not each.tag.numeric and _tells(each.value)]
    return tuple(named[:MOST_TAGS])


def _tells(value: Any) -> bool:
    return str(value).lower() not in SILENT


def _initial(name: Any) -> str:
    return f"{str(name).strip()[:1]}**" if name and str(name).strip() else ""


def _bare(moment: Moment) -> Moment:
    """A moment without what somebody wrote."""
    return replace(moment, text="")
