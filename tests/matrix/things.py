"""Things that addresses name by number, one at each place, written straight into the tables."""

import zlib
from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import Any

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.models import AccessRequest, Grant, Invitation, User
from cqrs.portal.accounts.queries import Actor, command_actor
from cqrs.portal.mergers.models import Change, Part
from cqrs.portal.messages.models import Announcement, Email, Notice
from cqrs.portal.organisations.models import Cluster, ListUpload, OdsUpload
from cqrs.portal.organisations.queries import by_code
from cqrs.values import clock

ROLE = {
    "practice": "practice_viewer", "pcn": "network_viewer", "icb": "commissioner_viewer",
    "region": "commissioner_viewer", "national": "payment_operator",
}  # fmt: skip
BY = {"invited_by_name": "The matrix"}


def make(places: Mapping[str, str], reader: Actor | None) -> dict[str, dict[str, int]]:
    """Numbers by kind of thing and place. The notice in the middle is the reader's own."""
    made: dict[str, dict[str, int]] = {}
    for place, code in places.items():
        for kind, number in at(place, code).items():
            made.setdefault(kind, {})[place] = number
    made["notice"] = {
        "larkfield": notice(reader.user_id if reader and reader.user_id else 0),
        "elsewhere": notice(made["user"]["elsewhere"]),
    }
    made["change"] = {
        "icb": change(made["organisation"]["icb"], "A99003", "A99004"),
        "other_icb": change(made["organisation"]["other_icb"], "A99005", "A99006"),
    }
    made |= {kind: {"nation": number} for kind, number in of_the_nation().items()}
    return made


def at(place: str, code: str) -> dict[str, int]:
    """At one organisation: somebody, their grant, an invitation, a request, perhaps a cluster."""
    where, now, operator = by_code(code), clock.now(), command_actor()
    email = f"somebody.at.{place.replace('_', '.')}@matrix.example"
    number = accounts.create_user(actor=operator, email=email, full_name=f"Somebody At {place}")
    accounts.grant(actor=operator, email=email, role=ROLE[where.kind], organisation_code=code)
    asked: dict[str, Any] = {
        "email": f"new.at.{place.replace('_', '.')}@matrix.example",
        "full_name": f"New At {place}", "organisation_id": where.id, "roles": [ROLE[where.kind]],
    }  # fmt: skip
    made = {
        "organisation": where.id,
        "user": number,
        "grant": Grant.objects.get(user=User.objects.get(pk=number)).pk,
        "invitation": Invitation.objects.create(
            **asked, nonce="n", invited_at=now, expires_at=now + timedelta(days=14), **BY
        ).pk,
        "request": AccessRequest.objects.create(
            **asked, work_phone="", reason="Work", route="commissioner", decider_id=where.id,
            requested_at=now,
        ).pk,
    }  # fmt: skip
    if where.kind == "icb":
        made["cluster"] = cluster(where.id, f"Cluster of {place}")
    return made


def cluster(owner_id: int, name: str) -> int:
    """Named by a commissioner, with nobody in it."""
    return Cluster.objects.create(owner_id=owner_id, name=name, made_at=clock.now()).pk


NUMBERS = count(1)


def notice(user_id: int) -> int:
    """In somebody's inbox."""
    row = Notice.objects.create(
        key=f"matrix {next(NUMBERS)}", recipient_id=user_id, kind="claims", title="Look",
        body="Here", at=clock.now(),
    )  # fmt: skip
    return row.pk


def of_the_nation() -> dict[str, int]:
    """What belongs to no place: an announcement, an email, an upload of organisations."""
    now, today = clock.now(), clock.today()
    return {
        "announcement": Announcement.objects.create(
            title="Tell all", text="Something", from_date=today, until_date=today,
            kinds=["practice"], author_name="The matrix", author_organisation="All",
            written_at=now,
        ).pk,
        "email": Email.objects.create(
            key="matrix", address="nobody@matrix.example", kind="claims", subject="Look",
            body="Here", created_at=now, next_attempt_at=now,
        ).pk,
        "upload": OdsUpload.objects.create(
            effective_date=today, received_at=now, received_by_name="The matrix"
        ).pk,
        "list_upload": ListUpload.objects.create(
            on_date=today, name="lists.csv", digest="0" * 64, packed=zlib.compress(b""),
            received_at=now, received_by_name="The matrix",
        ).pk,
    }  # fmt: skip


def change(commissioner: int, closing: str, staying: str) -> int:
    """A merger that waits to be agreed."""
    today = clock.today()
    row = Change.objects.create(
        kind="merger", commissioner_id=commissioner, effective_date=today + timedelta(days=30),
        people="move", roles_end_date=today + timedelta(days=90), reason="Work",
        proposed_by_id=0, proposed_by_name="The matrix", proposed_at=clock.now(),
    )  # fmt: skip
    for code, closes in ((closing, True), (staying, False)):
        Part.objects.create(
            change=row, organisation_id=by_code(code).id, closes=closes, leads=not closes
        )
    return row.pk
