"""Pages about messages: the inbox, preferences, announcements, e-mails that did not go."""
