"""Settings: what a workspace says once about the business, its goal, its clock and its runs."""

from __future__ import annotations

import itertools
import re
import zoneinfo
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, model_validator

from portraits.engine.recognising import By, Recognising
from portraits.vocabulary.definition import Definition, says
from portraits.vocabulary.errors import Unfit, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Language, Text, text
from portraits.vocabulary.window import Window

Business = Literal["retail", "membership", "finance", "b2b"]
Goal = Literal["positioning", "campaign segmentation", "activity", "retention"]
Metric = Literal["profit", "revenue", "active customers", "retained customers"]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Moment = Literal["now", "newest"]

BUSINESSES: tuple[Business, ...] = get_args(Business)
GOALS: tuple[Goal, ...] = get_args(Goal)
METRICS: tuple[Metric, ...] = get_args(Metric)

# What measures a goal where nobody says otherwise.
MEASURED_BY: dict[Goal, Metric] = {
    "positioning": "profit",
    "campaign segmentation": "profit",
    "activity": "active customers",
    "retention": "retained customers",
}

# The packs of built-in tags that suit a business, and the stretch its RFM scores look back over:
# the rarer people buy, the longer.
_COMMON = ("natural", "credit", "behaviour", "interest", "consumption", "social", "interaction", "value", "risk")
PACKS: dict[Business, tuple[str, ...]] = {
    "retail": (*_COMMON, "retail"),
    "membership": (*_COMMON, "membership"),
    "finance": (*_COMMON, "finance"),
    "b2b": (*_COMMON, "b2b"),
}
RFM_WINDOWS: dict[Business, str] = {
    "retail": "365 days",
    "membership": "180 days",
    "finance": "1095 days",
    "b2b": "730 days",
}


def documented(definition: type[Definition]) -> dict[str, Text]:
    """What each field of a definition means, for the reference and the forms."""
    texts = {}
    for name, field in definition.model_fields.items():
        extra = field.json_schema_extra
        en = field.description or ""
        texts[name] = text(en, str(extra.get("zh", en)) if isinstance(extra, Mapping) else en)
    return texts


def _known_zone(name: str) -> str:
    zones = zoneinfo.available_timezones()
    if name not in zones:
        hint = nearest(name, zones) or say("Write for example Asia/Shanghai.")
        raise Unfit(say("'{name}' is not a time zone.", name=name), hint)
    return name


def _known_currency(code: str) -> str:
    if not re.fullmatch("[A-Z]{3}", code):
        hint = say("Write its three letters, for example CNY or USD.")
        raise Unfit(say("'{code}' is not a currency.", code=code), hint)
    return code


def _no_password(address: str) -> str:
    if re.search(r"://[^/@:]*:[^/@$]+@", address):
        hint = say("Write ${STORE_PASSWORD} and set that in the environment.")
        raise Unfit(say("the address holds a password."), hint)
    return address


def _rising(cuts: tuple[float, ...]) -> tuple[float, ...]:
    if any(low >= high for low, high in itertools.pairwise(cuts)):
        raise Unfit(say("cut points must rise from each to the next."))
    return cuts


def _origin(site: str) -> str:
    if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?", site):
        raise Unfit(
            say("'{site}' is not the origin of a site.", site=site), say("Write for example https://crm.example.com.")
        )
    return site


TimeZone = Annotated[str, AfterValidator(_known_zone)]
Currency = Annotated[str, AfterValidator(_known_currency)]
Origin = Annotated[str, AfterValidator(_origin)]
Cuts = Annotated[tuple[float, ...], AfterValidator(_rising)]


class RfmCuts(Definition):
    """Cut points of the three RFM scores; an empty list means quantiles of the customers."""

    recency: Cuts = says("Cut points in days since the last order.", "距上次购买天数的分界值。", ())
    frequency: Cuts = says("Cut points in numbers of orders.", "订单数的分界值。", ())
    spend: Cuts = says("Cut points in money spent.", "消费金额的分界值。", ())


class Rfm(Definition):
    """How recency, frequency and monetary value are scored."""

    window: Window = says("How far back frequency and spend look.", "频次与金额向前统计的时长。", Window(0, 365))
    into: int = says("The number of scores, the best being the highest.", "分成几档，档位越高越好。", 5, ge=2, le=10)
    cuts: RfmCuts = says("Fixed cut points instead of quantiles.", "以固定分界值代替分位数。", RfmCuts())

    @model_validator(mode="after")
    def _as_many_cuts(self) -> Self:
        for name in RfmCuts.model_fields:
            cuts = getattr(self.cuts, name)
            if cuts and len(cuts) != self.into - 1:
                found = {"name": name, "n": len(cuts), "into": self.into, "needed": self.into - 1}
                raise Unfit(say("{name} has {n} cut points; {into} scores need {needed}.", **found))
        return self


