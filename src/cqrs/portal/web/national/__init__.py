"""Pages of the national centre: collections, payment runs and the audit trail."""
