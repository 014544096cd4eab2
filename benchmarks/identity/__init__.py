"""Identity: how well records of one customer are found, on data with known truth."""
