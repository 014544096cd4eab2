"""Segments: partitions and named parts of the customers."""
