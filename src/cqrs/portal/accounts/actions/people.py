"""Making people known."""

from django.apps import apps
from django.db import transaction

from cqrs.portal.accounts.models import User
from cqrs.portal.accounts.permissions import Permission, require
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.audit import actions as audit

MAY_NOT = "Only a user administrator may add people and grant roles."


@transaction.atomic
def create_user(*, actor: Actor, email: str, full_name: str, password: str | None = None) -> int:
    """Make a person known; answers their number. The same address again changes nothing."""
    require(actor, Permission.MANAGE_USERS, MAY_NOT)
    known = User.objects.filter(email__iexact=email).first()
    if known:
        return known.pk
    user = User.objects.create_user(email, password, full_name=full_name)
    if apps.is_installed("allauth.account"):
        # allauth signs nobody in whose address it doesn't hold as verified.
        address = apps.get_model("account", "EmailAddress")
        address.objects.create(user=user, email=user.email, verified=True, primary=True)
    audit.record(
        actor=actor,
        action="accounts.create_user",
        subject_kind="user",
        subject_reference=str(user.pk),
        sentence=f"{actor.name} added {user.full_name}, {user.email}.",
    )
    return user.pk
