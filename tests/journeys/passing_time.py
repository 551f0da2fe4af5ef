"""Moving time for one invitation of the served demo, as fourteen days would."""

import os
import subprocess
import sys

from .conftest import DAY, ROOT, Demo

EXPIRE = """
import sys
import django
django.setup()
from datetime import timedelta
from cqrs.portal.accounts.models import Invitation
from cqrs.values import clock
yesterday = clock.now() - timedelta(days=1)
rows = Invitation.objects.filter(email=sys.argv[1])
earlier = yesterday - timedelta(days=14)
print(rows.update(invited_at=earlier, expires_at=yesterday))
"""


def expire_invitation(demo: Demo, email: str) -> None:
    """Let the one invitation of an address have been sent fifteen days ago."""
    environment = {
        **os.environ,
        "CQRS_DATA": str(demo.data),
        "CQRS_DATE": DAY,
        "DJANGO_SETTINGS_MODULE": "cqrs.portal.config.settings",
    }
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", EXPIRE, email],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "1", done.stderr
