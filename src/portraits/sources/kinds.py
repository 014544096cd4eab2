"""Kinds: the kinds of sources and forms that come with Portraits, registered by importing this module."""

from portraits.sources.database import Database
from portraits.sources.files import Files
from portraits.sources.form_entries import FormEntries
from portraits.sources.forms import RecordForm, SurveyForm

__all__ = ["Database", "Files", "FormEntries", "RecordForm", "SurveyForm"]
