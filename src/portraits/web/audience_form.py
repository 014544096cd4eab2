"""Audience form: the fields under which a rule is kept, as a page fills them in and as a file holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from portraits.app.audiences.desk import Desk
from portraits.vocabulary.errors import DefinitionError, Fault, PortraitsError
from portraits.vocabulary.text import Text

TEXTS = ("title", "why")
FIELDS = ("title_en", "title_zh", "why_en", "why_zh", "owner", "members")


@dataclass(frozen=True)
class Keep:
    """The form under which a rule is kept, as it was filled in."""

    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    seen: str = ""
    faults: tuple[Fault, ...] = ()

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


def filled(name: str, table: Desk) -> Keep:
    """The form as the definition fills it in."""
    audience = table.audience
    if audience is None:
        return Keep(values={"members": "live"})
    title, why = audience.title, audience.why or Text(en="", zh="")
    texts = {"title_en": title.en, "title_zh": title.zh, "why_en": why.en, "why_zh": why.zh}
    return Keep(name, {**texts, "owner": audience.owner, "members": audience.members}, table.seen)


def read(known: str, given: Mapping[str, str]) -> Keep:
    """The form as somebody sent it; the name of a defined audience stays."""
    name = known or given.get("name", "").strip()
    return Keep(name, {key: given.get(key, "").strip() for key in FIELDS}, given.get("seen", ""))


def faulty(keep: Keep, error: PortraitsError) -> Keep:
    """The same form with what is wrong."""
    faults = error.faults if isinstance(error, DefinitionError) else (Fault(error.what, hint=error.hint),)
    return replace(keep, faults=tuple(faults))


def block(keep: Keep, rule: str) -> dict[str, Any]:
    """The block as it is to be written: a text in one language serves for both."""
    values: dict[str, Any] = {}
    for name in TEXTS:
        en, zh = keep[f"{name}_en"], keep[f"{name}_zh"]
        if en or zh:
            values[name] = {"en": en, "zh": zh} if en and zh and en != zh else en or zh
    values["rule"] = rule
    if keep["owner"]:
        values["owner"] = keep["owner"]
    if keep["members"] == "static":
        values["members"] = "static"
    return values
