"""Examples: stories beside each definition, published sums, and published results of practices."""
