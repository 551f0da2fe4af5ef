"""What happens behind the served demo, in a process of its own: see backstage.py for each."""

import json
import sys
from contextlib import suppress
from datetime import timedelta

import django


def let_letters_leave() -> None:
    """Ask the worker to send what waits."""
    from procrastinate.exceptions import AlreadyEnqueued

    from cqrs.portal.jobs.tasks import deliver_messages

    with suppress(AlreadyEnqueued):
        deliver_messages.configure().defer(timestamp=0)


def expire_invitation(email: str) -> None:
    """Let the one invitation of an address have been sent fifteen days ago."""
    from cqrs.portal.accounts.models import Invitation
    from cqrs.values import clock

    yesterday = clock.now() - timedelta(days=1)
    sent = yesterday - timedelta(days=14)
    changed = Invitation.objects.filter(email=email).update(invited_at=sent, expires_at=yesterday)
    assert changed == 1, changed


def open_a_portal(practices: str) -> None:
    """Tables, organisations and people, as on the first morning: nothing is collected yet."""
    from cqrs.extraction.synthetic import england
    from cqrs.portal.jobs.demo_load import admit_people, load_organisations
    from cqrs.portal.jobs.demo_progress import Progress
    from cqrs.portal.jobs.demo_world import World
    from cqrs.portal.jobs.serve import set_up

    set_up()
    world, progress = World.of(england(practices=int(practices))), Progress()
    for step in (load_organisations, admit_people):
        with progress.stage(step.__name__) as stage:
            step(world, stage)


def make_things() -> None:
    """One of everything that addresses name by number, in the network and its area."""
    from cqrs.extraction.synthetic.england import MAIN_ICB, MAIN_PRACTICE
    from cqrs.portal.accounts.models import User
    from cqrs.portal.collection.models import Collection
    from cqrs.portal.jobs import demo_people
    from cqrs.portal.organisations.models import ClusterMember
    from cqrs.portal.organisations.queries import by_code
    from cqrs.portal.payments.models import Run
    from cqrs.values import clock
    from tests.matrix import things

    area = by_code(MAIN_ICB).id
    made = things.at("network", MAIN_PRACTICE.pcn_code) | things.of_the_nation()
    made["cluster"] = things.cluster(area, "Practices by the river")
    reader = User.objects.get(email=demo_people.PRACTICE_MANAGER.email)
    made["notice"] = things.notice(reader.pk)
    ClusterMember.objects.create(
        cluster_id=made["cluster"], provider_id=made["organisation"], start_date=clock.today()
    )
    made["change"] = things.change(area, "A92018", "A92034")
    print(
        json.dumps(
            {
                "things": made,
                "run": Run.objects.earliest("pk").reference,
                "collection_id": Collection.objects.earliest("pk").pk,
            }
        )
    )


if __name__ == "__main__":
    django.setup()
    globals()[sys.argv[1]](*sys.argv[2:])
