"""How the house rules look at the sources: files, syntax trees, addresses."""
