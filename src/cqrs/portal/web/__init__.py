"""Pages: a door. It calls actions and queries, and owns no tables."""
