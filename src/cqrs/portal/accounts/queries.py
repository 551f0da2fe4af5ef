"""Who is acting, for which organisation, and what they may see and do there."""

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from cqrs.portal.accounts.models import Grant, User
from cqrs.portal.accounts.permissions import NotFound, Permission
from cqrs.portal.accounts.roles import ROLES, Role
from cqrs.portal.organisations.models import Organisation
from cqrs.portal.organisations.queries import commissioned_by, on
from cqrs.values import clock


@dataclass(frozen=True)
class Actor:
    """A person acting for one organisation: what every action and query starts from."""

    user_id: int | None
    name: str
    email: str
    organisation_id: int
    organisation_code: str
    organisation_name: str
    organisation_kind: str
    roles: tuple[Role, ...]
    permissions: frozenset[str] = field(default_factory=frozenset)

    def may(self, permission: str) -> bool:
        """Whether one of their roles here gives this permission."""
        return permission in self.permissions

    @property
    def scope(self) -> str:
        """own, area or nation: the widest that their roles here give."""
        given = {role.scope for role in self.roles}
        return next((scope for scope in ("nation", "area") if scope in given), "own")

    @property
    def role_names(self) -> tuple[str, ...]:
        """Their roles here, for people."""
        return tuple(role.name for role in self.roles)

    def sees(self, organisation_id: int) -> bool:
        """Whether the organisation is theirs, in their area today, or they see the nation."""
        if self.scope == "nation" or organisation_id == self.organisation_id:
            return True
        area = self.scope == "area"
        return area and commissioned_by(self.organisation_id).filter(pk=organisation_id).exists()


@dataclass(frozen=True)
class Membership:
    """An organisation a person may act for, with the names of their roles there."""

    organisation_id: int
    code: str
    name: str
    kind: str
    role_names: tuple[str, ...]


def live_grants(user: User) -> "QuerySet[Grant]":
    """Grants of an active user that hold today, by name of the organisation."""
    if not user.is_active:
        return Grant.objects.none()
    return (
        Grant.objects.filter(on(clock.today()), user=user)
        .select_related("organisation")
        .order_by("organisation__name", "organisation_id", "role")
    )


def organisations_of(user: User) -> tuple[Membership, ...]:
    """Where the person may act today, by name."""
    found: dict[int, Membership] = {}
    for grant in live_grants(user):
        o = grant.organisation
        before = found[o.id].role_names if o.id in found else ()
        names = (*before, ROLES[grant.role].name)
        found[o.id] = Membership(o.id, o.code, o.name, o.kind, names)
    return tuple(found.values())


def actor_for(user: User, organisation_id: int | None = None) -> Actor:
    """The person acting for the organisation, or for their first by name.

    NotFound when no grant of theirs holds there today.
    """
    grants = list(live_grants(user))
    if organisation_id is None and grants:
        organisation_id = grants[0].organisation_id
    here = [grant for grant in grants if grant.organisation_id == organisation_id]
    if not here:
        raise NotFound("You have no role there today.")
    organisation = here[0].organisation
    roles = tuple(ROLES[code] for code in dict.fromkeys(grant.role for grant in here))
    return Actor(
        user_id=user.pk,
        name=user.full_name,
        email=user.email,
        organisation_id=organisation.id,
        organisation_code=organisation.code,
        organisation_name=organisation.name,
        organisation_kind=organisation.kind,
        roles=roles,
        permissions=frozenset[str]().union(*(role.permissions for role in roles)),
    )


def actor_by_id(user_id: int, organisation_id: int) -> Actor:
    """The same from numbers, for jobs, which carry ids only."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound("There is no such person.")
    return actor_for(user, organisation_id)


SETTING_UP = frozenset[str](
    {
        Permission.TAKE_IN,
        Permission.STRIKE,
        Permission.CALCULATE,
        Permission.PUBLISH,
        Permission.MANAGE_ORGANISATIONS,
        Permission.MANAGE_USERS,
        Permission.SEE_COLLECTIONS,
    }
)


def command_actor(name: str = "Set-up on the command line") -> Actor:
    """Whoever runs a command on the server: may load and calculate, never declare or pay."""
    return Actor(
        user_id=None,
        name=name,
        email="",
        organisation_id=0,
        organisation_code="",
        organisation_name="This installation",
        organisation_kind="national",
        roles=(ROLES["data_operator"],),
        permissions=SETTING_UP,
    )


def visible_organisations(actor: Actor) -> "QuerySet[Organisation]":
    """The organisations whose figures the actor may see: own, area or all."""
    if actor.scope == "nation":
        return Organisation.objects.all()
    own = Q(pk=actor.organisation_id)
    if actor.scope == "area":
        own |= Q(pk__in=commissioned_by(actor.organisation_id).values("pk"))
    return Organisation.objects.filter(own)
