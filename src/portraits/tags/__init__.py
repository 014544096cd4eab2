"""Tags: named, typed values about a customer, and how they are computed."""
