"""Cleaning: raw values of person records made comparable, every repair named, nothing overwritten."""
