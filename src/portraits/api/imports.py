"""Imports over HTTP: upload a file, choose step by step, check, carry out, take back."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from portraits.api.actor import actor
from portraits.api.receiving import BoundedBody
from portraits.app.data import data_records, importing, imports, mappings, uploads
from portraits.app.data.trial import Trial
from portraits.engine.workspace import Workspace
from portraits.vocabulary.text import Language

NUMBER = Annotated[int, Path(ge=1, description="The import's number.", examples=[1])]

MAPPING = Annotated[str, Path(description="The mapping's name.", examples=["till"])]
TABLE = Query(max_length=60, description="The canonical table; the one that fits best if left out.")
FILE = Query(min_length=1, max_length=300, description="What the file is called.", examples=["orders.csv"])
LANG = Query(description="The language of what is wrong: en or zh.")


class ImportAnswer(BaseModel):
    """An import: its file, the step it stands at, what was chosen and what became of it."""

    id: int
    file: str
    size: int
    status: str = Field(description="open, queued, done, failed or undone.")
    step: str = Field(examples=["columns"])
    choices: dict[str, Any]
    job: int | None
    batches: list[int]
    fault: str
    actor: str
    created_at: datetime
    updated_at: datetime


class ImportsAnswer(BaseModel):
    """All imports, newest first."""

    imports: list[dict[str, Any]]


class ColumnsAnswer(BaseModel):
    """The columns of a table with those of the file that are proposed or chosen for them."""

    table: str
    tables: list[dict[str, Any]]
    columns: list[dict[str, Any]]
    file: list[dict[str, Any]]


class Expressions(BaseModel):
    """Expressions over the columns of a file or a source, by canonical column."""

    table: str = Field("", max_length=60)
    columns: dict[str, Annotated[str, Field(max_length=10_000)]] = Field(max_length=200)
    where: str = Field("", max_length=10_000)


class Choices(BaseModel):
    """What is chosen for an import; each part may be sent alone, in the order of the steps."""

    sheet: str | None = None
    inside: str | None = None
    reading: dict[str, str | int | bool] | None = Field(None, examples=[{"encoding": "gb18030"}])
    table: str = ""
    columns: dict[str, str] | None = Field(None, examples=[{"record_id": "id", "name": "name"}])
    where: str = ""
    dates: dict[str, str] | None = None
    values: dict[str, dict[str, str]] | None = Field(None, examples=[{"gender": {"F": "female"}}])
    checked: bool = False
    name: str | None = Field(None, max_length=63)


class FaultTold(BaseModel):
    """What is wrong with one expression."""

    field: str
    what: str
    hint: str


class TrialAnswer(BaseModel):
    """What expressions give, and what is wrong with them."""

    faults: list[FaultTold]
    samples: dict[str, list[str]]


class CheckAnswer(BaseModel):
    """What would land and what would be rejected."""

    read: int
    lands: int
    rejected: int
    reasons: list[dict[str, Any]]
    rejects: list[dict[str, Any]]
    lost: list[dict[str, Any]]
    sample: dict[str, Any]


class JobStarted(BaseModel):
    """The job that carries an import out."""

    job: int


def routes(workspace: Workspace) -> APIRouter:
    """The routes of imports and of the mappings that they write."""
    router = APIRouter()
    _looking(router, workspace)
    _choosing(router, workspace)
    _ending(router, workspace)
    _mappings(router, workspace)
    return router


def _looking(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/imports", operation_id="list_imports")
    def list_imports() -> ImportsAnswer:
        """All imports, newest first."""
        return ImportsAnswer(**data_records.imports(imports.imports(workspace)))

    @router.get("/imports/{number}", operation_id="get_import")
    def get_import(number: NUMBER) -> ImportAnswer:
        """One import and the step it stands at."""
        return _answer(workspace, number)

    @router.get("/imports/{number}/columns", operation_id="import_columns")
    def import_columns(number: NUMBER, table: Annotated[str, TABLE] = "") -> ColumnsAnswer:
        """The columns of a table with those of the file that are proposed for them, and how surely."""
        return ColumnsAnswer(**data_records.columns(imports.columns(workspace, number, table)))

    @router.get("/imports/{number}/values", operation_id="import_values")
    def import_values(number: NUMBER) -> dict[str, Any]:
        """The values of the columns that have canonical words, with the words chosen or proposed."""
        return data_records.values(imports.values(workspace, number, now=datetime.now(UTC)))

    @router.get("/imports/{number}/check", operation_id="check_import")
    def check_import(number: NUMBER) -> CheckAnswer:
        """A dry run over all rows: what would land and what would be rejected."""
        return CheckAnswer(**data_records.check(imports.check(workspace, number, now=datetime.now(UTC))))


def _choosing(router: APIRouter, workspace: Workspace) -> None:
    @router.post("/imports", operation_id="upload_file", status_code=HTTPStatus.CREATED)
    def upload_file(body: BoundedBody, name: Annotated[str, FILE]) -> ImportAnswer:
        """Upload a file as the body of the request, and begin its import."""
        made = uploads.upload(workspace, name, body, actor=actor(), now=datetime.now(UTC))
        return _answer(workspace, made.id)

    @router.patch("/imports/{number}", operation_id="choose_import")
    def choose_import(number: NUMBER, chosen: Choices) -> ImportAnswer:
        """Choose the sheet, how the text is read, columns, values, the name; what is left out stays."""
        _choose(workspace, number, chosen)
        return _answer(workspace, number)

    @router.post("/imports/{number}/try", operation_id="try_import")
    def try_import(number: NUMBER, asked: Expressions, lang: Annotated[Language, LANG] = "en") -> TrialAnswer:
        """Hold expressions against the rows: what they give, and what is wrong; nothing is kept."""
        now = datetime.now(UTC)
        return _trial(imports.try_columns(workspace, number, asked.table, asked.columns, asked.where, now=now), lang)


def _choose(workspace: Workspace, number: int, chosen: Choices) -> None:
    now = datetime.now(UTC)
    if chosen.sheet is not None or chosen.inside is not None:
        imports.choose_sheet(workspace, number, chosen.sheet or "", chosen.inside or "", now=now)
    if chosen.reading is not None:
        imports.choose_reading(workspace, number, chosen.reading, now=now)
    if chosen.columns is not None:
        dates = chosen.dates
        imports.choose_columns(
            workspace, number, chosen.table, chosen.columns, where=chosen.where, dates=dates, now=now
        )
    if chosen.values is not None:
        imports.choose_values(workspace, number, chosen.values, now=now)
    if chosen.checked:
        imports.accept_check(workspace, number, now=now)
    if chosen.name is not None:
        imports.name_source(workspace, number, chosen.name, now=now)


def _ending(router: APIRouter, workspace: Workspace) -> None:
    @router.post("/imports/{number}/run", operation_id="run_import", status_code=HTTPStatus.ACCEPTED)
    def run_import(number: NUMBER) -> JobStarted:
        """Carry an import out as a job: its source and mapping are written and its rows loaded."""
        job = importing.begin_import(workspace, number, actor=actor(), now=datetime.now(UTC))
        return JobStarted(job=job.id)

    @router.post("/imports/{number}/undo", operation_id="undo_import")
    def undo_import(number: NUMBER) -> ImportAnswer:
        """Take all rows of an import back with its source and its mapping, as one unit."""
        importing.undo_import(workspace, number, actor=actor(), now=datetime.now(UTC))
        return _answer(workspace, number)

    @router.delete("/imports/{number}", operation_id="drop_import", status_code=HTTPStatus.NO_CONTENT)
    def drop_import(number: NUMBER) -> None:
        """Forget an import of which nothing was loaded, its file included."""
        imports.drop(workspace, number, actor=actor(), now=datetime.now(UTC))


def _mappings(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/mappings/{name}", operation_id="get_mapping")
    def get_mapping(name: MAPPING) -> dict[str, Any]:
        """A mapping with samples and faults of its expressions."""
        return data_records.mapping(mappings.mapping_view(workspace, name, now=datetime.now(UTC)))

    @router.post("/mappings/{name}/try", operation_id="try_mapping")
    def try_mapping(name: MAPPING, asked: Expressions, lang: Annotated[Language, LANG] = "en") -> TrialAnswer:
        """Hold changed expressions against the source's rows; nothing is saved."""
        found = mappings.try_mapping(workspace, name, asked.columns, asked.where, now=datetime.now(UTC))
        return _trial(found, lang)

    @router.put("/mappings/{name}", operation_id="save_mapping")
    def save_mapping(name: MAPPING, asked: Expressions) -> dict[str, Any]:
        """Write a mapping's expressions into its file, comments kept."""
        now = datetime.now(UTC)
        mappings.save_mapping(workspace, name, asked.columns, asked.where, actor=actor(), now=now)
        return data_records.mapping(mappings.mapping_view(workspace, name, now=now))


def _answer(workspace: Workspace, number: int) -> ImportAnswer:
    return ImportAnswer(**data_records.import_(imports.import_view(workspace, number)))


def _trial(found: Trial, language: Language) -> TrialAnswer:
    return TrialAnswer(**data_records.trial(found, language))
