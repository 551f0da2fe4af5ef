"""People: inviting them, what they may do, requests to join, and the quarterly check of roles."""
