"""Registers the room catalogue with Django."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """The room catalogue; its tables start with its name."""

    name = "cqrs.portal.catalogue"
    label = "catalogue"
