"""What happened at the organisations whose trail somebody may read."""
