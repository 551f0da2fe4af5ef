"""Who is acting, for which organisation, and what they may see and do there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet

from cqrs.portal.accounts.models import Grant, User
from cqrs.portal.accounts.permissions import ABOUT_SERVICES, NotFound, Permission, Reach
from cqrs.portal.accounts.roles import ROLES, Role
from cqrs.portal.organisations.models import Organisation
from cqrs.portal.organisations.queries import acted_for, beneath, in_cluster, members_of, on
from cqrs.values import clock


@dataclass(frozen=True)
class Held:
    """One grant as the actor holds it: a role, at the actor's organisation, and its limits."""

    role: Role
    cluster_id: int | None = None
    """The cluster of providers it is limited to; None for all its role reaches."""
    services: tuple[str, ...] | None = None
    """The services it is limited to, as "qof/2025-26"; None for every one."""


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
    held: tuple[Held, ...] = ()
    extra: frozenset[Permission] = frozenset()
    """Permissions over the nation without a role: of the command line only."""
    viewed_by: str = ""
    """Who of the help desk looks on in this person's place: then nothing can be changed."""
    viewed_until: datetime | None = None
    """When that ends at the latest."""
    places: "tuple[Membership, ...]" = ()
    """Everywhere the person may act today, this organisation included, by name."""

    def may(self, permission: str) -> bool:
        """Whether a role of theirs here gives this permission, for somebody at least."""
        return permission in self.extra or any(permission in h.role.reach for h in self.held)

    def ways(self, permission: Permission) -> Iterator[tuple[Reach, Held | None]]:
        """Each way in which they have the permission: how far it goes, and its grant."""
        if permission in self.extra:
            yield Reach.NATION, None
        for held in self.held:
            if permission in held.role.reach:
                yield held.role.reach[permission], held

    @property
    def roles(self) -> tuple[Role, ...]:
        """Their roles here, each once."""
        return tuple(dict.fromkeys(held.role for held in self.held))

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything their roles here let them do."""
        return self.extra.union(*(role.permissions for role in self.roles))

    @property
    def role_names(self) -> tuple[str, ...]:
        """Their roles here, for people."""
        return tuple(role.name for role in self.roles)

    def sees(self, organisation_id: int) -> bool:
        """Whether some role of theirs reaches the organisation today."""
        return visible_organisations(self).filter(pk=organisation_id).exists()


def _any_of(column: str, organisations: "QuerySet[Organisation]") -> Q:
    """The column names one of the organisations: found once a query, then looked up by index."""
    found = ArraySubquery(organisations.values("pk"))
    return Q(
        Func(
            F(column),
            found,
            template="(%(expressions)s))",
            arg_joiner=" = ANY(",
            output_field=BooleanField(),
        )
    )


def _reached(actor: Actor, reach: Reach, held: Held | None, organisation: str) -> Q:
    """Rows of the organisations one grant reaches, by the name of their column."""
    rows = Q(**{organisation: actor.organisation_id})
    rows |= _any_of(organisation, acted_for(actor.organisation_id))
    if reach == Reach.NATION:
        rows = Q()
    elif reach == Reach.AREA:
        rows |= _any_of(organisation, beneath(actor.organisation_id))
    elif reach == Reach.MEMBERS:
        rows |= _any_of(organisation, members_of(actor.organisation_id))
    if held is not None and held.cluster_id is not None:
        rows &= _any_of(organisation, in_cluster(held.cluster_id))
    return rows


def _counts(permission: Permission, held: Held | None, service: str | None) -> bool:
    """Whether the limits of a grant let it count for a service; None: rows tell theirs."""
    if held is None or permission not in ABOUT_SERVICES:
        return True
    return held.services is None or service is None or service in held.services


def within(
    actor: Actor, permission: Permission, *, organisation: str = "provider_id", service: str = ""
) -> Q:
    """The rows for which the actor has the permission: own, members', area's or all.

    `organisation` and `service` name the columns of the table asked. Without the permission, no
    row at all. A grant's limits count: to a cluster always; to services where the permission is
    about them, and then a table without a `service` shows nothing by a limited grant.
    """
    rows = Q(pk__in=[])
    for reach, held in actor.ways(permission):
        if not _counts(permission, held, None if service else ""):
            continue
        found = _reached(actor, reach, held, organisation)
        if held is not None and held.services is not None and permission in ABOUT_SERVICES:
            found &= Q(**{f"{service}__in": held.services})
        if not found:
            return Q()
        rows |= found
    return rows


def own(actor: Actor, organisation: str = "provider_id") -> Q:
    """The rows of the actor's own organisation, and of those it answers for since a merger."""
    return _reached(actor, Reach.OWN, None, organisation)


