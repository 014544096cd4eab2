"""Audience island: what the page of an audience hands to its script: tags, words and the rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from portraits.app.audiences import audience_records
from portraits.app.audiences.desk import Desk
from portraits.app.audiences.trees import TreeCount
from portraits.app.reading import TagColumn
from portraits.tags.piece import Favourite
from portraits.vocabulary.errors import Fault
from portraits.web import words
from portraits.web.page import Page
from portraits.web.writing import SPOKEN

PREFIX = "builder."


def island(
    page: Page,
    table: Desk,
    *,
    audience: str,
    draft: str,
    content: Any,
    found: TreeCount | None,
    faults: Iterable[Fault] = (),
) -> dict[str, Any]:
    """All that the script needs to begin; it asks for the rest."""
    return {
        "tags": [_tag(page, tag) for tag in table.tags.values()],
        "words": {key.removeprefix(PREFIX): text for key, text in _words(page).items() if key.startswith(PREFIX)},
        "text": table.rule,
        "audience": audience,
        "draft": draft,
        "content": content,
        "answer": audience_records.tree(found) if found else None,
        "faults": [{"what": page.told(each.what), "hint": page.told(each.hint)} for each in faults],
    }


def _words(page: Page) -> Mapping[str, str]:
    return words.words(page.language)


def _tag(page: Page, tag: TagColumn) -> dict[str, Any]:
    return {
        "name": tag.name,
        "title": page.text(tag.title),
        "group": page.t(f"groups.{tag.group}"),
        "type": str(tag.type),
        "unit": _unit(page, tag.unit),
        "method": tag.method,
        "personal": bool(tag.personal),
        "labels": {value: page.text(text) for value, text in tag.labels.items()} or _spoken(page, tag),
    }


def _spoken(page: Page, tag: TagColumn) -> dict[str, str]:
    """Channels and kinds of events have words of the pages."""
    prefix = SPOKEN.get(tag.piece.of, "") if isinstance(tag.piece, Favourite) else ""
    head = f"{prefix}."
    known = {key.removeprefix(head): text for key, text in _words(page).items() if prefix and key.startswith(head)}
    return {name: text for name, text in known.items() if "." not in name}


def _unit(page: Page, unit: str) -> str:
    """The unit as it stands behind a field, where it has a word of its own."""
    if unit == "money":
        return page.outline.currency
    key = f"units.{unit}"
    if not unit or not words.has(page.language, key):
        return ""
    return page.t(key, n="").strip().lstrip("×").strip()
