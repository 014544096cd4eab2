"""Jobs: what was begun, how far it is, how it ended."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from portraits.engine.jobs import all_jobs, begin, end, job, tell
from portraits.engine.store import Store
from portraits.vocabulary.errors import NotFound

AT = datetime(2026, 3, 1, 9, 30)


def test_a_job_tells_its_progress_and_its_end(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.sqlite") as store:
        first, second = begin(store, "build", 42, AT), begin(store, "load", 43, AT)
        tell(store, first.id, {"stage": "orders", "done": 3})
        end(store, second.id, "failed", AT, "no file")
        assert [each.kind for each in all_jobs(store)] == ["load", "build"]
        assert (job(store, first.id).status, job(store, first.id).progress["done"]) == ("running", 3)
        found = job(store, second.id)
        assert (found.status, found.ended_at, found.log, found.pid) == ("failed", AT, "no file", 43)
        with pytest.raises(NotFound, match="no job 9"):
            job(store, 9)
