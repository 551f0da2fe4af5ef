"""People who sign in with their e-mail address, and what they are granted."""

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.organisations.models import Organisation
from cqrs.values import clock


def this_moment() -> datetime:
    """The clock, by a name that a migration can hold."""
    return clock.now()


class UserManager(BaseUserManager["User"]):
    """Makes people and finds them by e-mail address, whatever its capitals."""

    def create_user(self, email: str, password: str | None = None, *, full_name: str) -> "User":
        """A person who may sign in; without a password they must set one first."""
        if not email or not full_name.strip():
            raise ValueError("A user needs an e-mail address and a full name.")
        user = self.model(email=email.strip().lower(), full_name=full_name.strip())
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with this e-mail address."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person. Disabled or unlinked when they leave, never deleted."""

    email = models.EmailField()
    full_name = models.TextField()
    is_active = models.BooleanField(default=True)
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
    start_date = models.DateField()
    end_date = models.DateField(null=True)
    granted_by_id = models.BigIntegerField(null=True)
    granted_by_name = models.TextField()
    granted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="grant_role_is_known", condition=Q(role__in=sorted(ROLES))),
            models.UniqueConstraint(
                name="grant_once_per_start", fields=["user", "role", "organisation", "start_date"]
            ),
            models.CheckConstraint(
                name="grant_ends_after_it_starts",
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
            ),
            models.CheckConstraint(name="grant_names_its_giver", condition=~Q(granted_by_name="")),
            models.CheckConstraint(
                name="grant_is_not_to_oneself", condition=~Q(granted_by_id=F("user_id"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} at {self.organisation_id}"
