"""Quality over HTTP: how good the data is, what a rule finds bad, and the rules themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from portraits.api.actor import actor
from portraits.api.parameters import PAGE
from portraits.app.editing import fingerprint
from portraits.app.quality import failing, quality_records, rulebook, scores, stopped
from portraits.engine.workspace import Workspace

Name = Annotated[str, Path(description="The rule's name.", examples=["orders_amount"])]

Source = Annotated[str, Query(max_length=200, description="Whose rows; empty for all.")]
Size = Annotated[int, Query(ge=1, le=failing.LARGEST_PAGE, description="Rows a page.")]


class QualityAnswer(BaseModel):
    """Rules, the worst first; sources by the sides of quality; fields; the course over the runs, oldest first."""

    rules: list[dict[str, Any]]
    sources: list[dict[str, Any]]
    fields: list[dict[str, Any]]
    course: list[dict[str, Any]]
    accepted_by: str = Field(description="Who published the run though rules stop it; empty where none did.")
    accepted: list[str]
    run: int | None
    as_of: datetime | None


class RuleAnswer(BaseModel):
    """One rule, what it found, its conditions in words, its course, and what its bad rows hurt."""

    rule: dict[str, Any]
    said: list[dict[str, str]]
    course: list[dict[str, Any]]
    hurts: dict[str, list[dict[str, Any]]]
    run: int | None
    as_of: datetime | None


class FailingAnswer(BaseModel):
    """A page of the rows that a rule finds bad; personal values are masked."""

    rows: list[dict[str, Any]]
    rule: str
    source: str
    total: int
    page: int
    pages: int
    as_of: datetime
    run: int


class StoppedAnswer(BaseModel):
    """The last build, where rules of quality stopped it, with these rules; without any, and null, where none did."""

    at: datetime | None
    as_of: datetime | None
    run: int | None = Field(description="The number that its run would have had.")
    stays: int | None = Field(description="The run that stayed published; null where there was none.")
    rules: list[dict[str, Any]]


class StoppedRowsAnswer(FailingAnswer):
    """A page of the rows for which a rule stopped the last build; personal values are masked."""

    found: int = Field(description="How many are bad; more than the total where not all of them are kept.")


class RuleDefinition(BaseModel):
    """A rule as it is written."""

    definition: dict[str, Any] = Field(
        examples=[{"title": "Paid", "table": "orders", "dimension": "range", "rule": "amount >= 0"}]
    )


class NewRule(RuleDefinition):
    """A rule that there is not yet."""

    name: str = Field(max_length=63, examples=["paid"])


class ChangedRule(RuleDefinition):
    """A rule in place of what it was; `seen` is the fingerprint of what the writer saw."""

    seen: str | None = None


class WrittenRule(RuleDefinition):
    """A rule as it is written now, with its fingerprint; the next build judges by it."""

    name: str
    fingerprint: str


class TrialAnswer(BaseModel):
    """What a rule would find in the published run; the figures are null where it has faults."""

    faults: list[dict[str, Any]]
    rows: int | None
    bad: int | None
    share: float | None
    sources: dict[str, dict[str, Any]]
    said: list[dict[str, str]]


def routes(workspace: Workspace) -> APIRouter:
    """The routes of quality."""
    router = APIRouter()
    _looking(router, workspace)
    _stopped(router, workspace)
    _writing(router, workspace)
    _switching(router, workspace)
    return router


def _looking(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/quality", operation_id="data_quality")
    def data_quality() -> QualityAnswer:
        """How good the data of the published run is, and was in the runs that are kept."""
        return QualityAnswer(**quality_records.quality(scores.quality(workspace)))

    @router.get("/quality/{name}", operation_id="quality_rule")
    def quality_rule(name: Name) -> RuleAnswer:
        """One rule with what it found."""
        return RuleAnswer(**quality_records.rule(scores.quality_rule(workspace, name)))

    @router.get("/quality/{name}/rows", operation_id="failing_rows")
    def failing_rows(
        name: Name,
        source: Source = "",
        page: Annotated[int, PAGE] = 1,
        size: Size = failing.SIZE,
    ) -> FailingAnswer:
        """A page of the rows that a rule finds bad in the published run."""
        return FailingAnswer(**quality_records.failing(failing.failing(workspace, name, source, page, size)))

    @router.get("/quality/{name}/definition", operation_id="quality_definition")
    def quality_definition(name: Name) -> WrittenRule:
        """The definition of a rule as it is written, built in or not."""
        return _now(workspace, name)


def _stopped(router: APIRouter, workspace: Workspace) -> None:
    # Not below /quality, where `stopped` would be the name of a rule.
    @router.get("/stopped-build", operation_id="stopped_build")
    def stopped_build() -> StoppedAnswer:
        """The last build, where rules of quality stopped it before it published."""
        return StoppedAnswer(**quality_records.stopped(stopped.stopped(workspace)))

    @router.get("/stopped-build/{name}/rows", operation_id="stopped_rows")
    def stopped_rows(
        name: Name, source: Source = "", page: Annotated[int, PAGE] = 1, size: Size = failing.SIZE
    ) -> StoppedRowsAnswer:
        """A page of the rows for which a rule stopped the last build."""
        found = stopped.stopped_rows(workspace, name, source, page, size)
        return StoppedRowsAnswer(**quality_records.stopped_rows(found))


def _writing(router: APIRouter, workspace: Workspace) -> None:
    @router.post("/quality/try", operation_id="try_rule")
    def try_rule(asked: NewRule) -> TrialAnswer:
        """What a rule would find; nothing is written."""
        return TrialAnswer(**quality_records.trial(rulebook.try_rule(workspace, asked.name, asked.definition)))

    @router.post("/quality", operation_id="create_rule", status_code=HTTPStatus.CREATED)
    def create_rule(new: NewRule) -> WrittenRule:
        """Make a rule; faults say which field is wrong."""
        rulebook.create_rule(workspace, new.name, new.definition, actor=actor(), now=datetime.now(UTC))
        return _now(workspace, new.name)

    @router.put("/quality/{name}", operation_id="edit_rule")
    def edit_rule(name: Name, changed: ChangedRule) -> WrittenRule:
        """Put a definition in the place of a rule's; comments in the file stay."""
        told: dict[str, Any] = {"actor": actor(), "now": datetime.now(UTC), "seen": changed.seen}
        rulebook.edit_rule(workspace, name, changed.definition, **told)
        return _now(workspace, name)


def _switching(router: APIRouter, workspace: Workspace) -> None:
    @router.post("/quality/{name}/retire", operation_id="retire_rule")
    def retire_rule(name: Name) -> WrittenRule:
        """Switch a rule off from the next build on."""
        rulebook.retire_rule(workspace, name, actor=actor(), now=datetime.now(UTC))
        return _now(workspace, name)

    @router.post("/quality/{name}/restore", operation_id="restore_rule")
    def restore_rule(name: Name) -> WrittenRule:
        """Switch a rule on again."""
        rulebook.restore_rule(workspace, name, actor=actor(), now=datetime.now(UTC))
        return _now(workspace, name)

    @router.delete("/quality/{name}", operation_id="remove_rule", status_code=HTTPStatus.NO_CONTENT)
    def remove_rule(name: Name) -> None:
        """Remove a rule from the workspace's files; a built-in one is then again as it was."""
        rulebook.remove_rule(workspace, name, actor=actor(), now=datetime.now(UTC))


def _now(workspace: Workspace, name: str) -> WrittenRule:
    seen = fingerprint(workspace, "quality", name)
    return WrittenRule(**quality_records.written(name, rulebook.rule_definition(workspace, name)), fingerprint=seen)
