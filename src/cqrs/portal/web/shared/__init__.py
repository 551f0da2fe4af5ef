"""Pages both sides open: the claim, its statement, the workings of a figure, and downloads."""
