"""Benchmarks: every promised figure is measured here, against its bound, by one command."""