def reached(
    actor: Actor, permission: Permission, organisation_ids: Iterable[int], service: str = ""
) -> frozenset[int]:
    """Those of the organisations for which the actor has the permission, in a query at most."""
    wanted = frozenset(organisation_ids)
    rows = Q(pk__in=[])
    for reach, held in actor.ways(permission):
        if not _counts(permission, held, service):
            continue
        if reach == Reach.NATION and (held is None or held.cluster_id is None):
            return wanted
        rows |= _reached(actor, reach, held, "pk")
    found = Organisation.objects.filter(rows, pk__in=wanted)
    return frozenset(found.values_list("pk", flat=True))


def may_for(actor: Actor, permission: Permission, organisation_id: int, service: str = "") -> bool:
    """Whether the actor has the permission for this organisation and service. A query at most."""
    for _, held in actor.ways(permission):
        unlimited = held is None or held.cluster_id is None
        here = organisation_id == actor.organisation_id
        if here and unlimited and _counts(permission, held, service):
            return True
    return organisation_id in reached(actor, permission, [organisation_id], service)


def reached_by(actor: Actor, reach: Reach, held: Held | None, organisation_id: int) -> bool:
    """Whether one way of having a permission goes as far as the organisation. A query at most."""
    if organisation_id == actor.organisation_id and (held is None or held.cluster_id is None):
        return True
    rows = _reached(actor, reach, held, "pk")
    return Organisation.objects.filter(rows, pk=organisation_id).exists()


def everywhere(actor: Actor, permission: Permission, service: str = "") -> bool:
    """Whether the actor has the permission for the whole nation: what sums over it ask."""
    return any(
        reach == Reach.NATION
        and (held is None or held.cluster_id is None)
        and _counts(permission, held, service)
        for reach, held in actor.ways(permission)
    )


def as_far(actor: Actor, permission: Permission, seeing: Permission) -> bool:
    """Whether they have the permission wherever they have `seeing`, as their roles alone tell.

    Yes is certain, and saves asking it of every row. No means that rows must be asked.
    """
    ways = [(reach, _limits(held)) for reach, held in actor.ways(permission)]
    return all(
        any(
            reach in (seen, Reach.NATION) and limits in ((), _limits(held))
            for reach, limits in ways
        )
        for seen, held in actor.ways(seeing)
    )


def _limits(held: Held | None) -> tuple[object, ...]:
    limits = (held.cluster_id, held.services) if held else ()
    return limits if any(limit is not None for limit in limits) else ()


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
    return _memberships(live_grants(user))


def _memberships(grants: Iterable[Grant]) -> tuple[Membership, ...]:
    found: dict[int, Membership] = {}
    for grant in grants:
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
    return Actor(
        user_id=user.pk,
        name=user.full_name,
        email=user.email,
        organisation_id=organisation.id,
        organisation_code=organisation.code,
        organisation_name=organisation.name,
        organisation_kind=organisation.kind,
        held=tuple(
            Held(
                ROLES[grant.role],
                grant.cluster_id,
                tuple(grant.services) if grant.services is not None else None,
            )
            for grant in here
        ),
        places=_memberships(grants),
    )


def actor_by_id(user_id: int, organisation_id: int) -> Actor:
    """The same from numbers, for jobs, which carry ids only."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound("There is no such person.")
    return actor_for(user, organisation_id)


SETTING_UP = frozenset(
    {
        Permission.TAKE_IN,
        Permission.STRIKE,
        Permission.CALCULATE,
        Permission.PUBLISH,
        Permission.ENROL,
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
        extra=SETTING_UP,
    )


def grantable(actor: Actor) -> frozenset[str]:
    """Codes of the roles the actor may give to others."""
    return frozenset(code for role in actor.roles for code in role.grants)


def visible_organisations(actor: Actor) -> "QuerySet[Organisation]":
    """The organisations that some role of the actor reaches: own, members, area or all."""
    if actor.extra:
        return Organisation.objects.all()
    rows = _reached(actor, Reach.OWN, None, "pk")
    for held in actor.held:
        for reach in set(held.role.reach.values()):
            found = _reached(actor, reach, held, "pk")
            if not found:
                return Organisation.objects.all()
            rows |= found
    return Organisation.objects.filter(rows)
