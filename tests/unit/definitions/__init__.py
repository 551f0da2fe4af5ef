"""Definitions: every service of this installation, and what is refused."""
