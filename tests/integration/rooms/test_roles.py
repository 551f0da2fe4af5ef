"""The table of users and what they may do (product.md, section 2), written out and compared.

The table below is reviewed by a person and never made from the code. A column is a permission or
what the product calls it; a cell says how far: own, members, area, nation, or nothing.
"""

import pytest

from cqrs.portal.accounts.permissions import Permission, Reach
from cqrs.portal.accounts.roles import ROLES, STRONG, Role

P = Permission

COLUMNS = {
    "points": P.SEE_POINTS, "pounds": P.SEE_POUNDS, "claims": P.SEE_CLAIMS, "enter": P.ENTER_DATA,
    "on behalf": P.ENTER_ON_BEHALF, "declare": P.DECLARE, "approve": P.APPROVE,
    "finance": P.FINANCE_APPROVE, "offer": P.OFFER, "accept": P.ACCEPT_OFFERS, "draft": P.DRAFT,
    "publish": P.PUBLISH, "build": P.BUILD_RUN, "release": P.RELEASE_RUN, "runs": P.SEE_RUNS,
    "people": P.MANAGE_USERS, "requests": P.APPROVE_ACCESS, "unlock": P.UNLOCK,
    "clusters": P.MANAGE_CLUSTERS, "details": P.KEEP_DETAILS,
    "trail": P.READ_TRAIL, "sign-ins": P.SEE_SIGN_INS,
    "audit": P.READ_AUDIT, "view as": P.VIEW_AS, "collections": P.SEE_COLLECTIONS,
    "take in": P.TAKE_IN, "strike": P.STRIKE, "calculate": P.CALCULATE, "enrol": P.ENROL,
    "organisations": P.MANAGE_ORGANISATIONS, "propose": P.PROPOSE_CHANGE, "agree": P.AGREE_CHANGE,
    "announce": P.ANNOUNCE,
}  # fmt: skip

EXPECTED = """
practice_viewer                 own: points, claims
practice_finance_viewer         own: points, pounds, claims
practice_data_entry             own: points, claims, enter
practice_service_manager        own: points, claims, accept
practice_declarer               own: points, pounds, claims, declare, requests, trail
practice_supervisor             own: points, pounds, claims, trail
practice_user_administrator     own: people, unlock, sign-ins

network_viewer                  members: points, claims
network_finance_viewer          members: points, claims; own: pounds
network_data_entry              members: points, claims; own: enter
network_service_manager         members: points, claims; own: accept
network_declarer                members: points, claims; own: pounds, declare, requests, trail
network_supervisor              members: points, claims; own: pounds, trail
network_user_administrator      own: people, unlock, sign-ins

commissioner_viewer             area: points, claims
commissioner_finance_viewer     area: points, pounds, claims
commissioning_manager           area: points, pounds, claims, offer, draft, propose, trail
approval_manager                area: points, pounds, claims, on behalf, approve, trail
finance_manager                 area: points, pounds, claims, finance, publish, agree, trail
organisation_administrator      area: requests, clusters, details, sign-ins
commissioner_user_administrator own: people, unlock, sign-ins
advanced_user_administrator     area: people, requests, unlock, sign-ins

rule_author                     nation: draft
rule_publisher                  nation: publish
data_operator                   nation: collections, take in, strike, calculate, enrol, organisations, propose, agree, announce
payment_operator                nation: runs, build
payment_releaser                nation: runs, release
help_desk                       nation: claims, requests, unlock, sign-ins, view as, announce
national_user_administrator     nation: people, unlock, sign-ins
auditor                         nation: points, pounds, claims, runs, collections, trail, sign-ins, audit
"""  # noqa: E501 - a row of the table is a line

FIGURES = {P.SEE_POINTS, P.SEE_POUNDS, P.SEE_CLAIMS, P.SEE_RUNS, P.SEE_COLLECTIONS}
ADMINISTRATION = {P.MANAGE_USERS, P.APPROVE_ACCESS, P.UNLOCK}
ORDER = [Reach.OWN, Reach.MEMBERS, Reach.AREA, Reach.NATION]


