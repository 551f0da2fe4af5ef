"""Which pages expect a file. All others refuse forms that carry one."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpResponse

View = TypeVar("View", bound=Callable[..., HttpResponse])


def takes_files(view: View) -> View:
    """Mark a view that expects a file. Stands above its other decorators."""
    view.takes_files = True  # type: ignore[attr-defined] # our own mark
    return view
