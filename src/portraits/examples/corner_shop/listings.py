"""Listings: what companies offer to and want from one another, in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop.columns import moments, money, numbered, words
from portraits.examples.corner_shop.customers import Customers
from portraits.examples.corner_shop.persons import Person, Persons
from portraits.examples.corner_shop.records import Records
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.world import DAYS
from portraits.vocabulary.text import Text, text

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Ware:
    """Something traded between companies, its unit, and a usual price in yuan."""

    category: str
    title: Text
    unit: Text
    price: float


WARES = (
    Ware("tea", text("bulk green tea", "散装绿茶"), text("kg", "公斤"), 180),
    Ware("tea", text("jasmine tea", "茉莉花茶"), text("kg", "公斤"), 120),
    Ware("coffee", text("roasted coffee beans", "烘焙咖啡豆"), text("kg", "公斤"), 95),
    Ware("fruit", text("seasonal fruit", "时令水果"), text("crates", "箱"), 85),
    Ware("snacks", text("mixed nuts", "综合坚果"), text("kg", "公斤"), 60),
    Ware("gifts", text("gift boxes", "礼盒"), text("boxes", "盒"), 88),
    Ware("packaging", text("paper cups", "纸杯"), text("boxes", "箱"), 140),
    Ware("packaging", text("tea tins", "茶叶罐"), text("pieces", "只"), 6),
    Ware("packaging", text("paper bags", "手提纸袋"), text("pieces", "只"), 1.2),
    Ware("kitchen", text("tea sets", "茶具套装"), text("sets", "套"), 160),
)
_OFFERS = text(
    "We offer {ware}, {quantity} {unit} a month, direct from the source in {city}|"
    "{ware} in stock in {city}, up to {quantity} {unit}, samples on request|"
    "Long-term supplier of {ware}, {quantity} {unit} and more, invoice available",
    "{city}供应{ware}，月供{quantity}{unit}，产地直发|{ware}现货，{city}发货，可供{quantity}{unit}，可寄样|"
    "长期供应{ware}，{quantity}{unit}起，可开专票",
)
_WISHES = text(
    "Looking for {ware}, about {quantity} {unit} a month, delivered to {city}|"
    "We need {quantity} {unit} of {ware} in {city} this quarter, please quote|"
    "Wanted: a steady source of {ware}, {quantity} {unit} to begin with",
    "求购{ware}，每月约{quantity}{unit}，送货到{city}|{city}公司急需{ware}{quantity}{unit}，请报价|"
    "寻{ware}稳定供货商，首批{quantity}{unit}",
)
_EACH = 2  # listings of a company


def table(shop: Shop, customers: Customers, persons: Persons, records: Records) -> pa.Table:
    """Two listings of every company of a chunk."""
    import pyarrow as pa

    chance = Random(f"{shop.seed} listings {customers.chunk}")
    owners = np.repeat(np.flatnonzero(customers.company), _EACH)
    wares = [chance.choice(WARES) for _ in owners]
    supply = [chance.random() < 0.5 for _ in owners]
    forms = [_OFFERS if offered else _WISHES for offered in supply]
    amounts = [chance.choice((20, 50, 80, 100, 200, 500)) for _ in owners]
    homes = [persons.all[owner] for owner in owners.tolist()]
    rows = zip(homes, wares, forms, amounts, strict=True)
    lasting = np.array([DAYS + chance.uniform(-90, 180) for _ in owners], dtype=np.float64)
    prices = np.array([round(100 * ware.price * chance.uniform(0.8, 1.25)) for ware in wares], dtype=np.int64)
    return pa.table(
        {
            "listing_id": numbered("L", customers.chunk, owners.size),
            "record_id": words(records.ids, records.first[owners]),
            "direction": words(("demand", "supply"), np.array(supply, dtype=np.int64)),
            "text": pa.array([_text(chance, *row) for row in rows], pa.string()),
            "category": pa.array([ware.category for ware in wares], pa.string()),
            "region": pa.array([home.address.city.region.zh for home in homes], pa.string()),
            "quantity": pa.array(np.array(amounts, dtype=np.float64)),
            "price": money(prices),
            "valid_until": moments(shop.days.moments(lasting)),
        }
    )


def _text(chance: Random, home: Person, ware: Ware, forms: Text, amount: int) -> str:
    language = home.language
    form = chance.choice(forms.in_(language).split("|"))
    names = {"ware": ware.title.in_(language), "unit": ware.unit.in_(language), "quantity": amount}
    sentence = form.format(city=home.address.city.name.in_(language), **names)
    return sentence[0].upper() + sentence[1:]
