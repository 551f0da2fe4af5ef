"""Pages of mergers, splits and closures."""
