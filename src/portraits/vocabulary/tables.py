"""Canonical tables: the few tables that every source is mapped to."""

from __future__ import annotations

from portraits.vocabulary.errors import NotFound, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.table import Column, Lookup, Table
from portraits.vocabulary.text import text
from portraits.vocabulary.types import Type


def table(name: str) -> Table:
    """The canonical table of that name; NotFound names the nearest one."""
    if name not in TABLES:
        raise NotFound(say("There is no table {name}.", name=name), nearest(name, TABLES))
    return TABLES[name]


def _column(name: str, kind: Type, en: str, zh: str, *marks: str, choices: tuple[str, ...] = ()) -> Column:
    return Column(name, kind, text(en, zh), "required" in marks, "personal" in marks, choices)


_T, _I, _N, _M = Type.TEXT, Type.INTEGER, Type.NUMBER, Type.MONEY
_AT, _DAY, _JSON = Type.TIME, Type.DATE, Type.JSON

_RECORD = _column("record_id", _T, "Person record", "客户记录号", "required")
_MAYBE_RECORD = _column("record_id", _T, "Person record, empty if unknown", "客户记录号（未知则空）")
_PROVENANCE = (
    _column("source", _T, "Source", "数据源"),
    _column("batch", _T, "Imported batch", "导入批次"),
)
STATUSES = ("completed", "pending", "cancelled", "returned")

_PEOPLE = Table(
    "people",
    text("Person records", "客户记录"),
    text("a row about a person or company in one source", "一个数据源中关于某人或某公司的一行"),
    (
        _RECORD,
        _column("kind", _T, "Person or company", "个人或公司", choices=("person", "company")),
        _column("name", _T, "Full name", "姓名", "personal"),
        _column("given_name", _T, "Given name", "名", "personal"),
        _column("family_name", _T, "Family name", "姓", "personal"),
        _column("gender", _T, "Gender", "性别", choices=("female", "male", "other")),
        _column("birth_date", _DAY, "Date of birth", "出生日期", "personal"),
        _column("email", _T, "E-mail", "电子邮箱", "personal"),
        _column("phone", _T, "Phone", "电话", "personal"),
        _column("wechat_id", _T, "WeChat id", "微信号", "personal"),
        _column("national_id", _T, "Identity number", "证件号码", "personal"),
        _column("card_hash", _T, "Bank card (hash)", "银行卡（散列）", "personal"),
        _column("device_id", _T, "Device", "设备号", "personal"),
        _column("address", _T, "Address", "地址", "personal"),
        _column("city", _T, "City", "城市"),
        _column("region", _T, "Province or region", "省份或地区"),
        _column("country", _T, "Country", "国家"),
        _column("postal_code", _T, "Postal code", "邮政编码", "personal"),
        _column("occupation", _T, "Occupation", "职业"),
        _column("education", _T, "Education", "学历"),
        _column("marital_status", _T, "Marital status", "婚姻状况"),
        _column("household_size", _I, "People in the household", "家庭人数"),
        _column("income", _T, "Income or income band", "收入或收入段"),
        _column("employer", _T, "Employer", "工作单位"),
        _column("industry", _T, "Industry", "行业"),
        _column("language", _T, "Language", "语言"),
        _column("created_at", _AT, "Record created", "建档时间"),
        _column("updated_at", _AT, "Record updated", "更新时间"),
        _column("attributes", _JSON, "Other attributes", "其他属性", "personal"),
        *_PROVENANCE,
    ),
    key=("record_id",),
    time="updated_at",
)

_ORDERS = Table(
    "orders",
    text("Orders", "订单"),
    text("an order", "一张订单"),
    (
        _column("order_id", _T, "Order", "订单号", "required"),
        _MAYBE_RECORD,
        _column("ordered_at", _AT, "Ordered at", "下单时间", "required"),
        _column("channel", _T, "Channel", "渠道"),
        _column("store", _T, "Store", "门店"),
        _column("amount", _M, "Amount paid", "实付金额", "required"),
        _column("discount", _M, "Discount", "优惠金额"),
        _column("cost", _M, "Cost of goods", "成本"),
        _column("currency", _T, "Currency", "币种"),
        _column("status", _T, "Status", "状态", choices=STATUSES),
        _column("payment", _T, "Means of payment", "支付方式"),
        _column("campaign_id", _T, "Campaign", "营销活动号"),
        _column("lines", _I, "Lines", "行数"),
        _column("quantity", _N, "Pieces", "件数"),
        *_PROVENANCE,
    ),
    key=("order_id",),
    time="ordered_at",
)

