"""The roles, as code: what each is called, what it is for, what it may do, and how far."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cqrs.portal.accounts.permissions import Permission, Reach

P = Permission
PROVIDER = ("practice", "pharmacy", "federation")
NETWORK = ("pcn",)
COMMISSIONER = ("icb", "sub_icb", "region")
NATIONAL = ("national",)
PAYMENT = ("agency", "national")

OWN, MEMBERS, AREA, NATION = Reach.OWN, Reach.MEMBERS, Reach.AREA, Reach.NATION


@dataclass(frozen=True)
class Role:
    """A named set of permissions that a grant gives at one organisation."""

    code: str
    name: str
    description: str
    kinds: tuple[str, ...]
    """Kinds of organisation it may be granted at."""
    reach: Mapping[P, Reach] = field(hash=False)
    """Each permission, and how far it goes from the organisation of the grant."""
    grants: tuple[str, ...] = ()
    """Codes of the roles that its holder may give to others."""

    @property
    def permissions(self) -> frozenset[P]:
        """What it lets a person do, somewhere."""
        return frozenset(self.reach)

    @property
    def needs_second_factor(self) -> bool:
        """Whether it moves money or opens doors: then a password alone isn't enough."""
        return bool(self.permissions & STRONG)


STRONG = frozenset(
    {
        P.APPROVE, P.FINANCE_APPROVE, P.BUILD_RUN, P.RELEASE_RUN, P.STRIKE, P.DRAFT, P.PUBLISH,
        P.TAKE_IN, P.MANAGE_ORGANISATIONS, P.VIEW_AS, P.UNLOCK, P.READ_AUDIT,
        P.PROPOSE_CHANGE, P.AGREE_CHANGE,
        # From two steps to one takes the second person away who declares.
        P.KEEP_DETAILS,
    }
)  # fmt: skip
"""Permissions for which a password alone isn't enough."""


def _to(reach: Reach, *permissions: P) -> dict[P, Reach]:
    return dict.fromkeys(permissions, reach)


_PROVIDER = (
    Role(
        "practice_viewer", "Practice viewer",
        "Sees the practice's counts, points and claims, without pounds.",
        PROVIDER, _to(OWN, P.SEE_POINTS, P.SEE_CLAIMS),
    ),
    Role(
        "practice_finance_viewer", "Practice finance viewer",
        "Sees the practice's counts, points and claims, with pounds.",
        PROVIDER, _to(OWN, P.SEE_POINTS, P.SEE_POUNDS, P.SEE_CLAIMS),
    ),
    Role(
        "practice_data_entry", "Practice data entry",
        "Types in and uploads the practice's counts.",
        PROVIDER, _to(OWN, P.SEE_POINTS, P.SEE_CLAIMS, P.ENTER_DATA),
    ),
    Role(
        "practice_service_manager", "Practice service manager",
        "Accepts or declines the services offered to the practice.",
        PROVIDER, _to(OWN, P.SEE_POINTS, P.SEE_CLAIMS, P.ACCEPT_OFFERS),
    ),
    Role(
        "practice_declarer", "Practice declarer",
        "Declares that the practice's figures are right, and takes a declaration back. In a "
        "two-step practice, also agrees who may join it.",
        PROVIDER,
        _to(
            OWN, P.SEE_POINTS, P.SEE_POUNDS, P.SEE_CLAIMS, P.DECLARE, P.READ_TRAIL,
            P.APPROVE_ACCESS,
        ),
        grants=(
            "practice_viewer", "practice_finance_viewer", "practice_data_entry",
            "practice_service_manager",
        ),
    ),
    Role(
        "practice_supervisor", "Practice supervisor",
        "Sees everything of the practice and what everybody there did; changes nothing.",
        PROVIDER, _to(OWN, P.SEE_POINTS, P.SEE_POUNDS, P.SEE_CLAIMS, P.READ_TRAIL),
    ),
    Role(
        "practice_user_administrator", "Practice user administrator",
        "Invites the practice's people, gives and ends their roles, unlocks them.",
        PROVIDER, _to(OWN, P.MANAGE_USERS, P.UNLOCK, P.SEE_SIGN_INS),
        grants=(
            "practice_viewer", "practice_finance_viewer", "practice_data_entry",
            "practice_service_manager", "practice_declarer", "practice_supervisor",
            "practice_user_administrator",
        ),
    ),
)  # fmt: skip

