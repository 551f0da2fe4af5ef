"""Which accounts are locked after wrong passwords, and the way to open them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from axes.helpers import get_cool_off, get_failure_limit
from axes.models import AccessAttempt
from axes.utils import reset
from django.db.models import Max, QuerySet, Sum
from django.utils import timezone as real

from cqrs.portal.accounts.models import User


def locked(user_ids: Iterable[int]) -> dict[int, datetime]:
    """The locked ones among these people, with the moment each opens by itself. Two queries."""
    names = dict(User.objects.filter(pk__in=list(user_ids)).values_list("email", "pk"))
    rows = _failed().filter(username__in=names)
    return {names[row["username"]]: row["last"] + _wait() for row in rows}


def is_locked(user_id: int) -> bool:
    """Whether this person's account is locked now."""
    return user_id in locked([user_id])


def all_locked() -> dict[int, datetime]:
    """Everybody who is locked now, with the moment each opens by itself. Two queries at most."""
    last = {row["username"]: row["last"] for row in _failed()}
    if not last:
        return {}
    people = User.objects.filter(email__in=list(last)).values_list("email", "pk")
    return {number: last[email] + _wait() for email, number in people}


def _failed() -> "QuerySet[AccessAttempt, dict[str, Any]]":
    """Addresses with as many failures as lock an account, and when the last was."""
    return (  # type: ignore[no-any-return] # axes has no types
        AccessAttempt.objects.filter(attempt_time__gte=_since())
        .values("username")
        .annotate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
        .filter(failures__gte=get_failure_limit(None, {}))
    )


def open_again(email: str) -> int:
    """Forget the failures of an address; answers how many rows of them there were.

    For `actions.unlock` and for a new password, which record it.
    """
    return int(reset(username=email.lower()))


def _wait() -> timedelta:
    return get_cool_off(None)  # type: ignore[no-any-return] # axes has no types


def _since() -> datetime:
    # Failures carry the machine's time, whatever date a training copy is set to.
    return real.localtime() - _wait()


def failures(email: str) -> int:
    """How many wrong passwords in a row were given for an address lately."""
    rows = AccessAttempt.objects.filter(username=email.lower(), attempt_time__gte=_since())
    return int(rows.aggregate(all=Sum("failures_since_start"))["all"] or 0)
