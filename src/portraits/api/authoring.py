"""Tags written over HTTP: previewed, made, changed, retired; their versions and their course over the runs."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from portraits.api.actor import actor
from portraits.api.parameters import TAG
from portraits.app.editing import fingerprint
from portraits.app.tags import authoring, tag_records
from portraits.app.tags.course import course
from portraits.app.tags.preview import SAMPLE, preview
from portraits.app.tags.shapes import shapes
from portraits.app.tags.versions import versions
from portraits.engine.workspace import Workspace

Name = Annotated[str, TAG]


class TagDefinition(BaseModel):
    """A tag as it is written: `kind`, `title` and the keys of its kind."""

    definition: dict[str, Any] = Field(
        examples=[{"kind": "fact", "title": "Orders", "table": "orders", "value": "count(*)", "where": "amount > 9"}]
    )


class NewTag(TagDefinition):
    """A tag that there is not yet."""

    name: str = Field(max_length=63, examples=["big_orders"])


class ChangedTag(TagDefinition):
    """A tag in place of what it was; `seen` is the fingerprint of what the writer saw."""

    seen: str | None = None


class AskedPreview(NewTag):
    """A tag to look at before it is written; `size` is how many customers the sample has."""

    size: int = Field(SAMPLE, ge=1, le=20_000)


class PreviewAnswer(BaseModel):
    """What a tag would be for a sample; `tag` and `figures` are null where it has faults."""

    name: str
    faults: list[dict[str, Any]]
    tag: dict[str, Any] | None
    figures: dict[str, Any] | None
    base: int
    changed: int | None
    examples: list[dict[str, Any]]


class WrittenAnswer(BaseModel):
    """A tag as it is written now; the next build works it out."""

    name: str
    definition: dict[str, Any]


class DefinitionAnswer(WrittenAnswer):
    """A tag as it is written, with its fingerprint."""

    fingerprint: str


class VersionsAnswer(BaseModel):
    """The definitions that a tag has had, the newest first."""

    name: str
    file: str
    toml: str
    versions: list[dict[str, Any]]
    edits: list[dict[str, Any]]


class CourseAnswer(BaseModel):
    """A tag over the runs that are kept, oldest first; `stability` is PSI against the run before."""

    tag: str
    level: str | None
    points: list[dict[str, Any]]


class UsersAnswer(BaseModel):
    """What would miss a tag, by family."""

    name: str
    users: dict[str, list[str]]


class KindsAnswer(BaseModel):
    """The kinds of tags with the fields of their forms."""

    kinds: list[dict[str, Any]]


def routes(workspace: Workspace) -> APIRouter:
    """The routes of writing tags."""
    router = APIRouter()
    _looking(router, workspace)
    _writing(router, workspace)
    _retiring(router, workspace)
    return router


def _looking(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/tag-kinds", operation_id="list_tag_kinds")
    def list_tag_kinds() -> KindsAnswer:
        """The kinds of tags, those of plug-ins too, with their fields."""
        return KindsAnswer(**tag_records.shapes(shapes(workspace)))

    @router.get("/tags/{name}/versions", operation_id="tag_versions")
    def tag_versions(name: Name) -> VersionsAnswer:
        """The definitions of a tag over the runs that are kept, and who changed them."""
        return VersionsAnswer(**tag_records.versions(versions(workspace, name)))

    @router.get("/tags/{name}/course", operation_id="tag_course")
    def tag_course(name: Name) -> CourseAnswer:
        """Coverage, mean and drift of a tag over the runs that are kept."""
        return CourseAnswer(**tag_records.course(course(workspace, name)))

    @router.get("/tags/{name}/users", operation_id="tag_users")
    def tag_users(name: Name) -> UsersAnswer:
        """What would miss a tag: tags, segments and audiences."""
        return UsersAnswer(**tag_records.users(name, authoring.users(workspace, name)))

    @router.get("/tags/{name}/definition", operation_id="tag_definition")
    def tag_definition(name: Name) -> DefinitionAnswer:
        """The definition of a tag as it is written, built in or not."""
        seen = fingerprint(workspace, "tags", name)
        return DefinitionAnswer(**tag_records.written(name, authoring.definition(workspace, name)), fingerprint=seen)


def _writing(router: APIRouter, workspace: Workspace) -> None:
    @router.post("/tags/preview", operation_id="preview_tag")
    def preview_tag(asked: AskedPreview) -> PreviewAnswer:
        """What a tag would be, for a sample of the run's customers; nothing is written."""
        return PreviewAnswer(**tag_records.preview(preview(workspace, asked.name, asked.definition, asked.size)))

    @router.post("/tags", operation_id="create_tag", status_code=HTTPStatus.CREATED)
    def create_tag(new: NewTag) -> WrittenAnswer:
        """Make a tag; faults say which field is wrong."""
        authoring.create_tag(workspace, new.name, new.definition, actor=actor(), now=datetime.now(UTC))
        return _now(workspace, new.name)

    @router.put("/tags/{name}", operation_id="edit_tag")
    def edit_tag(name: Name, changed: ChangedTag) -> WrittenAnswer:
        """Put a definition in the place of a tag's; comments in the file stay."""
        told: dict[str, Any] = {"actor": actor(), "now": datetime.now(UTC), "seen": changed.seen}
        authoring.edit_tag(workspace, name, changed.definition, **told)
        return _now(workspace, name)


def _retiring(router: APIRouter, workspace: Workspace) -> None:
    @router.post("/tags/{name}/retire", operation_id="retire_tag")
    def retire_tag(name: Name) -> WrittenAnswer:
        """Take a tag out of portraits from the next build on; refused while others use it."""
        authoring.retire_tag(workspace, name, actor=actor(), now=datetime.now(UTC))
        return _now(workspace, name)

    @router.post("/tags/{name}/restore", operation_id="restore_tag")
    def restore_tag(name: Name) -> WrittenAnswer:
        """Bring a retired tag back."""
        authoring.restore_tag(workspace, name, actor=actor(), now=datetime.now(UTC))
        return _now(workspace, name)


def _now(workspace: Workspace, name: str) -> WrittenAnswer:
    return WrittenAnswer(**tag_records.written(name, authoring.definition(workspace, name)))
