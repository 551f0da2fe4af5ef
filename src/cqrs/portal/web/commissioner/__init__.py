"""Pages of a commissioner: what needs them, the queue, and approving many claims together."""
