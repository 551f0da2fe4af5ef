"""Station 5, pay: a ledger of two tables, runs that a second person releases, and a file."""
