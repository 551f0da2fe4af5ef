"""Settings for tests: the product's, with a database server of their own and cheap passwords."""

import os

from cqrs.portal.config.embedded import ROOT

os.environ.setdefault("CQRS_DATA", str(ROOT / "var" / "tests"))
os.environ.pop("CQRS_DATE", None)

from cqrs.portal.config.settings import *  # noqa: E402, F403 - after the data folder is named

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CONN_MAX_AGE = 0
