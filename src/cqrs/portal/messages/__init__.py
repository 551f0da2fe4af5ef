"""What people are told: notices in the portal, the emails that go out, and announcements."""
