"""Identity records: answers about identity as JSON values, the same from the API and from commands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from portraits.app.identity.golden import GoldenRecord
from portraits.app.identity.identify import Recognised
from portraits.app.identity.identity import Act, IdentityHistory, SplitPreview
from portraits.app.identity.likeness import Candidate, Candidates
from portraits.app.identity.touch_up import TouchUp
from portraits.app.records import LANGUAGES, Record, plain
from portraits.engine.deciding import Decision
from portraits.vocabulary.phrase import NOTHING


def candidates(found: Candidates) -> Record:
    """A page of pairs to look at."""
    names = ("total", "kinds", "reasons", "likely", "page", "pages", "size", "by", "waiting", "as_of", "run")
    rest = {name: plain(getattr(found, name)) for name in names}
    return {"pairs": [candidate(each) for each in found.pairs], **rest}


def candidate(each: Candidate) -> Record:
    """A pair, its fields by name."""
    told: Record = plain(each)
    fields = [
        {"field": one.column.name, **{name: getattr(one, name) for name in ("left", "right", "agreement", "same")}}
        for one in each.fields
    ]
    return {**told, "fields": fields}


def act(done: Act) -> Record:
    """What was decided, and the number that undoes it."""
    told: Record = plain(done)
    return told


def touch_up(done: TouchUp) -> Record:
    """What came of letting decisions count at once; why a build was made or it waits, in both languages."""
    told: Record = plain(replace(done, why=NOTHING))
    why = {language: done.why.in_(language) for language in LANGUAGES} if str(done.why) else None
    return {**told, "why": why}


def split_preview(found: SplitPreview) -> Record:
    """What a customer would come apart into."""
    told: Record = plain(found)
    return told


def decisions(found: Iterable[Decision]) -> Record:
    """All that people decided."""
    return {"decisions": [{**plain(each), "stands": each.stands} for each in found]}


def identity_history(found: IdentityHistory) -> Record:
    """Who a customer is and how it came about."""
    told: Record = plain(found)
    told["customer"] = told.pop("customer_id")
    return {**told, **decisions(found.decisions)}


def golden_record(found: GoldenRecord) -> Record:
    """Each field of a customer, whose value it is and by which rule, and the values that lost against it."""
    told: Record = plain(found)
    fields = [
        {**each, "field": one.column.name, "disputed": one.disputed}
        for one, each in zip(found.fields, told["fields"], strict=True)
    ]
    for each in fields:
        del each["column"]
    told["customer"] = told.pop("customer_id")
    return {**told, "fields": fields}


def recognised(found: Recognised) -> Record:
    """Who it may be, the most likely first."""
    told: Record = plain(found)
    return told
