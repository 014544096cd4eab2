"""People: person records cleaned by their distinct values, raw and clean side by side.

What the app does with it: for each of `distinct(columns)` run the SQL, hand the rows to `clean`,
register the table it returns under `cleaned_<name>`, then run `steps(columns)`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import TYPE_CHECKING

from portraits.engine.warehouse import Step, literal, quote
from portraits.identity.clean import addresses, cards, companies, dates, emails, id_cards, names, phones, places, sexes
from portraits.identity.clean import wechat as wechats
from portraits.identity.clean.cleaned import Cleaned, Cleaner

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 50_000  # values whose Python objects are alive at a time
_DAY_SECOND = frozenset({"US"})  # countries that write the month first


def cleaners(country: str = "CN") -> dict[str, Cleaner]:
    """The cleaner of each column; `country` decides numbers without a code and days without an order."""
    order: dates.Order = "month" if country in _DAY_SECOND else "day"
    listed = (
        Cleaner("name", (*names.PARTS, "core", "form"), names.clean_name),
        Cleaner("company", companies.PARTS, companies.clean_company),
        Cleaner("given_name", names.WORD_PARTS, names.clean_given_name),
        Cleaner("family_name", names.WORD_PARTS, names.clean_family_name),
        Cleaner("gender", sexes.PARTS, sexes.clean_gender),
        Cleaner("birth_date", dates.PARTS, partial(dates.clean_date, first=order)),
        Cleaner("email", emails.PARTS, partial(_email, country=country)),
        Cleaner("phone", phones.PARTS, partial(phones.clean_phone, country=country)),
        Cleaner("wechat_id", wechats.PARTS, wechats.clean_wechat),
        Cleaner("card_hash", cards.PARTS, cards.clean_card),
        Cleaner("national_id", id_cards.PARTS, id_cards.clean_national_id),
        Cleaner("address", addresses.PARTS, addresses.clean_address),
        Cleaner("city", places.CITY_PARTS, places.clean_city),
        Cleaner("region", places.REGION_PARTS, places.clean_region),
        Cleaner("postal_code", places.POSTAL_PARTS, places.clean_postal_code),
    )
    return {each.column: each for each in listed}


def _email(raw: str, country: str) -> Cleaned:
    """An e-mail address; a phone number typed in its place comes out in the form that phones have."""
    found = emails.clean_email(raw)
    if "phone" not in found.parts:
        return found
    number = phones.clean_phone(found.parts["phone"], country).value
    return found._replace(parts={"phone": number} if number else {})


def distinct(columns: Collection[str]) -> Iterator[tuple[str, str]]:
    """For each column of `people` that is there and can be cleaned: its cleaner's name, SQL of its distinct values."""
    company = "coalesce(kind = 'company', false)" if "kind" in columns else "false"
    for name in cleaners():
        column = "name" if name == "company" else name
        if column not in columns:
            continue
        of_kind = {"name": f" AND NOT {company}", "company": f" AND {company}"}.get(name, "")
        values = f"SELECT DISTINCT CAST({column} AS VARCHAR) AS raw FROM people"
        yield name, f"{values} WHERE {column} IS NOT NULL{of_kind} ORDER BY raw"


def clean(cleaner: Cleaner, values: pa.Table) -> pa.Table:
    """Rows raw, value, each part, repairs and flags (both comma separated, empty for none) for a table with `raw`."""
    import pyarrow as pa

    fields = ("raw", "value", *cleaner.parts, "repairs", "flags")
    schema = pa.schema([(field, pa.string()) for field in fields])
    batches = values.select(["raw"]).to_batches(max_chunksize=BATCH)
    return pa.Table.from_batches([_batch(cleaner, batch.column(0), schema) for batch in batches], schema)


