"""The use cases: one function each, grouped by subject; the faces call only these."""
