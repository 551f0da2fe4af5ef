"""What counts are worth: formulas as typed trees, read exactly, with workings, and in words."""