_PRODUCTS = Table(
    "products",
    text("Products", "商品"),
    text("a product", "一种商品"),
    (
        _column("product_id", _T, "Product", "商品号", "required"),
        _column("name", _T, "Name", "名称"),
        _column("category", _T, "Category", "品类"),
        _column("brand", _T, "Brand", "品牌"),
        _column("price", _M, "List price", "标价"),
        _column("cost", _M, "Cost", "成本"),
        _column("stock", _N, "Stock", "库存"),
        _column("launched_at", _AT, "Launched", "上市时间"),
        *_PROVENANCE,
    ),
    key=("product_id",),
)

_LINES = Table(
    "order_lines",
    text("Order lines", "订单明细"),
    text("a line of an order", "订单中的一行"),
    (
        _column("order_id", _T, "Order", "订单号", "required"),
        _column("line", _I, "Line number", "行号"),
        _MAYBE_RECORD,
        _column("product_id", _T, "Product", "商品号", "required"),
        _column("quantity", _N, "Quantity", "数量"),
        _column("unit", _T, "Unit", "单位"),
        _column("amount", _M, "Amount paid", "实付金额", "required"),
        _column("discount", _M, "Discount", "优惠金额"),
        _column("cost", _M, "Cost of goods", "成本"),
        _column("ordered_at", _AT, "Ordered at", "下单时间"),
        _column("channel", _T, "Channel", "渠道"),
        _column("store", _T, "Store", "门店"),
        _column("payment", _T, "Means of payment", "支付方式"),
        _column("campaign_id", _T, "Campaign", "营销活动号"),
        _column("status", _T, "Status", "状态", choices=STATUSES),
        *_PROVENANCE,
    ),
    key=("order_id", "line"),
    time="ordered_at",
    lookups=(Lookup(_PRODUCTS, "product_id", (("product", "name"), ("category", "category"), ("brand", "brand"))),),
)

_EVENTS = Table(
    "events",
    text("Events", "行为事件"),
    text("something a person did or that happened to them", "客户做过或经历的一件事"),
    (
        _column("event_id", _T, "Event", "事件号"),
        _MAYBE_RECORD,
        _column("at", _AT, "At", "发生时间", "required"),
        _column("kind", _T, "Kind", "种类", "required"),
        _column("channel", _T, "Channel", "渠道"),
        _column("object", _T, "Object", "对象"),
        _column("value", _N, "Value", "数值"),
        _column("text", _T, "Text", "文本", "personal"),
        _column("properties", _JSON, "Other properties", "其他属性", "personal"),
        *_PROVENANCE,
    ),
    key=("event_id",),
    time="at",
)

_FEEDBACK = Table(
    "feedback",
    text("Feedback", "反馈"),
    text("an opinion", "一条意见"),
    (
        _MAYBE_RECORD,
        _column("at", _AT, "At", "时间", "required"),
        _column("channel", _T, "Channel", "渠道"),
        _column("about", _T, "About", "针对", choices=("product", "service", "store")),
        _column("rating", _N, "Rating", "评分"),
        _column("scale", _N, "Highest rating", "满分"),
        _column("text", _T, "Text", "文本", "personal"),
        _column("language", _T, "Language", "语言"),
        _column("question", _T, "Question", "问题"),
        *_PROVENANCE,
    ),
    key=("record_id", "at", "question"),
    time="at",
)

_CAMPAIGNS = Table(
    "campaigns",
    text("Campaigns", "营销活动"),
    text("a campaign", "一次营销活动"),
    (
        _column("campaign_id", _T, "Campaign", "营销活动号", "required"),
        _column("name", _T, "Name", "名称"),
        _column("channel", _T, "Channel", "渠道"),
        _column("starts_at", _AT, "Starts", "开始时间"),
        _column("ends_at", _AT, "Ends", "结束时间"),
        _column("cost", _M, "Cost", "费用"),
        *_PROVENANCE,
    ),
    key=("campaign_id",),
)

_CAMPAIGN = (Lookup(_CAMPAIGNS, "campaign_id", (("campaign", "name"), ("channel", "channel"))),)

_TOUCHES = Table(
    "touches",
    text("Campaign contacts", "营销触达"),
    text("one contact of a campaign", "一次营销触达"),
    (
        _column("campaign_id", _T, "Campaign", "营销活动号", "required"),
        _RECORD,
        _column("arm", _T, "Arm", "组别", choices=("treated", "holdout")),
        _column("sent_at", _AT, "Sent", "发送时间"),
        *_PROVENANCE,
    ),
    key=("campaign_id", "record_id", "sent_at"),
    time="sent_at",
    lookups=_CAMPAIGN,
)

