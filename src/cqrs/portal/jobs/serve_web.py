"""The web server of `cqrs serve`: gunicorn with two processes, pages compiled before they fork."""

import os
import sys
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped] # no types

from cqrs.portal.jobs.serve import HOST
from cqrs.portal.jobs.serve_child import end_with_parent

PROCESSES = 2
THREADS = 4


class Portal(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """The portal under gunicorn, without a configuration file."""

    def __init__(self, port: int) -> None:
        self._port = port
        super().__init__()

    def load_config(self) -> None:
        """Where and how to serve."""
        settings = {
            "bind": f"{HOST}:{self._port}",
            "workers": PROCESSES,
            "threads": THREADS,
            "worker_class": "gthread",
            "preload_app": True,
            "loglevel": "warning",
            "graceful_timeout": 10,
            "control_socket_disable": True,
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, with every page compiled and no connection open, ready to fork."""
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cqrs.portal.config.settings")
        import django
        from django.core.wsgi import get_wsgi_application
        from django.db import connections

        from cqrs.portal.config.static_files import collect

        django.setup()
        collect()  # before the application looks which files there are
        application = get_wsgi_application()
        warm_up()
        connections.close_all()
        return application


def warm_up() -> int:
    """Compile every template of the portal, so that no first visitor waits; answers how many."""
    from django.template import engines

    environment = engines.all()[0].env  # type: ignore[attr-defined] # the Jinja backend's
    from cqrs.portal.config.settings import WEB

    folder = WEB / "templates"
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.jinja"))]
    for name in names:
        environment.get_template(name)
    return len(names)


if __name__ == "__main__":
    end_with_parent()
    Portal(int(sys.argv[1])).run()
