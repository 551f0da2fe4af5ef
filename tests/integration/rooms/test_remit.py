"""What an administrator may give, and what a limited grant reaches: never more than its limits."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cqrs.portal.accounts import actions, queries
from cqrs.portal.accounts.models import Grant
from cqrs.portal.accounts.permissions import Permission, Refused
from cqrs.portal.accounts.queries import Actor, Held, everywhere, may_for, reached, within
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.organisations.models import Cluster, ClusterMember, Organisation
from cqrs.portal.organisations.queries import by_code
from cqrs.values import clock
from tests.factories import NATION, NORTHMOOR, WESTMERE, actor, email
from tests.integration.rooms.road import everything

WORLD = "england"
QOF, CHECKS = "qof/2025-26", "learning_disability_health_check/2025-26"


def holding(who: str, *held: Held) -> Actor:
    """The person with these grants instead of their own."""
    return replace(actor(who), held=held)


def cluster(*codes: str, owner: str = WESTMERE) -> int:
    """A cluster of these practices."""
    row = Cluster.objects.create(owner_id=by_code(owner).id, name="Quay", made_at=clock.now())
    for code in codes:
        ClusterMember.objects.create(
            cluster=row, provider_id=by_code(code).id, start_date=date(2025, 4, 1)
        )
    return row.pk


def reach(who: Actor, permission: Permission, **columns: str) -> set[str]:
    """Codes of the organisations for which they have the permission."""
    found = Organisation.objects.filter(within(who, permission, organisation="pk", **columns))
    return set(found.values_list("code", flat=True))


# An administrator granting more than they hold ---------------------------------------------------

TRIES: tuple[tuple[str, Callable[[], Held], str, str, str], ...] = (
    ("another's practice", lambda: Held(ROLES["practice_user_administrator"]),
     "joe", "practice_declarer", "A99002"),
    ("a role of another side", lambda: Held(ROLES["practice_user_administrator"]),
     "joe", "auditor", NATION),
    ("no administrator at all", lambda: Held(ROLES["practice_supervisor"]),
     "joe", "practice_viewer", "A99001"),
)  # fmt: skip


@pytest.mark.parametrize(("why", "held", "to", "role", "place"), TRIES, ids=[t[0] for t in TRIES])
def test_administrator_granting_more_than_they_hold_at_a_practice(
    england: None, why: str, held: Callable[[], Held], to: str, role: str, place: str
) -> None:
    giver = holding("ama", held())
    before = everything()
    with pytest.raises(Refused, match=r"your own roles don't let you|Only a user administrator"):
        actions.grant(actor=giver, email=email(to), role=role, organisation_code=place)
    assert everything() == before


def test_administrator_granting_more_than_they_hold_outside_their_cluster(england: None) -> None:
    limited = holding(
        "priya", Held(ROLES["advanced_user_administrator"], cluster_id=cluster("A99002"))
    )
    before = everything()
    for role, place in (
        ("practice_declarer", "A99001"),
        ("approval_manager", WESTMERE),
        ("practice_declarer", "A99005"),
    ):
        with pytest.raises(Refused, match="your own roles don't let you"):
            actions.grant(actor=limited, email=email("joe"), role=role, organisation_code=place)
    assert everything() == before
    actions.grant(
        actor=limited, email=email("joe"), role="practice_declarer", organisation_code="A99002"
    )
    assert actor("joe", "A99002").may(Permission.DECLARE)


def test_two_grants_of_an_administrator_do_not_add_up_to_a_third(england: None) -> None:
    """Roles of one grant are not given where only the other one reaches."""
    both = holding(
        "priya",
        Held(ROLES["advanced_user_administrator"], cluster_id=cluster("A99002")),
        Held(ROLES["commissioner_user_administrator"]),
    )
    before = everything()
    with pytest.raises(Refused, match="your own roles don't let you"):
        actions.grant(
            actor=both,
            email=email("ruth"),
            role="advanced_user_administrator",
            organisation_code=WESTMERE,
        )
    assert everything() == before


def test_administrator_granting_more_than_they_hold_beyond_their_services(england: None) -> None:
    limited = holding("priya", Held(ROLES["advanced_user_administrator"], services=(QOF,)))
    before = everything()
    for services in (None, [CHECKS], [QOF, CHECKS]):
        with pytest.raises(Refused, match="your own roles don't let you"):
            actions.grant(
                actor=limited,
                email=email("ruth"),
                role="approval_manager",
                organisation_code=WESTMERE,
                services=services,
            )
    assert everything() == before
    actions.grant(
        actor=limited,
        email=email("ruth"),
        role="approval_manager",
        organisation_code=WESTMERE,
        services=[QOF],
    )
    assert may_for(actor("ruth"), Permission.APPROVE, by_code("A99001").id, QOF)
    assert not may_for(actor("ruth"), Permission.APPROVE, by_code("A99001").id, CHECKS)


def test_nobody_grants_to_themselves_whatever_they_hold(england: None) -> None:
    giver = holding("priya", Held(ROLES["advanced_user_administrator"]))
    before = everything()
    with pytest.raises(Refused, match="to yourself"):
        actions.grant(
            actor=giver,
            email=email("priya"),
            role="finance_manager",
            organisation_code=WESTMERE,
        )
    assert everything() == before


def test_a_region_s_administrator_reaches_the_icbs_beneath_it_and_an_icb_s_does_not(
    england: None,
) -> None:
    giver = holding("tom", Held(ROLES["advanced_user_administrator"]))
    before = everything()
    with pytest.raises(Refused, match="your own roles don't let you"):
        actions.grant(
            actor=giver, email=email("ruth"), role="approval_manager", organisation_code=WESTMERE
        )
    assert everything() == before
    actions.grant(
        actor=giver, email=email("ruth"), role="approval_manager", organisation_code=NORTHMOOR
    )


# An empty permission list ------------------------------------------------------------------------


def test_an_empty_permission_list_lets_nobody_in(england: None) -> None:
    nobody = holding("ama")
    assert not nobody.permissions
    for permission in Permission:
        assert not nobody.may(permission)
        assert not reach(nobody, permission)
        assert not may_for(nobody, permission, nobody.organisation_id, QOF)
        assert not everywhere(nobody, permission)
        assert not reached(nobody, permission, [nobody.organisation_id], QOF)


def test_an_empty_list_of_services_lets_nobody_in_and_can_not_be_written(england: None) -> None:
    limited = holding("priya", Held(ROLES["approval_manager"], services=()))
    assert not may_for(limited, Permission.APPROVE, by_code("A99001").id, QOF)
    auditor = holding("felix", Held(ROLES["auditor"], services=()))
    assert not everywhere(auditor, Permission.SEE_POINTS, QOF)
    before = everything()
    nothing: list[str] = []
    with pytest.raises(Refused, match="limited to no service at all"):
        actions.grant(
            actor=queries.command_actor(),
            email=email("joe"),
            role="practice_declarer",
            organisation_code="A99001",
            services=nothing,
        )
    with pytest.raises(IntegrityError, match="grant_limits_are_not_empty"), transaction.atomic():
        Grant.objects.filter(user__email=email("joe")).update(services=[])
    assert everything() == before


def test_a_limit_that_nobody_asks_about_lets_nobody_in(england: None) -> None:
    """A permission about services, asked without naming one, counts no limited grant."""
    limited = holding("priya", Held(ROLES["approval_manager"], services=(QOF,)))
    assert not may_for(limited, Permission.APPROVE, by_code("A99001").id)
    assert not reach(limited, Permission.APPROVE)


def test_a_cluster_limits_an_area_and_never_widens_it(england: None) -> None:
    inside = cluster("A99001", "A99005")
    limited = holding("priya", Held(ROLES["approval_manager"], cluster_id=inside))
    # A99005 belongs to another commissioner: being named in a cluster gives nobody its claims.
    assert reach(limited, Permission.SEE_CLAIMS) == {"A99001"}
    assert not may_for(limited, Permission.SEE_CLAIMS, by_code(WESTMERE).id, QOF)
    everyone = holding("felix", Held(ROLES["auditor"], cluster_id=inside))
    assert reach(everyone, Permission.SEE_POUNDS) == {"A99001", "A99005"}
    assert not everywhere(everyone, Permission.SEE_POUNDS)


def test_an_empty_cluster_lets_nobody_in(england: None) -> None:
    limited = holding("priya", Held(ROLES["approval_manager"], cluster_id=cluster()))
    assert not reach(limited, Permission.SEE_CLAIMS)


def test_a_network_sees_its_members_counts_and_its_own_pounds_only(england: None) -> None:
    network = by_code("U99901")
    finance = replace(
        holding("ama", Held(ROLES["network_finance_viewer"])),
        organisation_id=network.id,
        organisation_kind="pcn",
    )
    assert reach(finance, Permission.SEE_POINTS) == {"U99901", "A99001", "A99002"}
    assert reach(finance, Permission.SEE_POUNDS) == {"U99901"}


def test_a_reached_set_is_what_each_of_them_says(england: None) -> None:
    ids = {code: by_code(code).id for code in ("A99001", "A99005", WESTMERE, NATION)}
    for who, permission in (
        ("priya", Permission.APPROVE),
        ("ama", Permission.DECLARE),
        ("felix", Permission.SEE_POUNDS),
        ("joe", Permission.SEE_POUNDS),
    ):
        one_by_one = {
            number for number in ids.values() if may_for(actor(who), permission, number, QOF)
        }
        assert reached(actor(who), permission, ids.values(), QOF) == one_by_one