_RESPONSES = Table(
    "responses",
    text("Campaign responses", "营销响应"),
    text("one response to a campaign", "一次营销响应"),
    (
        _column("campaign_id", _T, "Campaign", "营销活动号", "required"),
        _RECORD,
        _column("at", _AT, "At", "时间", "required"),
        _column("kind", _T, "Kind", "种类"),
        _column("value", _N, "Value", "数值"),
        *_PROVENANCE,
    ),
    key=("campaign_id", "record_id", "at", "kind"),
    time="at",
    lookups=_CAMPAIGN,
)

_DEALS = Table(
    "deals",
    text("Deals", "商机"),
    text("a sales opportunity", "一个销售机会"),
    (
        _column("deal_id", _T, "Deal", "商机号", "required"),
        _RECORD,
        _column("owner", _T, "Owner", "负责人"),
        _column("product_id", _T, "Product", "商品号"),
        _column("amount", _M, "Amount", "金额"),
        _column("origin", _T, "Origin", "来源"),
        _column("created_at", _AT, "Created", "创建时间", "required"),
        _column("closed_at", _AT, "Closed", "关闭时间"),
        _column("status", _T, "Status", "状态", choices=("open", "won", "lost")),
        _column("lost_reason", _T, "Reason lost", "丢单原因"),
        *_PROVENANCE,
    ),
    key=("deal_id",),
    time="created_at",
)

_STAGES = Table(
    "deal_stages",
    text("Deal stages", "商机阶段"),
    text("one stage entered by a deal", "商机进入的一个阶段"),
    (
        _column("deal_id", _T, "Deal", "商机号", "required"),
        _column("stage", _T, "Stage", "阶段", "required"),
        _column("entered_at", _AT, "Entered", "进入时间", "required"),
        *_PROVENANCE,
    ),
    key=("deal_id", "stage", "entered_at"),
)

_RELATIONS = Table(
    "relations",
    text("Relations", "关系"),
    text("a tie between two person records", "两条客户记录之间的联系"),
    (
        _column("from_record", _T, "From record", "起点记录", "required"),
        _column("to_record", _T, "To record", "终点记录", "required"),
        _column("kind", _T, "Kind", "种类", choices=("household", "colleague", "refers", "follows", "supplies")),
        _column("weight", _N, "Weight", "权重"),
        *_PROVENANCE,
    ),
    key=("from_record", "to_record", "kind"),
)

_CONSENTS = Table(
    "consents",
    text("Consents", "同意记录"),
    text("a consent event", "一次同意或撤回"),
    (
        _RECORD,
        _column("purpose", _T, "Purpose", "目的", "required"),
        _column("channel", _T, "Channel", "渠道"),
        _column("status", _T, "Status", "状态", "required", choices=("given", "withdrawn")),
        _column("at", _AT, "At", "时间", "required"),
        _column("text_version", _T, "Version of the text", "文本版本"),
        _column("proof", _T, "Proof", "凭证"),
        *_PROVENANCE,
    ),
    key=("record_id", "purpose", "channel", "at"),
    time="at",
)

_LISTINGS = Table(
    "listings",
    text("Supply and demand", "供需信息"),
    text("a supply or a demand of a company", "公司的一条供应或需求"),
    (
        _column("listing_id", _T, "Listing", "信息号", "required"),
        _RECORD,
        _column("direction", _T, "Supply or demand", "供应或需求", choices=("supply", "demand")),
        _column("text", _T, "Text", "文本"),
        _column("category", _T, "Category", "品类"),
        _column("region", _T, "Region", "地区"),
        _column("quantity", _N, "Quantity", "数量"),
        _column("price", _M, "Price", "价格"),
        _column("valid_until", _AT, "Valid until", "有效期至"),
        *_PROVENANCE,
    ),
    key=("listing_id",),
)

_SPEND = Table(
    "spend",
    text("Marketing spend", "营销支出"),
    text("marketing money spent on a day", "某天的一笔营销支出"),
    (
        _column("day", _DAY, "Day", "日期", "required"),
        _column("origin", _T, "Origin", "来源"),
        _column("campaign_id", _T, "Campaign", "营销活动号"),
        _column("amount", _M, "Amount", "金额", "required"),
        *_PROVENANCE,
    ),
    key=("day", "origin", "campaign_id"),
)

TABLES: dict[str, Table] = {
    each.name: each
    for each in (
        _PEOPLE,
        _ORDERS,
        _LINES,
        _PRODUCTS,
        _EVENTS,
        _FEEDBACK,
        _CAMPAIGNS,
        _TOUCHES,
        _RESPONSES,
        _DEALS,
        _STAGES,
        _RELATIONS,
        _CONSENTS,
        _LISTINGS,
        _SPEND,
    )
}
