"""The site map: the pages that people go to by name, with what each is for."""

from __future__ import annotations

from dataclasses import dataclass

from portraits.vocabulary.text import Text, text


@dataclass(frozen=True)
class PageEntry:
    """A page: its key in the navigation, its address, its name, and words by which it is found."""

    key: str
    href: str
    title: Text
    about: Text


def _page(key: str, href: str, en: str, zh: str, about_en: str, about_zh: str) -> PageEntry:
    return PageEntry(key, href, text(en, zh), text(about_en, about_zh))


PAGES: tuple[PageEntry, ...] = (
    _page("today", "/", "Today", "今日", "what changed, the goal, next steps", "变化、目标、下一步"),
    _page("customers", "/customers", "Customers", "客户", "list, search, portraits", "列表、查找、画像"),
    _page("tags", "/tags", "Tags", "标签", "catalogue, coverage, definitions", "目录、覆盖率、定义"),
    _page("audiences", "/audiences", "Audiences", "人群", "rules, counts, exports", "规则、人数、导出"),
    _page("new_audience", "/audiences/new", "New audience", "新建人群", "choose customers by a rule", "按规则圈选客户"),
    _page("segments", "/segments", "Segments", "分群", "RFM grid, moves, comparison", "RFM 矩阵、流转、对比"),
    _page("data", "/data", "Data", "数据", "sources, batches, mappings", "数据源、批次、映射"),
    _page("quality", "/data/quality", "Data quality", "数据质量", "rules, bad rows, sources", "规则、不合格行、数据源"),
    _page("import", "/data/import", "Import a file", "导入文件", "upload, match columns, check", "上传、匹配列、校验"),
    _page(
        *("identity", "/data/identity", "Possible duplicates", "疑似重复客户"),
        *("merge, split, review pairs, decisions", "合并、拆分、逐对认定、人工决定"),
    ),
    _page(
        "merge_report", "/data/identity/report", "Merge report", "合并报告", "too much or too little", "合并过多或过少"
    ),
    _page("households", "/data/identity/households", "Households", "家庭", "who lives together", "同住的客户"),
    _page(
        *("repairs", "/data/identity/repairs", "Cleaning", "数据清洗"),
        *("what was repaired in names, phones, addresses", "姓名、电话、地址等的修正"),
    ),
    _page(
        *("models", "/data/identity/models", "What matching learnt", "匹配模型"),
        *("match weights, learn anew", "匹配权重、重新学习"),
    ),
    _page(
        "identify", "/identify", "Who is calling?", "识别来客", "phone, e-mail, WeChat, name", "电话、邮箱、微信、姓名"
    ),
    _page("jobs", "/jobs", "Jobs", "任务", "builds and loads under way", "正在执行的构建与导入"),
    _page("runs", "/runs", "Runs", "运行记录", "compare, roll back", "对比、回退"),
    _page("help", "/help", "Help", "帮助", "methods, words, keys", "方法、术语、快捷键"),
    _page("api", "/api", "API", "接口", "for programs: JSON over HTTP", "供程序调用的 JSON 接口"),
)
