"""Files come in where a page expects one, and nowhere else; none is larger than we read."""

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler

MOST_BYTES = 10 * 1024 * 1024
"""The largest file a page takes, unless the view says less: a year of counts has 4 MB."""
MARK = "takes_files"


class UnexpectedFile(SuspiciousOperation):
    """A file where none is expected, or one that is too large. Answered with 400."""


class ExpectedFiles(FileUploadHandler):
    """Stands before Django's own handlers, and lets files through to views that are marked.

    A view is marked by `cqrs.portal.web.uploads.takes_files`.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Refuse at the first file, before a byte of it is read."""
        super().new_file(*args, **kwargs)
        self._bytes = 0
        match = getattr(self.request, "resolver_match", None)
        view = match.func if match else None
        marked = getattr(view, MARK, False) or getattr(
            getattr(view, "view_class", None), MARK, False
        )
        if not marked:
            raise UnexpectedFile("A file was sent to a page that takes none")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count, and hand on to the next handler."""
        self._bytes += len(raw_data)
        if self._bytes > MOST_BYTES:
            raise UnexpectedFile("A file was larger than 10 MB")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers after this one."""
