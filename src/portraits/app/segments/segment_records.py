"""Segment records: moves, comparisons and cross tables as JSON values, the same from the API and from commands."""

from __future__ import annotations

from portraits.app.records import Record, plain
from portraits.app.runs.run_records import moment
from portraits.app.segments.comparison import Comparison
from portraits.app.segments.crosstab import Crosstab, Side
from portraits.app.segments.moves import Movers, Moves


def moves(found: Moves) -> Record:
    """Who went from which part of a segment to which between two runs; null is in no part."""
    return {
        "segment": found.segment,
        "tag": found.tag.name,
        "before": moment(found.before),
        "after": moment(found.after),
        "stayed": found.stayed,
        "moved": found.moved,
        "parts": plain(found.stops),
        "flows": plain(found.flows),
    }


def movers(found: Movers) -> Record:
    """A page of the customers behind one flow."""
    customers = [
        {
            "id": each.person.customer_id,
            "name": each.person.name,
            "email": each.person.email,
            "phone": each.person.phone,
            "known": each.known,
        }
        for each in found.rows
    ]
    about = {"segment": found.moves.segment, "before": found.flow.before, "after": found.flow.after}
    return {**about, "customers": customers, "total": found.total, "page": found.page, "pages": found.pages}


def comparison(found: Comparison) -> Record:
    """Two parts side by side and what tells them apart, the clearest first."""
    return {
        "segment": found.segment.line.name,
        "part": found.part.value,
        "other": found.other.value if found.other else None,
        "customers": found.customers,
        "others": found.others,
        "differences": [
            {
                "tag": each.tag.name,
                "value": plain(each.value),
                "first": {**plain(each.first), "coverage": each.first.coverage},
                "second": {**plain(each.second), "coverage": each.second.coverage},
                "index": plain(each.index),
                "effect": plain(each.effect),
            }
            for each in found.differences
        ],
        "as_of": plain(found.as_of),
        "run": found.run,
    }


def crosstab(found: Crosstab) -> Record:
    """A table of two tags; `cells` stands by rows, each with the rule that chooses its customers."""
    return {
        "rows": _side(found.rows),
        "columns": _side(found.columns),
        "metric": found.metric.name if found.metric else None,
        "cells": plain(found.cells),
        "total": plain(found.total),
        "base": found.base,
        "coverage": found.coverage,
        "as_of": plain(found.as_of),
        "run": found.run,
    }


def _side(side: Side) -> Record:
    bins = [{**plain(each), **plain(total)} for each, total in zip(side.bins, side.totals, strict=True)]
    return {"tag": side.tag.name, "bins": bins}
