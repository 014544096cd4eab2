"""Parameters: what several routes take, described once."""

from __future__ import annotations

from fastapi import Path, Query

CUSTOMER = Path(description="The customer's id.", examples=["2199"])
TAG = Path(description="The tag's name.", examples=["recency_days"])
PAGE = Query(ge=1, le=10_000_000, description="The page, from 1; one past the end gives the last.")
