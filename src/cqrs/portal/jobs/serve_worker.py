"""The worker of `cqrs serve`: does the queue's jobs as they come."""

import os

from cqrs.portal.jobs.serve_child import end_with_parent


def main() -> None:
    """Set Django up and work until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cqrs.portal.config.settings")
    import django

    django.setup()
    from cqrs.portal.jobs.worker import run_forever

    run_forever()


if __name__ == "__main__":
    end_with_parent()
    main()
