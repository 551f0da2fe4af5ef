"""Pages of organisations: the list, one organisation, loading ODS files, clusters."""
