"""Find a browser on this machine, or say what to install."""

import os
import shutil
from pathlib import Path

CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
WHAT_TO_DO = (
    "No browser found for the journeys. Install Chromium (Debian: apt-get install chromium), "
    "or set CQRS_BROWSER to the path of a Chromium or Chrome."
)


def find_browser() -> str | None:
    """The path of a Chromium or Chrome: CQRS_BROWSER, the system's, or Playwright's own."""
    named = os.environ.get("CQRS_BROWSER")
    if named:
        return named if Path(named).exists() else None
    for candidate in CANDIDATES:
        found = shutil.which(candidate)
        if found:
            return found
    own = sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"))
    return str(own[-1]) if own else None
