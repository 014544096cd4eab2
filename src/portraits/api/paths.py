"""Paths: routes whose parameters may hold any character, a slash as well, each in one segment of the address."""

from __future__ import annotations

from urllib.parse import unquote

from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope


class WholeRoute(APIRoute):
    """A route that takes an address only where each parameter is a whole segment of it.

    Servers decode an address before routes see it, so that a customer called `a/timeline` looks
    like a page of the customer `a`. As it was written, the slash of the name is `%2F`.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the route takes the request."""
        match, child = super().matches(scope)
        written = scope.get("raw_path")
        if match is Match.NONE or not written or self._is_whole(written.decode("latin-1"), child):
            return match, child
        return Match.NONE, {}

    def _is_whole(self, written: str, child: Scope) -> bool:
        if not self.param_convertors:
            return written.endswith(self.path)
        segments = {unquote(segment) for segment in written.split("/")}
        return all(value in segments for value in child["path_params"].values())
