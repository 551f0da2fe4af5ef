"""Inviting somebody, adding somebody directly, and what becomes of invitations."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from cqrs.portal.accounts import actions, giving, waiting
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused
from cqrs.portal.accounts.queries import Actor, may_for
from cqrs.portal.organisations.queries import OrganisationView, by_code, organisation
from cqrs.portal.web.people.forms import CreateForm, PersonForm
from cqrs.portal.web.people.views import crumbs, looking


def _place(request: HttpRequest, actor: Actor) -> tuple[OrganisationView, str]:
    """The organisation asked for, one's own unless told, and what is wrong with the code."""
    code = (request.POST.get("organisation") or request.GET.get("organisation") or "").strip()
    own = organisation(actor.organisation_id)
    if not code or code.upper() == own.code.upper():
        return own, ""
    try:
        found = by_code(code.upper())
    except NotFound:
        found = None
    if found is None or not may_for(actor, Permission.MANAGE_USERS, found.id):
        return own, f"You look after no organisation with the code {code}."
    return found, ""


def invite(request: HttpRequest) -> HttpResponse:
    """Whom to invite and as what; then check; then send the link."""
    return _add(request, direct=False)


def create(request: HttpRequest) -> HttpResponse:
    """Add somebody directly; then check; they get a link to set a password."""
    return _add(request, direct=True)


def _add(request: HttpRequest, *, direct: bool) -> HttpResponse:
    actor = looking(request, Permission.MANAGE_USERS)
    place, wrong_code = _place(request, actor)
    roles = giving.roles_to_give(actor, place.id, place.kind)
    sent = request.POST if request.method == "POST" else None
    form = (CreateForm if direct else PersonForm)(sent, roles)
    step = "form"
    if request.method == "POST" and not wrong_code and form.is_valid():
        step = request.POST.get("step", "check")
        if step == "save":
            try:
                return _save(request, actor, form, place, direct=direct)
            except Refused as refused:
                form.add_error(None, refused.sentence)
                step = "form"
    if wrong_code and request.method == "POST":
        form.add_error(None, wrong_code)
    context = {
        "form": form,
        "direct": direct,
        "place": place,
        "wrong_code": wrong_code,
        "several": _reaches_more(actor),
        "chosen": [role for role in roles if role.code in request.POST.getlist("roles")],
        "step": "check" if step == "check" else "form",
        "answers": request.POST,
        "crumbs": crumbs(),
    }
    page = "people/check.jinja" if context["step"] == "check" else "people/add.jinja"
    return render(request, page, context, status=409 if form.errors else 200)


def _reaches_more(actor: Actor) -> bool:
    return any(str(reach) != "own" for reach, _ in actor.ways(Permission.MANAGE_USERS))


def _save(
    request: HttpRequest,
    actor: Actor,
    form: PersonForm,
    place: OrganisationView,
    *,
    direct: bool,
) -> HttpResponse:
    given = form.cleaned_data
    if direct:
        actions.create_person(
            actor=actor,
            email=given["email"],
            full_name=given["full_name"],
            work_phone=given["work_phone"],
            organisation_code=place.code,
            roles=given["roles"],
        )
        done = f"You added {given['full_name']}. An email to {given['email']} says what to do next."
    else:
        actions.invite(
            actor=actor,
            email=given["email"],
            full_name=given["full_name"],
            organisation_code=place.code,
            roles=given["roles"],
        )
        done = f"You invited {given['full_name']}. The link went to {given['email']}."
    messages.success(request, done)
    return redirect("people:list")


@require_POST
def renew(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Send a new link; older ones end."""
    actor = looking(request)
    row = waiting.invitation(actor, invitation_id)
    try:
        actions.renew_invitation(actor=actor, invitation_id=invitation_id)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, f"A new link went to {row.email}. The older one has ended.")
    return redirect("people:list")


@require_POST
def withdraw(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    actor = looking(request, Permission.MANAGE_USERS)
    row = waiting.invitation(actor, invitation_id)
    try:
        actions.withdraw_invitation(actor=actor, invitation_id=invitation_id)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, f"You withdrew the invitation of {row.name}. Its link has ended.")
    return redirect("people:list")
