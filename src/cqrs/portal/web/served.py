"""Addresses by name, for menus that name pages an installation may leave out."""

from django.urls import NoReverseMatch, reverse


def served(name: str, *args: object) -> str:
    """The address of a page; empty when this installation doesn't serve it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
