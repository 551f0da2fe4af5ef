"""Telling people what was done: reads new audit events and writes the notices they call for."""

from cqrs.portal.jobs.telling.reader import READER, tell

__all__ = ["READER", "tell"]
