"""Registers the door jobs with Django."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The door jobs; it has no tables."""

    name = "cqrs.portal.jobs"
    label = "jobs"
