"""Recognising: the settings that say which records are one customer, and which value of a field counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self, get_args

from pydantic import model_validator

from portraits.vocabulary.definition import Definition, says
from portraits.vocabulary.errors import Unfit, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.tables import TABLES

By = Literal["records", "key", "match"]
Pack = Literal["person", "company"]
Survivor = Literal["newest", "trusted", "frequent", "longest", "verified"]
SURVIVORS: tuple[Survivor, ...] = get_args(Survivor)
NOT_GOLDEN = ("record_id", "source", "batch")  # columns of `people` that say where a record is from


class Recognising(Definition):
    """The `[settings.identity]` block: how the customer behind records is found."""

    by: By | None = says(
        "What makes one customer of records: records (each stands alone), key (customer_key), or match (all that they "
        "say is compared); left out, key where there is one, else records.",
        "依据什么把多条记录视为同一客户：records（每条记录各为一位客户）、key（customer_key 相同）"
        "或 match（综合比对所有信息）；不填时，有 customer_key 则为 key，否则为 records。",
        None,
    )
    packs: tuple[Pack, ...] = says("Whom matching compares.", "参与比对的对象类型。", ("person", "company"))
    link: float | None = says(
        "The weight from which two records are one customer, in log2 odds; left out, that of the pack.",
        "两条记录视为同一客户的最低权重（以2为底的对数几率）；不填则用内置值。",
        None,
    )
    review: float | None = says(
        "The weight from which somebody should look; left out, that of the pack.",
        "需要人工复核的最低权重；不填则用内置值。",
        None,
    )
    training: int = says(
        "Raised by one, it lets the next build learn anew, from all records, how they are compared.",
        "加一后，下次构建会用全部记录重新训练比对模型。",
        0,
        ge=0,
    )
    country: str = says(
        "The country of phone numbers that name none, in two letters.",
        "未写国家代码的电话号码所属的国家，两位字母。",
        "CN",
        pattern="^[A-Z]{2}$",
    )
    trusted: tuple[str, ...] = says("Sources, the most trusted first.", "数据源，最可信的排在最前。", ())
    fields: Mapping[str, Survivor] = says(
        "Column of people = whose value counts: newest, trusted, frequent, longest or verified.",
        "客户记录的字段 = 以哪个值为准：newest 最新、trusted 最可信来源、frequent 最常见、"
        "longest 最长、verified 已验证。",
        {},
    )
    at_once: bool = says(
        "Whether what people decide about customers counts at once, by a touch-up of the published run; else it counts "
        "from the next build on.",
        "对客户的人工决定是否立即生效（对已发布批次做局部更新）；否则自下次构建起生效。",
        True,
    )

    @model_validator(mode="after")
    def _review_below_link(self) -> Self:
        if self.link is not None and self.review is not None and self.review > self.link:
            raise Unfit(say("the weight for review is above that for linking."))
        return self

    @model_validator(mode="after")
    def _known_fields(self) -> Self:
        known = [each for each in TABLES["people"].types if each not in NOT_GOLDEN]
        for name in self.fields:
            if name not in known:
                raise Unfit(say("people has no field {name}.", name=name), nearest(name, known))
        return self
