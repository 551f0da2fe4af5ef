"""People who sign in with their email address, and what they are granted."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.organisations.models import Cluster, Organisation
from cqrs.values import clock


def this_moment() -> datetime:
    """The clock, by a name that a migration can hold."""
    return clock.now()


class UserManager(BaseUserManager["User"]):
    """Makes people and finds them by email address, whatever its capitals."""

    def create_user(self, email: str, password: str | None = None, *, full_name: str) -> "User":
        """A person who may sign in; without a password they must set one first."""
        if not email or not full_name.strip():
            raise ValueError("A user needs an email address and a full name.")
        user = self.model(email=email.strip().lower(), full_name=full_name.strip())
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with this email address."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person. Disabled or unlinked when they leave, never deleted."""

    email = models.EmailField()
    full_name = models.TextField()
    work_phone = models.TextField(blank=True, default="")
    is_active = models.BooleanField(default=True)
    switched_off_at = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    """Where whoever switched the account off acts: nobody of narrower reach switches it on."""
    date_joined = models.DateTimeField(default=this_moment)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["full_name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="user_email_is_unique", fields=["email"]),
            models.CheckConstraint(
                name="user_email_is_in_small_letters", condition=Q(email=Lower("email"))
            ),
            models.CheckConstraint(name="user_has_full_name", condition=~Q(full_name="")),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        """The name as events and pages show it."""
        return self.full_name


class Grant(models.Model):
    """Lets a person act in a role for an organisation, between two dates, both included."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.TextField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="grants")
    cluster = models.ForeignKey(Cluster, models.PROTECT, null=True, related_name="grants")
    """Limits an area's role to the providers of one cluster."""
    services = ArrayField(models.TextField(), null=True)
    """Limits it to these services, as "qof/2025-26". Empty is not allowed: NULL is no limit."""
    start_date = models.DateField()
    end_date = models.DateField(null=True)
    delegated_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="delegated")
    """The grant of somebody else that this one stands in for, between two dates."""
    granted_by_id = models.BigIntegerField(null=True)
    granted_by_name = models.TextField()
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """When somebody ended it; its end date is then the day before, so that it ends at once."""
    ended_by_name = models.TextField(blank=True, default="")
    ended_reason = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="grant_role_is_known", condition=Q(role__in=sorted(ROLES))),
            models.UniqueConstraint(
                name="grant_once_per_start",
                fields=["user", "role", "organisation", "cluster", "services", "start_date"],
                nulls_distinct=False,
            ),
            # The day before it starts: ended on its first day, so that it never holds again.
            models.CheckConstraint(
                name="grant_ends_after_it_starts",
                condition=Q(end_date__isnull=True)
                | Q(end_date__gte=F("start_date") - timedelta(days=1)),
            ),
            models.CheckConstraint(
                name="grant_ended_by_somebody",
                condition=Q(ended_at__isnull=True)
                | (Q(end_date__isnull=False) & ~Q(ended_by_name="")),
            ),
            models.CheckConstraint(name="grant_names_its_giver", condition=~Q(granted_by_name="")),
            models.CheckConstraint(
                name="grant_is_not_to_oneself", condition=~Q(granted_by_id=F("user_id"))
            ),
            # An empty list of services once let everybody in: here it can't be written.
            models.CheckConstraint(
                name="grant_limits_are_not_empty",
                condition=Q(services__isnull=True) | Q(services__len__gt=0),
            ),
            models.CheckConstraint(
                name="grant_delegated_has_an_end",
                condition=Q(delegated_from__isnull=True) | Q(end_date__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} at {self.organisation_id}"


class Invitation(models.Model):
    """A signed link by which one person, and nobody else, gets an account and roles."""

    email = models.EmailField()
    full_name = models.TextField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    roles = ArrayField(models.TextField())
    nonce = models.TextField()
    """Part of the signed link; a renewed invitation has another, so that old links end."""
    invited_by_id = models.BigIntegerField(null=True)
    invited_by_name = models.TextField()
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="invitations")
    withdrawn_at = models.DateTimeField(null=True)
    renewal_asked_at = models.DateTimeField(null=True)
    """When the invited person, whose link had expired, asked for another."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="invitation_email_is_in_small_letters", condition=Q(email=Lower("email"))
            ),
            models.CheckConstraint(
                name="invitation_has_name_and_roles",
                condition=~Q(full_name="") & Q(roles__len__gt=0),
            ),
            models.CheckConstraint(
                name="invitation_accepted_by_somebody",
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="invitation_once_open",
                fields=["email", "organisation"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.organisation_id}"


class AccessRequest(models.Model):
    """Somebody asks to join an organisation; one person decides, with a reason, once."""

    email = models.EmailField()
    full_name = models.TextField()
    work_phone = models.TextField()
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="access_requests")
    """The person, where they already have an account."""
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="access_requests")
    roles = ArrayField(models.TextField())
    reason = models.TextField()
    route = models.TextField()
    """Who decides: "provider", "commissioner" or "help_desk"; kept as it was when asked."""
    decider = models.ForeignKey(Organisation, models.PROTECT, related_name="access_decisions")
    """The organisation whose people decide."""
    state = models.TextField(default="waiting")
    requested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_by_name = models.TextField(blank=True, default="")
    decision_reason = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="access_request_state_is_known",
                condition=Q(state__in=["waiting", "approved", "refused", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="access_request_route_is_known",
                condition=Q(route__in=["provider", "commissioner", "help_desk"]),
            ),
            models.CheckConstraint(
                name="access_request_has_name_and_roles",
                condition=~Q(full_name="") & Q(roles__len__gt=0),
            ),
            models.CheckConstraint(
                name="access_request_decided_by_somebody",
                condition=Q(state="waiting", decided_at__isnull=True, decided_by_name="")
                | (~Q(state="waiting") & Q(decided_at__isnull=False) & ~Q(decided_by_name="")),
            ),
            models.CheckConstraint(
                name="access_request_refused_with_a_reason",
                condition=~Q(state="refused") | ~Q(decision_reason=""),
            ),
            models.UniqueConstraint(
                name="access_request_once_waiting",
                fields=["email", "organisation"],
                condition=Q(state="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} asks to join {self.organisation_id}"


class Confirmation(models.Model):
    """Once a quarter somebody confirms that a grant is still needed, or that it isn't."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="confirmations")
    quarter = models.TextField()
    """As "2026-Q2": the calendar quarter in which it is asked."""
    keeps = models.BooleanField()
    confirmed_by_id = models.BigIntegerField()
    confirmed_by_name = models.TextField()
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="confirmation_once_a_quarter", fields=["grant", "quarter"]
            ),
            models.CheckConstraint(
                name="confirmation_names_somebody", condition=~Q(confirmed_by_name="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} in {self.quarter}"


class Expiry(models.Model):
    """A role that nobody confirmed: the day it ends, and the warnings that went out before.

    Without all four warnings it doesn't end: the day moves instead.
    """

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="expiries")
    quarter = models.TextField()
    """The quarter in which nobody confirmed it."""
    ends_on = models.DateField()
    warned = ArrayField(models.PositiveSmallIntegerField(), default=list)
    """How many days before the end warnings were posted, of 60, 30, 14 and 7."""
    closed_at = models.DateTimeField(null=True)
    """When the role ended by it, or was confirmed or ended otherwise."""
    ended_role = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="expiry_one_at_a_time",
                fields=["grant"],
                condition=Q(closed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="expiry_only_after_four_warnings",
                condition=Q(ended_role=False)
                | Q(closed_at__isnull=False, warned__contains=[60, 30, 14, 7]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} ends on {self.ends_on}"


class Viewing(models.Model):
    """Help desk looks at the portal as a person sees it: for a short time, and told to them."""

    helper = models.ForeignKey(User, models.PROTECT, related_name="viewings")
    person = models.ForeignKey(User, models.PROTECT, related_name="viewed")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="viewings")
    reason = models.TextField()
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="viewing_is_of_another", condition=~Q(helper=F("person"))),
            models.CheckConstraint(name="viewing_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="viewing_ends_after_it_starts", condition=Q(ends_at__gt=F("started_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.helper_id} as {self.person_id}"


class AddressRange(models.Model):
    """Where people of one kind of organisation may sign in from. None for a kind: anywhere."""

    organisation_kind = models.TextField()
    network = models.TextField()
    """An address range, as "10.0.0.0/8"."""
    note = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="address_range_once_per_kind", fields=["organisation_kind", "network"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_kind}: {self.network}"
