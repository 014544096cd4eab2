"""Sets: public data with known truth, brought to `people` as a user's mapping would bring them."""

from __future__ import annotations

from pathlib import Path

from benchmarks.figure import Unmeasured
from portraits.engine.warehouse import Step, Warehouse, literal
from portraits.identity.clean.people import clean_people, steps
from portraits.identity.match.matching import match
from portraits.identity.match.pack import pack

DATA = Path(__file__).parents[3] / "shared" / "data"

_FEBRL = """
    SELECT trim(rec_id) AS record_id, 'person' AS kind, trim(given_name) AS given_name, trim(surname) AS family_name,
        nullif(concat_ws(', ', nullif(trim(address_2), ''),
            nullif(trim(concat_ws(' ', trim(street_number), trim(address_1))), '')), '') AS address,
        trim(suburb) AS city, trim(postcode) AS postal_code, trim(state) AS region, trim(date_of_birth) AS birth_date
        {more}
    FROM raw"""
_FAKE = """
    SELECT unique_id AS record_id, 'person' AS kind, first_name AS given_name, surname AS family_name,
        dob AS birth_date, city, email FROM raw"""
_HISTORICAL = """
    SELECT unique_id AS record_id, 'person' AS kind, full_name AS name, first_name AS given_name,
        surname AS family_name, dob AS birth_date, birth_place AS city, postcode_fake AS postal_code, gender FROM raw"""
_SENZING = """
    SELECT DATA_SOURCE || ':' || RECORD_ID AS record_id,
        CASE WHEN RECORD_TYPE = 'ORGANIZATION' THEN 'company' ELSE 'person' END AS kind,
        coalesce(PRIMARY_NAME_FULL, PRIMARY_NAME_ORG, NATIVE_NAME_FULL,
            concat_ws(' ', PRIMARY_NAME_FIRST, PRIMARY_NAME_MIDDLE, PRIMARY_NAME_LAST)) AS name,
        GENDER AS gender, DATE_OF_BIRTH AS birth_date, EMAIL_ADDRESS AS email, PHONE_NUMBER AS phone,
        coalesce(ADDR_FULL, ADDR_LINE1) AS address, ADDR_CITY AS city, ADDR_STATE AS region,
        ADDR_POSTAL_CODE AS postal_code,
        coalesce('SSN ' || SSN_NUMBER, 'passport ' || PASSPORT_NUMBER, NATIONAL_ID_NUMBER,
            'driver''s license ' || DRIVERS_LICENSE_NUMBER) AS national_id FROM raw"""
_SITES = """
    SELECT 'e' || n AS record_id, 'company' AS kind, "Site name" AS name, "Address" AS address, "Zip" AS postal_code,
        "Phone" AS phone, "Email Address" AS email FROM raw"""


def place(name: str) -> str:
    """A file of the data sets as an SQL literal; Unmeasured where it is not there."""
    path = DATA / name
    if not path.is_file():
        raise Unmeasured(f"The data set {name} is not here.", "It lies beside the project, in shared/data.")
    return literal(str(path))


def febrl3(more: str = "") -> Warehouse:
    """Febrl's third set, 5,000 records of 2,000 persons; `more` adds columns to `people`."""
    read = f"SELECT * FROM read_csv({place('febrl123/dataset3.csv')}, all_varchar = true, normalize_names = true)"
    return _made(
        read, _FEBRL.format(more=more), "SELECT record_id, split_part(record_id, '-', 2) AS customer FROM people"
    )


def febrl3_ssn() -> Warehouse:
    """The same with the social security number, which makes it easy."""
    return febrl3(", trim(soc_sec_id) AS national_id")


def fake_1000() -> Warehouse:
    """Splink's small set of invented persons."""
    read = f"SELECT * FROM read_csv({place('splink_sets/fake_1000.csv')}, all_varchar = true)"
    return _made(read, _FAKE, "SELECT unique_id AS record_id, cluster AS customer FROM raw", "GB")


def historical_50k() -> Warehouse:
    """Splink's historical persons with errors, 50,578 records."""
    read = f"SELECT * FROM {place('splink_sets/historical_figures_with_errors_50k.parquet')}"
    return _made(read, _HISTORICAL, "SELECT unique_id AS record_id, cluster AS customer FROM raw", "GB")


