"""Which claims a person sees, and of which the points and the pounds: answered claim by claim."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.accounts.queries import Actor, Held, command_actor
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.claims import actions, queries
from cqrs.portal.claims.models import Claim
from cqrs.portal.claims.permissions import visible
from cqrs.portal.claims.queries import QueueFilter
from cqrs.portal.organisations.models import Cluster, ClusterMember, Relationship
from cqrs.portal.organisations.queries import by_code
from cqrs.values import clock
from tests import factories
from tests.factories import NORTHMOOR, WESTMERE, Loaded, actor, admit, email
from tests.integration.rooms.road import claim_of, declared, everything

WORLD = "qof"
QOF = "qof/2025-26"
ALL = set(factories.PRACTICES)
WESTMERE_S = {"A99001", "A99002", "A99003", "A99004"}
MEMBERS = {"A99001", "A99002"}


def seen(who: Actor) -> set[str]:
    """Codes of the practices whose claims the queue shows."""
    return {card.provider_code for card in queries.queue(who, QueueFilter(size=100)).cards}


def with_pounds(who: Actor) -> set[str]:
    """Those whose pounds it shows too."""
    cards = queries.queue(who, QueueFilter(size=100)).cards
    return {card.provider_code for card in cards if card.pence is not None}


@pytest.mark.parametrize(
    ("who", "claims", "pounds"),
    [
        ("ama", {"A99001"}, {"A99001"}),
        ("joe", {"A99001"}, set()),
        ("finn", MEMBERS, set()),
        ("ned", MEMBERS, set()),
        ("priya", WESTMERE_S, WESTMERE_S),
        ("ruth", WESTMERE_S, set()),
        ("tom", ALL - WESTMERE_S, ALL - WESTMERE_S),
        ("reg", WESTMERE_S, WESTMERE_S),
        ("hazel", ALL, set()),
        ("felix", ALL, ALL),
    ],
)
def test_claims_and_pounds_are_seen_as_far_as_the_role_reaches(
    qof: Loaded, who: str, claims: set[str], pounds: set[str]
) -> None:
    if who in factories.OTHERS:
        admit(who)
    assert seen(actor(who)) == claims
    assert with_pounds(actor(who)) == pounds


def test_a_network_sees_points_of_its_members_and_no_pounds_of_theirs(qof: Loaded) -> None:
    """Points without pounds is an answer of each claim, not of the person."""
    admit("finn")
    page = queries.claim(actor("finn"), claim_of("A99001").reference)
    assert page.card.points is not None
    assert page.card.pence is None
    assert "pence" not in page.content
    assert all("pence" not in line for line in page.content["lines"])
    assert all(line.pence is None for line in page.statements)
    assert "£" not in " ".join(event.sentence for event in page.events)


def test_help_desk_sees_where_a_claim_stands_and_no_figure_of_it(qof: Loaded) -> None:
    admit("hazel")
    reference = declared().reference
    with pytest.raises(Refused, match=r"sees where .* stands, and not its figures"):
        queries.claim(actor("hazel"), reference)
    with pytest.raises(Refused, match=r"sees where .* stands, and not its figures"):
        queries.calculation_inputs(actor("hazel"), reference)
    found = queries.status(actor("hazel"), reference)
    assert (found.card.points, found.card.attainable, found.card.pence) == (None, None, None)
    assert found.card.state.code == "awaiting_commissioner"
    assert "£" not in " ".join(event.sentence for event in found.events)


def limited(who: str, role: str, codes: tuple[str, ...] = (), **limits: tuple[str, ...]) -> Actor:
    """The person with this role only, limited to a cluster of these practices or to services."""
    number = None
    if codes:
        row = Cluster.objects.create(
            owner_id=by_code(WESTMERE).id, name=f"Of {who}", made_at=clock.now()
        )
        number = row.pk
        for code in codes:
            ClusterMember.objects.create(
                cluster=row, provider_id=by_code(code).id, start_date=date(2025, 4, 1)
            )
    return replace(actor(who), held=(Held(ROLES[role], number, **limits),))


def approve(who: Actor, practice: str) -> None:
    row = claim_of(practice)
    actions.approve(actor=who, claim_id=row.pk, statement_digest=row.statement_digest)


def test_a_grant_of_one_service_shows_and_decides_no_other(qof: Loaded) -> None:
    declared()
    other = limited("priya", "approval_manager", services=("network_contract/2024-25",))
    before = everything()
    assert seen(other) == set()
    with pytest.raises(NotFound):
        approve(other, "A99001")
    assert everything() == before
    this = limited("priya", "approval_manager", services=(QOF,))
    assert seen(this) == WESTMERE_S
    approve(this, "A99001")


def test_a_grant_of_a_cluster_decides_in_it_and_sees_what_another_grant_shows(qof: Loaded) -> None:
    declared("A99001")
    declared("A99002", "quay")
    narrow = limited("priya", "approval_manager", ("A99002",))
    wide = replace(narrow, held=(*narrow.held, Held(ROLES["commissioner_viewer"])))
    assert seen(narrow) == {"A99002"}
    assert seen(wide) == WESTMERE_S
    assert with_pounds(wide) == {"A99002"}
    before = everything()
    with pytest.raises(Refused, match="claims of some services or practices only"):
        approve(wide, "A99001")
    assert everything() == before
    approve(wide, "A99002")


def test_a_sum_that_would_leave_claims_out_is_not_shown(qof: Loaded) -> None:
    narrow = limited("priya", "approval_manager", ("A99002",))
    wide = replace(narrow, held=(*narrow.held, Held(ROLES["commissioner_viewer"])))
    page = queries.queue(wide, QueueFilter())
    assert (page.everything_pence, page.matching_pence) == (None, None)
    assert {state.pence for state in page.by_state} == {None}
    own = queries.queue(narrow, QueueFilter())
    assert own.everything_pence == claim_of("A99002").pence
    assert page.everything == 4


def test_the_order_of_hidden_pounds_is_not_told_either(qof: Loaded) -> None:
    narrow = limited("priya", "approval_manager", ("A99002",))
    wide = replace(narrow, held=(*narrow.held, Held(ROLES["commissioner_viewer"])))
    cards = queries.queue(wide, QueueFilter(sort="most", size=100)).cards
    assert [c.points for c in cards] == sorted((c.points for c in cards), reverse=True)  # type: ignore[type-var] # everybody's points are shown


def test_a_region_sees_the_claims_of_its_icbs_and_decides_none_of_them(qof: Loaded) -> None:
    admit("rae")
    declared()
    before = everything()
    with pytest.raises(Refused, match="Only NHS Westmere ICB may approve"):
        approve(actor("rae"), "A99001")
    assert everything() == before
    assert queries.queue(actor("rae"), QueueFilter()).mine == 0


def test_after_a_move_the_old_commissioner_decides_and_both_see(qof: Loaded) -> None:
    """The claim stays with who pays it; the practice's new commissioner sees it as well."""
    declared()
    held = Relationship.objects.get(child__code="A99001", kind="commissioned_by")
    Relationship.objects.filter(pk=held.pk).update(end_date=date(2026, 4, 30))
    Relationship.objects.create(
        child_id=held.child_id, parent_id=by_code(NORTHMOOR).id, parent_kind="icb",
        kind="commissioned_by", start_date=date(2026, 5, 1),
    )  # fmt: skip
    assert "A99001" in seen(actor("priya")) & seen(actor("tom"))
    before = everything()
    with pytest.raises(Refused, match="Only NHS Westmere ICB may approve"):
        approve(actor("tom"), "A99001")
    assert everything() == before
    approve(actor("priya"), "A99001")


def test_declarer_here_and_viewer_there_is_two_people_in_one(qof: Loaded) -> None:
    accounts.grant(
        actor=command_actor(),
        email=email("ama"),
        role="practice_viewer",
        organisation_code="A99002",
    )
    there = actor("ama", "A99002")
    assert seen(there) == {"A99002"}
    assert with_pounds(there) == set()
    row = claim_of("A99002")
    before = everything()
    with pytest.raises(Refused, match="Your role may not declare"):
        actions.declare(actor=there, claim_id=row.pk, statement_digest=row.statement_digest)
    assert everything() == before


def test_the_claims_of_an_area_are_found_by_index(qof: Loaded) -> None:
    """With sequential scans dear, the plan reads the index on who pays, not every claim."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Claim.objects.filter(visible(actor("priya"))).explain()
    assert "Index Cond: (commissioner_id = ANY" in plan
    assert "Index Cond: (provider_id = ANY" in plan
    assert "Seq Scan on claims_claim" not in plan
