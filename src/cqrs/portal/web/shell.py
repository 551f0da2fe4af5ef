"""What every page shows around its content: who acts, where, and what they may open."""

import os
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.web.request import places

KINDS = {
    "practice": "Practice code",
    "pcn": "Network code",
    "icb": "Commissioner code",
    "region": "Region code",
}


@dataclass(frozen=True)
class NavItem:
    """One item of the menu."""

    text: str
    address: str
    current: bool


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every page; nearly nothing before sign-in."""
    moved = os.environ.get("CQRS_DATE")
    context: dict[str, Any] = {"moved_date": date.fromisoformat(moved) if moved else None}
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        return context
    return {
        **context,
        "actor": actor,
        "actor_role": _role(actor),
        "organisations": places(request),
        "organisation_facts": _facts(actor),
        "nav": _nav(request, actor),
    }


def _role(actor: Actor) -> str:
    names = list(actor.role_names)
    if actor.organisation_kind == "practice" and len(names) > 1:
        return "Practice manager" if actor.may(Permission.ACCEPT_OFFERS) else names[0]
    return " and ".join([names[0], *(name.lower() for name in names[1:])]) if names else ""


def _facts(actor: Actor) -> str:
    kind = KINDS.get(actor.organisation_kind)
    return f"{kind} {actor.organisation_code}" if kind else actor.organisation_code


def _nav(request: HttpRequest, actor: Actor) -> list[NavItem]:
    items = [("Home", "/")]
    if actor.organisation_kind == "practice":
        items.append(("Claims", reverse("practice:claims")))
    elif actor.may(Permission.APPROVE) or actor.may(Permission.FINANCE_APPROVE):
        items.append(("Claims to approve", reverse("commissioner:queue")))
    elif actor.may(Permission.SEE_CLAIMS) and actor.organisation_kind != "pcn":
        items.append(("Claims", reverse("commissioner:queue")))
    if actor.may(Permission.SEE_COLLECTIONS):
        items.append(("Collections", reverse("national:collections")))
    if actor.may(Permission.SEE_RUNS):
        items.append(("Payments", reverse("national:payments")))
    if actor.may(Permission.READ_AUDIT):
        items.append(("Audit trail", reverse("national:audit")))
    items.append(("Help", reverse("help")))
    here = request.path
    return [
        NavItem(text, address, here == address or (address != "/" and here.startswith(address)))
        for text, address in items
    ]
