"""Serve: the site on an address of this machine."""

from __future__ import annotations

import threading
import webbrowser
from contextlib import suppress

from portraits.app.jobs.jobs import jobs
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import PortraitsError
from portraits.web.address import ANYWHERE, HOST, PORT, address
from portraits.web.gate import LOOPBACK

A_MOMENT = 0.8


def serve(workspace: Workspace, host: str = HOST, port: int = PORT, open_browser: bool = False) -> None:
    """Serve a workspace until the person stops it.

    Args:
        workspace: what to show.
        host: the address to listen on; only this machine reaches the default.
        port: the port to listen on.
        open_browser: whether to show the first page at once.
    """
    import uvicorn

    from portraits.web.site import site

    app = site(workspace, hosts=_names(host))
    with suppress(PortraitsError):  # faults in the files are told by the pages
        jobs(workspace)  # what waited when a server ended before goes on
    if open_browser:
        threading.Timer(A_MOMENT, webbrowser.open, [address(host, port)]).start()
    # No access log: addresses hold what people searched for.
    uvicorn.run(app, host=host, port=port, access_log=False, log_level="warning", server_header=False)


def _names(host: str) -> frozenset[str]:
    """The names it answers to: its own, and this machine's."""
    import socket

    own = {socket.gethostname().lower()} if host in ANYWHERE else {host.lower()}
    return LOOPBACK | own
