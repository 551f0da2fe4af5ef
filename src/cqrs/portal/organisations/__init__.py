"""Practices, networks, commissioners and agencies: one model, dated relationships, list sizes."""
