"""Sources: where rows come from, and how they become canonical tables."""
