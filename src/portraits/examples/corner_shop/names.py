"""Names: people's and companies' names put together from lists of parts; any likeness is chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from portraits.examples.corner_shop.chance import Flags, Ints, Words, pick, words
from portraits.examples.corner_shop.lists import with_pinyin

_SURNAMES = """王wang 李li 张zhang 刘liu 陈chen 杨yang 黄huang 赵zhao 吴wu 周zhou 徐xu 孙sun 马ma 朱zhu 胡hu 郭guo 何he
林lin 高gao 罗luo 郑zheng 梁liang 谢xie 宋song 唐tang 许xu 韩han 冯feng 邓deng 曹cao 彭peng 曾zeng 肖xiao 田tian
董dong 潘pan 袁yuan 蔡cai 蒋jiang 余yu 于yu 杜du 叶ye 程cheng 魏wei 苏su 吕lv 丁ding 任ren 卢lu 沈shen 钟zhong
姜jiang 崔cui 谭tan 陆lu 范fan 汪wang 廖liao 石shi 金jin 韦wei 贾jia 夏xia 付fu 方fang 邹zou 熊xiong 白bai 孟meng 秦qin
邱qiu 侯hou 江jiang 尹yin 薛xue 闫yan 段duan 雷lei 龙long 黎li 史shi 陶tao 贺he 毛mao 郝hao 顾gu 龚gong 邵shao 万wan
覃qin 武wu 钱qian 戴dai 严yan 欧阳ouyang 上官shangguan 司徒situ 诸葛zhuge"""
_FEMALE = """芳fang 敏min 静jing 丽li 艳yan 娟juan 霞xia 燕yan 玲ling 婷ting 雪xue 慧hui 莹ying 倩qian 颖ying 琳lin 洁jie
萍ping 红hong 玉yu 梅mei 兰lan 芸yun 秀xiu 英ying 佳jia 欣xin 怡yi 悦yue 涵han 诗shi 梦meng 琪qi 瑶yao 雨yu 晴qing
思si 雅ya 韵yun 彤tong 妍yan 蕾lei 薇wei 岚lan 菲fei 瑾jin 舒shu 宁ning 清qing"""
_MALE = """伟wei 强qiang 磊lei 军jun 洋yang 勇yong 杰jie 涛tao 超chao 刚gang 平ping 辉hui 鹏peng 华hua 飞fei 鑫xin 波bo
斌bin 宇yu 浩hao 凯kai 健jian 俊jun 帆fan 帅shuai 旭xu 宁ning 龙long 林lin 阳yang 建jian 文wen 志zhi 海hai 峰feng
东dong 晨chen 轩xuan 博bo 睿rui 航hang 然ran 子zi 泽ze 嘉jia 毅yi 诚cheng 翔xiang 远yuan"""
_ENGLISH_FEMALE = """Alice Amelia Anna Beth Carol Chloe Clara Diana Edith Elena Emma Fiona Grace Hannah Helen Holly Iris Jane
Julia Kate Laura Lily Lucy Maria Martha Mary Nina Nora Olivia Paula Rachel Rose Ruth Sara Sophie Susan Tessa Vera Wendy Zoe"""
_ENGLISH_MALE = """Adam Alan Andrew Ben Brian Carl Charles Colin Daniel David Edward Eric Felix Frank George Graham Henry Hugo Ian
Jack James John Kevin Leo Luke Mark Martin Max Neil Oliver Oscar Paul Peter Philip Robert Samuel Simon Thomas Victor William"""
_ENGLISH_FAMILY = """Adams Allen Archer Ashby Bailey Baker Barnes Barrow Bell Bennett Brooks Butler Calder Carter Clark Cole
Cook Cox Davies Denby Dixon Eastwick Ellis Evans Farrow Fisher Garrow Gibson Graham Gray Hall Harris Hill Holmes Holt Howard
Hughes Ingham Jenkins King Kirby Knight Lane Lee Lewis Marsh Mason Melling Miller Moore Morgan Morris Murphy Nash Norwood Oakes
Palmer Parker Payne Penrose Perry Porter Price Quill Reed Reid Rogers Russell Selby Shaw Simpson Thorne Turner Upton Vance Ward
Webb Wells West White Wilmot Wood Wright Yardley"""
_FIRM_HEADS = (
    "云yun 禾he 青qing 川chuan 木mu 舟zhou 星xing 月yue 石shi 溪xi 竹zhu 岚lan 谷gu 原yuan 岭ling 槐huai "
    "枫feng 泉quan 羽yu 麦mai 稻dao 桥qiao 塔ta 帆fan"
)
_FIRM_TRADES = (
    ("茶业", "Tea"),
    ("食品", "Foods"),
    ("餐饮管理", "Catering"),
    ("酒店管理", "Hotels"),
    ("教育科技", "Education"),
    ("文化传播", "Media"),
    ("信息技术", "Software"),
    ("物流", "Logistics"),
    ("建筑设计", "Architecture"),
    ("医疗器械", "Medical"),
)
INDUSTRIES = (
    ("茶叶", "tea"),
    ("食品", "food"),
    ("餐饮", "catering"),
    ("酒店", "hospitality"),
    ("教育", "education"),
    ("传媒", "media"),
    ("软件", "software"),
    ("物流", "logistics"),
    ("建筑", "construction"),
    ("医疗", "health care"),
)


_SURNAME, _SURNAME_PINYIN = with_pinyin(_SURNAMES)
_GIVEN = {True: with_pinyin(_FEMALE), False: with_pinyin(_MALE)}
_LATIN_GIVEN = {True: words(_ENGLISH_FEMALE.split()), False: words(_ENGLISH_MALE.split())}
_LATIN_FAMILY = words(_ENGLISH_FAMILY.split())
_HEAD, _HEAD_PINYIN = with_pinyin(_FIRM_HEADS)

# Common characters of given names that sound or look alike, as typed by mistake.
ALIKE = {
    "伟": "玮", "芳": "方", "静": "婧", "丽": "莉", "艳": "燕", "燕": "艳", "玲": "琳", "琳": "玲", "婷": "亭", "慧": "惠",
    "颖": "莹", "莹": "颖", "洁": "杰", "杰": "洁", "佳": "嘉", "嘉": "佳", "欣": "心", "怡": "仪", "宇": "雨", "雨": "宇",
    "晨": "辰", "辉": "晖", "磊": "雷", "铭": "明", "浩": "皓", "俊": "骏", "帆": "凡", "峰": "锋", "志": "智", "建": "健",
    "健": "建", "敏": "民", "云": "芸", "瑶": "遥", "岚": "兰", "兰": "岚", "波": "博", "博": "波", "鹏": "朋",
}  # fmt: skip


@dataclass(frozen=True)
class Names:
    """Family and given names; the pinyin is the name itself where it is Latin."""

    family: Words
    given: Words
    family_pinyin: Words
    given_pinyin: Words

    def __len__(self) -> int:
        return self.family.size


def chinese(rng: np.random.Generator, female: Flags) -> Names:
    """Chinese names; frequent surnames come first in the list and are drawn more often."""
    size = female.size
    surname = pick(rng, 1 / (np.arange(_SURNAME.size) + 4.0), size)
    double = rng.random(size) < 0.78
    given, pinyin = words([""] * size), words([""] * size)
    for sex, (characters, sounds) in _GIVEN.items():
        mine = female == sex
        first, second = rng.integers(0, characters.size, (2, int(mine.sum())))
        both = double[mine]
        given[mine] = characters[first] + np.where(both, characters[second], "")
        pinyin[mine] = sounds[first] + np.where(both, sounds[second], "")
    return Names(_SURNAME[surname], given, _titled(_SURNAME_PINYIN[surname]), _titled(pinyin))


def english(rng: np.random.Generator, female: Flags) -> Names:
    """English names."""
    family = _LATIN_FAMILY[rng.integers(0, _LATIN_FAMILY.size, female.size)]
    drawn = {sex: names[rng.integers(0, names.size, female.size)] for sex, names in _LATIN_GIVEN.items()}
    given = np.where(female, drawn[True], drawn[False])
    return Names(family, given, family, given)


def companies(rng: np.random.Generator, cities: list[tuple[str, str]]) -> tuple[list[str], list[str], Ints]:
    """Names of companies in those cities (zh, en): in Chinese, in English, and their trades."""
    heads = rng.integers(0, _HEAD.size, (3, len(cities)))
    trades = rng.integers(0, len(_FIRM_TRADES), len(cities))
    zh, en = [], []
    for (city_zh, city_en), head, trade in zip(cities, heads.T.tolist(), trades.tolist(), strict=True):
        trade_zh, trade_en = _FIRM_TRADES[trade]
        brand = "".join(_HEAD_PINYIN[at] for at in head).capitalize()
        zh.append(f"{city_zh}{''.join(_HEAD[at] for at in head)}{trade_zh}有限公司")
        en.append(f"{brand} {trade_en} ({city_en}) Co., Ltd.")
    return zh, en, trades


def _titled(array: Words) -> Words:
    return words([str(each).capitalize() for each in array])
