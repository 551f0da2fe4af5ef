"""Registers the room payments with Django."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """The room payments; its tables start with its name."""

    name = "cqrs.portal.payments"
    label = "payments"
