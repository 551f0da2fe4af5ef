"""The three ways out for an email: an SMTP server, GOV.UK Notify, or a folder of files.

Each says what it can promise after a crash: `find` answers whether an email had left, or that
nobody can know.
"""

import os
import smtplib
import tempfile
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address
from notifications_python_client.errors import HTTPError, InvalidResponse
from notifications_python_client.notifications import NotificationsAPIClient

from cqrs.portal.messages.actions.sending import Outgoing

TIMEOUT_SECONDS = 30
MAILBOX_MISSING = (550, 551, 553)


class NotSentError(Exception):
    """It has certainly not left. `for_good` when another attempt would end the same."""

    def __init__(self, problem: str, *, for_good: bool = False) -> None:
        super().__init__(problem)
        self.for_good = for_good


class UnknownError(Exception):
    """The line broke while the other side had it: it may have left."""


class Channel(Protocol):
    """A way out for emails."""

    def ready(self) -> None:
        """Open what it needs. NotSentError when it can't."""

    def send(self, outgoing: Outgoing, address: str) -> None:
        """Send one email, or raise one of the two errors above."""

    def find(self, outgoing: Outgoing) -> bool | None:
        """Whether it left in an earlier attempt; None when nobody can know."""

    def close(self) -> None:
        """Let go of what it opened."""


def channel() -> Channel:
    """The way the settings name."""
    if settings.MAIL == "smtp":
        return Smtp()
    if settings.MAIL == "notify":
        return Notify()
    return Files(settings.MAIL_FOLDER)


def text(outgoing: Outgoing) -> str:
    """The words of the email, with its link as a whole address."""
    parts = [outgoing.body]
    if outgoing.link:
        parts.append(whole(outgoing.link))
    if outgoing.recipient_id is not None:
        choose = whole("/inbox/preferences/")
        parts.append(f"You can choose how you are told: {choose}")
    return "\n\n".join([*parts, settings.SERVICE_NAME]) + "\n"


def whole(link: str) -> str:
    """A path of the portal as an address that a mail program can open."""
    return settings.PORTAL_ADDRESS.rstrip("/") + link if link.startswith("/") else link


def _message(
    outgoing: Outgoing, address: str, connection: BaseEmailBackend | None = None
) -> EmailMessage:
    """The email, looked at before anybody has it: one that can't be written goes to nobody."""
    sender = settings.DEFAULT_FROM_EMAIL
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    message = EmailMessage(
        outgoing.subject,
        text(outgoing),
        sender,
        [address],
        headers={
            # The same whenever it is sent again: mail programs then show it once.
            "Message-ID": f"<{outgoing.reference}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )
    try:
        sanitize_address(address, message.encoding or settings.DEFAULT_CHARSET)
        message.message()
    except ValueError as error:
        raise NotSentError(
            "Its address or its subject can't stand in an email.", for_good=True
        ) from error
    return message


class Files:
    """A folder of .eml files, for a demonstration: whole or not at all, and never twice."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ready(self) -> None:
        """Make the folder, readable by its owner only."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise NotSentError(f"The folder for emails can't be made: {error.strerror}.") from error

    def send(self, outgoing: Outgoing, address: str) -> None:
        """Write the file; the same reference again writes the same file."""
        content = _message(outgoing, address).message().as_bytes()
        try:
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=".writing-")
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).replace(self._path(outgoing))
        except OSError as error:
            raise NotSentError(f"The file can't be written: {error.strerror}.") from error

    def find(self, outgoing: Outgoing) -> bool | None:
        """Whether its file is there."""
        return self._path(outgoing).exists()

    def close(self) -> None:
        """Nothing is open."""

    def _path(self, outgoing: Outgoing) -> Path:
        return self._folder / f"{outgoing.id:06}-{outgoing.reference}.eml"


class Smtp:
    """A mail server. It can't be asked afterwards what it took: at most once after a crash."""

    def __init__(self) -> None:
        self._backend: Any = get_connection(
            "django.core.mail.backends.smtp.EmailBackend", timeout=TIMEOUT_SECONDS
        )

    def ready(self) -> None:
        """Connect and sign in."""
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException) as error:
            raise NotSentError(f"The mail server can't be reached: {error}.") from error

    def send(self, outgoing: Outgoing, address: str) -> None:
        """Hand it over. A refusal is certain; a line that breaks is not."""
        self.ready()
        try:
            _message(outgoing, address, self._backend).send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            gone = all(code in MAILBOX_MISSING for code in codes)
            raise NotSentError(
                f"The mail server refused the address ({', '.join(map(str, codes))}).",
                for_good=gone,
            ) from error
        except smtplib.SMTPServerDisconnected as error:
            self.close()
            raise UnknownError("The mail server hung up before it answered.") from error
        except smtplib.SMTPResponseException as error:
            raise NotSentError(f"The mail server refused it ({error.smtp_code}).") from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise UnknownError(f"The line to the mail server broke: {error}.") from error

    def find(self, outgoing: Outgoing) -> bool | None:
        """SMTP has no such question."""
        return None

    def close(self) -> None:
        """Hang up, whatever state the line is in."""
        try:
            self._backend.close()
        except (OSError, smtplib.SMTPException):
            self._backend.connection = None


class Notify:
    """GOV.UK Notify: every email has our reference, so that each leaves once.

    Notify is asked for the reference before a second attempt, whatever happened in between.
    """

    def __init__(self) -> None:
        self._client: Any = NotificationsAPIClient(  # type: ignore[no-untyped-call] # no types
            settings.NOTIFY_KEY, base_url=settings.NOTIFY_ADDRESS, timeout=TIMEOUT_SECONDS
        )

    def ready(self) -> None:
        """Nothing to open: each call stands alone."""

    def send(self, outgoing: Outgoing, address: str) -> None:
        """Ask for the reference when this is not the first attempt; then send it."""
        if outgoing.attempt > 1 and self.find(outgoing):
            return
        try:
            self._client.send_email_notification(
                email_address=address,
                template_id=settings.NOTIFY_TEMPLATE,
                personalisation={"subject": outgoing.subject, "body": text(outgoing)},
                reference=outgoing.reference,
            )
        except HTTPError as error:
            if error.status_code in (429, 400, 401, 403):
                raise NotSentError(
                    f"GOV.UK Notify refused it ({error.status_code}).",
                    for_good=error.status_code == 400,
                ) from error
            raise UnknownError(f"GOV.UK Notify did not answer ({error.status_code}).") from error
        except InvalidResponse as error:
            raise UnknownError("GOV.UK Notify answered something else.") from error

    def find(self, outgoing: Outgoing) -> bool | None:
        """Whether Notify has an email of this reference."""
        try:
            answer = self._client.get_all_notifications(reference=outgoing.reference)
        except (HTTPError, InvalidResponse) as error:
            raise NotSentError("GOV.UK Notify can't be asked what it has.") from error
        return bool(answer.get("notifications"))

    def close(self) -> None:
        """Nothing is open."""
