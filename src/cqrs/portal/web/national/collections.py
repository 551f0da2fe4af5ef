"""Collections: who has sent counts, striking the national figures, and calculating the nation."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cqrs.portal.accounts.permissions import Permission, Refused, require
from cqrs.portal.claims import actions as claims
from cqrs.portal.claims.queries import NationalSummary, national_summary
from cqrs.portal.claims.queries.calculations import last_calculation, with_final_statements
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


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Every collection with how many practices have sent counts."""
    actor = acting(request)
    final = with_final_statements(actor)
    rows = [
        (row, progress(row), waits_for(row, calculated=row.id in final))
        for row in queries.overview(actor)
    ]
    context = {
        "rows": rows,
        "incomplete": sum(bool(done.left) for _, done, _ in rows),
        "crumbs": [HOME],
    }
    return render(request, "national/collections.jinja", context)


def waits_for(row: CollectionOverview, *, calculated: bool) -> str:
    """Whom a collection waits for since when, and what comes next; the same words everywhere.

    `calculated`: whether its claims have figures that can be declared.
    """
    since = day(row.achievement_date)
    if not row.pays and row.reference_status:
        return (
            "Waiting for nobody: in-year figures are for information. Next: the counts at the "
            "year end decide what is paid."
        )
    struck = not row.needs_reference or row.reference_status == "final"
    if calculated and struck and (row.needs_reference or row.received == row.expected):
        begun = f" since {day(row.struck_at)}" if row.struck_at else ""
        return (
            f"Waiting for practices and commissioners{begun}. Next: each claim is declared, "
            "approved and paid."
        )
    if not row.received:
        return f"Waiting for counts since {since}. Next: a data operator takes a file of counts in."
    return _waits_for_counts(row, since) or _waits_for_operator(row, since, struck=struck)


def _waits_for_counts(row: CollectionOverview, since: str) -> str:
    left = row.expected - row.received
    if left <= 0 or row.reference_status == "final":
        return ""
    who = "1 practice" if left == 1 else f"{left:,} practices"
    then = "the national figures become final when all counts are in"
    if not row.pays:
        then = "a data operator strikes provisional national figures"
    elif not row.needs_reference:
        then = "a data operator calculates their statements when they are in"
    return f"Waiting for the counts of {who} since {since}. Next: {then}."


def _waits_for_operator(row: CollectionOverview, since: str, *, struck: bool) -> str:
    if struck:
        counts = "" if row.needs_reference else f", all counts of {since} are in"
        begun = f" since {day(row.struck_at)}" if row.struck_at else ""
        return (
            f"Waiting for a data operator to calculate{begun}{counts}. Next: every practice gets "
            "its statement."
        )
    status = "final" if row.pays else "provisional"
    return (
        f"Waiting for a data operator, all counts of {since} are in. Next: the national figures "
        f"are struck as {status}."
    )


def is_for_operator(row: CollectionOverview, *, calculated: bool) -> bool:
    """Whether a data operator is who must act next, or chase the counts that are missing."""
    if not row.pays:
        return not row.reference_status
    if row.needs_reference and row.reference_status != "final":
        return True
    return not calculated or (not row.needs_reference and row.received < row.expected)


def by_state(nation: NationalSummary) -> list[tuple[str, int, int | None]]:
    """Label, claims and pence of each state that has claims, in the order of the road."""
    money = nation.pence_by_state
    return [
        (state.label, nation.by_state[code], money[code] if money is not None else None)
        for code, state in STATES.items()
        if code in nation.by_state
    ]


@require_GET
def collection(request: HttpRequest, collection_id: int) -> HttpResponse:
    """One collection: completeness, national figures, the calculation, files, who is missing."""
    actor = acting(request)
    page = queries.collection(actor, collection_id)
    nation = national_summary(actor, collection_id)
    context = {
        "page": page,
        "progress": progress(page.overview),
        "waits": waits_for(page.overview, calculated=collection_id in with_final_statements(actor)),
        "nation": nation,
        "by_state": by_state(nation),
        "last": last_calculation(actor, collection_id),
        "crumbs": _crumbs(),
        "suppliers": [
            (name, Progress(number - missing, number))
            for name, missing, number in page.missing_by_supplier
        ],
        "may_strike": page.overview.needs_reference and actor.may(Permission.STRIKE),
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
