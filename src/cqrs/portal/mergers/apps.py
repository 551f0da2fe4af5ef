"""Registers the room mergers with Django."""

from django.apps import AppConfig


class MergersConfig(AppConfig):
    """The room mergers; its tables start with its name."""

    name = "cqrs.portal.mergers"
    label = "mergers"
