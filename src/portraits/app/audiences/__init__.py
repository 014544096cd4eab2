"""Audiences: who is chosen by a rule, how many, how they differ, kept as they were or living."""