def senzing() -> Warehouse:
    """Senzing's truth set: persons and organisations of three sources, in several scripts."""
    files = ", ".join(place(f"senzing_truthset/{name}.csv") for name in ("customers", "reference", "watchlist"))
    read = f"SELECT * FROM read_csv([{files}], all_varchar = true, union_by_name = true)"
    key = place("senzing_truthset/actual_truthset_key.csv")
    truth = f"""SELECT DATA_SOURCE || ':' || RECORD_ID AS record_id, CLUSTER_ID AS customer
        FROM read_csv({key}, all_varchar = true)"""
    return _made(read, _SENZING, truth, "US")


def restaurants() -> Warehouse:
    """Two guides of restaurants."""
    guide = """SELECT {0} || id AS record_id, 'company' AS kind, name, addr AS address, city, phone
        FROM read_csv({1}, all_varchar = true)"""
    both = [guide.format(literal(name[0]), place(f"restaurants/{name}.csv")) for name in ("fodors", "zagats")]
    key = place("restaurants/match_fodors_zagats_more_attrs.csv")
    truth = f"""SELECT record_id, coalesce('f' || fodors_id, record_id) AS customer FROM people
        LEFT JOIN read_csv({key}, all_varchar = true) ON record_id = 'z' || zagats_id"""
    return _made(" UNION ALL ".join(both), "SELECT * FROM raw", truth, "US")


def early_childhood() -> Warehouse:
    """Sites of early childhood education in Chicago, from many lists."""
    file = place("early_childhood_sites/csv_example_input_with_true_ids.csv")
    read = f"SELECT row_number() OVER () AS n, * FROM read_csv({file}, all_varchar = true)"
    return _made(read, _SITES, """SELECT 'e' || n AS record_id, "True Id" AS customer FROM raw""", "US")


def _made(raw: str, people: str, truth: str, country: str = "AU") -> Warehouse:
    warehouse = Warehouse.create(memory="3GB", threads=2)
    warehouse.run([Step("raw", raw), Step("people", people), Step("truth", truth)])
    cleaned(warehouse, country)
    return warehouse


def cleaned(warehouse: Warehouse, country: str = "CN") -> None:
    """Clean `people`, as the app does."""
    columns = list(warehouse.columns("people"))
    for name, rows in clean_people(columns, warehouse.query, country):
        warehouse.register(f"{name}_rows", rows)
        warehouse.run([Step(name, f"SELECT * FROM {name}_rows")])
    warehouse.run(steps(columns))


def matched(warehouse: Warehouse, *kinds: str) -> str:
    """Match with the packs as they come; the SELECT of all clusters."""
    for kind in kinds:
        match(warehouse, pack(kind))
    return " UNION ALL ".join(f"SELECT record_id, cluster FROM match_{kind}_clusters" for kind in kinds)


def floor(warehouse: Warehouse, *keys: str) -> str:
    """The SELECT of clusters by exact keys alone: what anybody has without matching."""
    from portraits.identity.match.components import components
    from portraits.identity.match.tables import keep_clusters

    pairs = [
        pair
        for key in keys
        for pair in warehouse.rows(
            f"SELECT min(record_id) OVER (PARTITION BY {key}), record_id FROM people_clean WHERE {key} IS NOT NULL"
        )
    ]
    keep_clusters(warehouse, "floor_clusters", "people_clean", components(pairs))
    return "SELECT record_id, cluster FROM floor_clusters"


def reachable(warehouse: Warehouse) -> str:
    """The SELECT of clusters that the truth itself would make of pairs that share anything but city, sex and name."""
    from portraits.identity.match.components import components
    from portraits.identity.match.tables import keep_clusters

    own = ("phone", "email", "wechat_id", "card_hash", "device_id", "national_id", "birth_date", "address_key")
    shared = " OR ".join(f"l.{column} = r.{column}" for column in own)
    pairs = warehouse.rows(
        f"""SELECT x.record_id, y.record_id FROM truth x
        JOIN truth y ON x.customer = y.customer AND x.record_id < y.record_id
        JOIN people_clean l ON l.record_id = x.record_id JOIN people_clean r ON r.record_id = y.record_id
        WHERE {shared}"""
    )
    keep_clusters(warehouse, "reachable_clusters", "people_clean", components(pairs))
    return "SELECT record_id, cluster FROM reachable_clusters"
