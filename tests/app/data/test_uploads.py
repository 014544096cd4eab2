"""Uploads: kept whole or not at all, under a plain name, never larger than allowed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portraits.app.data import uploads
from portraits.app.data.uploads import discard, file_of, path_of, plain_name, upload
from portraits.app.store import store
from portraits.engine.audit import entries
from portraits.engine.imports import all_imports
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput
from tests.app.uploaded import NOW, sent, shop


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return shop(tmp_path)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("orders.csv", "orders.csv"),
        ("会员 名单(1).xlsx", "会员_名单(1).xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\till.csv", "till.csv"),
        (".hidden.csv", "hidden.csv"),
        ("a*b?[c].csv", "a_b_c_.csv"),
        ("", "file"),
        ("///", "file"),
        ("\u202egnp.csv", "gnp.csv"),
        ("x" * 300 + ".csv", "x" * 97 + ".csv"),
    ],
)
def test_a_name_means_nothing_to_any_system(name: str, kept: str) -> None:
    assert plain_name(name) == kept


def test_an_uploaded_file_is_kept_with_its_hash_and_noted(workspace: Workspace) -> None:
    each = sent(workspace, "till.csv", b"a,b\n1,2\n")
    assert file_of(workspace, each).read_bytes() == b"a,b\n1,2\n"
    assert (workspace.folder / path_of(each)) == file_of(workspace, each)
    assert (each.status, each.size, each.actor) == ("open", 8, "ann")
    with store(workspace) as opened:
        assert [(entry.action, entry.subject) for entry in entries(opened)] == [("upload", "till.csv")]


def test_a_file_that_is_too_large_leaves_nothing_behind(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 10)
    with pytest.raises(BadInput, match="larger than"):
        upload(workspace, "big.csv", [b"12345", b"67890", b"1"], actor="ann", now=NOW)
    assert list(workspace.uploads.iterdir()) == []
    with store(workspace) as opened:
        assert all_imports(opened) == []


def test_an_upload_that_breaks_off_leaves_nothing_behind(workspace: Workspace) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        upload(workspace, "half.csv", broken(), actor="ann", now=NOW)
    assert list(workspace.uploads.iterdir()) == []


def test_an_empty_file_is_refused(workspace: Workspace) -> None:
    with pytest.raises(BadInput, match="empty"):
        sent(workspace, "none.csv", b"")


def test_what_is_discarded_is_gone(workspace: Workspace) -> None:
    each = sent(workspace, "till.csv", b"a\n1\n")
    discard(workspace, each)
    assert not file_of(workspace, each).exists()
