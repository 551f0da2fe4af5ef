"""Whose trail somebody may read: their own organisation's and of those that their role reaches."""

from django.db.models import Q

from cqrs.portal.accounts.models import Grant
from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.accounts.queries import Actor, within
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.audit import queries as audit
from cqrs.portal.audit.queries import Found, Search, concerning
from cqrs.portal.organisations.models import Organisation
from cqrs.portal.organisations.queries import on
from cqrs.values import clock

ACCESS = Q(action__startswith="accounts.") | Q(action="audit.refuse")
"""What administrators of users read: people, roles, sign-ins and refusals, never figures."""
SIGN_INS = Q(subject_kind="sign-in") | Q(action="audit.refuse")
"""What everybody else doesn't read of their colleagues."""


def codes_of(user_id: int | None) -> list[str]:
    """Codes of the organisations where a person has a role today: an event of them is theirs."""
    places = Grant.objects.filter(on(clock.today()), user=user_id)
    return sorted(set(places.values_list("organisation__code", flat=True)))


def visible_events(actor: Actor) -> Q:
    """The events about organisations whose trail the actor reads, of the kinds that they read."""
    seen = Q(pk__in=[])
    for permission, kinds in (
        (Permission.READ_TRAIL, ~SIGN_INS),
        (Permission.SEE_SIGN_INS, ACCESS),
    ):
        if actor.may(permission):
            rows = within(actor, permission, organisation="pk")
            codes = Organisation.objects.filter(rows).values("code")
            seen |= Q(concerning(codes)) & kinds
    return seen


def trail(actor: Actor, wanted: Search, *, before: int = 0, after: int = 0) -> Found:
    """A page of what happened at the actor's organisations. Refused without a role that reads it.

    Sentences carry no pounds, and nothing of an event but its sentence is shown.
    """
    return audit.trail(actor, visible_events(actor), wanted, before=before, after=after)


def auditors() -> tuple[int, ...]:
    """Numbers of the people who are told when the chain doesn't hold."""
    reading = [role.code for role in ROLES.values() if Permission.READ_AUDIT in role.permissions]
    people = Grant.objects.filter(on(clock.today()), role__in=reading, user__is_active=True)
    return tuple(sorted(set(people.values_list("user_id", flat=True))))
