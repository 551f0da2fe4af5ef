"""Mergers, splits and closures: the list, the wizard with its preview, and the decision."""

import re
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cqrs.portal.accounts.permissions import NotFound, Permission, Refused, require
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.mergers import actions, queries
from cqrs.portal.mergers.plan import Plan, total
from cqrs.portal.mergers.terms import Terms
from cqrs.portal.web.mergers.forms import ChangeForm, RefusalForm
from cqrs.portal.web.request import acting

HOME = ("Home", "/")
CODE = re.compile(r"[A-Za-z0-9]{2,10}")
MAY_NOT = "Only a commissioning manager or a data operator may propose a change of providers."

MAY_NOT_AGREE = "Your role may not agree mergers, splits and closures."


@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """Every change in the person's area, the newest first."""
    actor = acting(request)
    context = {
        "changes": queries.changes(actor),
        "may_propose": actor.may(Permission.PROPOSE_CHANGE),
        "crumbs": [HOME],
    }
    return render(request, "mergers/list.jinja", context)


def new(request: HttpRequest) -> HttpResponse:
    """The form; sent, the preview; sent from there with `propose`, the proposal."""
    actor = acting(request)
    require(actor, Permission.PROPOSE_CHANGE, MAY_NOT)
    form = (
        ChangeForm(request.POST)
        if request.method == "POST"
        else ChangeForm(initial=_closing(request.GET.get("closing", "")))
    )
    if request.method != "POST":
        return _form(request, form)
    if not form.is_valid() or form.terms is None:
        return _form(request, form, status=400)
    try:
        plan = queries.preview(actor, form.terms)
        if request.POST.get("step") == "propose":
            number = actions.propose(actor=actor, terms=form.terms)
            messages.success(request, "You proposed the change. A second person must agree it.")
            return redirect("mergers:change", number)
    except NotFound:
        form.add_error("closing", "Some of these providers are not in your area")
    except Refused as refused:
        form.add_error(None, refused.sentence)
    if form.errors or request.POST.get("step") == "edit":
        return _form(request, form, status=409 if form.errors else 200)
    context = {
        "form": form,
        **_plan(actor, form.terms, plan),
        "crumbs": _crumbs(),
    }
    return render(request, "mergers/preview.jinja", context)


@require_GET
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    """One change with its plan, and the decision where it is this person's."""
    return _change(request, change_id)


@require_POST
def agree(request: HttpRequest, change_id: int) -> HttpResponse:
    """Agree exactly the plan that was shown."""
    actor = acting(request)
    require(actor, Permission.AGREE_CHANGE, MAY_NOT_AGREE)
    try:
        actions.agree(
            actor=actor,
            change_id=change_id,
            plan_digest=request.POST.get("plan_digest", ""),
        )
    except Refused as refused:
        return _change(request, change_id, refusal=refused.sentence)
    messages.success(request, "You agreed the change. Its dates are set.")
    return redirect("mergers:change", change_id)


@require_POST
def refuse(request: HttpRequest, change_id: int) -> HttpResponse:
    """Refuse the change with a reason."""
    actor = acting(request)
    require(actor, Permission.AGREE_CHANGE, MAY_NOT_AGREE)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        return _change(request, change_id, form=form)
    try:
        actions.refuse(actor=actor, change_id=change_id, reason=form.cleaned_data["reason"])
    except Refused as refused:
        return _change(request, change_id, refusal=refused.sentence)
    messages.success(request, "You refused the change. Nothing else has changed.")
    return redirect("mergers:change", change_id)


@require_POST
def withdraw(request: HttpRequest, change_id: int) -> HttpResponse:
    """Take one's own proposal back."""
    actor = acting(request)
    require(actor, Permission.PROPOSE_CHANGE, MAY_NOT)
    try:
        actions.withdraw(actor=actor, change_id=change_id)
    except Refused as refused:
        return _change(request, change_id, refusal=refused.sentence)
    messages.success(request, "You withdrew the change. Nothing else has changed.")
    return redirect("mergers:change", change_id)


def _change(
    request: HttpRequest, change_id: int, *, refusal: str = "", form: RefusalForm | None = None
) -> HttpResponse:
    actor = acting(request)
    page = queries.change(actor, change_id)
    form = form or RefusalForm()
    context = {
        "page": page,
        "card": page.card,
        "form": form,
        "refusal": refusal,
        **_plan(actor, page.terms, page.plan),
        "crumbs": _crumbs(),
    }
    status = 409 if refusal else 400 if form.errors else 200
    return render(request, "mergers/change.jinja", context, status=status)


def _closing(code: str) -> dict[str, str]:
    """What is already known where a page leads to the wizard for one provider."""
    return {"closing": code.upper()} if CODE.fullmatch(code) else {}


def _form(request: HttpRequest, form: ChangeForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "crumbs": _crumbs()}
    return render(request, "mergers/new.jinja", context, status=status)


def _plan(actor: Actor, terms: Terms, plan: Plan) -> dict[str, Any]:
    return {
        "terms": terms,
        "plan": plan,
        "last_day": terms.effective_date - timedelta(days=1),
        "before_total": total(plan.before),
        "after_total": total(plan.after),
        "pounds": queries.sees_pounds(actor, terms),
    }


def _crumbs() -> list[tuple[str, str]]:
    return [HOME, ("Mergers, splits and closures", reverse("mergers:list"))]
