"""What a person does with their own inbox and their own preferences."""

from collections.abc import Mapping

from django.db import transaction

from cqrs.portal.messages.kinds import ALWAYS_AT_ONCE, Kind, Way
from cqrs.portal.messages.models import Notice, Preference
from cqrs.values import clock


def mark_read(*, recipient_id: int, notice_id: int) -> bool:
    """Mark one of the person's notices as read; False when they have no such notice."""
    own = Notice.objects.filter(recipient_id=recipient_id, pk=notice_id)
    return bool(own.filter(read_at__isnull=True).update(read_at=clock.now())) or own.exists()


def mark_all_read(*, recipient_id: int, kind: str = "") -> int:
    """Mark all of the person's notices, or all of one kind, as read; answers how many were not."""
    own = Notice.objects.filter(recipient_id=recipient_id, read_at__isnull=True)
    if kind in set(Kind):
        own = own.filter(kind=kind)
    return own.update(read_at=clock.now())


@transaction.atomic
def choose(*, recipient_id: int, ways: Mapping[str, str]) -> None:
    """Keep how the person is told of each kind given, from now on.

    ValueError for a kind or way that doesn't exist and for a kind that nobody may switch off.
    """
    for kind, way in ways.items():
        if kind not in set(Kind) or way not in set(Way) or Kind(kind) in ALWAYS_AT_ONCE:
            raise ValueError(f"nobody may choose {way} for {kind}")
        Preference.objects.update_or_create(
            recipient_id=recipient_id, kind=kind, defaults={"way": way}
        )
