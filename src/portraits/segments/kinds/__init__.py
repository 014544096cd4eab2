"""The built-in kinds of segments; importing this package names them."""

from portraits.segments.kinds import rfm, rules, tag

__all__ = ["rfm", "rules", "tag"]
