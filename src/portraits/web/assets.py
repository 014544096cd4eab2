"""Assets: the files that pages load, with names that change when their content does."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from portraits.vocabulary.errors import MissingExtra, NotFound
from portraits.vocabulary.phrase import say

STATIC = Path(__file__).parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"
SHEET = "app.css"  # all of static/css in order of name: one request, several readable files


@dataclass(frozen=True)
class Asset:
    """A file as sent: its bytes, also compressed, and the mark of its content."""

    content: bytes
    packed: bytes
    mark: str
    media_type: str


def url(name: str) -> str:
    """The address of an asset; it changes with the content, so browsers may keep it forever."""
    return f"/static/{name}?v={asset(name).mark}"


def bundle_url(name: str) -> str:
    """The address of a bundle that the build hook made from npm packages."""
    manifest = STATIC / "vendor" / "manifest.json"
    if not manifest.is_file():
        raise MissingExtra(say("The charts are not bundled yet."), say("Run: python hatch_build.py"))
    return url(f"vendor/{json.loads(manifest.read_text())[name]}")


def respond(request: Request) -> Response:
    """Send an asset, compressed where the browser takes it; 304 where it has it."""
    found = asset(request.path_params["name"])
    fresh = request.query_params.get("v") == found.mark
    headers = {"ETag": f'"{found.mark}"', "Vary": "Accept-Encoding", "Cache-Control": FOREVER if fresh else "no-cache"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=found.media_type)
    return Response(found.content, headers=headers, media_type=found.media_type)


def asset(name: str) -> Asset:
    """The asset of that name; NotFound for anything that is not one."""
    paths = sorted((STATIC / "css").glob("*.css")) if name == SHEET else [STATIC / name]
    for path in paths:
        if "\0" in name or path.suffix not in TYPES or not path.resolve().is_relative_to(STATIC) or not path.is_file():
            raise NotFound(say("There is no page asset {name}.", name=name))
    return _read(tuple(paths), tuple(path.stat().st_mtime_ns for path in paths))


@lru_cache(maxsize=64)
def _read(paths: tuple[Path, ...], changed: tuple[int, ...]) -> Asset:
    """Read once for each change on disk, so that work on the pages needs no restart."""
    content = b"".join(path.read_bytes() for path in paths)
    mark = hashlib.sha256(content).hexdigest()[:12]
    return Asset(content, gzip.compress(content, mtime=0), mark, TYPES[paths[0].suffix])
