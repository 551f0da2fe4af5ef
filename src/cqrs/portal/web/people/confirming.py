"""The quarterly check of roles, and standing in for a colleague."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from cqrs.portal.accounts import actions, confirming, directory
from cqrs.portal.accounts.expiry import quarter_words
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused
from cqrs.portal.accounts.queries import may_for
from cqrs.portal.organisations.queries import by_code, organisation
from cqrs.portal.web.people.forms import HandOverForm
from cqrs.portal.web.people.views import HOME, crumbs, looking
from cqrs.portal.web.request import acting


def recertify(request: HttpRequest) -> HttpResponse:
    """Keep or end every role of an organisation, all on one page; then check; then confirm."""
    actor = looking(request, Permission.MANAGE_USERS)
    code = (request.POST.get("organisation") or request.GET.get("organisation") or "").strip()
    place = by_code(code.upper()) if code else organisation(actor.organisation_id)
    if not may_for(actor, Permission.MANAGE_USERS, place.id):
        raise NotFound("You don't look after this organisation.")
    rows = confirming.to_confirm(actor, place.id)
    review = confirming.review(actor)
    problem, keep = "", _decisions(request, [row.grant_id for row in rows if not row.own])
    step = request.POST.get("step", "") if request.method == "POST" else ""
    if step == "keep_all":
        keep = {row.grant_id: True for row in rows if not row.own and not row.confirmed_by}
        step = "check"
    if step in ("check", "save") and not keep:
        problem, step = "Choose keep or end for at least one role.", ""
    if step == "save":
        try:
            number = actions.confirm_roles(actor=actor, organisation_id=place.id, keep=keep)
        except Refused as refused:
            problem = refused.sentence
        else:
            ended = sum(not kept for kept in keep.values())
            words = f"You decided about {number} roles at {place.name}"
            messages.success(request, f"{words}: {number - ended} kept, {ended} ended.")
            return redirect("people:list")
    context = {
        "place": place,
        "own_place": place.id == actor.organisation_id,
        "rows": rows,
        "keep": keep,
        "kept": [row for row in rows if keep.get(row.grant_id) is True],
        "ended": [row for row in rows if keep.get(row.grant_id) is False],
        "review": review,
        "quarter": quarter_words(review.quarter),
        "problem": problem,
        "crumbs": crumbs(),
    }
    page = "people/confirm_check.jinja" if step == "check" else "people/confirm.jinja"
    return render(request, page, context, status=409 if problem else 200)


def _decisions(request: HttpRequest, asked: list[int]) -> dict[int, bool]:
    """What was chosen for each role asked about: keep or end. Nothing is chosen beforehand."""
    chosen = {number: request.POST.get(f"grant-{number}", "") for number in asked}
    return {number: said == "keep" for number, said in chosen.items() if said in ("keep", "end")}


def standing_in(request: HttpRequest) -> HttpResponse:
    """Hand one of one's own roles to a colleague between two dates, and see what is handed over."""
    actor = acting(request)
    roles = [(row.id, row.role_name) for row in directory.own_roles(actor) if not row.delegated_by]
    sent = request.POST if request.method == "POST" else None
    form = HandOverForm(sent, roles, directory.colleagues(actor))
    if request.method == "POST" and form.is_valid():
        try:
            actions.delegate(actor=actor, **form.cleaned_data)
        except (Refused, NotFound) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Your colleague stands in for you between these dates.")
            return redirect("people:standing-in")
    context = {
        "form": form,
        "roles": roles,
        "handed": directory.handed_over(actor),
        "crumbs": [HOME],
    }
    page = "people/standing_in.jinja"
    return render(request, page, context, status=409 if form.errors else 200)


@require_POST
def take_back(request: HttpRequest, grant_id: int) -> HttpResponse:
    """End what one handed over before its last day."""
    actor = acting(request)
    if grant_id not in {row.id for row, _ in directory.handed_over(actor)}:
        raise NotFound("There is no such role of yours.")
    actions.end_role(actor=actor, grant_id=grant_id, reason=f"{actor.name} took it back.")
    messages.success(request, "You took the role back. It has ended for your colleague.")
    return redirect("people:standing-in")
