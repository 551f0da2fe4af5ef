"""What may not be handed to a colleague: two steps on the same claim, run or definition."""

from collections.abc import Collection, Mapping

from cqrs.portal.accounts.duties import APART, Duty
from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.accounts.roles import ROLES

LETS: Mapping[Duty, Permission] = {
    Duty.DECLARE: Permission.DECLARE,
    Duty.APPROVE: Permission.APPROVE,
    Duty.FINANCE_APPROVE: Permission.FINANCE_APPROVE,
    Duty.BUILD: Permission.BUILD_RUN,
    Duty.RELEASE: Permission.RELEASE_RUN,
    Duty.DRAFT: Permission.DRAFT,
    Duty.PUBLISH: Permission.PUBLISH,
}
"""The permission that lets a person do a duty. Entering counts isn't here: in a one-step practice
one manager enters and declares, and elsewhere the claim itself refuses it."""


def taken_together(role: str, held: Collection[str], name: str) -> str:
    """Why somebody with these roles can't stand in for this one; empty when they can.

    The claim refuses a second step by the same person anyway, whatever roles they have; this
    tells so before anybody counts on it.
    """
    before = frozenset[Permission]().union(*(ROLES[code].permissions for code in held))
    new = ROLES[role].permissions
    for rule in APART:
        first, second = LETS.get(rule.first), LETS.get(rule.second)
        if first is None or second is None:
            continue
        if (first in new and second in before) or (second in new and first in before):
            other = next(ROLES[code].name for code in held if {first, second} & _of(code))
            return (
                f"{name} is {other} there. As {ROLES[role].name} too they could take two steps on "
                f"the same {rule.on}, and each step is another person's. Choose a colleague who "
                "isn't."
            )
    return ""


def _of(code: str) -> frozenset[Permission]:
    return ROLES[code].permissions
