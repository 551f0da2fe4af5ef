"""How the portal is put together: settings, addresses, templates, the embedded database."""
