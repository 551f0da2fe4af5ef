"""What the audit trail keeps of sign-ins: in, out, refused, locked, and every change of how."""

from collections.abc import Mapping

from django.db import transaction

from cqrs.portal.accounts import locks
from cqrs.portal.accounts.models import User
from cqrs.portal.accounts.permissions import Refused
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.accounts.trail import codes_of
from cqrs.portal.audit import actions as audit
from cqrs.portal.messages import actions as messages
from cqrs.portal.messages.kinds import Kind
from cqrs.values import clock, digest

CHANGES: Mapping[str, tuple[str, str]] = {
    "password": (
        "Your password was changed",
        "set a new password",
    ),
    "password_forgotten": (
        "Your password was changed",
        "set a new password through the link in an email",
    ),
    "app_added": (
        "An authenticator app was added to your account",
        "added an authenticator app",
    ),
    "app_removed": (
        "Your authenticator app was removed",
        "removed the authenticator app",
    ),
    "key_added": ("A passkey was added to your account", "added a passkey"),
    "key_removed": ("A passkey was removed from your account", "removed a passkey"),
    "codes_made": ("New recovery codes were made for your account", "made new recovery codes"),
}
"""What may change about how somebody signs in: the notice's title, and the deed for the trail."""


@transaction.atomic
def sign_in(*, actor: Actor, method: str) -> None:
    """Record that a person signed in, when, and how: "password", "authenticator app", "NHSmail"."""
    # Django has just written the machine's time; the one clock may stand elsewhere.
    User.objects.filter(pk=actor.user_id or 0).update(last_login=clock.now())
    audit.record(
        actor=actor,
        action="accounts.sign_in",
        subject_kind="sign-in",
        subject_reference=str(actor.user_id),
        sentence=f"{actor.name} signed in with {method}.",
        concerns=codes_of(actor.user_id),
        details={"method": method},
    )


@transaction.atomic
def sign_out(*, actor: Actor) -> None:
    """Record that a person signed out."""
    audit.record(
        actor=actor,
        action="accounts.sign_out",
        subject_kind="sign-in",
        subject_reference=str(actor.user_id),
        sentence=f"{actor.name} signed out.",
        concerns=codes_of(actor.user_id),
    )


@transaction.atomic
def fail_to_sign_in(*, actor: Actor, email: str, why: str, locks_now: bool = False) -> None:
    """Record a refused sign-in. Of an address that nobody here has, only a digest is kept."""
    known = actor.user_id is not None
    who = actor.name if known else "an address that nobody here has"
    sentence = f"A sign-in as {who} was refused: {why}."
    if locks_now:
        sentence += " The account is locked for 30 minutes."
    audit.record(
        actor=actor,
        action="accounts.lock" if locks_now else "accounts.fail_to_sign_in",
        subject_kind="sign-in",
        subject_reference=str(actor.user_id) if known else digest(email.lower().encode())[:16],
        sentence=sentence,
        concerns=codes_of(actor.user_id),
    )


@transaction.atomic
def change_sign_in(*, actor: Actor, change: str) -> None:
    """Record a change of how a person signs in, and tell them, in case it wasn't they."""
    title, deed = CHANGES[change]
    if change == "password_forgotten":
        locks.open_again(actor.email)
    now = clock.now()
    messages.post(
        key=f"sign-in {change} {actor.user_id} {now.isoformat()}",
        kind=Kind.ACCOUNT,
        title=title,
        body=f"{title}. If it was not you, set a new password now and tell the help desk.",
        link="/account/",
        recipient_id=actor.user_id,
    )
    audit.record(
        actor=actor,
        action="accounts.change_sign_in",
        subject_kind="sign-in",
        subject_reference=str(actor.user_id),
        sentence=f"{actor.name} {deed}.",
        concerns=codes_of(actor.user_id),
        details={"change": change},
    )


@transaction.atomic
def ask_for_new_password(*, actor: Actor, link: str) -> None:
    """Send the link by which a person sets a new password. It works once and for one hour."""
    if not User.objects.filter(pk=actor.user_id or 0, is_active=True).exists():
        raise Refused("This account is switched off, so nobody can set a password for it.")
    messages.post(
        key=f"forgotten {actor.user_id} {digest(link.encode())[:16]}",
        kind=Kind.ACCOUNT,
        title="Set a new password",
        body=(
            "Somebody asked for a new password for this address. If it was you, open the link "
            "within one hour and choose one. If not, do nothing: your password stays as it is."
        ),
        link=link,
        email=actor.email,
    )
    audit.record(
        actor=actor,
        action="accounts.ask_for_new_password",
        subject_kind="sign-in",
        subject_reference=str(actor.user_id),
        sentence=f"A link to set a new password was sent to {actor.name}.",
        concerns=codes_of(actor.user_id),
    )
