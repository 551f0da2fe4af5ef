"""The claim, its achievement and the workings of every figure, for whoever may see the claim."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cqrs.calculation.statement import CalculationError
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.claims import actions, queries
from cqrs.portal.claims.queries import ClaimPage, FiguresHidden
from cqrs.portal.claims.states import RETURN_REASONS
from cqrs.portal.payments.queries import payment_of
from cqrs.portal.web.request import acting
from cqrs.portal.web.shared import achievement, claim, csv_files, downloads, explain, sources
from cqrs.portal.web.shared.forms import DecisionForm, may_decide
from cqrs.portal.web.shared.scale import KEY
from cqrs.portal.web.watching import opened

REASONS = [
    {"value": "", "text": "Choose a reason"},
    *({"value": code, "text": words} for code, words in RETURN_REASONS.items()),
]
MAY_NOT_DECIDE = "Your role may not approve claims."
DONE = {"approve": "approved", "finance_approve": "finance-approved", "return": "returned"}
EVENTS = {"approve": "approved", "finance_approve": "finance_approved", "return": "returned"}


@require_GET
def claim_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Why is this not paid yet, who did what, what do I decide."""
    actor = acting(request)
    try:
        page = opened(actor, queries.claim(actor, reference))
    except FiguresHidden:
        return _status(request, actor, reference)
    return _claim(request, actor, page, DecisionForm(page.card))


