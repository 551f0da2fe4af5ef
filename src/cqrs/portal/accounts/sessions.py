"""Where a person is signed in: one row for each browser."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone as real

from cqrs.values import clock

MOST = 20
"""As many sessions as one person may have. The oldest ends when another begins."""


@dataclass(frozen=True)
class SessionRow:
    """One browser in which the person is signed in."""

    id: int
    started_at: datetime
    address: str
    browser: str
    current: bool


def sessions_of(user_id: int, current_key: str) -> tuple[SessionRow, ...]:
    """The person's sessions that still hold, this one first. Two queries."""
    known = list(UserSession.objects.filter(user_id=user_id).order_by("-created_at")[:MOST])
    live = _live(row.session_key for row in known)
    rows = [
        SessionRow(
            row.pk,
            clock.now() - (real.now() - row.created_at),
            str(row.ip),
            browser_of(row.user_agent),
            row.session_key == current_key,
        )
        for row in known
        if row.session_key in live
    ]
    return tuple(sorted(rows, key=lambda row: not row.current))


def end(user_id: int, ids: Iterable[int], *, but: str) -> int:
    """Sign the person out of these sessions, never of the one named by `but`; answers how many.

    For `actions.end_sessions`, which records it.
    """
    rows = UserSession.objects.filter(user_id=user_id, pk__in=list(ids)).exclude(session_key=but)
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)


def make_room(user_id: int) -> None:
    """End the oldest sessions, so that with one more the person has the most there may be."""
    known = UserSession.objects.filter(user_id=user_id).order_by("-created_at")
    old = list(known.values_list("pk", flat=True)[MOST - 1 :])
    if old:
        end(user_id, old, but="")


def end_all(user_id: int) -> int:
    """Sign the person out everywhere: they were disabled. For the action that does it."""
    known = UserSession.objects.filter(user_id=user_id).values_list("pk", flat=True)
    return end(user_id, list(known), but="")


def browser_of(user_agent: str) -> str:
    """Roughly which browser on what: "Firefox on Windows"."""
    browsers = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    systems = (
        ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"),
        ("Mac OS", "Mac"), ("Linux", "Linux"),
    )  # fmt: skip
    browser = next((name for sign, name in browsers if sign in user_agent), "Another browser")
    system = next((name for sign, name in systems if sign in user_agent), "")
    return f"{browser} on {system}" if system else browser


def _live(keys: Iterable[str]) -> set[str]:
    # Django keeps sessions by the machine's time, whatever date a training copy is set to.
    rows = Session.objects.filter(session_key__in=list(keys), expire_date__gt=real.localtime())
    return set(rows.values_list("session_key", flat=True))
