"""Forms over HTTP: which there are, and making, changing and removing them."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path
from pydantic import BaseModel

from portraits.api.actor import actor
from portraits.app.data import data_records, forms
from portraits.engine.workspace import Workspace

BLOCK = Annotated[dict[str, Any], Body(description="The keys of its block.")]
NAME = Annotated[str, Path(description="The form's name.", examples=["visit"])]


class FormAnswer(BaseModel):
    """A form: its definition, its address, its entries and how many of them wait to be loaded."""

    name: str
    form: dict[str, Any]
    address: str
    reachable: bool
    entries: int
    waiting: int


class FormsAnswer(BaseModel):
    """All forms."""

    forms: list[FormAnswer]


def routes(workspace: Workspace) -> APIRouter:
    """The routes of forms."""
    router = APIRouter()

    @router.get("/forms", operation_id="list_forms")
    def list_forms() -> FormsAnswer:
        """All forms, their addresses and entries."""
        return FormsAnswer(**data_records.forms(forms.forms(workspace)))

    @router.get("/forms/{name}", operation_id="get_form")
    def get_form(name: NAME) -> FormAnswer:
        """One form."""
        return FormAnswer(**data_records.form(forms.form(workspace, name)))

    @router.put("/forms/{name}", operation_id="save_form")
    def save_form(name: NAME, block: BLOCK) -> FormAnswer:
        """Write a form with the source and the mappings that land its entries."""
        made = forms.save_form(workspace, name, block, actor=actor(), now=datetime.now(UTC))
        return FormAnswer(**data_records.form(made))

    @router.delete("/forms/{name}", operation_id="remove_form", status_code=HTTPStatus.NO_CONTENT)
    def remove_form(name: NAME) -> None:
        """Remove a form, its source and its mappings; entries that were loaded still count."""
        forms.form(workspace, name)
        forms.remove_form(workspace, name, actor=actor(), now=datetime.now(UTC))

    return router
