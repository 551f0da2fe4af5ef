"""Station 1, collect: counts come in, pass one validator and are kept for ever."""
