"""Trace: events of one kind, as one of the shop's systems saw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portraits.examples.corner_shop.chance import Floats, Ints

if TYPE_CHECKING:
    import pyarrow as pa

CHANNELS = ("store", "web", "mini_program", "phone", "email")
STORE, WEB, MINI, PHONE, EMAIL = range(len(CHANNELS))
MINUTE = 1 / 1440  # of a day


@dataclass(frozen=True)
class Trace:
    """Events of one kind: record (-1 unknown), time and channel of each, and what else is known."""

    kind: str
    record: Ints
    time: Floats
    channel: Ints
    object: tuple[Sequence[str], Ints] | None = None  # words, and the place of each event's word
    value: Floats | None = None
    text: pa.Array | None = None
