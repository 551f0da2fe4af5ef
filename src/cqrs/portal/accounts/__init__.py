"""People, what they are granted, and the roles as code."""
