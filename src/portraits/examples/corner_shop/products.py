"""Products: what the shop sells, twelve in each category on a ladder of prices."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop.chance import Ints, stream
from portraits.examples.corner_shop.world import CATEGORIES, DAYS
from portraits.vocabulary.text import Text, text

if TYPE_CHECKING:
    import pyarrow as pa

PATHS = {
    "tea": text("Drinks > Tea", "饮品 > 茶叶"),
    "coffee": text("Drinks > Coffee", "饮品 > 咖啡"),
    "drinks": text("Drinks > Cold drinks", "饮品 > 冷饮"),
    "snacks": text("Food > Snacks", "食品 > 零食"),
    "bakery": text("Food > Bakery", "食品 > 烘焙"),
    "fruit": text("Food > Fruit", "食品 > 水果"),
    "kitchen": text("Home > Kitchen", "家居 > 厨具"),
    "clothing": text("Clothing > Everyday wear", "服饰 > 日常衣物"),
    "baby": text("Baby > Care", "母婴 > 护理"),
    "gifts": text("Gifts > Boxes", "礼品 > 礼盒"),
}
_BRANDS = ("巷口 Alley", "纸灯 Paper Lamp", "老井 Old Well", "七步 Seven Steps", "青阶 Green Stair")
_PRICES = {  # cheapest and dearest, yuan, and the share of the price that the goods cost
    "tea": (9, 480, 0.42),
    "coffee": (8, 240, 0.45),
    "drinks": (3, 68, 0.55),
    "snacks": (3, 98, 0.58),
    "bakery": (4, 168, 0.50),
    "fruit": (4, 188, 0.66),
    "kitchen": (7, 420, 0.52),
    "clothing": (12, 590, 0.44),
    "baby": (9, 360, 0.62),
    "gifts": (28, 1180, 0.48),
}
_NAMES = {
    "tea": """茉莉花茶包 Jasmine tea bags/大麦茶 Barley tea/菊花茶 Chrysanthemum tea/桂花乌龙 Osmanthus oolong/
        云雾绿茶 Cloud-mist green tea/高山红茶 Mountain black tea/白牡丹 White peony tea/陈年熟茶 Aged dark tea/
        春摘龙井 Spring-picked Longjing/炭焙铁观音 Charcoal-roasted Tieguanyin/古树生茶饼 Old-tree raw tea cake/
        手作茶器套装 Handmade tea set""",
    "coffee": """美式咖啡 Americano/拿铁 Latte/燕麦拿铁 Oat latte/挂耳咖啡 Drip bag coffee/速溶咖啡 Instant coffee/
        冷萃咖啡 Cold brew/深烘咖啡豆 Dark roast beans/浅烘咖啡豆 Light roast beans/单一产地咖啡豆 Single-origin beans/
        手冲滤壶 Pour-over dripper/手摇磨豆机 Hand grinder/摩卡壶 Moka pot""",
    "drinks": """苏打水 Soda water/酸梅汤 Sour plum drink/椰子水 Coconut water/柠檬茶 Lemon tea/豆浆 Soy milk/
        鲜牛奶 Fresh milk/酸奶 Yoghurt drink/橙汁 Orange juice/气泡果汁 Sparkling juice/杏仁奶 Almond milk/
        整箱矿泉水 Case of mineral water/整箱果汁 Case of juice""",
    "snacks": """瓜子 Sunflower seeds/海苔 Seaweed crisps/锅巴 Crispy rice/山楂片 Haw flakes/蛋卷 Egg rolls/
        花生酥 Peanut brittle/牛肉干 Beef jerky/黑巧克力 Dark chocolate/综合坚果 Mixed nuts/芒果干 Dried mango/
        手工曲奇 Handmade cookies/坚果大礼包 Big bag of nuts""",
    "bakery": """葱油饼 Scallion pancake/红豆包 Red bean bun/牛角包 Croissant/肉松卷 Pork floss roll/
        全麦面包 Wholemeal loaf/酸种面包 Sourdough loaf/蛋挞一盒 Box of egg tarts/绿豆糕 Mung bean cakes/
        芝士蛋糕 Cheesecake/水果塔 Fruit tart/奶油生日蛋糕 Cream birthday cake/双层生日蛋糕 Two-tier birthday cake""",
    "fruit": """香蕉 Bananas/苹果 Apples/砂糖橘 Sugar tangerines/梨 Pears/葡萄 Grapes/草莓 Strawberries/
        猕猴桃 Kiwi fruit/蓝莓 Blueberries/芒果 Mangoes/水果拼盘 Fruit platter/车厘子 Cherries/整箱蜜橘 Crate of tangerines""",
    "kitchen": """洗碗布 Dishcloths/木筷 Wooden chopsticks/玻璃杯 Drinking glass/砧板 Chopping board/保鲜盒 Food boxes/
        陶瓷碗 Ceramic bowls/保温杯 Vacuum flask/不粘煎锅 Non-stick pan/厨房刀具 Kitchen knives/
        砂锅 Clay pot/铸铁锅 Cast-iron pot/蒸锅套装 Steamer set""",
    "clothing": """棉袜 Cotton socks/布帽 Cloth cap/帆布袋 Canvas bag/棉质T恤 Cotton T-shirt/围裙 Apron/家居拖鞋 Slippers/
        针织帽 Knitted hat/羊毛围巾 Wool scarf/亚麻衬衫 Linen shirt/卫衣 Sweatshirt/轻薄外套 Light jacket/羽绒背心 Down vest""",
    "baby": """湿巾 Wet wipes/婴儿皂 Baby soap/围嘴 Bibs/奶瓶 Baby bottle/婴儿面霜 Baby cream/磨牙饼干 Teething biscuits/
        婴儿湿巾整箱 Case of wipes/纸尿裤 Nappies/婴儿浴巾 Baby towel/儿童餐具 Children's tableware/
        婴儿背带 Baby carrier/婴儿睡袋 Baby sleeping bag""",
    "gifts": """贺卡 Greeting card box/香薰小礼盒 Small scent box/糖果礼盒 Candy box/糕点礼盒 Pastry box/水果礼盒 Fruit box/
        坚果礼盒 Nut gift box/咖啡礼盒 Coffee gift box/中秋月饼礼盒 Mooncake box/花茶礼盒 Flower tea box/
        名茶礼盒 Fine tea box/新年大礼盒 New Year hamper/商务定制礼盒 Company gift box""",
}
LADDER = 12


def names(category: str) -> list[Text]:
    """The twelve products of a category, cheapest first."""
    pairs = (" ".join(each.split()) for each in _NAMES[category].split("/"))
    return [text(en, zh) for zh, en in (pair.split(" ", 1) for pair in pairs)]


@cache
def prices() -> Ints:
    """List prices in cents: one row a category, one column a product."""
    ladders = [np.geomspace(low, high, LADDER) for low, high, _ in _PRICES.values()]
    yuan = np.where(np.stack(ladders) < 10, np.round(np.stack(ladders) * 2) / 2, np.floor(np.stack(ladders)) + 0.9)
    return np.round(yuan * 100).astype(np.int64)


@cache
def costs() -> Ints:
    """Costs in cents, laid out as the prices."""
    share = np.array([each[2] for each in _PRICES.values()])
    return np.round(prices() * share[:, None]).astype(np.int64)


def code(category: int, product: int) -> str:
    """The product's id."""
    return f"P{category + 1:02d}{product + 1:02d}"


