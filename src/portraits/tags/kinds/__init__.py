"""The built-in kinds of tags; importing this package names them."""

from portraits.tags.kinds import fact, latest, manual, preference, rank, rule

__all__ = ["fact", "latest", "manual", "preference", "rank", "rule"]
