"""Identity: which records are one customer."""