def table(seed: int, as_of: datetime) -> pa.Table:
    """All products, with their names and categories in both languages."""
    import pyarrow as pa

    from portraits.examples.corner_shop.columns import money

    rng = stream(seed, "products")
    size = len(CATEGORIES) * LADDER
    titles = [title for category in CATEGORIES for title in names(category)]
    paths = [PATHS[category] for category in CATEGORIES for _ in range(LADDER)]
    launched = rng.integers(-400, DAYS - 200, size).tolist()
    start = as_of - timedelta(days=DAYS)
    return pa.table(
        {
            "product_id": [code(at // LADDER, at % LADDER) for at in range(size)],
            "name_en": [title.en for title in titles],
            "name_zh": [title.zh for title in titles],
            "category_en": [path.en for path in paths],
            "category_zh": [path.zh for path in paths],
            "brand": [_BRANDS[at] for at in rng.integers(0, len(_BRANDS), size).tolist()],
            "price": money(prices().ravel()),
            "cost": money(costs().ravel()),
            "stock": rng.integers(5, 400, size).astype(np.float64),
            "launched_at": pa.array([start + timedelta(days=int(at)) for at in launched], pa.timestamp("us")),
        }
    )


@cache
def all_codes() -> tuple[str, ...]:
    """The ids of all products, category by category."""
    return tuple(code(at // LADDER, at % LADDER) for at in range(len(CATEGORIES) * LADDER))
