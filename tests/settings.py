"""The portal's settings for tests: a database server of their own, cheap passwords, plain files.

Data goes to $CQRS_TEST_DATA, else var/test; a developer's own data and DATABASE_URL are not
touched. The test database is named after the process, so that two runs side by side never meet.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("CQRS_TEST_DATA") or ROOT / "var" / "test")

DATA.mkdir(parents=True, exist_ok=True)
os.environ["CQRS_DATA"] = str(DATA)
for name in (
    "DATABASE_URL",
    "CQRS_DATE",
    "CQRS_HTTPS",
    "CQRS_HOSTS",
    "CQRS_SERVICE_NAME",
    "CQRS_SECOND_FACTOR",
    "CQRS_OIDC_CLIENT_ID",
    "CQRS_CLIENT_ADDRESS_HEADER",
):
    os.environ.pop(name, None)

from cqrs.portal.config.settings import *  # noqa: E402, F403 (after the environment is set)
from cqrs.portal.config.settings import DATABASES, STORAGES  # noqa: E402

DATABASES["default"]["TEST"] = {"NAME": f"test_{os.getpid()}"}
# Losing the last moments of a test database in a power cut is no loss.
DATABASES["default"]["OPTIONS"] = {"options": "-c synchronous_commit=off"}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EMAIL_DOMAINS = ("nhs.net", "nhs.uk", "example")
SECOND_FACTOR = "offered"  # tests of the second factor require it themselves
