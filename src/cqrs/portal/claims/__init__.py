"""Stations 2 to 4: calculate statements, declare them, approve them."""
