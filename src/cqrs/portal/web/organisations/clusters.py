"""Clusters: the commissioner's own sets of providers, made, filled and emptied by date."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cqrs.portal.accounts.permissions import NotFound, Permission, Refused, require
from cqrs.portal.config.pages import counted, day
from cqrs.portal.organisations import actions, queries
from cqrs.portal.organisations.permissions import MAY_NOT_CLUSTER
from cqrs.portal.organisations.queries import ClusterPage
from cqrs.portal.web.organisations.forms import AddForm, ClusterForm, TakeOutForm
from cqrs.portal.web.request import acting

HOME = ("Home", "/")


@require_GET
def all_clusters(request: HttpRequest) -> HttpResponse:
    """The clusters of the person's organisation."""
    actor = acting(request)
    context = {"clusters": queries.clusters(actor), "crumbs": _crumbs()[:2]}
    return render(request, "organisations/clusters.jinja", context)


def make(request: HttpRequest) -> HttpResponse:
    """Name a new cluster."""
    actor = acting(request)
    require(actor, Permission.MANAGE_CLUSTERS, MAY_NOT_CLUSTER)
    form = ClusterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            number = actions.make_cluster(actor=actor, name=form.cleaned_data["name"])
        except Refused as refused:
            form.add_error("name", refused.sentence)
        else:
            messages.success(request, "The cluster is made. Add its providers.")
            return redirect("organisations:cluster", number)
    context = {"form": form, "crumbs": _crumbs()}
    return render(
        request, "organisations/make_cluster.jinja", context, status=409 if form.errors else 200
    )


@require_GET
def one(request: HttpRequest, cluster_id: int) -> HttpResponse:
    """Who is in a cluster, and who was."""
    page = queries.cluster(acting(request), cluster_id)
    return render(request, "organisations/cluster.jinja", {"page": page, "crumbs": _crumbs()})


def add(request: HttpRequest, cluster_id: int) -> HttpResponse:
    """Put providers into a cluster from a day on."""
    actor = acting(request)
    page = queries.cluster(actor, cluster_id)
    form = AddForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            number = actions.add_to_cluster(
                actor=actor,
                cluster_id=cluster_id,
                codes=given["codes"],
                start_date=given["start_date"],
            )
        except Refused as refused:
            form.add_error("codes", refused.sentence)
        else:
            added = f"{counted(number, 'provider')} added to {page.name}"
            messages.success(request, f"{added} from {day(given['start_date'])}.")
            return redirect("organisations:cluster", cluster_id)
    context = {"page": page, "form": form, "crumbs": _inside(page)}
    return render(
        request, "organisations/add_to_cluster.jinja", context, status=409 if form.errors else 200
    )


def take_out(request: HttpRequest, cluster_id: int, provider_id: int) -> HttpResponse:
    """Say the last day of a provider in a cluster."""
    actor = acting(request)
    page = queries.cluster(actor, cluster_id)
    inside = next((p for p in page.inside if p.provider_id == provider_id), None)
    if inside is None:
        raise NotFound("It is not in this cluster.")
    form = TakeOutForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        last = form.cleaned_data["last_date"]
        try:
            actions.take_out_of_cluster(
                actor=actor, cluster_id=cluster_id, provider_id=provider_id, last_date=last
            )
        except Refused as refused:
            form.add_error("last_date", refused.sentence)
        else:
            messages.success(request, f"{inside.name} leaves {page.name} after {day(last)}.")
            return redirect("organisations:cluster", cluster_id)
    context = {"page": page, "inside": inside, "form": form, "crumbs": _inside(page)}
    return render(
        request, "organisations/take_out.jinja", context, status=409 if form.errors else 200
    )


def _crumbs() -> list[tuple[str, str]]:
    return [
        HOME,
        ("Organisations", reverse("organisations:list")),
        ("Clusters", reverse("organisations:clusters")),
    ]


def _inside(page: ClusterPage) -> list[tuple[str, str]]:
    return [*_crumbs(), (page.name, reverse("organisations:cluster", args=[page.id]))]
