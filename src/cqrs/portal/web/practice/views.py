"""A practice's own pages: home, its claims, check and declare, take back."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cqrs.portal.accounts.permissions import Permission, Refused, require
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.accounts.roles import NETWORK, PROVIDER
from cqrs.portal.claims import actions, queries
from cqrs.portal.claims.queries import ClaimPage
from cqrs.portal.web import tables
from cqrs.portal.web.practice import declaring, listing
from cqrs.portal.web.practice import home as home_page
from cqrs.portal.web.request import acting
from cqrs.portal.web.shared import achievement, claim
from cqrs.portal.web.tasks import work

MAY_NOT_DECLARE = "Your role may not declare claims."
MAY_NOT_WITHDRAW = "Your role may not take back claims."


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What must I do, by when, and where is my money."""
    actor = acting(request)
    found = queries.practice_home(actor)
    more = work(actor).mine
    context = {
        "lead": home_page.lead(found, more),
        "more": more,
        "tasks": home_page.tasks(found),
        "road": home_page.road(found),
        "waiting": [
            (card, claim.amount(card))
            for card in found.waiting
            if card not in home_page.colleagues_do(found)
        ],
        "finished": [(card, claim.amount(card)) for card in found.finished],
        "recent": home_page.recent(found),
        "scored": home_page.with_points(found),
        "pounds": found.money is not None,
    }
    return render(request, "practice/home.jinja", context)


@require_GET
def claims(request: HttpRequest) -> HttpResponse:
    """Every claim of the practice with what it waits for."""
    actor = acting(request)
    cards = queries.claims_of_provider(actor)
    if actor.organisation_kind not in (*PROVIDER, *NETWORK):
        return redirect("home")
    table = listing.table(shows_pounds=any(card.shows_pounds for card in cards))

    def fetch(asked: tables.Asked) -> tables.Cut[queries.ClaimCard]:
        return listing.cut(cards, asked)

    if tables.wants_file(request):
        return tables.download(request, table, fetch)
    context = {
        "claims": tables.show(request, table, fetch),
        "crumbs": [("Home", reverse("home"))],
    }
    return render(request, "practice/claims.jinja", context)


@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, reference: str) -> HttpResponse:
    """What exactly am I agreeing to, and who is next."""
    actor = acting(request)
    require(actor, Permission.DECLARE, MAY_NOT_DECLARE)
    page = queries.claim(actor, reference)
    errors: list[dict[str, str]] = []
    changed = agree_error = ""
    if page.card.state.owner != "provider":
        if request.method == "POST" and not claim.just_did(actor, page, "declared"):
            messages.error(request, f"It was declared already. {page.card.waiting.sentence}")
        return redirect("shared:claim", reference)
    if request.method == "POST":
        shown = declaring.read(request.POST.get("shown", ""), page.card)
        if shown is None or shown.digest != page.card.statement_digest:
            changed = declaring.changed(shown, page)
            errors.append({"text": declaring.CHANGED})
        elif request.POST.get("agree") != "yes":
            agree_error = declaring.UNTICKED
            errors.append({"text": agree_error, "href": "#agree"})
        else:
            try:
                actions.declare(actor=actor, claim_id=page.card.id, statement_digest=shown.digest)
            except Refused as refused:
                errors.append({"text": refused.sentence})
                page = queries.claim(actor, reference)
            else:
                said = f"You declared {page.card.title}, {claim.amount(page.card)}."
                messages.success(request, said)
                return redirect("shared:claim", reference)
    context = _declare_context(actor, page) | {
        "errors": errors,
        "agree_error": agree_error,
        "changed": changed,
    }
    return render(request, "practice/declare.jinja", context)


def _declare_context(actor: Actor, page: ClaimPage) -> dict[str, Any]:
    pounds = page.card.shows_pounds
    a = achievement.present(page.definition, page.inputs, page.content, pounds=pounds)
    return {
        "claim": page.card,
        "definition": page.definition,
        "protected": claim.protected(page),
        "pounds": pounds,
        "a": a,
        "largest": declaring.most_missed(a),
        "amount": claim.amount(page.card),
        "readiness": declaring.readiness(page.card),
        "blocked": declaring.blocked(page.card),
        "shown": signing.dumps(declaring.Shown.of(page.card).parts, salt=declaring.SALT),
        "checklist": claim.checklist(page),
        "behind": claim.behind(page),
        "stages": claim.stages(page),
        "crumbs": [
            ("Home", reverse("home")),
            ("Claims", reverse("practice:claims")),
            (page.card.title, reverse("shared:claim", args=[page.card.reference])),
        ],
    }


@require_POST
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a declaration back, as long as nobody has approved it."""
    actor = acting(request)
    require(actor, Permission.DECLARE, MAY_NOT_WITHDRAW)
    page = queries.claim(actor, reference)
    try:
        actions.withdraw(actor=actor, claim_id=page.card.id)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        said = f"You took {page.card.title} back. It waits to be declared again."
        messages.success(request, said)
    return redirect("shared:claim", reference)
