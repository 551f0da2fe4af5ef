"""Registers the room organisations with Django."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """The room organisations; its tables start with its name."""

    name = "cqrs.portal.organisations"
    label = "organisations"
