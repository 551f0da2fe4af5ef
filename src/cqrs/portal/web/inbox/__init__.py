"""Pages about messages: the inbox, preferences, announcements, emails that did not go."""
