"""Customers: the list, the portrait of one, and what every figure in it rests on."""
