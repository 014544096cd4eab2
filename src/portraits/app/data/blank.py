"""Blank: an empty file of a canonical table to fill in: its headings and one example row."""

from __future__ import annotations

import csv
import io

from portraits.app.exports import inert
from portraits.sources.mapping import PROVENANCE
from portraits.vocabulary.table import Column
from portraits.vocabulary.tables import table as table_of
from portraits.vocabulary.text import Language
from portraits.vocabulary.types import Type

_BY_TYPE = {
    Type.INTEGER: "1",
    Type.NUMBER: "1",
    Type.MONEY: "19.90",
    Type.BOOLEAN: "true",
    Type.DATE: "2026-01-31",
    Type.TIME: "2026-01-31 18:30:00",
}
# What an example row says in either language, by the name of the column.
_BY_NAME: dict[str, tuple[str, str]] = {
    "record_id": ("C0001", "C0001"),
    "from_record": ("C0001", "C0001"),
    "to_record": ("C0002", "C0002"),
    "name": ("Anna Example", "王小明"),
    "given_name": ("Anna", "小明"),
    "family_name": ("Example", "王"),
    "email": ("anna@example.com", "xiaoming@example.com"),
    "phone": ("020 7946 0000", "13800138000"),
    "wechat_id": ("anna_example", "xiaoming_wx"),
    "birth_date": ("1990-05-17", "1990-05-17"),
    "address": ("1 High Street", "人民路1号"),
    "city": ("London", "上海"),
    "region": ("England", "上海市"),
    "country": ("United Kingdom", "中国"),
    "postal_code": ("SW1A 1AA", "200000"),
    "occupation": ("Teacher", "教师"),
    "education": ("Bachelor", "本科"),
    "marital_status": ("Married", "已婚"),
    "employer": ("Example Ltd", "示例公司"),
    "industry": ("Education", "教育"),
    "language": ("en", "zh"),
    "order_id": ("O0001", "O0001"),
    "product_id": ("P0001", "P0001"),
    "event_id": ("E0001", "E0001"),
    "deal_id": ("D0001", "D0001"),
    "listing_id": ("L0001", "L0001"),
    "campaign_id": ("K0001", "K0001"),
    "channel": ("store", "store"),
    "store": ("High Street", "人民路店"),
    "category": ("Drinks > Tea", "饮料 > 茶叶"),
    "brand": ("Example", "示例"),
    "unit": ("piece", "件"),
    "currency": ("GBP", "CNY"),
    "payment": ("card", "微信支付"),
    "text": ("Fast delivery", "送货很快"),
    "question": ("How was it?", "您是否满意？"),
    "stage": ("Offer", "报价"),
    "purpose": ("marketing", "marketing"),
    "origin": ("search", "搜索广告"),
}


def blank(table: str, language: Language) -> bytes:
    """A CSV file with a heading for each column of a table and one example row, as spreadsheets read it."""
    columns = [each for each in table_of(table).columns if each.name not in PROVENANCE and each.type is not Type.JSON]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(each.title.in_(language) for each in columns)
    writer.writerow(inert(_example(each, language)) for each in columns)
    return out.getvalue().encode("utf-8-sig")


def _example(column: Column, language: Language) -> str:
    if column.choices:
        return column.choices[0]
    if column.name in _BY_NAME:
        return _BY_NAME[column.name][language == "zh"]
    return _BY_TYPE.get(column.type, "")
