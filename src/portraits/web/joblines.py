"""Job lines: jobs in words: what is done, how far it is, what came of it, what its log says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from portraits.app.jobs.jobs import Job
from portraits.app.jobs.stages import doing, table_of
from portraits.app.said import Quantity
from portraits.vocabulary.phrase import phrase_of
from portraits.web.page import Page

HUNDRED = 100
MINUTE = 60


@dataclass(frozen=True)
class LogLine:
    """One entry of a log: the time of day, and what happened."""

    at: str
    text: str
    failure: bool = False


@dataclass(frozen=True)
class JobLine:
    """A job ready to be shown; `percent` is None where nobody knows the whole."""

    job: Job
    title: str
    state: str
    percent: int | None
    stage: str
    asked: str
    took: str
    result: str
    href: str  # where the result is
    failures: tuple[str, ...]

    @property
    def stopped_by_quality(self) -> bool:
        """Whether rules of quality stopped a build, which may go on in somebody's name."""
        said = (data for entry in self.job.log for data in entry.get("said", ()))
        return self.job.kind in ("build", "touch_up") and any(phrase_of(data).startswith("quality.") for data in said)


def job_line(page: Page, job: Job) -> JobLine:
    """A job in words."""
    progress, share = job.progress, job.progress.get("share")
    stage = str(progress.get("stage", ""))
    return JobLine(
        job=job,
        title=_title(page, job),
        state="stopping" if job.stopping and job.open else job.status,
        percent=None if share is None else int(share * HUNDRED),
        stage=stage_words(page, stage) if stage and job.open else "",
        asked=page.t("jobs.asked", who=job.actor, at=minute(job.created_at)),
        took=_took(page, job),
        result=_result(page, job),
        href=_href(job),
        failures=tuple(_failures(page, job)),
    )


def log_lines(page: Page, job: Job) -> Iterator[LogLine]:
    """The log; steps of one kind in a row are one line."""
    before = ""
    for entry in job.log:
        at = str(entry["at"])[11:19]
        if stage := entry.get("stage"):
            text = stage_words(page, str(stage))
            if text != before:
                yield LogLine(at, text)
            before = text
        for data in entry.get("said", ()):
            yield LogLine(at, phrase_of(data).in_(page.language), failure=True)


def stage_words(page: Page, name: str) -> str:
    """A step in words; what has none, such as a source that is loaded, by its own name."""
    table = table_of(name)
    if table:
        return page.t("stages.table", table=page.text(table))
    key = doing(name)
    return page.t(f"stages.{key}") if key else name


def minute(moment: datetime) -> str:
    """A moment to the minute."""
    return moment.strftime("%Y-%m-%d %H:%M")


def _title(page: Page, job: Job) -> str:
    title = page.t(f"jobs.kinds.{job.kind}")
    named = job.arguments.get("sources") or ()
    return page.t("jobs.of", what=title, names=page.t("jobs.comma").join(map(str, named))) if named else title


def _took(page: Page, job: Job) -> str:
    if not (job.started_at and job.ended_at):
        return ""
    seconds = round((job.ended_at - job.started_at).total_seconds())
    minutes, rest = divmod(max(seconds, 1), MINUTE)
    return page.t("jobs.minutes", m=minutes, s=rest) if minutes else page.t("jobs.seconds", s=rest)


def _result(page: Page, job: Job) -> str:
    found = job.result or {}
    if job.kind == "touch_up" and found:
        customers = Quantity(found["customers"])
        told = "touched" if found["run"] else "nothing_touched"
        return page.t(f"jobs.result.{told}", run=found["run"], customers=customers)
    if "run" in found:
        as_of = datetime.fromisoformat(found["as_of"])
        customers = Quantity(found.get("customers") or 0)
        return page.t("jobs.result.run", run=found["run"], as_of=as_of, customers=customers)
    if found.get("batches"):
        return page.t("jobs.result.load", rows=found["rows_landed"], rejected=found["rows_rejected"])
    if "batches" in found:
        return page.t("jobs.result.nothing")
    return page.t("jobs.result.import") if "import" in found else ""


def _href(job: Job) -> str:
    if job.kind == "import":
        return f"/data/import/{job.arguments.get('import', '')}"
    found = job.result or {}
    return f"/runs/{found['run']}" if found.get("run") else "/data/batches" if found.get("batches") else ""


def _failures(page: Page, job: Job) -> Iterator[str]:
    if job.status == "failed":
        yield from (phrase_of(data).in_(page.language) for entry in job.log for data in entry.get("said", ()))
