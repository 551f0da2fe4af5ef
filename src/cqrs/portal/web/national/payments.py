"""Payment runs: what is ready, building one, releasing or cancelling it, and its file."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cqrs.portal.accounts.permissions import Permission, Refused, require
from cqrs.portal.config.pages import list_day
from cqrs.portal.payments import actions, queries
from cqrs.portal.payments.queries import RunCard
from cqrs.portal.web import tables
from cqrs.portal.web.paging import page_number, paging
from cqrs.portal.web.request import acting
from cqrs.portal.web.tables import Cell, Column, Filter, Table
from cqrs.portal.web.watching import saw_payments
from cqrs.values import plain_pounds, pounds_text

HOME = ("Home", "/")
FEWEST = ("smallest first", "largest first")
MAY_NOT_BUILD = "Only a payment operator may build a payment run."
MAY_NOT_RELEASE = "Only a payment releaser may release a payment run."
MAY_NOT_CANCEL = "Only a payment operator or a payment releaser may cancel a payment run."


class CancelForm(forms.Form):
    """Why a run is cancelled."""

    reason = forms.CharField(
        label="Why is this run cancelled?",
        help_text="The operator and every auditor see this. No patient details.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Enter why the run is cancelled",
            "max_length": "The reason must be 500 characters or fewer",
        },
    )


RUNS: Table[RunCard] = Table(
    caption="Payment runs",
    thing="run",
    columns=(
        Column(
            "Run",
            lambda run: Cell(
                run.reference,
                reverse("national:payment-run", args=[run.reference]),
                sub=f"{run.built_by}, {list_day(run.built_at)}",
            ),
            sort="built",
            orders=("oldest first", "newest first"),
        ),
        Column("Claims", lambda run: f"{run.count:,}", sort="claims", numeric=True,
               orders=FEWEST),
        Column("Total", lambda run: pounds_text(run.total_pence), sort="total", numeric=True,
               orders=FEWEST, file=lambda run: plain_pounds(run.total_pence)),
        Column("State", lambda run: Cell(run.state_label, tag=run.colour)),
        Column("What it waits for", lambda run: run.sentence),
    ),
    sort="-built",
    filters=(
        Filter("text", "Run or who built it"),
        Filter("state", "State",
               {"built": "Waiting for release", "released": "Released", "cancelled": "Cancelled"}),
    ),
    file_name="payment-runs",
    none_yet=(
        "No run has been built yet.",
        "Runs appear here when a payment operator builds one from approved claims.",
    ),
)  # fmt: skip


@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """What is approved and unpaid, and every run with what it waits for."""
    actor = acting(request)

    def fetch(asked: tables.Asked) -> tables.Cut[RunCard]:
        found = queries.matching_runs(
            actor, text=asked["text"], state=asked["state"], sort=asked.sort
        )
        return tables.cut_by(
            asked, found.count(), lambda start, stop: queries.run_cards(actor, found[start:stop])
        )

    if tables.wants_file(request):
        return tables.download(request, RUNS, fetch)
    context = {
        "ready": queries.ready(actor),
        "runs": tables.show(request, RUNS, fetch),
        "may_build": actor.may(Permission.BUILD_RUN),
        "crumbs": [HOME],
    }
    return render(request, "national/payments.jinja", context)


def build(request: HttpRequest) -> HttpResponse:
    """Name the money, then put every approved and unpaid claim into a run.

    What was shown comes back with the form: when more was approved meanwhile, the person is
    shown the new figures before anything is built.
    """
    actor = acting(request)
    require(actor, Permission.BUILD_RUN, MAY_NOT_BUILD)
    ready = queries.ready(actor)
    refusal = ""
    if request.method == "POST":
        seen = f"{ready.claims}:{ready.pence}"
        if request.POST.get("seen") != seen:
            refusal = (
                f"What is ready has changed since you looked: it is now {ready.claims:,} claims, "
                f"{pounds_text(ready.pence)}. Nothing was built. Check the new figures."
            )
        else:
            try:
                return redirect("national:payment-run", actions.build_run(actor=actor))
            except Refused as refused:
                refusal = refused.sentence
    context = {"ready": ready, "refusal": refusal, "crumbs": _crumbs()}
    return render(request, "national/build.jinja", context, status=409 if refusal else 200)


@require_GET
def run(request: HttpRequest, reference: str) -> HttpResponse:
    """One run: what it waits for, its file, its totals and its lines."""
    actor = acting(request)
    page = queries.run(actor, reference, page=page_number(request))
    saw_payments(actor, reference, [line.provider_code for line in page.lines])
    context = {
        "run": page,
        "card": page.card,
        "sees_claims": actor.may(Permission.SEE_CLAIMS),
        "paging": paging(request, page.page, page.pages),
        "crumbs": _crumbs(),
    }
    return render(request, "national/run.jinja", context)


def release(request: HttpRequest, reference: str) -> HttpResponse:
    """Name the money and who built the run, then release it."""
    actor = acting(request)
    require(actor, Permission.RELEASE_RUN, MAY_NOT_RELEASE)
    page = queries.run(actor, reference)
    refusal = ""
    if request.method == "POST":
        try:
            actions.release_run(actor=actor, run_reference=reference)
        except Refused as refused:
            refusal = refused.sentence
        else:
            money = pounds_text(page.card.total_pence)
            messages.success(request, f"You released {money}. The file is ready to fetch.")
            return redirect("national:payment-run", reference)
    context = {"run": page, "card": page.card, "refusal": refusal, "crumbs": _inside(page.card)}
    return render(request, "national/release.jinja", context, status=409 if refusal else 200)


def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for a reason, then cancel a run that nobody has released."""
    actor = acting(request)
    if not (actor.may(Permission.BUILD_RUN) or actor.may(Permission.RELEASE_RUN)):
        raise Refused(MAY_NOT_CANCEL)
    page = queries.run(actor, reference)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            actions.cancel_run(actor=actor, run_reference=reference, reason=reason)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(
                request,
                f"You cancelled {reference}. Its claims wait for another run.",
            )
            return redirect("national:payment-run", reference)
    context = {"run": page, "card": page.card, "form": form, "crumbs": _inside(page.card)}
    return render(request, "national/cancel.jinja", context, status=409 if form.errors else 200)


@require_GET
def run_file(request: HttpRequest, reference: str) -> HttpResponse:
    """The payment file, byte for byte as its SHA-256 says."""
    found = queries.run_file(acting(request), reference)
    response = HttpResponse(found.content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return response


def _inside(card: queries.RunCard) -> list[tuple[str, str]]:
    return [*_crumbs(), (card.reference, reverse("national:payment-run", args=[card.reference]))]


def _crumbs() -> list[tuple[str, str]]:
    return [HOME, ("Payment runs", reverse("national:payments"))]
