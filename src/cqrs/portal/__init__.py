"""Who says so and who gets paid: the Django portal."""
