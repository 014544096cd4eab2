"""Files: which system of the shop exports what, under which names, in which format and encoding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portraits.vocabulary.text import Text, text

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class File:
    """An exported file: its source, the table it is cut from, and its columns by their names there.

    `only` names a column and the values whose rows go into this file; `words` says what a column's
    values are called there; `slashes` writes days as 2026/06/30, `zulu` moments in UTC with a Z.
    """

    source: str
    title: Text
    path: str
    table: str
    columns: Mapping[str, str]
    only: tuple[str, tuple[str, ...]] = ("", ())
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    encoding: str = "utf-8"
    slashes: bool = False
    zulu: bool = False

    @property
    def kind(self) -> str:
        """The ending of the file's name."""
        return self.path.rsplit(".", 1)[-1]

    def rows(self, table: pa.Table) -> pa.Table:
        """The file's rows and columns of a chunk's table."""
        import pyarrow as pa
        import pyarrow.compute as pc

        name, values = self.only
        if name:
            table = table.filter(pc.is_in(table[name], value_set=pa.array(values, pa.string())))
        columns = {theirs: table[ours] for theirs, ours in self.columns.items()}
        for theirs, words in self.words.items():
            columns[theirs] = _called(columns[theirs], words)
        return pa.table(columns)


def _called(column: pa.ChunkedArray, words: Mapping[str, str]) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    places = pc.index_in(column, value_set=pa.array(list(words), pa.string()))
    return pa.chunked_array([pa.array(list(words.values()), pa.string()).take(chunk) for chunk in places.chunks])


def _columns(names: str) -> dict[str, str]:
    """Columns by their names in the file; `theirs=ours` where the system calls them otherwise."""
    pairs = (name.partition("=") for name in names.split())
    return {theirs: ours or theirs for theirs, _, ours in pairs}


_ONLINE, _IN_STORE = ("channel", ("web", "mini_program")), ("channel", ("store",))

