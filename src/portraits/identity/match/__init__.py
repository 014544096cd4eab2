"""Matching: which cleaned records are of one person, one company, one household."""
