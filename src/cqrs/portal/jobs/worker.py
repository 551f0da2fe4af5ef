"""Running the queue: until it is empty (demo, tests) or for ever (serve)."""

from typing import cast

from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

SIGN_OF_LIFE_SECONDS = 3
"""How often a worker says that it lives: who has been silent for several of them is dead."""


def _worker_app() -> App:
    connector = cast(DjangoConnector, app.connector)
    return app.with_connector(connector.get_worker_connector())


def run_until_empty() -> None:
    """Do every job that is waiting, then return."""
    with_worker = _worker_app()
    with with_worker.replace_connector(with_worker.connector):
        with_worker.run_worker(
            wait=False,
            install_signal_handlers=False,
            listen_notify=False,
            concurrency=1,
            update_heartbeat_interval=SIGN_OF_LIFE_SECONDS,
        )


def run_forever(concurrency: int = 1) -> None:
    """Do jobs as they come, until the process is told to stop."""
    _worker_app().run_worker(
        wait=True, concurrency=concurrency, update_heartbeat_interval=SIGN_OF_LIFE_SECONDS
    )
