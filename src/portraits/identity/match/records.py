"""Records: what is matched, with the identifiers that belong to nobody in particular taken out."""

from __future__ import annotations

from portraits.engine.warehouse import Step, literal, quote
from portraits.identity.clean.people import CLEAN
from portraits.identity.match.pack import Pack

MOST_RECORDS = 60  # behind one value, whatever names they have
# What a kind of customer has no key in: a hotline, an office's mailbox.
_NOT_OWN = {
    "phone": "phone_kind IS NOT DISTINCT FROM 'service'",
    "email": "coalesce(email_shared, false)",
}


def guarded(pack: Pack, people: str = "people_clean") -> list[Step]:
    """Steps that make `match_<kind>_guards` and `match_<kind>_records`.

    The guards say what stopped linking: field, value, names, records. The records have the columns of `people`.
    """
    mine = f"(SELECT * FROM {quote(people)} WHERE kind = {literal(pack.kind)})"
    shared = [_shared(field, most, mine, pack) for field, most in pack.guards.items()]
    guards = Step(f"match_{pack.kind}_guards", " UNION ALL ".join(shared), order="field, records DESC, value")
    kept = _records(pack, mine, f"match_{pack.kind}_guards")
    return [guards, Step(f"match_{pack.kind}_records", kept, order="record_id")]


def freshly_guarded(pack: Pack, people: str, run: str, into: str) -> Step:
    """The step that takes from new records what a run's guards have found to belong to nobody in particular."""
    mine = f"(SELECT * FROM {quote(people)} WHERE kind = {literal(pack.kind)})"
    return Step(into, _records(pack, mine, f"{run}_guards"), order="record_id")


# Mistyped names mostly keep their first letters: so many are not taken for the names of many people.
_CALLED = {
    "person": "left(split_part(name_key, ' ', 1), 1) || left(split_part(name_key, ' ', 2), 1)",
    "company": "left(company_key, 3)",
}


def _shared(field: str, most: int, people: str, pack: Pack) -> str:
    names = f"count(DISTINCT {_CALLED[pack.kind]})"
    return f"""
        SELECT {literal(field)} AS field, {quote(field)} AS value, {names} AS names, count(*) AS records
        FROM {people} WHERE {quote(field)} IS NOT NULL
        GROUP BY {quote(field)} HAVING names > {most} OR records > {MOST_RECORDS}"""


def _records(pack: Pack, people: str, guards: str) -> str:
    columns = [f"p.{quote(column)}" if column not in pack.guards else _kept(column, pack) for column in CLEAN]
    joins = [
        f"LEFT JOIN {quote(guards)} {quote(f'g_{field}')} "
        f"ON {quote(f'g_{field}')}.field = {literal(field)} AND {quote(f'g_{field}')}.value = p.{quote(field)}"
        for field in pack.guards
    ]
    start = "left(replace(p.company_key, ' ', ''), 7) AS company_start"
    return f"SELECT p.record_id, {', '.join(columns)}, {start} FROM {people} p {' '.join(joins)}"


def _kept(field: str, pack: Pack) -> str:
    lost = [f"{quote(f'g_{field}')}.value IS NOT NULL"]
    if pack.kind == "person" and field in _NOT_OWN:
        lost.append(_NOT_OWN[field])
    return f"CASE WHEN NOT ({' OR '.join(lost)}) THEN p.{quote(field)} END AS {quote(field)}"