def _status(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Where the claim stands and who did what, for who sees no figures of it."""
    found = queries.status(actor, reference)
    context = {
        "claim": found.card,
        "why": claim.why(found),
        "stages": claim.stages(found),
        "events": claim.timeline(found.events),
        "reads_trail": actor.may(Permission.READ_TRAIL),
        "payment": claim.payment_words(payment_of(actor, reference), found.card),
        "crumbs": _crumbs(actor),
    }
    return render(request, "shared/status.jinja", context)


@require_POST
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Approve, finance-approve or return; the page again with what is wrong otherwise."""
    actor = acting(request)
    if not (actor.may(Permission.APPROVE) or actor.may(Permission.FINANCE_APPROVE)):
        raise Refused(MAY_NOT_DECIDE)
    page = opened(actor, queries.claim(actor, reference))
    form = DecisionForm(page.card, request.POST)
    asked = request.POST.get("decision", "")
    if asked in EVENTS and claim.just_did(actor, page, EVENTS[asked]):
        return redirect("shared:claim", reference)
    if not may_decide(page.card):
        form.errors.clear()
        form.refuse(_why_not(page, asked))
    elif form.is_valid():
        try:
            _act(actor, page, form)
        except Refused as refused:
            form.refuse(refused.sentence)
            page = opened(actor, queries.claim(actor, reference))
        else:
            did = DONE[form.cleaned_data["decision"]]
            said = f"You {did} {page.card.title} of {page.card.provider_name}"
            messages.success(request, f"{said}, {claim.amount(page.card)}.")
            return redirect("shared:claim", reference)
    return _claim(request, actor, page, form)


def _act(actor: Actor, page: ClaimPage, form: DecisionForm) -> None:
    given = form.cleaned_data
    if given["decision"] == "return":
        actions.return_to_provider(
            actor=actor,
            claim_id=page.card.id,
            reason_code=given["reason_code"],
            reason=given["reason"],
        )
        return
    act = actions.approve if given["decision"] == "approve" else actions.finance_approve
    act(actor=actor, claim_id=page.card.id, statement_digest=given["statement_digest"])


def _why_not(page: ClaimPage, asked: str) -> str:
    refusal = page.card.refusals.get(asked, "This is not yours to decide now.")
    return f"{refusal} {page.card.waiting.sentence}"


def _claim(request: HttpRequest, actor: Actor, page: ClaimPage, form: DecisionForm) -> HttpResponse:
    payment = payment_of(actor, page.card.reference)
    context = _statement_context(actor, page) | {
        "why": claim.why(page),
        "payment": claim.payment_words(payment, page.card),
        "run": payment.run_reference if payment and actor.may(Permission.SEE_RUNS) else "",
        "stages": claim.stages(page),
        "events": claim.timeline(page.events),
        "reads_trail": actor.may(Permission.READ_TRAIL),
        "form": form,
        "reasons": REASONS,
        "may_decide": may_decide(page.card),
        "not_you": _not_you(actor, page),
        "crumbs": _crumbs(actor),
    }
    return render(request, "shared/claim.jinja", context)


def _not_you(actor: Actor, page: ClaimPage) -> str:
    """Why somebody whose role decides on claims may not decide on this one, now."""
    steps = {"approve": Permission.APPROVE, "finance_approve": Permission.FINANCE_APPROVE}
    for step, permission in steps.items():
        if actor.may(permission) and step in page.card.refusals:
            return page.card.refusals[step]
    return ""


# The statement -----------------------------------------------------------------------------------


def _statement_context(actor: Actor, page: ClaimPage) -> dict[str, Any]:
    pounds = page.card.shows_pounds
    return {
        "page": page,
        "claim": page.card,
        "definition": page.definition,
        "pounds": pounds,
        "a": achievement.present(page.definition, page.inputs, page.content, pounds=pounds),
        "checklist": claim.checklist(page),
        "behind": claim.behind(page),
    }


@require_GET
def achievement_page(request: HttpRequest, reference: str) -> HttpResponse:
    """How did we do, and where did we miss points."""
    actor = acting(request)
    page = opened(actor, queries.claim(actor, reference))
    pounds = page.card.shows_pounds
    show = achievement.asked(request.GET.get("show", ""))
    context = {
        "claim": page.card,
        "definition": page.definition,
        "pounds": pounds,
        "a": achievement.present(
            page.definition, page.inputs, page.content, pounds=pounds, show=show
        ),
        "facts": claim.statement_facts(page),
        "key": KEY,
        "may_declare": "declare" in page.card.may,
        "crumbs": [*_crumbs(actor), _claim_crumb(page)],
    }
    return render(request, "shared/achievement.jinja", context)


@require_GET
def achievement_csv(request: HttpRequest, reference: str) -> HttpResponse:
    """The figures of the achievement page as a file."""
    actor = acting(request)
    page = opened(actor, queries.claim(actor, reference))
    pounds = page.card.shows_pounds
    shown = achievement.present(page.definition, page.inputs, page.content, pounds=pounds)
    rows = downloads.achievement(page, shown, pounds=pounds)
    return csv_files.response(f"{reference}-achievement.csv", rows)


@require_GET
def explain_page(request: HttpRequest, reference: str, indicator: str) -> HttpResponse:
    """How did you get this figure, and can I check it."""
    actor = acting(request)
    page = opened(actor, queries.claim(actor, reference))
    figure = _figure(page, indicator)
    place = figure.order.index(figure.indicator)
    context = {
        "claim": page.card,
        "f": figure,
        "rows": sources.rows(figure.inputs, page),
        "calculated": claim.calculated(page),
        "before": figure.order[place - 1] if place else "",
        "after": figure.order[place + 1] if place + 1 < len(figure.order) else "",
        "crumbs": [
            *_crumbs(actor),
            _claim_crumb(page),
            ("Achievement", reverse("shared:achievement", args=[reference])),
        ],
    }
    return render(request, "shared/explain.jinja", context)


@require_GET
def workings_csv(request: HttpRequest, reference: str, indicator: str) -> HttpResponse:
    """The workings of one figure as a file, with full digests."""
    actor = acting(request)
    page = opened(actor, queries.claim(actor, reference))
    figure = _figure(page, indicator)
    rows = downloads.workings(page, figure, sources.rows(figure.inputs, page))
    return csv_files.response(f"{reference}-{figure.indicator}-workings.csv", rows)


def _figure(page: ClaimPage, indicator: str) -> explain.ExplainedFigure:
    try:
        return explain.present(
            page.definition, page.inputs, indicator, pounds=page.card.shows_pounds
        )
    except CalculationError as error:
        raise NotFound(f"{page.card.reference} has no figure for {indicator}.") from error


def _crumbs(actor: Actor) -> list[tuple[str, str]]:
    crumbs = [("Home", reverse("home"))]
    if actor.organisation_kind in ("practice", "pcn"):
        crumbs.append(("Claims", reverse("practice:claims")))
    elif actor.organisation_kind in ("icb", "region"):
        crumbs.append(("Claims to approve", reverse("commissioner:queue")))
    return crumbs


def _claim_crumb(page: ClaimPage) -> tuple[str, str]:
    return page.card.title, reverse("shared:claim", args=[page.card.reference])
