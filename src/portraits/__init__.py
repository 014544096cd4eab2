"""Portraits turns customer data into customer portraits and puts them to work."""

__version__ = "0.1.0"
