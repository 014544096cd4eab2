"""Person records cleaned by their distinct values, raw and clean side by side."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portraits.engine.warehouse import Step, Warehouse
from portraits.identity.clean.cleaned import Cleaner
from portraits.identity.clean.people import CLEAN, clean, clean_people, cleaners, distinct, steps
from portraits.identity.clean.repairs import FLAGS, REPAIRS

CLEANERS = cleaners()
HOSTILE = st.text(
    alphabet="abcAB XYZ0123456789.,-+@_/()（）#·'，。：:üÜéßＡ１２\u3000\u200b\u0301"
    "王小明李欧阳女士先生公司有限号路街市省室幢栋转年月日",
    max_size=24,
)
SAME = {"key", "family", "given", "mailbox", "street", "number", "unit", "plain", "swapped", "core", "kind"}


def people(*rows: dict[str, Any]) -> Warehouse:
    """A warehouse in which records are cleaned."""
    warehouse = Warehouse.create(threads=1)
    _keep(warehouse, "people", pa.Table.from_pylist(list(rows)))
    columns = list(warehouse.columns("people"))
    for name, table in clean_people(columns, warehouse.query):
        _keep(warehouse, name, table)
    warehouse.run(steps(columns))
    return warehouse


def _keep(warehouse: Warehouse, name: str, table: pa.Table) -> None:
    warehouse.register(f"arrived_{name}", table)
    warehouse.run([Step(name, f"SELECT * FROM arrived_{name}")])


@pytest.mark.parametrize("cleaner", CLEANERS.values(), ids=CLEANERS)
@given(raw=st.one_of(HOSTILE, st.text(max_size=20)))
@settings(max_examples=150, deadline=None)
def test_cleaning_what_is_clean_changes_nothing(cleaner: Cleaner, raw: str) -> None:
    first = cleaner.clean(raw)
    if first.value is None:
        return
    again = cleaner.clean(first.value)
    assert again.value == first.value
    assert {name: again.parts.get(name) for name in SAME & set(first.parts)} == {
        name: first.parts[name] for name in SAME & set(first.parts)
    }


@pytest.mark.parametrize("cleaner", CLEANERS.values(), ids=CLEANERS)
@given(raw=st.one_of(HOSTILE, st.text(max_size=20)))
@settings(max_examples=100, deadline=None)
def test_whatever_is_typed_every_repair_has_words_and_every_part_a_column(cleaner: Cleaner, raw: str) -> None:
    found = cleaner.clean(raw)
    assert set(found.repairs) <= set(REPAIRS)
    assert set(found.flags) <= set(FLAGS)
    assert set(found.parts) <= set(cleaner.parts)
    assert found.value is not None or found.flags
    assert found.value != ""


def test_raw_and_clean_values_lie_side_by_side_and_each_repair_is_named() -> None:
    warehouse = people(
        {"record_id": "a", "kind": "person", "name": "WANG FANG", "phone": "136 1234 5679", "email": "FANG@qq.con"},
        {"record_id": "b", "kind": "person", "name": "王芳", "phone": "+8613612345679", "email": None},
    )
    rows = warehouse.rows(
        "SELECT record_id, name_key, han, phone, phone_kind, email FROM people_clean ORDER BY record_id"
    )
    assert rows == [
        ("a", "fang wang", None, "+8613612345679", "mobile", "fang@qq.com"),
        ("b", "fang wang", "王芳", "+8613612345679", "mobile", None),
    ]
    repairs = warehouse.rows(
        "SELECT field, raw, clean, repairs FROM people_repairs WHERE record_id = 'a' ORDER BY field"
    )
    assert repairs == [
        ("email", "FANG@qq.con", "fang@qq.com", "case,domain"),
        ("name", "WANG FANG", "Wang Fang", "case"),
        ("phone", "136 1234 5679", "+8613612345679", "punctuation,country_code"),
    ]
    assert warehouse.rows("SELECT phone FROM people WHERE record_id = 'a'") == [("136 1234 5679",)]


def test_phone_and_email_in_each_others_field_are_put_right() -> None:
    warehouse = people({"record_id": "a", "phone": "Fang@qq.com", "email": "13612345679"})
    assert warehouse.rows("SELECT phone, email FROM people_clean") == [("+8613612345679", "fang@qq.com")]
    assert warehouse.rows("SELECT flags FROM people_repairs ORDER BY 1") == [("email_elsewhere",), ("phone_elsewhere",)]


def test_a_name_in_two_fields_is_one_name() -> None:
    warehouse = people({"record_id": "a", "given_name": "芳", "family_name": "王", "birth_date": "1980-03-04"})
    found = warehouse.rows("SELECT kind, name_key, han, birth_date, birth_swapped FROM people_clean")
    assert found == [("person", "fang wang", "王芳", "1980-03-04", "1980-04-03")]


def test_companies_are_cleaned_as_companies_even_where_nobody_said_so() -> None:
    warehouse = people(
        {"record_id": "a", "kind": "company", "name": "The Apple Pan"},
        {"record_id": "b", "kind": None, "name": "Widgets LLC"},
        {"record_id": "c", "kind": None, "name": "Apple Pan"},
    )
    rows = warehouse.rows("SELECT record_id, kind, company_key FROM people_clean ORDER BY 1")
    assert rows == [("a", "company", "apple pan"), ("b", "company", "widgets"), ("c", "person", None)]


def test_an_identity_card_fills_what_is_not_known() -> None:
    warehouse = people({"record_id": "a", "national_id": "11010519491231002x"})
    found = warehouse.rows("SELECT national_id, birth_date, gender FROM people_clean")
    assert found == [("11010519491231002X", "1949-12-31", "female")]


def test_city_and_province_are_the_same_in_both_languages() -> None:
    warehouse = people(
        {"record_id": "a", "address": "浙江省杭州市文三路90号", "city": None},
        {"record_id": "b", "address": "90 Wensan Rd", "city": "Hangzhou"},
    )
    assert warehouse.rows("SELECT DISTINCT city, region FROM people_clean") == [("杭州", "浙江")]


def test_only_columns_that_are_there_are_asked_for() -> None:
    assert [name for name, _ in distinct(["record_id", "phone"])] == ["phone"]
    assert [name for name, _ in distinct(["record_id", "kind", "name"])] == ["name", "company"]


def test_distinct_values_are_cleaned_in_batches_and_keep_their_order() -> None:
    values = pa.table({"raw": [f"136{number:08d}" for number in range(10_000, 10_500)]})
    found = clean(CLEANERS["phone"], values)
    assert found.column_names == ["raw", "value", "kind", "extension", "email", "repairs", "flags"]
    assert found["raw"].to_pylist() == values["raw"].to_pylist()
    assert set(found["kind"].to_pylist()) == {"mobile"}
    assert clean(CLEANERS["phone"], values.slice(0, 0)).num_rows == 0


def test_every_column_of_the_clean_table_is_made_where_people_know_nothing() -> None:
    warehouse = people({"record_id": "a", "name": None})
    assert list(warehouse.columns("people_clean")) == ["record_id", "source", *CLEAN]
    assert warehouse.rows("SELECT count(*) FROM people_repairs") == [(0,)]


def test_repairs_and_flags_have_words_in_both_languages() -> None:
    for words in (*REPAIRS.values(), *FLAGS.values()):
        assert words.en
        assert any("\u4e00" <= letter <= "\u9fff" for letter in words.zh)
