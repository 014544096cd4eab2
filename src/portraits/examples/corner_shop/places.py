"""Places: the shops, and the cities and streets that customers live in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from portraits.examples.corner_shop.chance import Ints, pick
from portraits.examples.corner_shop.lists import with_pinyin


@dataclass(frozen=True)
class City:
    """A city: names, province, area code of telephones, start of the postal code, weight."""

    zh: str
    en: str
    region_zh: str
    region_en: str
    area: str
    postal: str
    weight: float


CITIES = (
    City("上海", "Shanghai", "上海市", "Shanghai", "021", "200", 34),
    City("杭州", "Hangzhou", "浙江省", "Zhejiang", "0571", "310", 16),
    City("苏州", "Suzhou", "江苏省", "Jiangsu", "0512", "215", 12),
    City("南京", "Nanjing", "江苏省", "Jiangsu", "025", "210", 8),
    City("宁波", "Ningbo", "浙江省", "Zhejiang", "0574", "315", 5),
    City("无锡", "Wuxi", "江苏省", "Jiangsu", "0510", "214", 4),
    City("北京", "Beijing", "北京市", "Beijing", "010", "100", 5),
    City("深圳", "Shenzhen", "广东省", "Guangdong", "0755", "518", 4),
    City("成都", "Chengdu", "四川省", "Sichuan", "028", "610", 4),
    City("武汉", "Wuhan", "湖北省", "Hubei", "027", "430", 3),
    City("绍兴", "Shaoxing", "浙江省", "Zhejiang", "0575", "312", 3),
    City("黄山", "Huangshan", "安徽省", "Anhui", "0559", "245", 2),
)
STORES = (
    "滨江店 Riverside",
    "老街店 Old Street",
    "书院店 Academy",
    "车站店 Station",
    "湖畔店 Lakeside",
    "花园店 Garden",
)
_STREETS, _STREET_PINYIN = (
    with_pinyin("""人民renmin 中山zhongshan 解放jiefang 建设jianshe 和平heping 文化wenhua 新华xinhua 长江changjiang 黄河huanghe
学院xueyuan 公园gongyuan 朝阳chaoyang 东风dongfeng 青年qingnian 胜利shengli 花园huayuan 桃源taoyuan 梧桐wutong 银杏yinxing
柳荫liuyin 翠湖cuihu 清河qinghe 石桥shiqiao 竹林zhulin""")
)
_SIDES = (("东", "East"), ("西", "West"), ("南", "South"), ("北", "North"), ("", ""), ("", ""))


@dataclass(frozen=True)
class Address:
    """Where somebody lives, in parts; written as `zh` or as `en`."""

    city: City
    street: int
    side: int
    number: int
    building: int
    room: int

    @property
    def zh(self) -> str:
        """The address without its city, as written in Chinese."""
        street = f"{_STREETS[self.street]}{_SIDES[self.side][0]}路"
        return f"{street}{self.number}号{self.building}幢{self.room}室"

    @property
    def en(self) -> str:
        """The address without its city, as written in English."""
        street = " ".join(f"{_STREET_PINYIN[self.street].capitalize()} {_SIDES[self.side][1]} Rd".split())
        return f"Room {self.room}, Bldg {self.building}, {self.number} {street}"

    @property
    def postal_code(self) -> str:
        """The postal code, one for each street of a city."""
        return f"{self.city.postal}{self.street:03d}"


def addresses(rng: np.random.Generator, count: int) -> list[Address]:
    """Addresses of `count` customers, most of them near the shops."""
    city = pick(rng, [each.weight for each in CITIES], count).tolist()
    street = rng.integers(0, _STREETS.size, count).tolist()
    side = rng.integers(0, len(_SIDES), count).tolist()
    number, building, room = (rng.integers(1, top, count).tolist() for top in (900, 40, 30))
    floor = rng.integers(1, 20, count).tolist()
    rows = zip(city, street, side, number, building, floor, room, strict=True)
    return [Address(CITIES[a], b, c, d, e, 100 * f + g) for a, b, c, d, e, f, g in rows]


def stores(rng: np.random.Generator, count: int) -> Ints:
    """The home store of each customer."""
    return pick(rng, (5, 4, 3, 3, 2, 2), count)
