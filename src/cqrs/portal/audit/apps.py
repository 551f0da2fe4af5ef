"""Registers the room audit with Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The room audit; its tables start with its name."""

    name = "cqrs.portal.audit"
    label = "audit"
