"""Tests with a real browser over a served site."""
