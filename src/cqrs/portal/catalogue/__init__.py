"""Published definitions and who takes part in which service."""