def _batch(cleaner: Cleaner, raws: pa.Array, schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    written = raws.to_pylist()
    found = list(map(cleaner.clean, written))
    parts = [each.parts for each in found]
    columns = [
        raws,
        [each.value for each in found],
        *([part.get(name) for part in parts] for name in cleaner.parts),
        [",".join(each.repairs) for each in found],
        [",".join(each.flags) for each in found],
    ]
    return pa.RecordBatch.from_arrays([pa.array(column, pa.string()) for column in columns], schema=schema)


def clean_people(
    columns: Collection[str], read: Callable[[str], pa.Table], country: str = "CN"
) -> Iterator[tuple[str, pa.Table]]:
    """The relations `cleaned_<name>`, one after another.

    Args:
        columns: those of `people` (`national_id` is cleaned too where a workspace maps one).
        read: runs a SELECT and gives its rows.
        country: two letters; how numbers and days without further mark are meant.
    """
    known = cleaners(country)
    for name, sql in distinct(columns):
        yield f"cleaned_{name}", clean(known[name], read(sql))


def steps(columns: Collection[str]) -> list[Step]:
    """Steps that make `people_clean` (one row a record, in the columns of `CLEAN`) and `people_repairs`."""
    there = [name for name, _ in distinct(columns)]
    return [_people_clean(columns, there), _people_repairs(columns, there)]


# Column of people_clean -> SQL; `p` is the record, every cleaner a relation of its own name.
_KEY = "nullif(concat_ws(' ', least({0}, {1}), greatest({0}, {1})), '')"
_GIVEN, _FAMILY = "coalesce(given_name.plain, name.given)", "coalesce(family_name.plain, name.family)"
CLEAN: dict[str, str] = {
    "kind": "coalesce(p.kind, name.kind, 'person')",
    "name": "coalesce(company.value, name.value, nullif(concat_ws(' ', given_name.value, family_name.value), ''))",
    "name_key": f"CASE WHEN {_GIVEN} IS NOT NULL AND {_FAMILY} IS NOT NULL THEN {_KEY.format(_GIVEN, _FAMILY)} END",
    "given": _GIVEN,
    "given_root": f"coalesce(given_name.root, name.root, {_GIVEN})",
    "family": _FAMILY,
    "middle": "name.middle",
    "suffix": "name.suffix",
    "script": "name.script",
    "han": "coalesce(name.han, family_name.han || given_name.han)",
    "company_key": "coalesce(company.key, CASE WHEN name.kind = 'company' THEN name.key END)",
    "gender": "coalesce(gender.value, name.sex, national_id.sex)",
    "birth_date": "coalesce(birth_date.value, national_id.birth_date)",
    "birth_swapped": "birth_date.swapped",
    "email": "coalesce(email.mailbox, phone.email)",
    "email_shared": "contains(email.flags, 'role_address') OR contains(email.flags, 'disposable')",
    "phone": "coalesce(phone.value, email.phone)",
    "phone_kind": "phone.kind",
    "wechat_id": "wechat_id.value",
    "card_hash": "card_hash.value",
    "device_id": "nullif(lower(trim(p.device_id)), '')",
    "national_id": "national_id.value",
    "national_id_kind": "national_id.kind",
    "street": "address.street",
    "house": "address.number",
    "door": "nullif(concat_ws('-', address.building, address.unit), '')",
    "address_key": "address.key",
    "city": "coalesce(city.key, address.city)",
    "region": "coalesce(region.key, city.region, address.region)",
    "postal_code": "coalesce(postal_code.key, address.postal_code)",
}


def _people_clean(columns: Collection[str], there: list[str]) -> Step:
    made = [f"{sql} AS {quote(column)}" for column, sql in CLEAN.items()]
    own = ["p.record_id", "p.source" if "source" in columns else "NULL::VARCHAR AS source"]
    records = _with(columns, "kind", "device_id")
    joins = [_join(cleaner, there) for cleaner in cleaners().values()]
    return Step("people_clean", f"SELECT {', '.join([*own, *made])} FROM {records} p {' '.join(joins)}")


def _join(cleaner: Cleaner, there: list[str]) -> str:
    """The cleaned values of a column; a relation without rows where the column is not there."""
    name = quote(cleaner.column)
    if cleaner.column not in there:
        nulls = ", ".join(f"NULL::VARCHAR AS {quote(field)}" for field in ("value", *cleaner.parts, "flags"))
        return f"LEFT JOIN (SELECT {nulls} WHERE false) {name} ON true"
    return f"LEFT JOIN {quote(f'cleaned_{cleaner.column}')} {name} ON {_on(cleaner.column, name)}"


def _on(column: str, cleaned: str) -> str:
    company = "coalesce(p.kind = 'company', false)"
    kind = {"company": f" AND {company}", "name": f" AND NOT {company}"}.get(column, "")
    of = "name" if column == "company" else column
    return f"{cleaned}.raw = CAST(p.{quote(of)} AS VARCHAR){kind}"


def _people_repairs(columns: Collection[str], there: list[str]) -> Step:
    """Every value that was repaired, flagged or given up: field, raw and clean value, and what was done."""
    each = [
        f"SELECT p.record_id, {literal('name' if name == 'company' else name)} AS field, c.raw, c.value AS clean, "
        f"c.repairs, c.flags FROM {_with(columns, 'kind')} p JOIN {quote(f'cleaned_{name}')} c "
        f"ON {_on(name, 'c')} WHERE c.repairs <> '' OR c.flags <> ''"
        for name in there
    ]
    nobody = (
        "SELECT ''::VARCHAR AS record_id, '' AS field, '' AS raw, '' AS clean, '' AS repairs, '' AS flags WHERE false"
    )
    return Step("people_repairs", " UNION ALL ".join(each) or nobody)


def _with(columns: Collection[str], *wanted: str) -> str:
    """`people` with the columns that are spoken of, empty where it has none of the name."""
    missing = [f"NULL::VARCHAR AS {quote(name)}" for name in wanted if name not in columns]
    return f"(SELECT *, {', '.join(missing)} FROM people)" if missing else "people"
