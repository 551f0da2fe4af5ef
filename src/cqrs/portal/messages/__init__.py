"""What people are told: notices in the portal, the e-mails that go out, and announcements."""
