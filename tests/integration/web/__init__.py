"""Pages through the test client: who sees what, and what a press of a button does."""
