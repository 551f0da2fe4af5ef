"""Pages of a practice: home, its claims, check and declare."""
