"""CQRS, rebuilt: counts in, payments out, every pound explained."""
