"""For people without an account: asking to join, and accepting an invitation."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cqrs.portal.accounts import actions, directory, giving, invitations, routing, waiting
from cqrs.portal.accounts.permissions import Refused
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.organisations.queries import by_code
from cqrs.portal.web.people.forms import JoinForm, PasswordForm
from cqrs.portal.web.security.limits import limited

SENT = "joined"
"""The session's key for the sentence of who decides, shown once the request is sent."""


@login_not_required
@require_GET
def join(request: HttpRequest) -> HttpResponse:
    """Find the organisation by its code or part of its name."""
    find = request.GET.get("find", "").replace("\0", "").strip()[:80]
    context = {"find": find, "places": routing.places(find), "most": routing.MOST_PLACES}
    return render(request, "people/join.jinja", context)


@login_not_required
@limited("join", by_email="join_email")
def join_organisation(request: HttpRequest, code: str) -> HttpResponse:
    """Who asks, what they need to do there and why; then it goes to whoever decides."""
    place = by_code(code)
    roles = giving.choices(routing.roles_for(place.kind))
    known = _signed_in(request)
    sent = request.POST if request.method == "POST" else None
    form = JoinForm(sent, roles, known[1:] if known else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        number, name, email = known or (None, given["full_name"], given["email"])
        try:
            sentence = actions.ask_to_join(
                actor=invitations.arriving(place, name=name, email=email, user_id=number),
                full_name=name,
                work_phone=given["work_phone"],
                organisation_code=place.code,
                roles=given["roles"],
                reason=given["reason"],
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            request.session[SENT] = [place.name, sentence]
            return redirect("join_sent")
    context = {"place": place, "form": form, "known": known}
    page = "people/join_organisation.jinja"
    return render(request, page, context, status=409 if form.errors else 200)


@login_not_required
@require_GET
def join_sent(request: HttpRequest) -> HttpResponse:
    """Who decides and what happens next. The same whoever asked."""
    sent = request.session.get(SENT)
    if not sent:
        return redirect("join")
    return render(request, "people/join_sent.jinja", {"place": sent[0], "sentence": sent[1]})


@login_not_required
@limited("invitation")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What an invitation gives and to whom; accepting it, with a password or an account."""
    invited = invitations.invited(token)
    known = _signed_in(request)
    is_theirs = known is not None and known[2] == invited.email
    needs_password = not invited.has_account and known is None
    sent = request.POST if request.method == "POST" else None
    form = PasswordForm(sent) if needs_password else None
    problem = ""
    ready = invited.state == "open" and (is_theirs or needs_password)
    if request.method == "POST" and (form is None or form.is_valid()):
        number, name, email = known or (None, invited.full_name, invited.email)
        actor = invitations.arriving(invited, name=name, email=email, user_id=number)
        password = form.cleaned_data["password"] if form else ""
        try:
            actions.accept_invitation(actor=actor, token=token, password=password)
        except Refused as refused:
            problem = refused.sentence
            if form is not None:
                form.add_error(None, problem)
        else:
            return _accepted(request, invited, actor)
    context = {
        "invited": invited,
        "token": token,
        "form": form if ready else None,
        "known": known,
        "is_theirs": is_theirs,
        "ready": ready,
        "problem": problem,
        "renews": _renews(request, invited.id),
    }
    bad = bool(problem or (form is not None and form.errors))
    return render(request, "people/invitation.jinja", context, status=409 if bad else 200)


def _renews(request: HttpRequest, invitation_id: int) -> bool:
    """Whether who looks at the link is an administrator who can send another."""
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        return False
    return any(row.id == invitation_id for row in waiting.invitations(actor))


def _accepted(request: HttpRequest, invited: invitations.Invited, actor: Actor) -> HttpResponse:
    if actor.user_id is None:
        messages.success(
            request, f"Your account is ready. Sign in to work for {invited.organisation_name}."
        )
        return redirect("account_login")
    messages.success(request, f"You can now work for {invited.organisation_name}.")
    return redirect("home")


@require_POST
@login_not_required
@limited("invitation")
def ask_renewal(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the administrator for a new link, once it has expired."""
    invited = invitations.invited(token)
    actor = invitations.arriving(invited, name=invited.full_name, email=invited.email)
    try:
        actions.ask_for_renewal(actor=actor, token=token)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        place = invited.organisation_name
        messages.success(request, f"You asked {place} for a new link. It comes by email.")
    return redirect("invitation", token)


def _signed_in(request: HttpRequest) -> tuple[int, str, str] | None:
    """Number, name and address of who is signed in, with a role anywhere or none."""
    if not request.user.is_authenticated or request.user.pk is None:
        return None
    user = directory.user_by_id(request.user.pk)
    return user.pk, user.full_name, user.email
