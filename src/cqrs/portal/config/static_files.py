"""Style and script files: hashed names and compressed copies once collected, plain before that."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage


class PortalStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # no types
    """Serves straight from the source until `collect` has run, so that nothing must be built."""

    def stored_name(self, name: str) -> str:
        """The hashed name, or the name itself while nothing is collected."""
        return str(super().stored_name(name)) if self.hashed_files else name


def collect() -> None:
    """Copy, hash and compress into the data folder, unless nothing changed since the last time.

    `serve` calls it before the application starts and looks which files there are.
    """
    manifest = Path(settings.STATIC_ROOT) / PortalStaticFiles.manifest_name
    if manifest.exists() and manifest.stat().st_mtime > _newest_source():
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def _newest_source() -> float:  # a moment, not money
    return max(
        Path(storage.path(path)).stat().st_mtime
        for finder in get_finders()
        for path, storage in finder.list(ignore_patterns=[])
    )
