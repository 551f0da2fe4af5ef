"""Style and script files: hashed names and compressed copies once collected, plain before that."""

from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage


class PortalStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # no types
    """Serves straight from the source until `collect` has run, so that nothing must be built."""

    def stored_name(self, name: str) -> str:
        """The hashed name, or the name itself while nothing is collected."""
        return str(super().stored_name(name)) if self.hashed_files else name


def collect() -> None:
    """Copy, hash and compress into the data folder; `serve` does so before it starts (0.5 s)."""
    call_command("collectstatic", interactive=False, verbosity=0)
