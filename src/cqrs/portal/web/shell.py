"""What every page shows around its content: who acts, where, and what they may open."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.safestring import SafeString

from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.accounts.roles import COMMISSIONER, NETWORK, PROVIDER
from cqrs.portal.messages.queries import AnnouncementRow, announcements, unread
from cqrs.portal.organisations.queries.standing import standing
from cqrs.portal.web.helping import help_of
from cqrs.portal.web.marked import marked
from cqrs.portal.web.served import served

KINDS = {
    "practice": "Practice code",
    "pharmacy": "Pharmacy code",
    "federation": "Federation code",
    "pcn": "Network code",
    "sub_icb": "Commissioner code",
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
    context: dict[str, Any] = {
        "moved_date": date.fromisoformat(moved) if moved else None,
        "logo": settings.SERVICE_LOGO,
        "help_page": help_of(request),
    }
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        return context
    viewed = bool(actor.viewed_by)
    return {
        **context,
        "actor": actor,
        "actor_role": _role(actor),
        "organisations": () if viewed else actor.places,
        "organisation_facts": _facts(actor),
        "nav": _nav(request, actor),
        "own_account": "" if viewed else served("security:overview"),
        "viewing": getattr(request, "viewing", None),
        "stop_viewing": served("support:stop"),
        "inbox": "" if viewed else served("inbox"),
        "unread": 0 if viewed else unread(actor.user_id),
        "announcements": _announced(actor) if request.path == "/" else (),
    }


def _announced(actor: Actor) -> tuple[tuple[AnnouncementRow, SafeString], ...]:
    """What the actor's kind of organisation is told today, each with its words as markup."""
    return tuple((row, marked(row.text)) for row in announcements(actor.organisation_kind))


def _role(actor: Actor) -> str:
    names = list(actor.role_names)
    if actor.organisation_kind == "practice" and len(names) > 1:
        return "Practice manager" if actor.may(Permission.ACCEPT_OFFERS) else names[0]
    return " and ".join([names[0], *(name.lower() for name in names[1:])]) if names else ""


def _facts(actor: Actor) -> str:
    """ "Practice code A99001 · Harbour and Vale PCN · list 9,842"."""
    code = f"{KINDS.get(actor.organisation_kind, '')} {actor.organisation_code}".strip()
    if actor.organisation_kind != "practice":
        return code
    known = standing(actor.organisation_id)
    size = f"list {known.registered:,}" if known.registered else ""
    return " · ".join(fact for fact in (code, known.network, size) if fact)


def _nav(request: HttpRequest, actor: Actor) -> list[NavItem]:
    """The menu; the longest address that this page begins with is where one is."""
    items = [(text, address) for text, name in _jobs(actor) if (address := served(name))]
    fits = [address for _, address in items if address != "/" and request.path.startswith(address)]
    here = max(fits, key=len, default=request.path)
    return [NavItem(text, address, address == here) for text, address in items]


def _jobs(actor: Actor) -> Iterator[tuple[str, str]]:
    """The jobs of this person's roles, and the name of the page where each is done."""
    may = actor.may
    yield "Home", "home"
    if may(Permission.SEE_CLAIMS):
        if actor.organisation_kind in (*PROVIDER, *NETWORK):
            yield "Claims", "practice:claims"
        else:
            decides = may(Permission.APPROVE) or may(Permission.FINANCE_APPROVE)
            decides = decides and actor.organisation_kind in COMMISSIONER
            yield "Claims to approve" if decides else "Claims", "commissioner:queue"
    if may(Permission.SEE_COLLECTIONS):
        yield "Collections", "national:collections"
    if may(Permission.SEE_RUNS):
        yield "Payments", "national:payments"
    if may(Permission.MANAGE_USERS) or may(Permission.UNLOCK):
        yield "People", "people:list"
    elif may(Permission.APPROVE_ACCESS):
        yield "Access requests", "people:requests"
    keeps = may(Permission.MANAGE_ORGANISATIONS) or may(Permission.MANAGE_CLUSTERS)
    if keeps or may(Permission.READ_AUDIT) or actor.organisation_kind in COMMISSIONER:
        yield "Organisations", "organisations:list"
    if may(Permission.PROPOSE_CHANGE) or may(Permission.AGREE_CHANGE):
        yield "Mergers and closures", "mergers:list"
    if may(Permission.VIEW_AS):
        yield "View as a customer", "support:view-as"
        yield "Emails", "unsent-mail"
    if may(Permission.ANNOUNCE):
        yield "Announcements", "announcements"
    if may(Permission.READ_AUDIT):
        yield "Audit trail", "national:audit"
    elif may(Permission.READ_TRAIL) or may(Permission.SEE_SIGN_INS):
        yield "What happened", "trail:list"
    yield "Help", "help"
