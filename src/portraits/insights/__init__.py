"""Insights: what the data says about itself, relations in, relations out."""
