"""The report of identity as pages: what was merged too much or too little, and the rows behind each number."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.app.identity.report import Count, Report, Rows, report, report_rows
from portraits.vocabulary.errors import NotFound
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.text import Text
from portraits.web.frame import Frame
from portraits.web.identity_charts import likely, size_name, sizes_chart
from portraits.web.page import Page, address
from portraits.web.pages.identity import HOME, about
from portraits.web.pages.person import number

WECHAT = {"wechat": "wechat_id"}  # as the look-up calls it
FIELDS = {column.name: column.title for column in TABLES["people"].columns}
ID_CARD = Text(en="Identity number", zh="身份证号")
SIZE = 20


def routes(frame: Frame) -> APIRouter:
    """The report."""
    router = APIRouter()

    @router.get(f"{HOME}/report")
    def shown(request: Request) -> Response:
        page = frame.page(request)
        try:
            found = report(frame.workspace)
        except NotFound:
            found = None
        drawn = sizes_chart(page, found) if found else None
        return frame.render(
            page,
            "identity_report.html",
            report=found,
            **about(frame.workspace, None),
            chart_of=drawn,
            specs={drawn.id: drawn.spec()} if drawn else {},
            rows_path=rows_path,
            name_of=lambda each: name_of(page, each),
            finding=finding(page, found) if found else "",
        )

    @router.get(f"{HOME}/report/{{part}}")
    def behind(request: Request, part: str, key: str = "", at: str = "1") -> Response:
        page = frame.page(request)
        found = report_rows(frame.workspace, part, key, number(at), SIZE)
        return frame.render(page, "identity_rows.html", rows=found, title=title_of(page, found), likely=likely)

    return router


def rows_path(each: Count) -> str:
    """The address of what is behind a count."""
    return address(f"{HOME}/report/{each.part}", {"key": each.key})


def name_of(page: Page, each: Count | Rows) -> str:
    """What a count is about: a field by its title, a size in words, a source by its name."""
    if each.part == "size" and isinstance(each, Count):
        return size_name(page, each)
    if each.part in ("conflict", "shared", "guard"):
        column = WECHAT.get(each.key, each.key)
        return page.text(FIELDS.get(column, ID_CARD if column == "national_id" else Text(en=column, zh=column)))
    return each.key


def title_of(page: Page, found: Rows) -> str:
    """What the rows of a part are, and how many."""
    what = name_of(page, found) if found.part != "size" else found.key
    key = found.part if found.key else f"{found.part}_all"
    return page.t(f"identity.rows.{key}", what=what, n=found.total)


def finding(page: Page, found: Report) -> str:
    """What the report comes to, in one sentence."""
    conflicts, weak = sum(each.n for each in found.of("conflict")), sum(each.n for each in found.of("weak"))
    over = conflicts + weak
    if found.records == found.customers:
        return page.t("identity.report.apart", n=found.customers)
    told = {"records": found.records, "n": found.customers, "share": over / found.customers}
    return page.t("identity.report.finding" if over else "identity.report.clean", **told)
