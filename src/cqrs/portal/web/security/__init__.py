"""Pages of a person's own sign-in: password, second factor, sessions, and the rules around them."""
