"""Registers the room claims with Django."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """The room claims; its tables start with its name."""

    name = "cqrs.portal.claims"
    label = "claims"
