"""Records: answers of use cases as JSON values, the same from the API and from commands with `--json`.

Money and other decimals are JSON numbers, exact to the cent below ten trillion; moments and days are
text as in ISO 8601, moments in the workspace's time zone; what is not known is null; a text in both
languages is `{"en": ..., "zh": ...}`; a tag inside an answer is its name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from portraits.app.audiences.audiences import AudienceCount
from portraits.app.customers.customers import CustomerList
from portraits.app.customers.evidence import WhyView
from portraits.app.customers.portrait import PortraitView, TagValue
from portraits.app.reading import TagColumn
from portraits.app.runs.runs import RunLine
from portraits.app.segments.segments import Cell, SegmentLine, SegmentView
from portraits.app.tags.tags import Catalogue, CatalogueEntry, TagView
from portraits.engine.jobs import Job
from portraits.vocabulary.phrase import phrase_of
from portraits.vocabulary.text import Language

Record = dict[str, Any]

LANGUAGES: tuple[Language, ...] = get_args(Language)

_ABOUT = ("name", "title", "why", "group", "kind", "method", "type", "unit", "owner")
_FIGURES = ("customers", "known", "coverage", "distinct", "low", "high", "mean")
_PAGE = ("total", "base", "page", "pages", "size", "as_of", "run")
_JOB = (
    *("id", "kind", "status", "stopping", "arguments", "progress", "result", "actor"),
    *("created_at", "started_at", "ended_at", "retried_from"),
)
_RUN = ("number", "as_of", "created_at", "version", "rows")


def plain(value: Any) -> Any:
    """Any value of an answer as JSON values; a number that is none (NaN, infinite) is null."""
    if value is None or isinstance(value, bool) or type(value) in (str, int):
        return value
    for kind, written in _WRITTEN.items():
        if isinstance(value, kind):
            return written(value)
    if is_dataclass(value) and not isinstance(value, type):
        return _taken(value, [each.name for each in fields(value) if not each.name.startswith("_")])
    return str(value)


_WRITTEN: Mapping[Any, Callable[[Any], Any]] = {
    Enum: lambda value: plain(value.value),
    float: lambda value: value if math.isfinite(value) else None,
    Decimal: lambda value: plain(float(value)),
    date: lambda value: value.isoformat(),
    Path: str,
    TagColumn: lambda tag: tag.name,
    BaseModel: lambda value: plain(value.model_dump()),
    Mapping: lambda values: {str(key): plain(each) for key, each in values.items()},
    (list, tuple): lambda values: [plain(each) for each in values],
    (set, frozenset): lambda values: [plain(each) for each in sorted(values)],
}


def customers(found: CustomerList) -> Record:
    """A page of customers, each with the values of the chosen tags by name."""
    names = [tag.name for tag in found.columns]
    rows = [
        {
            "id": row.person.customer_id,
            "name": row.person.name,
            "email": row.person.email,
            "phone": row.person.phone,
            "tags": dict(zip(names, plain(row.values), strict=True)),
        }
        for row in found.rows
    ]
    return {"customers": rows, **_taken(found, _PAGE)}


def portrait(view: PortraitView) -> Record:
    """A customer's portrait."""
    return {
        "customer": plain(view.header),
        "against": _taken(view.peers, ("tag", "value", "customers")),
        "figures": [{**plain(each), "distance": each.distance} for each in view.figures],
        "tags": [_value(each) for group in view.groups.values() for each in group],
        "scores": plain(view.axes),
        "spending": plain(view.spending),
        "taste": plain(view.taste),
        "timeline": {**plain(view.timeline), "pages": view.timeline.pages, "total": view.timeline.total},
        **_taken(view, ("as_of", "run")),
    }


def why(view: WhyView) -> Record:
    """Why a tag has its value for a customer."""
    rest = [each.name for each in fields(view) if each.name not in ("customer_id", "tag")]
    return {"customer": view.customer_id, "tag": about(view.tag), **_taken(view, rest)}


def catalogue(found: Catalogue) -> Record:
    """All tags with the figures of their values."""
    return {"tags": [_entry(each) for each in found.entries], **_taken(found, ("as_of", "run"))}


def tag(view: TagView) -> Record:
    """One tag, its definition as written and its lineage."""
    return {"tag": _entry(view.entry), **_taken(view, ("definition", "lineage", "as_of", "run"))}


def about(tag: TagColumn) -> Record:
    """What a tag means and how its values are made."""
    return _taken(tag, _ABOUT)


def count(found: AudienceCount) -> Record:
    """How many customers a rule chooses."""
    return _taken(found, ("n", "base", "share", "sentence", "as_of", "run"))


def segments(found: Iterable[SegmentLine]) -> Record:
    """All segments."""
    return {"segments": plain(list(found))}


def segment(view: SegmentView, cells: Iterable[Cell]) -> Record:
    """One segment with its parts, and the cells of its grid where it has one."""
    money = view.money.name if view.money else None
    rest = {"parts": plain(view.parts), "grid": plain(list(cells)), **_taken(view, ("as_of", "run"))}
    return {"segment": plain(view.line), "money": money, "measures": plain(view.measures), **rest}


def runs(found: Iterable[RunLine]) -> Record:
    """The builds that are kept."""
    return {"runs": [{**_taken(line.info, _RUN), "current": line.current} for line in found]}


def jobs(found: Iterable[Job]) -> Record:
    """All jobs."""
    return {"jobs": [job(each) for each in found]}


def job(each: Job) -> Record:
    """One job; what its log says is in both languages."""
    return {**_taken(each, _JOB), "log": [_logged(entry) for entry in each.log]}


def _logged(entry: Mapping[str, Any]) -> Record:
    said = [phrase_of(data) for data in entry.get("said", ())]
    told = [{language: phrase.in_(language) for language in LANGUAGES} for phrase in said]
    return {"at": entry["at"], "stage": entry.get("stage"), "said": told}


def _taken(thing: Any, names: Iterable[str]) -> Record:
    """Some attributes of a thing."""
    return {name: plain(getattr(thing, name)) for name in names}


def _entry(entry: CatalogueEntry) -> Record:
    return {**about(entry.tag), **_taken(entry, _FIGURES), "distribution": plain(entry.bars)}


def _value(each: TagValue) -> Record:
    return {**about(each.tag), "value": plain(each.value), "label": plain(each.tag.label(each.value))}
