"""Matching records: answers about cleaning, models and households as JSON values, for the API and for commands."""

from __future__ import annotations

from portraits.app.identity.households import HouseholdOf, Households
from portraits.app.identity.models import Asked, Models
from portraits.app.identity.repairs import Repaired, RepairedValues, Repairs
from portraits.app.records import Record, plain


def repairs(found: Repairs) -> Record:
    """What cleaning did to all values; a field by its name."""
    counts = [
        {"field": each.column.name, **plain(each.note), "records": each.records, "unusable": each.unusable}
        for each in found.counts
    ]
    rest = {name: plain(getattr(found, name)) for name in ("records", "repaired", "as_of", "run")}
    return {"counts": counts, **rest}


def repaired_values(found: RepairedValues) -> Record:
    """Values with what cleaning did to them."""
    told: Record = plain(found)
    return {**told, "values": [_repaired(each) for each in found.values]}


def _repaired(each: Repaired) -> Record:
    own = ("record_id", "source", "raw", "clean", "notes")
    return {"field": each.column.name, **{name: plain(getattr(each, name)) for name in own}}


def households(found: Households) -> Record:
    """A page of households."""
    return {**plain(found), "pages": found.pages}


def household_of(found: HouseholdOf) -> Record:
    """The household of a customer."""
    told: Record = plain(found)
    told["customer"] = told.pop("customer_id")
    return told


def models(found: Models) -> Record:
    """What matching has learnt."""
    told: Record = plain(found)
    return told


def asked(found: Asked) -> Record:
    """That models are to be learnt anew."""
    told: Record = plain(found)
    return told
