"""Records: what the four systems of the shop have written down about each customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop import slips
from portraits.examples.corner_shop.chance import Floats, Ints, codes, pick, pick_rows
from portraits.examples.corner_shop.customers import ORIGINS, Customers
from portraits.examples.corner_shop.days import Days, within
from portraits.examples.corner_shop.names import INDUSTRIES, NICKNAMES
from portraits.examples.corner_shop.persons import Person, Persons
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.slips import Row
from portraits.examples.corner_shop.world import DAYS, World

if TYPE_CHECKING:
    import pyarrow as pa

SOURCES = ("crm", "shop", "mini", "till")
OF_CHANNEL = np.array([3, 1, 2])  # the source that writes down a customer of the store, the web, the mini program
LEVELS = ("普通", "银卡", "金卡")
OWNERS = ("林晓", "周岚", "Ben Ashby", "陈默", "Nora Quill")


@dataclass(frozen=True)
class Records:
    """The records of a chunk; the first one of each customer comes first in `first`."""

    owner: Ints  # place of the customer in the chunk
    source: Ints
    created: Floats  # days since start
    ids: list[str]
    first: Ints  # per customer, the place of the earliest record
    by_source: Ints  # per customer and source, the place of a record or -1

    def of(self, customer: Ints, source: Ints, time: Floats) -> Ints:
        """The record that a source writes at that time: its own where there is one, else the first."""
        own = self.by_source[customer, source]
        known = (own >= 0) & (self.created[own] <= time)
        return np.where(known, own, self.first[customer])


def draw(shop: Shop, customers: Customers) -> Records:
    """Draw which records there are; most customers have one, some up to four."""
    rng, world = shop.stream("records", customers.chunk), shop.world
    copies = 1 + pick(rng, world.records, len(customers))
    owner = np.repeat(np.arange(len(customers)), copies)
    rank = np.arange(owner.size) - np.repeat(np.cumsum(copies) - copies, copies)
    source = _sources(rng, world, customers, owner, rank)
    joined = customers.joined[owner]
    later = within(joined + rng.random(owner.size) * (DAYS - joined), 8, 21)
    created = np.where(rank == 0, joined, later)
    order = np.argsort(created, kind="stable")
    owner, source, created, rank = owner[order], source[order], created[order], rank[order]
    by_source = np.full((len(customers), len(SOURCES)), -1)
    by_source[owner[::-1], source[::-1]] = np.arange(owner.size)[::-1]
    first = np.empty(len(customers), dtype=np.int64)
    first[owner[rank == 0]] = np.flatnonzero(rank == 0)
    return Records(owner, source, created, _ids(customers.chunk, source), first, by_source)


def people(shop: Shop, customers: Customers, persons: Persons, records: Records) -> tuple[pa.Table, pa.Table]:
    """The person records as each source wrote them, and the truth about them."""
    import pyarrow as pa

    chance = Random(f"{shop.seed} people {customers.chunk}")
    rows, truths = [], []
    origins = customers.origin.tolist()
    cells = zip(records.ids, records.owner.tolist(), records.source.tolist(), records.created.tolist(), strict=True)
    for record, owner, at, created in cells:
        person, source = persons.all[owner], SOURCES[at]
        row = _blank(record, person, shop.days, created, chance)
        row["source"] = source
        row["origin"] = ORIGINS[origins[owner]]
        made = slips.make(row, person, source, chance)
        _WRITTEN[source](row, person, chance)
        rows.append(row)
        truths.append((record, source, owner, ", ".join(made)))
    return pa.Table.from_pylist(rows, _schema()), _truth(customers, truths)


def _sources(rng: np.random.Generator, world: World, customers: Customers, owner: Ints, rank: Ints) -> Ints:
    channels = np.array([segment.channels for segment in world.segments])
    drawn = OF_CHANNEL[pick_rows(rng, channels, customers.segment[owner])]
    drawn = np.where(rng.random(owner.size) < 0.35, 0, drawn)  # entered by the staff into the CRM
    drawn = np.where(customers.company[owner], np.where(drawn == 1, 1, 0), drawn)
    fresh = (rank > 0) & (rng.random(owner.size) >= world.same_source) & ~customers.company[owner]
    before = np.concatenate([[0], drawn[:-1]])
    return np.where(fresh & (drawn == before), (drawn + 1 + owner % 3) % 4, drawn)


def _ids(chunk: int, source: Ints) -> list[str]:
    ids = np.empty(source.size, dtype=object)
    for at, prefix in enumerate(("C", "W", "", "88")):
        mine = np.flatnonzero(source == at)
        if prefix:
            ids[mine] = [f"{prefix}{chunk:02d}{number:06d}" for number in range(1, mine.size + 1)]
        else:  # the id that a mini program sees for its user
            ids[mine] = [f"o{code}" for code in codes(np.arange(mine.size) + 10_000_000 * (chunk + 1), 7)]
    return [str(each) for each in ids]


def _blank(record: str, person: Person, days: Days, created: float, chance: Random) -> Row:
    since = days.start + timedelta(days=created)
    changed = since + (days.as_of - since) * chance.random() if chance.random() < 0.4 else since
    sex = "female" if person.female else "male"
    return {
        "record_id": record,
        "kind": "company" if person.company else "person",
        "name": person.called.full.in_(person.language),
        "gender": None if person.company else sex,
        "birth_date": None if person.company else person.life.birth,
        "email": person.reach.email,
        "phone": person.reach.landline if person.company else person.reach.mobile,
        **slips.where(person.address, person.language),
        "language": person.language,
        "created_at": since.replace(microsecond=0),
        "updated_at": changed.replace(microsecond=0),
    }


def _crm(row: Row, person: Person, chance: Random) -> None:
    language, life = person.language, person.life
    row.update(phone=_spaced(row["phone"], chance), country="CN", sales_owner=chance.choice(OWNERS))
    if person.company:
        row["industry"] = INDUSTRIES[life.trade].in_(language)
        return
    told: dict[str, tuple[object, float]] = {  # field -> what it is, and how often it is asked
        "occupation": (life.occupation.in_(language), 0.7),
        "education": (life.education.in_(language), 0.7),
        "marital_status": (life.marital.in_(language), 0.7),
        "household_size": (life.household_size, 0.7),
        "income": (life.income, 0.45),
        "employer": (life.employer, 0.2),
        "wechat_id": (person.reach.wechat, 0.35),
    }
    row.update({field: value for field, (value, share) in told.items() if chance.random() < share})


def _shop(row: Row, person: Person, chance: Random) -> None:
    if row["name"] and not person.company and person.language == "zh" and chance.random() < 0.4:
        pinyin = (person.called.given_pinyin, person.called.family_pinyin)
        name = " ".join(chance.choice((pinyin, pinyin[::-1])))
        row["name"] = chance.choice((name, name, name.upper(), name.lower()))
    if row["email"] and chance.random() < 0.1:
        row["email"] = row["email"].upper()
    if row["phone"] and chance.random() < 0.3:
        row["phone"] = "+86" + row["phone"].lstrip("0")
    row["device_id"] = _perhaps(person.reach.device, 0.8, chance)
    row["wechat_id"] = None if person.company else _perhaps(person.reach.wechat, 0.3, chance)


def _mini(row: Row, person: Person, chance: Random) -> None:
    row["nickname"] = chance.choice(NICKNAMES)
    row["name"] = _perhaps(row["name"], 0.4, chance)
    row["phone"] = "86" + row["phone"] if row["phone"] and chance.random() < 0.5 else row["phone"]
    row["wechat_id"] = person.reach.wechat
    row["card_hash"] = _perhaps(person.reach.card, 0.2, chance)
    row["device_id"] = _perhaps(person.reach.device, 0.6, chance)
    row.update(region=None, postal_code=None)


def _till(row: Row, person: Person, chance: Random) -> None:
    if row["name"] and not person.company and person.language == "zh" and chance.random() < 0.22:
        row["name"] = person.called.family + ("女士" if person.female else "先生")
    row["phone"] = _spaced(row["phone"], chance)
    row["card_hash"] = _perhaps(person.reach.card, 0.35, chance)
    row["wechat_id"] = _perhaps(person.reach.wechat, 0.5, chance)
    row["level"] = chance.choices(LEVELS, (70, 22, 8))[0]
    row.update(city=None, region=None, postal_code=None, language=None)


def _perhaps(value: str | None, share: float, chance: Random) -> str | None:
    return value if chance.random() < share else None


_WRITTEN: dict[str, Callable[[Row, Person, Random], None]] = {"crm": _crm, "shop": _shop, "mini": _mini, "till": _till}


def _spaced(phone: str | None, chance: Random) -> str | None:
    if not phone or len(phone) != 11 or not phone.isdigit():
        return phone
    first, middle, last = phone[:3], phone[3:7], phone[7:]
    forms = (
        phone,
        phone,
        phone,
        f"{first} {middle} {last}",
        f"{first}-{middle}-{last}",
        f"+86 {first} {middle} {last}",
    )
    return chance.choice(forms)


def _truth(customers: Customers, rows: list[tuple[str, str, int, str]]) -> pa.Table:
    import pyarrow as pa

    names = customers.ids()
    ids, sources, owners, made = zip(*rows, strict=True)
    return pa.table(
        {
            "source": pa.array(sources, pa.string()),
            "record_id": pa.array(ids, pa.string()),
            "customer": pa.array([names[owner] for owner in owners], pa.string()),
            "slips": pa.array(made, pa.string()),
        }
    )


def _schema() -> pa.Schema:
    import pyarrow as pa

    from portraits.vocabulary.tables import table

    own = [field for field in table("people").arrow if field.name not in ("attributes", "batch")]
    extra = [pa.field(name, pa.string()) for name in EXTRA]
    return pa.schema([*own, *extra])


EXTRA = ("origin", "sales_owner", "nickname", "level")  # kept as attributes of the record
