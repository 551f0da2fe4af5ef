"""Registers the room accounts with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The room accounts; its tables start with its name."""

    name = "cqrs.portal.accounts"
    label = "accounts"
