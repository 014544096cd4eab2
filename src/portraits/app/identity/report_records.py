"""Report records: what was merged, what would be, and what holds a customer together, as JSON values."""

from __future__ import annotations

from portraits.app.identity.identity_records import candidate
from portraits.app.identity.report import Report, Rows
from portraits.app.identity.sweep import SweepPreview
from portraits.app.identity.ties import Ties
from portraits.app.identity.trial import Trial
from portraits.app.records import Record, plain
from portraits.engine.recognising import Recognising


def sweep_preview(found: SweepPreview) -> Record:
    """What linking many pairs at once would change."""
    told: Record = plain(found)
    return {**told, "sample": [candidate(each) for each in found.sample]}


def report(found: Report) -> Record:
    """What the customers are made of, and what is suspicious about it."""
    told: Record = plain(found)
    return told


def rows(found: Rows) -> Record:
    """A page of what is behind a count."""
    return {**plain(found), "pages": found.pages}


def ties(found: Ties) -> Record:
    """What holds the records of a customer together."""
    told: Record = plain(found)
    told["customer"] = told.pop("customer_id")
    return told


def trial(found: Trial) -> Record:
    """What matching would find."""
    told: Record = plain(found)
    return told


def recognising(found: Recognising) -> Record:
    """What the settings say of finding customers."""
    told: Record = found.model_dump(mode="json", exclude_unset=True)
    return {"identity": told}
