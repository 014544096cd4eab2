"""Name: what tags, sources and all other definitions may be called."""

from __future__ import annotations

import re

PATTERN = r"[a-z][a-z0-9_]{0,62}"
NAME = re.compile(PATTERN)
