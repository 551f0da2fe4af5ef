"""The list of organisations that a person may see, and the page of one of them."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.actions.stepping import MAY_NOT as MAY_NOT_SET
from cqrs.portal.accounts.permissions import Permission, Refused, require
from cqrs.portal.accounts.queries import Actor, may_for, visible_organisations
from cqrs.portal.accounts.walls import PEOPLE
from cqrs.portal.config.pages import day
from cqrs.portal.mergers.queries import changes_about
from cqrs.portal.organisations import queries
from cqrs.portal.organisations.queries import Listed, Sought
from cqrs.portal.web.organisations.forms import HOW, StepsForm
from cqrs.portal.web.request import acting
from cqrs.portal.web.tables import (
    Asked,
    Cell,
    Column,
    Cut,
    Filter,
    Table,
    cut_by,
    download,
    show,
    wants_file,
)
from cqrs.values import clock

HOME = ("Home", "/")
STEPS = {
    1: "One person enters and declares",
    2: "Two people: a second one declares",
}


def _name(row: Listed) -> Cell:
    page = reverse("organisations:organisation", args=[row.id])
    closed = ""
    if row.close_date:
        word = "closed" if row.close_date < clock.today() else "closes"
        closed = f", {word} {day(row.close_date)}"
    return Cell(row.name, page, sub=f"{row.code}{closed}")


def _size(row: Listed) -> Cell:
    if row.registered is None or row.list_date is None:
        return Cell("")
    return Cell(f"{row.registered:,}", sub=day(row.list_date))


TABLE: Table[Listed] = Table(
    caption="Organisations",
    thing="organisation",
    columns=(
        Column("Name", _name, sort="name", file=lambda row: row.name),
        Column("Kind", lambda row: row.kind, sort="kind"),
        Column("Commissioner", lambda row: row.commissioner),
        Column("Network", lambda row: row.network),
        Column("Supplier", lambda row: row.supplier),
        Column("Registered patients", _size, numeric=True,
               file=lambda row: "" if row.registered is None else str(row.registered)),
    ),
    sort="name",
    filters=(
        Filter("text", "Name, or the beginning of a code"),
        Filter("kind", "Kind", choices=queries.KINDS, anything="Every kind"),
        Filter("standing", "Standing", choices={"open": "Open", "closed": "Closed"},
               anything="Open and closed"),
        Filter("under", "Belongs to (code)"),
    ),
    size=50,
    file_name="organisations",
    none_yet=("You see no organisation.", "A data operator loads them from ODS files."),
)  # fmt: skip


WITHOUT_LISTS = replace(TABLE, columns=TABLE.columns[:-1])
"""For who looks after people only: the database shows them no list sizes."""


@require_GET
def organisations(request: HttpRequest) -> HttpResponse:
    """Every organisation this person may see: searched, filtered, sorted, in pages."""
    actor = acting(request)
    seen = visible_organisations(actor)

    def fetch(asked: Asked) -> Cut[Listed]:
        sought = Sought(asked["text"], asked["kind"], asked["standing"], asked["under"], asked.sort)
        rows = queries.listed(seen, sought)
        return cut_by(asked, rows.count(), lambda start, stop: queries.in_full(rows[start:stop]))

    table = TABLE if _sees_lists(actor) else WITHOUT_LISTS
    if wants_file(request):
        return download(request, table, fetch)
    manages = actor.may(Permission.MANAGE_ORGANISATIONS)
    context = {
        "shown": show(request, table, fetch),
        "may_import": manages,
        "may_cluster": actor.may(Permission.MANAGE_CLUSTERS),
        "closings": queries.closed_without_wizard() if manages else (),
        "crumbs": [HOME],
    }
    return render(request, "organisations/list.jinja", context)


@require_GET
def organisation(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Who it is, whom it belongs to over time, its list sizes with their sources, its clusters."""
    return _page(request, organisation_id)


@require_POST
def steps(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Let a provider work in one step or in two, for a reason."""
    actor = acting(request)
    require(actor, Permission.KEEP_DETAILS, MAY_NOT_SET)
    form = StepsForm(request.POST)
    if not form.is_valid():
        return _page(request, organisation_id, form=form, status=400)
    wanted = int(form.cleaned_data["steps"])
    try:
        accounts.set_provider_steps(
            actor=actor,
            organisation_id=organisation_id,
            steps=wanted,
            reason=form.cleaned_data["reason"],
        )
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _page(request, organisation_id, form=form, status=409)
    messages.success(request, f"It works in {HOW[wanted]}. Its people are told.")
    return redirect("organisations:organisation", organisation_id)


def _page(
    request: HttpRequest, organisation_id: int, *, form: StepsForm | None = None, status: int = 200
) -> HttpResponse:
    actor = acting(request)
    page = queries.profile(
        visible_organisations(actor), organisation_id, clusters_of=_clusters_of(actor)
    )
    may_set = page.provides and may_for(actor, Permission.KEEP_DETAILS, organisation_id)
    context = {
        "page": page,
        "steps": STEPS[page.provider_steps],
        "form": form or StepsForm.changing(page.provider_steps) if may_set else None,
        "may_propose": page.provides and may_for(actor, Permission.PROPOSE_CHANGE, organisation_id),
        "changes": changes_about(actor, organisation_id),
        "sees_lists": _sees_lists(actor),
        "crumbs": [HOME, ("Organisations", reverse("organisations:list"))],
    }
    return render(request, "organisations/organisation.jinja", context, status=status)


def _sees_lists(actor: Actor) -> bool:
    """Whether some permission of theirs is about figures, of which list sizes are some."""
    return bool(actor.permissions - PEOPLE)


def _clusters_of(actor: Actor) -> int | None:
    """Whose clusters a person sees: a commissioner's its own people, all of them the auditor."""
    if actor.may(Permission.READ_AUDIT):
        return 0
    return actor.organisation_id if actor.may(Permission.MANAGE_CLUSTERS) else None
