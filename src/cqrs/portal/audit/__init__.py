"""Who did what: append-only events, each sealed with the digest of the one before."""