def expected() -> dict[str, dict[Permission, Reach]]:
    """The table as data."""
    table = {}
    for line in filter(None, EXPECTED.splitlines()):
        code, cells = line.split(maxsplit=1)
        table[code] = {
            COLUMNS[name.strip()]: Reach(reach.strip())
            for reach, names in (part.split(":") for part in cells.split(";"))
            for name in names.split(",")
        }
    return table


def test_every_role_may_exactly_what_the_reviewed_table_says_and_as_far() -> None:
    table = expected()
    assert list(table) == list(ROLES)
    for code, role in ROLES.items():
        assert dict(role.reach) == table[code], code


def test_every_permission_stands_in_the_table_and_in_a_role() -> None:
    assert set(COLUMNS.values()) == set(Permission)
    assert {p for role in ROLES.values() for p in role.reach} == set(Permission)


def test_who_only_looks_after_accounts_sees_no_figures() -> None:
    for role in ROLES.values():
        if P.MANAGE_USERS in role.reach:
            assert not FIGURES & role.permissions, role.code


def test_help_desk_sees_status_and_neither_points_nor_pounds_and_decides_nothing() -> None:
    desk = ROLES["help_desk"].permissions
    assert P.SEE_CLAIMS in desk
    assert not desk & {
        P.SEE_POINTS, P.SEE_POUNDS, P.SEE_RUNS, P.DECLARE, P.APPROVE, P.FINANCE_APPROVE,
    }  # fmt: skip


def test_approvers_payment_roles_and_administrators_need_a_second_factor() -> None:
    for role in ROLES.values():
        moves = {P.APPROVE, P.FINANCE_APPROVE, P.BUILD_RUN, P.RELEASE_RUN, P.MANAGE_USERS}
        moves.add(P.KEEP_DETAILS)  # from two steps to one: nobody else declares any more
        if moves & role.permissions:
            assert role.needs_second_factor, role.code
    assert not ROLES["practice_viewer"].needs_second_factor
    assert set(Permission) >= STRONG


# Who may give which role -------------------------------------------------------------------------


def farthest(role: Role, permissions: set[Permission]) -> int:
    """How far the role goes with any of these: -1 for not at all."""
    return max((ORDER.index(role.reach[p]) for p in permissions & role.permissions), default=-1)


@pytest.mark.parametrize("giver", [role for role in ROLES.values() if role.grants], ids=str)
def test_no_role_gives_another_that_looks_after_more_accounts_than_itself(giver: Role) -> None:
    """The regression "administrator granting more than they hold"."""
    assert giver.permissions & {P.MANAGE_USERS, P.APPROVE_ACCESS}
    for code in giver.grants:
        given = ROLES[code]
        assert farthest(given, ADMINISTRATION) <= farthest(giver, ADMINISTRATION), code
        if farthest(giver, {P.MANAGE_USERS, P.APPROVE_ACCESS}) == ORDER.index(Reach.OWN):
            assert set(given.kinds) & set(giver.kinds), f"{code} is never given at one's own"


def test_only_who_looks_after_accounts_gives_roles() -> None:
    for role in ROLES.values():
        assert bool(role.grants) == bool(role.permissions & {P.MANAGE_USERS, P.APPROVE_ACCESS}), (
            role.code
        )


def test_no_request_that_a_colleague_approves_makes_an_administrator() -> None:
    """Who only approves requests gives working roles; help desk alone starts an administrator."""
    for role in ROLES.values():
        if P.MANAGE_USERS not in role.permissions and role.code != "help_desk":
            for code in role.grants:
                assert P.MANAGE_USERS not in ROLES[code].permissions, (role.code, code)


def test_every_role_can_be_given_by_somebody_in_the_portal() -> None:
    assert {code for role in ROLES.values() for code in role.grants} == set(ROLES)
