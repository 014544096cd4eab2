"""Runs: builds from landed rows, the runs they publish, and what changed between two of them."""
