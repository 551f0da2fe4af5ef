"""Who decides about a request to join an organisation: one table, first rule that fits."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db.models import Q

from cqrs.portal.accounts.models import Grant
from cqrs.portal.accounts.permissions import Permission, Reach, Refused
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.organisations.models import Organisation
from cqrs.portal.organisations.queries import on, parent_of
from cqrs.values import clock

PROVIDERS = frozenset({"practice", "pharmacy", "federation", "pcn"})
COMMISSIONERS = frozenset({"icb", "sub_icb", "region"})
NATIONAL = frozenset({"national", "agency"})
DECIDES = (Permission.APPROVE_ACCESS, Permission.MANAGE_USERS)


@dataclass(frozen=True)
class Routed:
    """Where one request goes."""

    route: str
    decider_id: int
    decider_name: str
    sentence: str
    """For the person who asks."""


@dataclass(frozen=True)
class Rule:
    """One line of the table."""

    route: str
    kinds: frozenset[str]
    fits: Callable[[Organisation, Collection[str]], bool]
    decider: Callable[[Organisation, Collection[str]], Organisation | None]
    """The organisation whose people decide; None when nobody there can."""
    sentence: str


def roles_for(kind: str) -> tuple[str, ...]:
    """Codes of the roles somebody can ask for at such an organisation."""
    return tuple(code for code, role in ROLES.items() if kind in role.kinds)


def deciders(decider_id: int, organisation_id: int, asked: Collection[str]) -> tuple[int, ...]:
    """Numbers of the people at one organisation who may give one of these roles at another."""
    own = decider_id == organisation_id
    roles = [
        code
        for code, role in ROLES.items()
        if set(role.grants) & set(asked)
        and any(
            own or role.reach.get(permission) in (Reach.AREA, Reach.NATION)
            for permission in DECIDES
            if permission in role.reach
        )
    ]
    rows = Grant.objects.filter(
        on(clock.today()), organisation=decider_id, role__in=roles, user__is_active=True
    )
    return tuple(rows.order_by("user_id").values_list("user_id", flat=True).distinct())


def _itself(organisation: Organisation, roles: Collection[str]) -> Organisation | None:
    return organisation if deciders(organisation.pk, organisation.pk, roles) else None


def _commissioner(organisation: Organisation, roles: Collection[str]) -> Organisation | None:
    """The nearest commissioner with somebody to decide: a sub-ICB location, else its ICB."""
    above = parent_of(organisation.pk, "commissioned_by")
    while above is not None:
        if deciders(above.id, organisation.pk, roles):
            return Organisation.objects.get(pk=above.id)
        above = parent_of(above.id, "part_of")
    return None


def _help_desk(organisation: Organisation, roles: Collection[str]) -> Organisation | None:
    held = Grant.objects.filter(on(clock.today()), role="help_desk", user__is_active=True)
    return Organisation.objects.filter(pk__in=held.values("organisation")).order_by("pk").first()


def _always(organisation: Organisation, roles: Collection[str]) -> bool:
    return True


def _plain(organisation: Organisation, roles: Collection[str]) -> bool:
    return not any(Permission.MANAGE_USERS in ROLES[code].permissions for code in roles)


def _two_steps(organisation: Organisation, roles: Collection[str]) -> bool:
    return organisation.provider_steps == 2


RULES = (
    Rule(
        "provider", PROVIDERS, _two_steps, _itself,
        "Goes to the declarers and user administrators of {organisation}, who decide.",
    ),
    Rule(
        "commissioner", PROVIDERS, _always, _commissioner,
        "Goes to {decider}, which commissions {organisation} and decides.",
    ),
    Rule(
        "commissioner", COMMISSIONERS, _plain, _itself,
        "Goes to the user administrators of {organisation}, who decide.",
    ),
    Rule(
        "provider", NATIONAL, _always, _itself,
        "Goes to the user administrators of {organisation}, who decide.",
    ),
    Rule(
        "help_desk", PROVIDERS | COMMISSIONERS, _always, _help_desk,
        "Goes to the help desk at {decider}, which decides.",
    ),
)  # fmt: skip
"""Two-step providers decide themselves, one-step ones through their commissioner; commissioners'
plain roles through their own administrator, their administrators through the help desk. Where
nobody is there to decide, the next rule that fits."""


def route(organisation_id: int, roles: Collection[str]) -> Routed:
    """Who decides about somebody who asks for these roles there. Refused when nobody can."""
    organisation = Organisation.objects.get(pk=organisation_id)
    for rule in RULES:
        if organisation.kind in rule.kinds and rule.fits(organisation, roles):
            decider = rule.decider(organisation, roles)
            if decider is not None:
                words = rule.sentence.format(organisation=organisation.name, decider=decider.name)
                return Routed(rule.route, decider.pk, decider.name, words)
    raise Refused(
        f"Nobody can decide yet who joins {organisation.name}. Ask your user administrator or the "
        "help desk to invite you."
    )


@dataclass(frozen=True)
class Place:
    """An organisation that somebody may ask to join."""

    code: str
    name: str
    kind_name: str


MOST_PLACES = 20


def places(find: str) -> tuple[Place, ...]:
    """The first open organisations with this code, or this part of a name, that have roles."""
    words = find.strip()
    if len(words) < 2:
        return ()
    rows = Organisation.objects.filter(
        Q(code__iexact=words) | Q(name__icontains=words),
        Q(close_date__isnull=True) | Q(close_date__gte=clock.today()),
        kind__in=[kind for role in ROLES.values() for kind in role.kinds],
    ).order_by("name", "code")[:MOST_PLACES]
    return tuple(Place(row.code, row.name, row.get_kind_display()) for row in rows)