PEOPLE = (
    File(
        "crm",
        text("CRM export", "CRM导出"),
        "crm/customers.xlsx",
        "people",
        _columns(
            """customer_no=record_id kind name gender birth_date email phone wechat_id address city region country
            postal_code occupation education marital_status household_size income employer industry language
            origin sales_owner created=created_at updated=updated_at"""
        ),
        ("source", ("crm",)),
    ),
    File(
        "shop_members",
        text("Web shop members", "网店会员"),
        "shop/members.csv",
        "people",
        _columns(
            """member_id=record_id kind full_name=name birth_date email phone address city region postal_code language
            device_id origin registered_at=created_at changed_at=updated_at"""
        ),
        ("source", ("shop",)),
    ),
    File(
        "mini_users",
        text("Mini-program users", "小程序用户"),
        "mini/users.jsonl",
        "people",
        _columns(
            """openid=record_id nickname realName=name gender phone wechatId=wechat_id cardHash=card_hash
            deviceId=device_id city language origin createdAt=created_at updatedAt=updated_at"""
        ),
        ("source", ("mini",)),
        zulu=True,
    ),
    File(
        "till_members",
        text("Till members", "收银会员"),
        "till/会员.csv",
        "people",
        _columns(
            """会员号=record_id 姓名=name 性别=gender 生日=birth_date 手机=phone 地址=address 银行卡=card_hash
            等级=level 开卡时间=created_at"""
        ),
        ("source", ("till",)),
        words={"性别": {"female": "女", "male": "男"}},
        encoding="gb18030",
        slashes=True,
    ),
)
SALES = (
    File(
        "products",
        text("Product list", "商品目录"),
        "products.csv",
        "products",
        _columns("product_id name_en name_zh category_en category_zh brand price cost stock launched_at"),
        encoding="utf-8-sig",
    ),
    File(
        "shop_orders",
        text("Web shop orders", "网店订单"),
        "shop/orders.csv",
        "orders",
        _columns(
            """order_id member_id=record_id placed_at=ordered_at channel total=amount discount currency status payment
            campaign_id"""
        ),
        _ONLINE,
    ),
    File(
        "shop_lines",
        text("Web shop order lines", "网店订单明细"),
        "shop/order_lines.csv",
        "order_lines",
        _columns("order_id line product_id quantity unit paid=amount discount cost"),
        _ONLINE,
    ),
    File(
        "till_receipts",
        text("Till receipts", "收银小票"),
        "till/小票.csv",
        "orders",
        _columns(
            """小票号=order_id 会员号=record_id 时间=ordered_at 门店=store 实付=amount 优惠=discount 状态=status
            支付方式=payment 活动=campaign_id"""
        ),
        _IN_STORE,
        words={
            "状态": {"completed": "已完成", "cancelled": "已作废", "returned": "已退货", "pending": "待付款"},
            "支付方式": {
                "mobile": "手机支付",
                "card": "银行卡",
                "cash": "现金",
                "stored_value": "储值卡",
                "bank_transfer": "转账",
            },
        },
        encoding="gb18030",
        slashes=True,
    ),
    File(
        "till_lines",
        text("Till receipt lines", "小票明细"),
        "till/小票明细.csv",
        "order_lines",
        _columns(
            """小票号=order_id 行号=line 商品编码=product_id 数量=quantity 单位=unit 实付=amount 优惠=discount
            成本=cost"""
        ),
        _IN_STORE,
        words={"单位": {"piece": "件"}},
        encoding="gb18030",
    ),
)
BEHAVIOUR = (
    File(
        "web_events",
        text("Web and mini-program events", "网站与小程序行为"),
        "events/web.jsonl",
        "events",
        _columns("event_id time=at user=record_id event=kind channel object value"),
        ("kind", ("page_view", "search", "click", "app_use", "email_open")),
        zulu=True,
    ),
    File(
        "store_events",
        text("Store sensors: visits, RFID, screens", "门店传感：到店、射频试穿、触屏"),
        "events/store.csv",
        "events",
        _columns("event_id at member=record_id kind object value"),
        ("kind", ("store_visit", "try_on", "screen_touch")),
    ),
    File(
        "service_calls",
        text("Service desk and sales notes", "客服与销售跟进"),
        "events/service.tsv",
        "events",
        _columns("event_id at customer=record_id kind channel value text"),
        ("kind", ("chat", "call", "complaint", "consultation")),
    ),
    File(
        "loyalty",
        text("E-receipts, points and coupons", "电子小票、积分与优惠券"),
        "events/loyalty.csv",
        "events",
        _columns("event_id at member=record_id kind channel object value"),
        ("kind", ("receipt", "points_earned", "points_spent", "coupon_redeemed")),
    ),
    File(
        "feedback",
        text("Opinions", "评价"),
        "feedback.csv",
        "feedback",
        _columns("record_id at channel about rating scale text language question"),
    ),
    File(
        "consents",
        text("Consents", "同意记录"),
        "consents.csv",
        "consents",
        _columns("record_id purpose channel status at text_version proof"),
    ),
    File(
        "relations",
        text("Relations", "关系"),
        "relations.csv",
        "relations",
        _columns("from_record to_record kind weight"),
    ),
)
MARKETING = (
    File(
        "campaigns",
        text("Campaign plan", "营销活动计划"),
        "marketing/campaigns.xlsx",
        "campaigns",
        _columns("campaign_id name_en name_zh channel starts_at ends_at cost"),
    ),
    File(
        "touches",
        text("Campaign contacts, holdout included", "营销触达（含对照组）"),
        "marketing/touches.csv",
        "touches",
        _columns("campaign_id record_id arm sent_at"),
    ),
    File(
        "responses",
        text("Campaign responses", "营销响应"),
        "marketing/responses.csv",
        "responses",
        _columns("campaign_id record_id at kind value"),
    ),
    File(
        "spend",
        text("Marketing spend", "营销支出"),
        "marketing/spend.csv",
        "spend",
        _columns("day origin campaign_id amount"),
    ),
)
TRADE = (
    File(
        "deals",
        text("Deals", "商机"),
        "sales/deals.csv",
        "deals",
        _columns("deal_id record_id owner product_id amount origin created_at closed_at status lost_reason"),
    ),
    File(
        "deal_stages",
        text("Deal stages", "商机阶段"),
        "sales/deal_stages.csv",
        "deal_stages",
        _columns("deal_id stage entered_at"),
    ),
    File(
        "listings",
        text("Supply and demand", "供需信息"),
        "sales/listings.csv",
        "listings",
        _columns("listing_id record_id direction text category region quantity price valid_until"),
    ),
)
FILES = (*PEOPLE, *SALES, *BEHAVIOUR, *MARKETING, *TRADE)
