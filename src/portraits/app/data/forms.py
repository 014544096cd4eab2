"""Forms: made without code, filled in by people at an address of their own, landed like any other source."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portraits.app.editing import remove_block, set_keys, write_block, written
from portraits.app.reading import defined
from portraits.app.store import here, store
from portraits.engine.batches import all_batches
from portraits.engine.workspace import Workspace
from portraits.sources import form_entries
from portraits.sources.forms import AT, CONSENT, ENTRY, LANGUAGE, LONGEST, LONGEST_TEXT, Form, Option, Question
from portraits.vocabulary.errors import DefinitionError, Fault, NotFound, Refused, nearest
from portraits.vocabulary.name import NAME
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Language, Text, text
from portraits.vocabulary.types import Type

_EMAIL = re.compile(r"[^@\s]{1,100}@[^@\s]{1,100}\.[^@\s.]{2,30}")
_PHONE = re.compile(r"\+?[\d\s()./-]{5,24}")


@dataclass(frozen=True)
class FormLine:
    """A form: what it is, how many entries it has, and how many of them wait to be loaded."""

    name: str
    form: Form
    entries: int
    waiting: int
    reachable: bool  # whether its address answers

    @property
    def address(self) -> str:
        """The path of its page."""
        return f"/f/{self.form.token}"


@dataclass(frozen=True)
class Asked:
    """A question ready to be asked: its label, how it is answered, its choices."""

    name: str
    label: Text
    input: str
    required: bool
    choices: tuple[tuple[str, Text], ...] = ()


def forms(workspace: Workspace) -> list[FormLine]:
    """All forms, by name."""
    known = defined(workspace)
    return [_line(workspace, name, form) for name, form in sorted(known.forms.items())]


def form(workspace: Workspace, name: str) -> FormLine:
    """One form."""
    known = defined(workspace).forms
    if name not in known:
        raise NotFound(say("There is no form {name}.", name=name), nearest(name, known))
    return _line(workspace, name, known[name])


def save_form(workspace: Workspace, name: str, values: Mapping[str, Any], *, actor: str, now: datetime) -> FormLine:
    """Write a form with the source and the mappings that land its entries; DefinitionError lists what is wrong.

    Args:
        workspace: where.
        name: of the form, its source and its mapping.
        values: the keys of its block; the token of its address is made where none is given.
        actor: who saves it.
        now: the present moment, with its zone.
    """
    if not NAME.fullmatch(name):
        what = say("'{name}' cannot be a name.", name=name)
        raise DefinitionError([Fault(what, field="name", hint=say("Write small letters, digits and _."))])
    source = defined(workspace).sources.get(name)
    if source is not None and source.kind != "form":
        what = say("There is a source {name} already.", name=name)
        raise DefinitionError([Fault(what, field="name", hint=say("Choose another name."))])
    said = {key: value for key, value in values.items() if value not in (None, "", [], ())}
    said["token"] = said.get("token") or secrets.token_urlsafe(12)
    made = Form.read(said).mappings(name)
    wrote = not _exists(workspace, "forms", name)
    write_block(workspace, "forms", name, said, actor=actor, now=now)
    try:
        _land(workspace, name, made, actor=actor, now=now)
    except DefinitionError:
        if wrote:
            remove_form(workspace, name, actor=actor, now=now)
        raise
    return form(workspace, name)


def remove_form(workspace: Workspace, name: str, *, actor: str, now: datetime) -> None:
    """Remove a form with its mappings and its source; entries that were loaded still count."""
    for family, block in _blocks(workspace, name):
        remove_block(workspace, family, block, actor=actor, now=now)


def open_form(workspace: Workspace, name: str, *, actor: str, now: datetime) -> FormLine:
    """Let a form be filled in."""
    form(workspace, name)
    set_keys(workspace, "forms", name, {"open": True}, actor=actor, now=now)
    return form(workspace, name)


def close_form(workspace: Workspace, name: str, *, actor: str, now: datetime) -> FormLine:
    """Let a form be filled in no more; its entries stay."""
    form(workspace, name)
    set_keys(workspace, "forms", name, {"open": None}, actor=actor, now=now)
    return form(workspace, name)


def allow_forms(workspace: Workspace, *, actor: str, now: datetime) -> None:
    """Switch the setting on that lets open forms answer."""
    set_keys(workspace, "settings", "", {"forms": True}, actor=actor, now=now)


def shared_form(workspace: Workspace, token: str) -> FormLine:
    """The form of an address; NotFound unless it is open and the setting allows forms."""
    for line in forms(workspace):
        if token and line.reachable and secrets.compare_digest(line.form.token.encode(), token.encode()):
            return line
    raise NotFound(say("There is no form at this address."), say("It may be closed: ask whoever gave it to you."))


def submit(workspace: Workspace, token: str, answers: Mapping[str, str], *, language: Language, now: datetime) -> None:
    """Keep one entry of a form; DefinitionError names each answer that cannot be, nothing is kept then.

    Args:
        workspace: where.
        token: of the form's address.
        answers: by question; `consent` is `yes` where a person agreed.
        language: in which the form was read.
        now: the present moment, with its zone.
    """
    line = shared_form(workspace, token)
    if line.entries >= line.form.most:
        raise Refused(say("This form takes no more entries."), say("Ask whoever gave it to you."))
    said = {each.name: answers.get(each.name, "").strip() for each in line.form.asks()}
    if faults := [*_faults(line.form, said), *_of_consent(line.form, answers)]:
        raise DefinitionError(faults)
    at = here(workspace, now).isoformat(sep=" ", timespec="seconds")
    agreed = "yes" if line.form.consent and answers.get(CONSENT) == "yes" else ""
    entry = {ENTRY: secrets.token_hex(8), AT: at, LANGUAGE: language, CONSENT: agreed, **said}
    form_entries.append(workspace.folder, line.name, entry)


def asked(form: Form) -> tuple[Asked, ...]:
    """The questions of a form as a page asks them."""
    return tuple(_asked(form, each) for each in form.asks())


def _asked(form: Form, question: Question) -> Asked:
    column = form.column(question)
    label = question.label or (column.title if column else text(question.name, question.name))
    options = question.choices or tuple(Option(value=each) for each in (column.choices if column else ()))
    choices = tuple((each.value, each.label or text(each.value, each.value)) for each in options)
    needed = question.required or bool(column and column.required and question.name in form.target.types)
    return Asked(question.name, label, form.input(question), needed, choices)


def _faults(form: Form, said: Mapping[str, str]) -> Iterator[Fault]:
    for each in asked(form):
        value = said[each.name]
        if not value:
            if each.required:
                yield Fault(say("Please answer this."), field=each.name)
        elif len(value) > (LONGEST_TEXT if each.input == "lines" else LONGEST):
            yield Fault(say("This is too long."), field=each.name)
        elif not _fits(each, value, form):
            yield Fault(_ODD[each.input], field=each.name)


_ODD = {
    "email": say("This is no e-mail address."),
    "phone": say("This is no phone number."),
    "number": say("This is no number."),
    "date": say("This is no date."),
    "choice": say("Please choose one of the answers."),
    "line": say("This cannot be read."),
    "lines": say("This cannot be read."),
}


def _fits(each: Asked, value: str, form: Form) -> bool:
    """Whether an answer is what was asked for."""
    if each.input == "choice":
        return value in dict(each.choices)
    if each.input in ("email", "phone"):
        return (_EMAIL if each.input == "email" else _PHONE).fullmatch(value) is not None
    if each.input == "number":
        return re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", value) is not None and _whole(each, value, form)
    return each.input != "date" or _is_day(value)


def _whole(each: Asked, value: str, form: Form) -> bool:
    column = next((form.column(one) for one in form.asks() if one.name == each.name), None)
    return "." not in value or column is None or column.type is not Type.INTEGER


def _is_day(value: str) -> bool:
    try:
        return 1800 < date.fromisoformat(value).year < 2200
    except ValueError:
        return False


def _of_consent(form: Form, answers: Mapping[str, str]) -> Iterator[Fault]:
    """Where people must agree to be allowed to write at all, they have to; an offer of news they may leave out."""
    if form.consent and not form.purpose and answers.get(CONSENT) != "yes":
        yield Fault(say("Please agree, or leave the page."), field=CONSENT)


def _line(workspace: Workspace, name: str, form: Form) -> FormLine:
    settings = defined(workspace).settings
    entries = form_entries.count(workspace.folder, name)
    with store(workspace) as opened:
        cursors = [int(each.cursor or 0) for each in all_batches(opened, name) if each.counts]
    return FormLine(name, form, entries, entries - max(cursors, default=0), settings.forms and form.open)


def _land(workspace: Workspace, name: str, made: Mapping[str, Mapping[str, Any]], *, actor: str, now: datetime) -> None:
    """Write the source and the mappings of a form; those that it needs no more are removed."""
    source = {"kind": "form", "form": name}
    if not _exists(workspace, "sources", name):
        write_block(workspace, "sources", name, source, actor=actor, now=now)
    for mapping, values in made.items():
        before = written(workspace, "mappings", mapping)
        if before is None or dict(before.values) != dict(values):
            write_block(workspace, "mappings", mapping, values, actor=actor, now=now)
    for _, mapping in _blocks(workspace, name):
        if mapping.startswith(f"{name}_") and mapping not in made:
            remove_block(workspace, "mappings", mapping, actor=actor, now=now)


def _blocks(workspace: Workspace, name: str) -> Iterator[tuple[str, str]]:
    """The blocks that belong to a form, in the order in which they can be removed."""
    for mapping in (f"{name}_consents", f"{name}_people", name):
        block = written(workspace, "mappings", mapping)
        if block is not None and block.values.get("source") == name:
            yield "mappings", mapping
    for family in ("sources", "forms"):
        if _exists(workspace, family, name):
            yield family, name


def _exists(workspace: Workspace, family: str, name: str) -> bool:
    return written(workspace, family, name) is not None
