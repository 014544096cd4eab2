"""One audience as a page: its rule to edit, what it chooses, kept under a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from portraits.api.actor import actor
from portraits.app import drafts, keeping, trees
from portraits.app.audiences import rule_of
from portraits.app.chosen import frozen
from portraits.app.definitions import Audience
from portraits.app.editing import fingerprint
from portraits.app.reading import defined, reading
from portraits.app.trees import TreeCount
from portraits.vocabulary.errors import DefinitionError, Fault, PortraitsError
from portraits.vocabulary.text import Text
from portraits.web.audience_island import island
from portraits.web.frame import Frame

NEW = "new"
TEXTS = ("title", "why")
FIELDS = ("title_en", "title_zh", "why_en", "why_zh", "owner", "members")


@dataclass(frozen=True)
class Asked:
    """Which rule the address asks for: that of an audience, another one tried on it, or a draft."""

    name: str  # of the defined audience; empty for a new one
    rule: str  # what is tried, empty where nothing is
    draft: str = ""
    content: Mapping[str, Any] | None = None

    @property
    def audience(self) -> str:
        """What use cases take: the rule that is tried, else the name."""
        return self.rule or self.name

    @property
    def query(self) -> dict[str, str]:
        """What the address carries on to the other views."""
        return {"draft": self.draft} if self.draft else {"rule": self.rule}

    @property
    def path(self) -> str:
        """The page of the rule."""
        return f"/audiences/{self.name or NEW}"


@dataclass(frozen=True)
class Keep:
    """The form under which a rule is kept, as it was filled in."""

    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    seen: str = ""
    faults: tuple[Fault, ...] = ()

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


def asked(frame: Frame, name: str, rule: str = "", draft: str = "") -> Asked:
    """Read an address; NotFound where there is no such audience or draft."""
    known = "" if name == NEW else name
    if known:
        rule_of(frame.workspace, known)
    if draft and not rule:
        content = drafts.draft(frame.workspace, draft).content
        return Asked(known, str(content.get("text") or ""), draft, content)
    return Asked(known, rule)


def routes(frame: Frame) -> APIRouter:
    """The page of an audience."""
    router = APIRouter()
    _looking(router, frame)
    _keeping(router, frame)
    return router


def _looking(router: APIRouter, frame: Frame) -> None:
    @router.get("/audiences/{name}")
    def shown(
        request: Request,
        name: str,
        rule: str = "",
        draft: str = "",
        saved: str = "",
        both: Annotated[list[str] | None, Query()] = None,
    ) -> Response:
        tried = " and ".join(f"({rule_of(frame.workspace, each)})" for each in both or ()) or rule
        which = asked(frame, name, tried, draft)
        return _page(frame, request, which, _kept(frame, which.name), saved=saved)


def _keeping(router: APIRouter, frame: Frame) -> None:
    @router.post("/audiences/{name}")
    def saved(request: Request, name: str, given: Annotated[dict[str, str], Depends(_filled_in)]) -> Response:
        known = "" if name == NEW else name
        own, rule, draft = known or given.get("name", "").strip(), given.get("rule", ""), given.get("draft", "")
        keep = Keep(own, {key: given.get(key, "") for key in FIELDS}, given.get("seen", ""))
        try:
            _save(frame, known, own, _values(keep, rule), keep.seen)
        except PortraitsError as error:
            faults = error.faults if isinstance(error, DefinitionError) else (Fault(error.what, hint=error.hint),)
            tried = Keep(own, keep.values, keep.seen, faults)
            return _page(frame, request, Asked(known, rule), tried, HTTPStatus.UNPROCESSABLE_ENTITY)
        if draft:
            drafts.drop_draft(frame.workspace, draft)
        return RedirectResponse(f"/audiences/{own}?saved=yes", HTTPStatus.SEE_OTHER)

    @router.post("/audiences/{name}/freeze")
    def frozen_again(name: str) -> Response:
        keeping.freeze(frame.workspace, name, actor=actor(), now=datetime.now(UTC))
        return RedirectResponse(f"/audiences/{name}", HTTPStatus.SEE_OTHER)

    @router.post("/audiences/{name}/remove")
    def removed(name: str, sure: Annotated[str, Form()] = "") -> Response:
        if sure == "yes":
            keeping.remove(frame.workspace, name, actor=actor(), now=datetime.now(UTC))
            return RedirectResponse("/audiences", HTTPStatus.SEE_OTHER)
        return RedirectResponse(f"/audiences/{name}", HTTPStatus.SEE_OTHER)


async def _filled_in(request: Request) -> dict[str, str]:
    """The fields of a form."""
    return {key: str(value) for key, value in (await request.form()).items()}


def _save(frame: Frame, known: str, own: str, values: Mapping[str, Any], seen: str) -> None:
    now = datetime.now(UTC)
    if known:
        keeping.save(frame.workspace, known, values, actor=actor(), now=now, seen=seen or None)
    else:
        keeping.save_new(frame.workspace, own, values, actor=actor(), now=now)


def _values(keep: Keep, rule: str) -> dict[str, Any]:
    """The block as it is to be written."""
    values: dict[str, Any] = {}
    for name in TEXTS:
        en, zh = keep[f"{name}_en"].strip(), keep[f"{name}_zh"].strip()
        if en or zh:
            values[name] = en if en == zh or not zh else zh if not en else {"en": en, "zh": zh}
    values["rule"] = rule
    if keep["owner"].strip():
        values["owner"] = keep["owner"].strip()
    if keep["members"] == "static":
        values["members"] = "static"
    return values


def _kept(frame: Frame, name: str) -> Keep:
    """The form as the definition fills it in."""
    if not name:
        return Keep(values={"members": "live"})
    audience = defined(frame.workspace).audiences[name]
    return Keep(name, _filled(audience), fingerprint(frame.workspace, keeping.FAMILY, name))


def _filled(audience: Audience) -> dict[str, str]:
    title, why = audience.title, audience.why or Text(en="", zh="")
    texts = {"title_en": title.en, "title_zh": title.zh, "why_en": why.en, "why_zh": why.zh}
    return {**texts, "owner": audience.owner, "members": audience.members}


def _page(
    frame: Frame, request: Request, which: Asked, keep: Keep, status: int = HTTPStatus.OK, saved: str = ""
) -> Response:
    page, text = frame.page(request), which.rule or (rule_of(frame.workspace, which.name) if which.name else "")
    found, faults = _counted(frame, text)
    static = bool(which.name) and defined(frame.workspace).audiences[which.name].members == "static"
    written = rule_of(frame.workspace, which.name) if which.name else ""
    with reading(frame.workspace) as run:
        given = island(
            page,
            run.tags,
            text=written,
            audience=which.name,
            draft=which.draft,
            content=_content(which, text),
            found=found,
        )
    return frame.render(
        page,
        "audience.html",
        status,
        asked=which,
        title=page.text(defined(frame.workspace).audiences[which.name].title) if which.name else "",
        text=text,
        found=found,
        faults=faults,
        keep=keep,
        island=given,
        static=static,
        frozen=frozen(frame.workspace).get(which.name) if static else None,
        saved=saved,
    )


def _content(which: Asked, text: str) -> Mapping[str, Any]:
    """What the script begins with: a draft with all that was typed, else the text."""
    return which.content if which.content is not None else {"text": text}


def _counted(frame: Frame, text: str) -> tuple[TreeCount | None, tuple[Fault, ...]]:
    try:
        return trees.count_text(frame.workspace, text), ()
    except DefinitionError as error:
        return None, error.faults
