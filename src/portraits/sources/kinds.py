"""Kinds: the kinds of sources that come with Portraits, registered by importing this module."""

from portraits.sources.database import Database
from portraits.sources.files import Files

__all__ = ["Database", "Files"]
