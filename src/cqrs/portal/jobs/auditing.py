"""Each night: seal who saw whose pounds, verify the whole chain, publish its head, raise alarm."""

from cqrs.portal.accounts import trail
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.audit import actions as audit
from cqrs.portal.audit import queries
from cqrs.portal.config.embedded import data_folder
from cqrs.portal.messages import actions as messages
from cqrs.portal.messages.kinds import Kind
from cqrs.values import clock

PUBLISHED = "published"
"""The folder of the published heads, beside the other data of this installation."""


class ChainBrokenError(Exception):
    """The chain doesn't hold: the job fails visibly, after the auditors were told."""


def close_day() -> str:
    """Do the night's work; ChainBrokenError when the chain doesn't hold. Again changes nothing.

    The head of a chain that doesn't hold is not published.
    """
    folder = data_folder() / PUBLISHED
    sealed = audit.seal_views(actor=command_actor("The night's seal"))
    verified = queries.verify(heads=queries.published(folder))
    if not verified.holds:
        _raise_alarm()
        raise ChainBrokenError(verified.sentence)
    queries.publish(folder, queries.head())
    return f"{sealed:,} days of views sealed. {verified.sentence}"


def _raise_alarm() -> None:
    for number in trail.auditors():
        messages.post(
            key=f"audit-broken:{clock.today()}:{number}",
            kind=Kind.ACCOUNT,
            title="The audit trail does not hold",
            body="The nightly check found an event that is not as it was sealed. Open the audit "
            "trail and check the chain: the page names the first event that does not hold.",
            link="/audit/?check=chain",
            recipient_id=number,
        )
