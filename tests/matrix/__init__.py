"""The matrix: every address × method × role × whose it is, and the answer each must get."""
