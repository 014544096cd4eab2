"""Segments: partitions of all customers, side by side, over time and crossed with each other."""
