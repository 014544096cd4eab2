"""Reach: through which channels a customer can and may be contacted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from portraits.app.customers.subject import Subject
from portraits.app.reading import Reading

State = Literal["open", "unasked", "closed"]

# The field of a person record that a channel needs.
CHANNELS: Mapping[str, str] = {"phone": "phone", "email": "email", "wechat": "wechat_id", "post": "address"}
# What sources call these channels in their consents.
NAMES: Mapping[str, str] = {"sms": "phone", "call": "phone", "mail": "email", "e-mail": "email", "letter": "post"}


@dataclass(frozen=True)
class Reach:
    """A channel with an address: `open` by consent, `closed` by withdrawal, or never asked."""

    channel: str
    state: State


def reach(run: Reading, who: Subject) -> tuple[Reach, ...]:
    """The channels for which an address of the customer is known."""
    known = [channel for channel, field in CHANNELS.items() if who.record.get(field) is not None]
    said = _consents(run, who.customer) if known else {}
    return tuple(Reach(channel, _state(said.get(channel, said.get("")))) for channel in known)


def _state(status: str | None) -> State:
    if status is None:
        return "unasked"
    return "open" if status == "given" else "closed"


def _consents(run: Reading, customer: int) -> dict[str, Any]:
    """Channel -> the newest word on it; "" where it was given for every channel."""
    if "customer" not in run.columns.get("consents", {}):
        return {}
    sql = """SELECT lower(coalesce(channel, '')), arg_max(status, "at") FROM consents
        WHERE customer = ? AND purpose = 'marketing' GROUP BY 1"""
    return {NAMES.get(channel, channel): status for channel, status in run.rows(sql, [customer])}
