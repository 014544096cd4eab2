"""Home: what the first page, the search and every page say of the whole workspace."""
