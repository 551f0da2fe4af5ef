"""Registers the room messages with Django."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """The room messages; its tables start with its name."""

    name = "cqrs.portal.messages"
    label = "messages"
