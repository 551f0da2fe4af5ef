"""The portal as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cqrs.portal.config.settings")
os.environ.setdefault("CQRS_DATABASE_ROLE", "cqrs_web")
application = get_wsgi_application()
