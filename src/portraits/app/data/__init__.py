"""Data: from files, databases and forms to landed rows, and how each source stands."""
