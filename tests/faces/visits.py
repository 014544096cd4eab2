"""Visits: the site of a workspace as a browser on the same machine asks it, and what a person reads of a page."""

from __future__ import annotations

import re
from html import unescape

from starlette.testclient import TestClient

from portraits.engine.workspace import Workspace
from portraits.web.site import site

UNSEEN = re.compile(r"<(script|svg|head|template|dialog)\b.*?</\1>", re.DOTALL)


def visitor(workspace: Workspace, *, strict: bool = True, follow: bool = True) -> TestClient:
    """Somebody at the site; a fault of the site ends the test unless its page is what is looked at."""
    return TestClient(
        site(workspace), base_url="http://127.0.0.1", raise_server_exceptions=strict, follow_redirects=follow
    )


def opened(client: TestClient, path: str) -> str:
    """A page that is there."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:500]
    return answer.text


def text(page: str) -> str:
    """What a person reads of a page."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", UNSEEN.sub(" ", page))))
