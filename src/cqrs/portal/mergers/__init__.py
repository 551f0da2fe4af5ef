"""Mergers, splits and closures of providers: planned, shown in pounds, agreed by two people."""
