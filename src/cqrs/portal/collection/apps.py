"""Registers the room collection with Django."""

from django.apps import AppConfig


class CollectionConfig(AppConfig):
    """The room collection; its tables start with its name."""

    name = "cqrs.portal.collection"
    label = "collection"
