"""Receiving: forms with files, bounded before a byte of them is read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from tempfile import SpooledTemporaryFile
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from portraits.app.data.uploads import LARGEST, too_large
from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import say

_CHUNK = 1 << 20
_BESIDE = 1 << 20  # bytes of a form besides its file
_FIELDS = 5_000
_SMALL = 64 << 10  # bytes of a form that anybody may send
_ANSWERS = 200
_IN_MEMORY = 4 << 20


def checked_length(request: Request, largest: int) -> None:
    """Refuse a request that does not say how long it is, or is longer than it may be."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise BadInput(say("The request does not say how long it is."), say("Send it with a Content-Length."))
    if int(length) > largest:
        raise too_large()


async def _form(request: Request) -> AsyncIterator[FormData]:
    checked_length(request, LARGEST + _BESIDE)
    async with request.form(max_files=1, max_fields=_FIELDS) as form:
        yield form


async def _answers(request: Request) -> AsyncIterator[dict[str, str]]:
    checked_length(request, _SMALL)
    async with request.form(max_files=0, max_fields=_ANSWERS) as form:
        yield {name: value for name, value in form.items() if isinstance(value, str)}


async def _body(request: Request) -> AsyncIterator[Iterator[bytes]]:
    checked_length(request, LARGEST)
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        async for chunk in request.stream():
            file.write(chunk)
        file.seek(0)
        yield iter(lambda: file.read(_CHUNK), b"")


# A form of a request, perhaps with one file; the routes that take it are plain functions.
BoundedForm = Annotated[FormData, Depends(_form)]
# The fields of a small form, as anybody may send it.
Answers = Annotated[dict[str, str], Depends(_answers)]
# The bytes of a request's body, chunk by chunk.
BoundedBody = Annotated[Iterator[bytes], Depends(_body)]


def sent(form: FormData, name: str = "file") -> UploadFile:
    """The file of a form; BadInput where none was chosen."""
    file = form.get(name)
    if not isinstance(file, UploadFile) or not file.filename:
        raise BadInput(say("No file was chosen."), say("Choose a file, then press the button again."))
    return file


def chunks(file: UploadFile) -> Iterator[bytes]:
    """The bytes of a file that was sent."""
    yield from iter(lambda: file.file.read(_CHUNK), b"")


def text(form: FormData, name: str) -> str:
    """A field of a form as text, empty where it is missing."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def prefixed(form: FormData, prefix: str) -> dict[str, str]:
    """Fields whose names begin so, without the beginning."""
    pairs = ((name, value) for name, value in form.multi_items() if name.startswith(prefix))
    return {name.removeprefix(prefix): value for name, value in pairs if isinstance(value, str)}
