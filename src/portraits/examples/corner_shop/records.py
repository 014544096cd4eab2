"""Records: what the four systems of the shop have written down about each customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop import slips
from portraits.examples.corner_shop.chance import Floats, Ints, codes, pick, pick_rows, stream
from portraits.examples.corner_shop.customers import ORIGINS, Customers
from portraits.examples.corner_shop.days import Days
from portraits.examples.corner_shop.names import INDUSTRIES
from portraits.examples.corner_shop.persons import Person, Persons
from portraits.examples.corner_shop.slips import Row
from portraits.examples.corner_shop.world import DAYS, World

if TYPE_CHECKING:
    import pyarrow as pa

SOURCES = ("crm", "shop", "mini", "till")
OF_CHANNEL = np.array([3, 1, 2])  # the source that writes down a customer of the store, the web, the mini program
LEVELS = ("普通", "银卡", "金卡")
_NICKNAMES = """爱喝茶的猫 小雨 晴天娃娃 阿木 慢半拍 一杯清欢 南风知我意 麦田守望 橘子汽水 夜猫子 今天也要加油 云朵面包 山间一壶茶 胖橘
豆沙包 微凉 追光者 海盐芝士 桃子味夏天 早睡困难户 老街食客 咖啡不加糖 竹影 栗子 半糖去冰 Momo sunny_day teatime Luna coffee_first
little.bear nightowl Mr.Panda green_leaf"""
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


def draw(world: World, seed: int, customers: Customers) -> Records:
    """Draw which records there are; most customers have one, some up to four."""
    rng = stream(seed, "records", customers.chunk)
    copies = 1 + pick(rng, world.records, len(customers))
    owner = np.repeat(np.arange(len(customers)), copies)
    rank = np.arange(owner.size) - np.repeat(np.cumsum(copies) - copies, copies)
    source = _sources(world, rng, customers, owner, rank)
    wait = np.where(rank == 0, -rng.random(owner.size) * 0.2, rng.random(owner.size) * (DAYS - customers.joined[owner]))
    created = np.clip(customers.joined[owner] + wait, 0.0, DAYS - 0.01)
    order = np.argsort(created, kind="stable")
    owner, source, created, rank = owner[order], source[order], created[order], rank[order]
    by_source = np.full((len(customers), len(SOURCES)), -1)
    by_source[owner[::-1], source[::-1]] = np.arange(owner.size)[::-1]
    first = np.empty(len(customers), dtype=np.int64)
    first[owner[rank == 0]] = np.flatnonzero(rank == 0)
    return Records(owner, source, created, _ids(customers.chunk, source), first, by_source)


def people(
    seed: int, customers: Customers, persons: Persons, records: Records, days: Days
) -> tuple[pa.Table, pa.Table]:
    """The person records as each source wrote them, and the truth about them."""
    import pyarrow as pa

    chance = Random(f"{seed} people {customers.chunk}")
    rows, truths = [], []
    origins = customers.origin.tolist()
    cells = zip(records.ids, records.owner.tolist(), records.source.tolist(), records.created.tolist(), strict=True)
    for record, owner, at, created in cells:
        person, source = persons.all[owner], SOURCES[at]
        row = _blank(record, person, days, created, chance)
        row["source"] = source
        row["origin"] = ORIGINS[origins[owner]]
        made = slips.make(row, person, source, chance)
        _WRITTEN[source](row, person, chance)
        rows.append(row)
        truths.append((record, source, owner, ", ".join(made)))
    return pa.Table.from_pylist(rows, _schema()), _truth(customers, truths)


def name_of(customers: Customers) -> list[str]:
    """The true ids of a chunk's customers."""
    return [f"T{number:08d}" for number in customers.number.tolist()]


def _sources(world: World, rng: np.random.Generator, customers: Customers, owner: Ints, rank: Ints) -> Ints:
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
    home = person.address
    since = days.start + timedelta(days=created)
    changed = since + (days.as_of - since) * chance.random() if chance.random() < 0.4 else since
    row: Row = {
        "record_id": record,
        "kind": "company" if person.company else "person",
        "name": person.full.en if person.english else person.full.zh,
        "gender": None if person.company else ("female" if person.female else "male"),
        "birth_date": person.birth,
        "email": person.email,
        "phone": person.landline if person.company else person.mobile,
        "address": home.en if person.english else home.zh,
        "city": home.city.en if person.english else home.city.zh,
        "region": home.city.region_en if person.english else home.city.region_zh,
        "postal_code": home.postal_code,
        "language": person.language,
        "created_at": since.replace(microsecond=0),
        "updated_at": changed.replace(microsecond=0),
    }
    return row


def _crm(row: Row, person: Person, chance: Random) -> None:
    language = person.language
    row.update(phone=_spaced(row["phone"], chance), country="CN", sales_owner=chance.choice(OWNERS))
    if person.company:
        row["industry"] = INDUSTRIES[person.trade][language == "en"]
        return
    fields: dict[str, object] = {
        "occupation": person.occupation.en if person.english else person.occupation.zh,
        "education": person.education.en if person.english else person.education.zh,
        "marital_status": person.marital.en if person.english else person.marital.zh,
        "household_size": person.household_size,
        "income": person.income,
        "employer": person.employer,
        "wechat_id": person.wechat,
    }
    known = {"wechat_id": 0.15, "employer": 0.2, "income": 0.45}
    row.update({field: value for field, value in fields.items() if chance.random() < known.get(field, 0.7)})


def _shop(row: Row, person: Person, chance: Random) -> None:
    style = chance.random()
    if row["name"] and not person.company and not person.english and style < 0.4:
        pinyin = (person.given_pinyin, person.family_pinyin)
        row["name"] = " ".join(pinyin if style < 0.2 else pinyin[::-1])
        row["name"] = row["name"].upper() if style < 0.08 else row["name"].lower() if style < 0.14 else row["name"]
    if row["email"] and chance.random() < 0.1:
        row["email"] = row["email"].upper()
    if row["phone"] and chance.random() < 0.3:
        row["phone"] = "+86" + row["phone"].lstrip("0")
    row["device_id"] = person.device if chance.random() < 0.8 else None


def _mini(row: Row, person: Person, chance: Random) -> None:
    row["nickname"] = chance.choice(_NICKNAMES.split())
    row["name"] = row["name"] if chance.random() < 0.4 else None
    row["phone"] = "86" + row["phone"] if row["phone"] and chance.random() < 0.5 else row["phone"]
    row["wechat_id"] = person.wechat if chance.random() < 0.35 else None
    row["card_hash"] = person.card if chance.random() < 0.2 else None
    row["device_id"] = person.device if chance.random() < 0.6 else None
    row.update(region=None, postal_code=None)


def _till(row: Row, person: Person, chance: Random) -> None:
    if row["name"] and not person.english and not person.company and chance.random() < 0.22:
        row["name"] = person.family + ("女士" if person.female else "先生")
    row["phone"] = _spaced(row["phone"], chance)
    row["card_hash"] = person.card if chance.random() < 0.35 else None
    row["level"] = chance.choices(LEVELS, (70, 22, 8))[0]
    row.update(city=None, region=None, postal_code=None, language=None)


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

    names = name_of(customers)
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
