"""Collections: who has sent counts, striking the national figures, and calculating the nation."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cqrs.portal.accounts.permissions import Permission, Refused, require
from cqrs.portal.claims import actions as claims
from cqrs.portal.claims.queries import NationalSummary, national_summary
from cqrs.portal.claims.queries.calculations import last_calculation
from cqrs.portal.claims.states import STATES
from cqrs.portal.collection import actions, queries
from cqrs.portal.collection.queries import CollectionOverview
from cqrs.portal.config.pages import day
from cqrs.portal.web.national.progress import Progress, progress
from cqrs.portal.web.request import acting

HOME = ("Home", "/")
MAY_NOT_STRIKE = "Only a data operator may strike national figures."
MAY_NOT_CALCULATE = "Only a data operator may calculate statements."


class StrikeForm(forms.Form):
    """Whether the national figures are struck to look at, or for ever."""

    status = forms.ChoiceField(
        label="How should they stand?",
        choices=[
            ("provisional", "Provisional: statements can be read, not declared"),
            ("final", "Final: they can never be struck again"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Select provisional or final"},
    )


def overview(request: HttpRequest) -> HttpResponse:
    """Every collection with how many practices have sent counts."""
    actor = acting(request)
    rows = [(row, progress(row), waits_for(row)) for row in queries.overview(actor)]
    context = {
        "rows": rows,
        "incomplete": sum(bool(done.left) for _, done, _ in rows),
        "crumbs": [HOME],
    }
    return render(request, "national/collections.jinja", context)


def waits_for(row: CollectionOverview) -> str:
    """Whom a collection waits for since when, and what comes next; the same words everywhere."""
    if row.reference_status == "final" and row.struck_at:
        return (
            f"Waiting for practices and commissioners since {day(row.struck_at)}. Next: each claim "
            "is declared, approved and paid."
        )
    since = day(row.achievement_date)
    if row.purpose == "in_year" and row.reference_status:
        return (
            "Waiting for nobody: in-year figures are for information. Next: the counts at the "
            "year end decide what is paid."
        )
    if not row.received:
        return f"Waiting for counts since {since}. Next: a data operator takes a file of counts in."
    if row.received < row.expected:
        left = row.expected - row.received
        who = "1 practice" if left == 1 else f"{left:,} practices"
        return (
            f"Waiting for the counts of {who} since {since}. Next: the national figures become "
            "final when all counts are in."
        )
    return (
        f"Waiting for a data operator, all counts of {since} are in. Next: the national figures "
        "are struck as final."
    )


def by_state(nation: NationalSummary) -> list[tuple[str, int, int | None]]:
    """Label, claims and pence of each state that has claims, in the order of the road."""
    money = nation.pence_by_state
    return [
        (state.label, nation.by_state[code], money[code] if money is not None else None)
        for code, state in STATES.items()
        if code in nation.by_state
    ]


def collection(request: HttpRequest, collection_id: int) -> HttpResponse:
    """One collection: completeness, national figures, the calculation, files, who is missing."""
    actor = acting(request)
    page = queries.collection(actor, collection_id)
    nation = national_summary(actor, collection_id)
    context = {
        "page": page,
        "progress": progress(page.overview),
        "waits": waits_for(page.overview),
        "nation": nation,
        "by_state": by_state(nation),
        "last": last_calculation(actor, collection_id),
        "crumbs": _crumbs(),
        "suppliers": [
            (name, Progress(number - missing, number))
            for name, missing, number in page.missing_by_supplier
        ],
        "may_strike": actor.may(Permission.STRIKE),
        "may_calculate": actor.may(Permission.CALCULATE),
    }
    return render(request, "national/collection.jinja", context)


def strike(request: HttpRequest, collection_id: int) -> HttpResponse:
    """Ask how the national figures should stand, then strike them."""
    actor = acting(request)
    require(actor, Permission.STRIKE, MAY_NOT_STRIKE)
    page = queries.collection(actor, collection_id)
    form = StrikeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        final = form.cleaned_data["status"] == "final"
        try:
            actions.strike_reference(actor=actor, collection_id=collection_id, final=final)
        except Refused as refused:
            form.add_error("status", refused.sentence)
        else:
            word = "final" if final else "provisional"
            messages.success(
                request,
                f"National figures of {page.overview.title} struck as {word}. "
                "Calculate to give every practice a statement with them.",
            )
            return redirect("national:collection", collection_id)
    status = 409 if form.errors else 200
    context = {
        "page": page,
        "progress": progress(page.overview),
        "form": form,
        "crumbs": _inside(page.overview),
    }
    return render(request, "national/strike.jinja", context, status=status)


def calculate(request: HttpRequest, collection_id: int) -> HttpResponse:
    """Say what a calculation does, then ask the worker for it."""
    actor = acting(request)
    require(actor, Permission.CALCULATE, MAY_NOT_CALCULATE)
    page = queries.collection(actor, collection_id)
    refusal = ""
    if request.method == "POST":
        try:
            claims.request_calculation(actor=actor, collection_id=collection_id)
        except Refused as refused:
            refusal = refused.sentence
        else:
            messages.success(
                request,
                f"Calculation of {page.overview.title} asked for. This page says how it goes.",
            )
            return redirect("national:collection", collection_id)
    context = {
        "page": page,
        "progress": progress(page.overview),
        "refusal": refusal,
        "crumbs": _inside(page.overview),
    }
    return render(request, "national/calculate.jinja", context, status=409 if refusal else 200)


def _inside(row: CollectionOverview) -> list[tuple[str, str]]:
    return [*_crumbs(), (row.title, reverse("national:collection", args=[row.id]))]


def _crumbs() -> list[tuple[str, str]]:
    return [HOME, ("Collections", reverse("national:collections"))]