class Target(Definition):
    """What the metric is to reach, and the day by which it is to."""

    amount: float = says("The value that the metric is to reach.", "指标要达到的数值。", gt=0, allow_inf_nan=False)
    by: date = says("The day by which it is to be reached.", "应在哪一天之前达到。")


class Settings(Definition):
    """The `[settings]` block; what is left out follows from the business."""

    title: Text = says("The name of the company or of this workspace.", "公司或本工作区的名称。")
    business: Business = says(
        "The business model; it chooses packs and RFM windows.", "业务模式，决定标签包和RFM时长。"
    )
    goal: Goal = says(
        "What the portraits are for; tags that tell most about it stand first on portraits and in the list of tags.",
        "画像要服务的业务目标；与之最相关的标签在画像顶部与标签列表中排在最前。",
        "campaign segmentation",
    )
    metric: Metric = says("The figure by which the goal is measured.", "衡量目标的指标。", "profit")
    target: Target | None = says(
        "What the metric is to reach, and by which day: { amount = 120000, by = 2026-12-31 }.",
        "指标的目标值与期限：{ amount = 120000, by = 2026-12-31 }。",
        None,
    )
    language: Language = says("The language of pages and texts.", "页面与文字的语言。", "en")
    time_zone: TimeZone = says("The zone of all days and hours.", "所有日期与钟点所用的时区。", "UTC")
    currency: Currency = says("The currency of all amounts.", "所有金额的币种。", "USD")
    week_starts: Day = says("The first day of a week.", "每周的第一天。", "monday")
    as_of: Moment = says(
        "The moment a build tells of unless told otherwise: now, or the newest row of the data.",
        "构建默认所处的时点：now 为当下，newest 为数据中最新的一行。",
        "now",
    )
    keep_runs: int = says("How many runs are kept for going back.", "保留几个批次以便回退。", 5, ge=1, le=1000)
    forms: bool = says(
        "Whether forms that are open can be filled in at their addresses.",
        "是否允许通过链接填写已开放的表单。",
        False,
    )
    packs: tuple[str, ...] = says("Packs of built-in tags.", "启用的内置标签包。", ())
    rfm: Rfm = says("How RFM scores are made.", "RFM评分方式。", Rfm())
    customer_key: str = says(
        "An expression over people: records of equal value are one customer; empty, each record is one.",
        "基于客户记录的表达式，值相同的记录视为同一客户；留空则每条记录为一位客户。",
        "",
    )
    identity: Recognising = says(
        "How the customer behind records is found.", "如何识别多条记录背后的同一客户。", Recognising()
    )
    store: Annotated[str, AfterValidator(_no_password)] = says(
        "The address of a PostgreSQL store; empty, a file in the data folder.",
        "PostgreSQL存储的地址；留空则用数据目录中的文件。",
        "",
    )
    memory: str = says(
        "The most memory a build takes.", "构建最多使用的内存。", "1GB", pattern=r"^\d+(\.\d+)?\s?[MG]B$"
    )
    embed_ancestors: tuple[Origin, ...] = says(
        "Sites that may show a small portrait in a frame, for example https://crm.example.com; empty, none may.",
        "允许以内嵌框架显示小画像的网站，例如 https://crm.example.com；留空则都不允许。",
        (),
    )
    threads: int = says("Threads of a build; 0 means one a core.", "构建使用的线程数，0为每核一个。", 0, ge=0, le=256)

    @property
    def one_customer_by(self) -> By:
        """What makes one customer of records."""
        return self.identity.by or ("key" if self.customer_key else "records")

    @model_validator(mode="after")
    def _has_a_key(self) -> Self:
        if self.identity.by == "key" and not self.customer_key:
            raise Unfit(say("customers are told apart by a key, and there is no customer_key."))
        return self

    def here(self, now: datetime) -> datetime:
        """A moment as the workspace's clocks show it, without its zone; one that has none is here already."""
        return now.astimezone(zoneinfo.ZoneInfo(self.time_zone)).replace(tzinfo=None) if now.tzinfo else now

    @model_validator(mode="before")
    @classmethod
    def _follow_the_business(cls, block: Any) -> Any:
        if not isinstance(block, Mapping) or block.get("business") not in BUSINESSES:
            return block
        business: Business = block["business"]
        rfm = block.get("rfm", {})
        filled = {"packs": PACKS[business], **block}
        if isinstance(rfm, Mapping):
            filled["rfm"] = {"window": RFM_WINDOWS[business], **rfm}
        return filled
