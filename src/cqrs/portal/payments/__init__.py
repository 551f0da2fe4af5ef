"""Station 5, pay: a ledger of two tables, runs released by a second person, a file for the agency."""
