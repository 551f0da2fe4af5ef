"""Mail services on this machine for tests: a GOV.UK Notify and an SMTP server."""