_NETWORK = (
    Role(
        "network_viewer", "Network viewer",
        "Sees the network's and its members' counts and points, without pounds.",
        NETWORK, _to(MEMBERS, P.SEE_POINTS, P.SEE_CLAIMS),
    ),
    Role(
        "network_finance_viewer", "Network finance viewer",
        "Sees the network's and its members' counts and points, and the network's own pounds.",
        NETWORK, {**_to(MEMBERS, P.SEE_POINTS, P.SEE_CLAIMS), **_to(OWN, P.SEE_POUNDS)},
    ),
    Role(
        "network_data_entry", "Network data entry",
        "Types in and uploads the network's counts.",
        NETWORK, {**_to(MEMBERS, P.SEE_POINTS, P.SEE_CLAIMS), **_to(OWN, P.ENTER_DATA)},
    ),
    Role(
        "network_service_manager", "Network service manager",
        "Accepts or declines the services offered to the network.",
        NETWORK, {**_to(MEMBERS, P.SEE_POINTS, P.SEE_CLAIMS), **_to(OWN, P.ACCEPT_OFFERS)},
    ),
    Role(
        "network_declarer", "Network declarer",
        "Declares that the network's own figures are right, and takes a declaration back.",
        NETWORK,
        {
            **_to(MEMBERS, P.SEE_POINTS, P.SEE_CLAIMS),
            **_to(OWN, P.SEE_POUNDS, P.DECLARE, P.READ_TRAIL, P.APPROVE_ACCESS),
        },
        grants=(
            "network_viewer", "network_finance_viewer", "network_data_entry",
            "network_service_manager",
        ),
    ),
    Role(
        "network_supervisor", "Network supervisor",
        "Sees everything of the network, its members' counts and points, and what everybody of "
        "the network did; changes nothing.",
        NETWORK,
        {
            **_to(MEMBERS, P.SEE_POINTS, P.SEE_CLAIMS),
            **_to(OWN, P.SEE_POUNDS, P.READ_TRAIL),
        },
    ),
    Role(
        "network_user_administrator", "Network user administrator",
        "Invites the network's people, gives and ends their roles, unlocks them.",
        NETWORK, _to(OWN, P.MANAGE_USERS, P.UNLOCK, P.SEE_SIGN_INS),
        grants=(
            "network_viewer", "network_finance_viewer", "network_data_entry",
            "network_service_manager", "network_declarer", "network_supervisor",
            "network_user_administrator",
        ),
    ),
)  # fmt: skip

_SEES_AREA = (P.SEE_POINTS, P.SEE_POUNDS, P.SEE_CLAIMS)
_COMMISSIONER = (
    Role(
        "commissioner_viewer", "Commissioner viewer",
        "Sees the counts, points and claims of the area, without pounds.",
        COMMISSIONER, _to(AREA, P.SEE_POINTS, P.SEE_CLAIMS),
    ),
    Role(
        "commissioner_finance_viewer", "Commissioner finance viewer",
        "Sees the counts, points and claims of the area, with pounds.",
        COMMISSIONER, _to(AREA, *_SEES_AREA),
    ),
    Role(
        "commissioning_manager", "Commissioning manager",
        "Offers services to the area's providers, withdraws offers, drafts local schemes, and "
        "proposes mergers, splits and closures.",
        COMMISSIONER, _to(AREA, *_SEES_AREA, P.OFFER, P.DRAFT, P.PROPOSE_CHANGE, P.READ_TRAIL),
    ),
    Role(
        "approval_manager", "Approval manager",
        "Approves the claims of the practices a commissioner pays, or returns them, and enters "
        "counts on a practice's behalf.",
        COMMISSIONER, _to(AREA, *_SEES_AREA, P.APPROVE, P.ENTER_ON_BEHALF, P.READ_TRAIL),
    ),
    Role(
        "finance_manager", "Finance manager",
        "Finance-approves claims that a colleague has approved, or returns them, publishes local "
        "schemes that a colleague has drafted, and agrees mergers, splits and closures that a "
        "colleague has proposed.",
        COMMISSIONER,
        _to(
            AREA, *_SEES_AREA, P.FINANCE_APPROVE, P.PUBLISH, P.AGREE_CHANGE, P.READ_TRAIL,
        ),
    ),
    Role(
        "organisation_administrator", "Organisation administrator",
        "Keeps the area's clusters, says which providers work in one step or two, and "
        "agrees who may join its one-step providers.",
        COMMISSIONER,
        _to(AREA, P.MANAGE_CLUSTERS, P.KEEP_DETAILS, P.APPROVE_ACCESS, P.SEE_SIGN_INS),
        grants=(
            "practice_viewer", "practice_finance_viewer", "practice_data_entry",
            "practice_service_manager", "practice_declarer", "practice_supervisor",
            "network_viewer", "network_finance_viewer", "network_data_entry",
            "network_service_manager", "network_declarer", "network_supervisor",
        ),
    ),
    Role(
        "commissioner_user_administrator", "Commissioner user administrator",
        "Invites the commissioner's own people, gives and ends their roles, unlocks them.",
        COMMISSIONER, _to(OWN, P.MANAGE_USERS, P.UNLOCK, P.SEE_SIGN_INS),
        grants=(
            "commissioner_viewer", "commissioner_finance_viewer", "commissioning_manager",
            "approval_manager", "finance_manager", "commissioner_user_administrator",
        ),
    ),
    Role(
        "advanced_user_administrator", "Advanced user administrator",
        "Looks after the accounts of the commissioner and of all its providers.",
        COMMISSIONER, _to(AREA, P.MANAGE_USERS, P.APPROVE_ACCESS, P.UNLOCK, P.SEE_SIGN_INS),
        grants=(
            *(role.code for role in (*_PROVIDER, *_NETWORK)),
            "commissioner_viewer", "commissioner_finance_viewer", "commissioning_manager",
            "approval_manager", "finance_manager", "organisation_administrator",
            "commissioner_user_administrator", "advanced_user_administrator",
        ),
    ),
)  # fmt: skip

