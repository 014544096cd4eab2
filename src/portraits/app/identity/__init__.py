"""Identity: which records are one customer, who decided that, and who somebody is."""
