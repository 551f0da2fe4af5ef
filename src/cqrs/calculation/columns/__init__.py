"""The columns reader: the same formula for all providers at once, in exact whole numbers.

`terms` holds numbers as fractions of whole columns with proven ranges, `build` makes them of nodes,
`guards` proves divisions, `query` runs them, `evaluate` reads one formula and `plan` a country.
"""