_NATIONAL = (
    Role(
        "rule_author", "Rule author",
        "Drafts the definitions of quality services.",
        NATIONAL, _to(NATION, P.DRAFT),
    ),
    Role(
        "rule_publisher", "Rule publisher",
        "Publishes definitions that somebody else has drafted.",
        NATIONAL, _to(NATION, P.PUBLISH),
    ),
    Role(
        "data_operator", "Data operator",
        "Takes counts in, enrols providers in bulk, watches completeness, strikes national "
        "figures, calculates, and keeps organisations.",
        NATIONAL,
        _to(
            NATION, P.SEE_COLLECTIONS, P.TAKE_IN, P.STRIKE, P.CALCULATE, P.ENROL,
            P.MANAGE_ORGANISATIONS, P.PROPOSE_CHANGE, P.AGREE_CHANGE, P.ANNOUNCE,
        ),
    ),
    Role(
        "payment_operator", "Payment operator",
        "Builds payment runs from approved claims.",
        PAYMENT, _to(NATION, P.SEE_RUNS, P.BUILD_RUN),
    ),
    Role(
        "payment_releaser", "Payment releaser",
        "Releases payment runs that somebody else has built.",
        PAYMENT, _to(NATION, P.SEE_RUNS, P.RELEASE_RUN),
    ),
    Role(
        "help_desk", "Help desk",
        "Sees where things stand, unlocks people, sends invitations again, and looks at the "
        "portal as a customer sees it, without pounds. Never approves.",
        NATIONAL,
        _to(
            NATION, P.SEE_CLAIMS, P.UNLOCK, P.VIEW_AS, P.SEE_SIGN_INS, P.APPROVE_ACCESS, P.ANNOUNCE,
        ),
        grants=("advanced_user_administrator", "commissioner_user_administrator"),
    ),
    Role(
        "national_user_administrator", "National user administrator",
        "Invites the people of the national bodies and makes commissioners' first administrators; "
        "switches off, takes off and unlocks people anywhere. Gives no roles at providers.",
        PAYMENT, _to(NATION, P.MANAGE_USERS, P.UNLOCK, P.SEE_SIGN_INS),
        grants=(
            "rule_author", "rule_publisher", "data_operator", "payment_operator",
            "payment_releaser", "help_desk", "auditor", "national_user_administrator",
            "advanced_user_administrator",
        ),
    ),
    Role(
        "auditor", "Auditor",
        "Reads everything and changes nothing.",
        NATIONAL,
        _to(
            NATION, P.SEE_POINTS, P.SEE_POUNDS, P.SEE_CLAIMS, P.SEE_RUNS, P.SEE_COLLECTIONS,
            P.SEE_SIGN_INS, P.READ_TRAIL, P.READ_AUDIT,
        ),
    ),
)  # fmt: skip

ROLES: Mapping[str, Role] = {
    role.code: role for role in (*_PROVIDER, *_NETWORK, *_COMMISSIONER, *_NATIONAL)
}
