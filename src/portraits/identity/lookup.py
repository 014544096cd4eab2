"""Lookup: what customers are known by at the till and on the telephone, sorted so that one is found at once."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from portraits.engine.warehouse import Step, literal


@dataclass(frozen=True)
class Field:
    """A field to know a customer by: the cleaned column, the raw column as SQL makes it plain, and its cleaner."""

    cleaned: str
    plain: str
    cleaner: str


FIELDS = {
    "phone": Field("phone", "nullif(right(regexp_replace(phone, '[^0-9]', '', 'g'), 11), '')", "phone"),
    "email": Field("email", "lower(trim(email))", "email"),
    "wechat": Field("wechat_id", "trim(wechat_id)", "wechat_id"),
    "name": Field("name_key", "lower(trim(name))", "name"),
}


def plain_value(field: str, value: str) -> str:
    """A value as the look-up holds it where nothing was cleaned: the same as the SQL of the field."""
    if field == "phone":
        return re.sub("[^0-9]", "", value)[-11:]
    return value.strip() if field == "wechat" else value.strip().lower()


def lookup_step(relations: Collection[str]) -> list[Step]:
    """The step that makes `identity_lookup` (field, value, customer), from cleaned records where there are any."""
    if "people" not in relations:
        return []
    cleaned = "people_clean" in relations
    source = "people_clean p JOIN identity_links l USING (record_id)" if cleaned else "people p"
    each = []
    for name, field in FIELDS.items():
        value = f"p.{field.cleaned}" if cleaned else field.plain
        each.append(
            f"SELECT DISTINCT {literal(name)} AS field, {value} AS value, customer"
            f" FROM {source} WHERE {value} IS NOT NULL"
        )
    return [Step("identity_lookup", " UNION ALL ".join(each), order="field, value, customer")]
