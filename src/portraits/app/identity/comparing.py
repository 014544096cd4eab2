"""Comparing: records matched by all that they say, anew or from where the run before left off."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from portraits.engine.progress import Progress
from portraits.engine.recognising import Recognising
from portraits.engine.warehouse import Step, Warehouse, literal
from portraits.identity.clean.cleaning import clean_all
from portraits.identity.match import resuming
from portraits.identity.match.matching import Decisions, match
from portraits.identity.match.model import Model
from portraits.identity.match.pack import Pack, pack
from portraits.identity.match.resuming import GROWN, PARTS, loosened, resume

CLEANED_AS = 4  # raised when cleaning or matching changes what it makes of the same values


def match_all(
    warehouse: Warehouse, settings: Recognising, previous: str, decisions: Decisions, progress: Progress
) -> dict[str, Any]:
    """Make `identity_found`, `identity_ties`, `match_models` and the relations of matching; what the card says."""
    clean_all(warehouse, settings.country, progress)
    mark, packs = mark_of(settings), [fitted(name, settings) for name in settings.packs]
    models: dict[str, Model] = {}
    ways: dict[str, dict[str, Any]] = {}
    for each in packs:
        known = kept_model(warehouse, previous, each.kind, mark)
        loose = _loose(warehouse, each, known, previous, decisions)
        if known and loose is not None:
            resume(warehouse, each, known, previous, loose, decisions)
            models[each.kind], ways[each.kind] = known, {"way": "resumed", "records": len(loose)}
        else:
            models[each.kind] = match(warehouse, each, decisions=of_kind(warehouse, each, decisions), progress=progress)
            ways[each.kind] = {"way": "anew", "records": models[each.kind].records}
    _keep_models(warehouse, models, mark)
    warehouse.run([Step("identity_found", found_sql(settings.packs), temporary=True)])
    warehouse.run([Step("identity_ties", ties_sql(settings.packs), temporary=True)])
    _tidy(warehouse, models)
    return {"packs": ways}


def fitted(name: str, settings: Recognising) -> Pack:
    """The pack with the thresholds of the workspace."""
    found = pack(name)
    link = found.link if settings.link is None else settings.link
    review = found.review if settings.review is None else settings.review
    return found.model_copy(update={"link": link, "review": min(link, review)})


def mark_of(settings: Recognising) -> str:
    """What a model and its clusters depend on besides the records."""
    names = ("packs", "link", "review", "country", "training")
    return json.dumps([CLEANED_AS, *(str(getattr(settings, name)) for name in names)])


def kept_model(warehouse: Warehouse, previous: str, kind: str, mark: str) -> Model | None:
    """The model of the run before, where it fits."""
    if not previous or not _there(warehouse, previous, "match_models"):
        return None
    rows = warehouse.rows(f"SELECT model FROM {previous}.match_models WHERE kind = ? AND mark = ?", [kind, mark])
    return Model.read(rows[0][0]) if rows else None


def _there(warehouse: Warehouse, database: str, table: str) -> bool:
    sql = "SELECT 1 FROM information_schema.tables WHERE table_catalog = ? AND table_name = ?"
    return bool(warehouse.rows(sql, [database, table]))


def _loose(
    warehouse: Warehouse, each: Pack, known: Model | None, previous: str, decisions: Decisions
) -> set[str] | None:
    """The records to look at again; None where all are to be matched anew."""
    if known is None:
        return None
    [(total,)] = warehouse.rows("SELECT count(*) FROM people_marks WHERE kind = ?", [each.kind])
    if total < resuming.LEAST or total > GROWN * known.records:
        return None
    before = warehouse.rows(f"SELECT left_id, right_id, verdict FROM {previous}.identity_decided")
    now = {(*pair, "link") for pair in decisions.together} | {(*pair, "apart") for pair in decisions.apart}
    anew = [(left, right) for left, right, _ in now ^ set(before)]
    found = loosened(warehouse, each, previous, anew, [*decisions.together, *decisions.apart])
    return found if len(found) <= resuming.MOST * total else None


def of_kind(warehouse: Warehouse, each: Pack, decisions: Decisions) -> Decisions:
    """What is decided about records of one kind; of others, the clusters are told later."""
    named = sorted({record for pair in decisions.together for record in pair})
    sql = "SELECT record_id FROM people_clean WHERE kind = $kind AND record_id IN (SELECT unnest($named))"
    known = {row[0] for row in warehouse.rows(sql, {"kind": each.kind, "named": named})} if named else set()
    return replace(decisions, together=frozenset(pair for pair in decisions.together if known.issuperset(pair)))


def found_sql(kinds: tuple[str, ...]) -> str:
    """Every record with its cluster; one that no kind knows is alone. The method is that of its strongest link."""
    clusters = " UNION ALL ".join(f"SELECT record_id, cluster, records FROM match_{kind}_clusters" for kind in kinds)
    ends = " UNION ALL ".join(
        f"SELECT {end} AS record_id, weight, method FROM match_{kind}_links"
        for kind in kinds
        for end in ("left_id", "right_id")
    )
    return f"""
        WITH clustered AS ({clusters}),
        linked AS (SELECT record_id, arg_max(method, (weight, method)) AS method FROM ({ends}) GROUP BY record_id)
        SELECT r.record_id, p.source, coalesce(c.cluster, r.record_id) AS cluster,
            CASE WHEN coalesce(c.records, 1) = 1 THEN 'record' ELSE coalesce(l.method, 'model') END AS method
        FROM records r LEFT JOIN clustered c USING (record_id) LEFT JOIN linked l USING (record_id)
        LEFT JOIN people p USING (record_id)"""


def ties_sql(kinds: tuple[str, ...]) -> str:
    """The links of all kinds of customers."""
    return " UNION ALL ".join(f"SELECT left_id, right_id, weight, method FROM match_{kind}_links" for kind in kinds)


def _keep_models(warehouse: Warehouse, models: dict[str, Model], mark: str) -> None:
    rows = [
        f"SELECT {literal(kind)} AS kind, {literal(mark)} AS mark, {literal(each.json())} AS model"
        for kind, each in models.items()
    ]
    nothing = "SELECT '' AS kind, '' AS mark, '' AS model WHERE false"
    warehouse.run([Step("match_models", " UNION ALL ".join(rows) or nothing)])


def _tidy(warehouse: Warehouse, models: dict[str, Model]) -> None:
    """Drop what matching made on its way."""
    kept = {"match_models"}
    for kind, model in models.items():
        kept |= {f"match_{kind}_{part}" for part in PARTS} | {model.tf(column) for column in model.rare}
    sql = "SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND database_name = current_database()"
    made = ("match_", "assign_", "people_fresh", "people_loose")
    warehouse.drop(*(name for (name,) in warehouse.rows(sql) if name not in kept and name.startswith(made)))
