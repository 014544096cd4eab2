"""Data records: answers about sources, batches, imports and mappings as JSON values, the same from every face."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from portraits.app.data.dry_run import DryRun
from portraits.app.data.forms import FormLine
from portraits.app.data.imports import ImportView
from portraits.app.data.mappings import MappingView
from portraits.app.data.standing import BatchLine, BatchView, SourceLine, SourceView
from portraits.app.data.suggestion import ColumnsView
from portraits.app.data.trial import Trial
from portraits.app.data.value_matching import ColumnValues
from portraits.app.records import Record, plain
from portraits.engine.imports import Import
from portraits.sources.rejects import Reject
from portraits.vocabulary.phrase import in_language
from portraits.vocabulary.text import Language

_BATCH = ("id", "source", "label", "rows_read", "rows_landed", "rows_rejected", "loaded_at", "actor", "parent")


def sources(found: Iterable[SourceLine]) -> Record:
    """All sources."""
    return {"sources": [_source(each) for each in found]}


def source(view: SourceView) -> Record:
    """One source with its batches."""
    batches = [_batch(each) for each in view.batches]
    return {
        "source": _source(view.line),
        "batches": batches,
        "newest": plain(view.newest),
        "faults": plain(list(view.faults)),
    }


def batches(found: Iterable[BatchLine]) -> Record:
    """Batches."""
    return {"batches": [_batch(each) for each in found]}


def batch(view: BatchView) -> Record:
    """One batch with a page of its rejected rows."""
    facts = {"facts": plain(view.line.batch.facts), "columns": plain(view.line.batch.columns)}
    return {
        "batch": {**_batch(view.line), **facts, "replaced": list(view.replaced)},
        "rejects": [_reject(each) for each in view.rejects],
        "replays": [_batch(each) for each in view.replays],
        "page": view.page,
        "pages": view.pages,
    }


def imports(found: Iterable[Import]) -> Record:
    """All imports."""
    return {"imports": [plain(each) for each in found]}


def import_(view: ImportView) -> Record:
    """One import and the step it stands at."""
    fault = str(view.fault.what) if view.fault else view.about.fault
    return {**plain(view.about), "step": view.step, "fault": fault}


def columns(view: ColumnsView) -> Record:
    """The columns of a table with those of a file."""
    return {
        "table": view.table.name,
        "tables": [{"name": table.name, "confidence": round(score, 3)} for table, score in view.tables],
        "columns": [{**_about(each), "column": each.column.name} for each in view.columns],
        "file": plain(list(view.file)),
    }


def values(found: Iterable[ColumnValues]) -> Record:
    """Values of columns with the words they stand for."""
    return {
        "columns": [
            {"column": each.column.name, "words": list(each.words), "values": plain(each.values), "more": each.more}
            for each in found
        ]
    }


def check(found: DryRun) -> Record:
    """What would land and what would be rejected."""
    reasons = [{"field": each.field, "rows": each.rows, "example": _reject(each.example)} for each in found.reasons]
    rest = {name: plain(getattr(found, name)) for name in ("read", "lands", "rejected", "lost", "sample")}
    return {**rest, "reasons": reasons, "rejects": [_reject(each) for each in found.rejects]}


def trial(found: Trial, language: Language = "en") -> Record:
    """What expressions give, and what is wrong with them in a language."""
    faults = [
        {
            "field": each.field,
            "what": str(in_language(each.what, language)),
            "hint": str(in_language(each.hint, language)),
        }
        for each in found.faults
    ]
    return {"faults": faults, "samples": plain(found.samples)}


def mapping(view: MappingView) -> Record:
    """A mapping with what its expressions give."""
    written = {each.column.name: each.expression for each in view.lines if each.expression}
    about = {"name": view.name, "source": view.source, "table": view.table.name, "where": view.where}
    return {**about, "columns": written, "source_columns": dict(view.columns), "rows": view.rows, **trial(view.trial)}


def forms(found: Iterable[FormLine]) -> Record:
    """All forms."""
    return {"forms": [form(each) for each in found]}


def form(line: FormLine) -> Record:
    """One form with its address and its entries."""
    about = {"name": line.name, "address": line.address, "reachable": line.reachable}
    return {**about, "form": plain(line.form), "entries": line.entries, "waiting": line.waiting}


def _source(line: SourceLine) -> Record:
    last = line.last and {"id": line.last.id, "loaded_at": plain(line.last.loaded_at)}
    return {
        **{each.name: plain(getattr(line, each.name)) for each in fields(line) if each.name != "last"},
        "last": last,
    }


def _batch(line: BatchLine) -> Record:
    about = {name: plain(getattr(line.batch, name)) for name in _BATCH}
    return {**about, "state": line.state, "waiting": line.waiting}


def _reject(each: Reject) -> dict[str, Any]:
    return {"row": each.row, "field": each.field, "reason": plain(each.text), "raw": each.raw}


def _about(each: Any) -> Record:
    return {name: plain(getattr(each, name)) for name in ("expression", "source", "confidence", "note")}
