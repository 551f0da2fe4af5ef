"""People of the organisations somebody looks after, and what they may do there."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cqrs.portal.accounts import actions, directory, giving, locks, waiting
from cqrs.portal.accounts.directory import GrantRow, PersonPage, PersonRow
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.accounts.roles import COMMISSIONER
from cqrs.portal.catalogue.queries import services
from cqrs.portal.config.pages import list_moment
from cqrs.portal.organisations.queries import organisation
from cqrs.portal.web.people.forms import GiveForm, ReasonForm
from cqrs.portal.web.request import acting
from cqrs.portal.web.tables import Asked, Cell, Column, Cut, Filter, Table, cut, show

HOME = ("Home", "/")
MAY_NOT = "Only a user administrator or the help desk may look at people's accounts."


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Home, People, and what is in between."""
    return [HOME, ("People", reverse("people:list")), *more]


def looking(request: HttpRequest, *permissions: Permission) -> Actor:
    """Who looks after people here. Refused for everybody else."""
    actor = acting(request)
    if not any(actor.may(one) for one in permissions or waiting.LOOKS_AFTER):
        raise Refused(MAY_NOT)
    return actor


def _name(row: PersonRow) -> Cell:
    return Cell(row.name, reverse("people:person", args=[row.user_id]), sub=row.email)


def _state(row: PersonRow) -> Cell:
    if row.state:
        return Cell(row.state.capitalize(), tag="grey" if row.state == "switched off" else "orange")
    return Cell("")


TABLE: Table[PersonRow] = Table(
    "People, and what they may do",
    "person",
    (
        Column("Name", _name, sort="name"),
        Column(
            "Organisation",
            lambda row: Cell(row.organisation_name, sub=row.organisation_code),
            sort="organisation",
        ),
        Column("Roles", lambda row: ", ".join(row.role_names)),
        Column(
            "Last signed in",
            lambda row: list_moment(row.last_sign_in) if row.last_sign_in else "Never",
            sort="last",
            orders=("oldest first", "newest first"),
        ),
        Column("Account", _state),
    ),
    sort="name",
    filters=(
        Filter("find", "Name, email address or organisation"),
        Filter(
            "state",
            "Account",
            {"on": "Switched on", "off": "Switched off", "never": "Never signed in"},
        ),
    ),
    things="people",
    none_yet=("Nobody works here yet.", "Invite the first person."),
)


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody the actor looks after: who is locked, who is invited, who may do what."""
    actor = looking(request)
    shut = locks.all_locked()

    def fetch(asked: Asked) -> Cut[PersonRow]:
        rows = directory.people(actor, find=asked["find"], state=asked["state"], sort=asked.sort)
        found = cut(rows, asked)
        return Cut(directory.person_rows(found.rows, shut), found.matching, found.page, found.pages)

    context = {
        "table": show(request, TABLE, fetch),
        "locked": directory.locked_people(actor, shut),
        "invitations": waiting.invitations(actor),
        "may_manage": actor.may(Permission.MANAGE_USERS),
        "may_decide": actor.may(Permission.APPROVE_ACCESS) or actor.may(Permission.MANAGE_USERS),
        "crumbs": [HOME],
    }
    return render(request, "people/list.jinja", context)


@require_GET
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One person: their account, their roles with dates and limits, and what was before."""
    actor = looking(request)
    found = directory.person(actor, user_id)
    context = {
        "person": found,
        "own": found.user_id == actor.user_id,
        "reads_trail": actor.may(Permission.SEE_SIGN_INS),
        "may_manage": actor.may(Permission.MANAGE_USERS),
        "may_unlock": actor.may(Permission.UNLOCK),
        "crumbs": crumbs(),
    }
    return render(request, "people/person.jinja", context)


@require_POST
def unlock(request: HttpRequest, user_id: int) -> HttpResponse:
    """Open a locked account again."""
    actor = looking(request, Permission.UNLOCK)
    try:
        actions.unlock(actor=actor, user_id=user_id)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        name = directory.person(actor, user_id).name
        messages.success(request, f"You unlocked {name}, who can sign in again.")
    return redirect("people:list")


def give(request: HttpRequest, user_id: int, organisation_id: int) -> HttpResponse:
    """Give a person another role where they work, from a day, with its limits."""
    actor = looking(request, Permission.MANAGE_USERS)
    found, place = _at(actor, user_id, organisation_id)
    where = organisation(organisation_id)
    form = GiveForm(
        request.POST if request.method == "POST" else None,
        giving.roles_to_give(actor, organisation_id, where.kind),
        giving.clusters_of(organisation_id) if where.kind in COMMISSIONER else (),
        services(),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.grant(
                actor=actor,
                email=found.email,
                role=given["role"],
                organisation_code=where.code,
                start_date=given["start_date"],
                end_date=given["end_date"],
                cluster_id=given.get("cluster"),
                services=given.get("services"),
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, f"{found.name} has the role at {place} from that day.")
            return redirect("people:person", user_id)
    context = {"person": found, "place": place, "form": form, "crumbs": _inside(found)}
    return render(request, "people/give.jinja", context, status=409 if form.errors else 200)


def end(request: HttpRequest, user_id: int, grant_id: int) -> HttpResponse:
    """End one role at once, with a reason."""
    actor = looking(request, Permission.MANAGE_USERS)
    found = directory.person(actor, user_id)
    grant = _grant(found, grant_id)
    return _with_reason(
        request,
        found,
        title=f"End {found.name}'s role as {grant.role_name}",
        lead=f"At {grant.organisation_name}. It ends at once; their account and other roles stay.",
        button=f"End the role of {found.name}",
        do=lambda reason: actions.end_role(actor=actor, grant_id=grant_id, reason=reason),
        done=f"{found.name} is no longer {grant.role_name} at {grant.organisation_name}.",
    )


def unlink(request: HttpRequest, user_id: int, organisation_id: int) -> HttpResponse:
    """Take a person off an organisation, with a reason."""
    actor = looking(request, Permission.MANAGE_USERS)
    found, place = _at(actor, user_id, organisation_id)

    def do(reason: str) -> object:
        return actions.unlink(
            actor=actor, user_id=user_id, organisation_id=organisation_id, reason=reason
        )

    return _with_reason(
        request,
        found,
        title=f"Take {found.name} off {place}",
        lead="Every role they have there ends at once. Their account stays for other "
        "organisations, and nothing they did is lost.",
        button=f"Take {found.name} off {place}",
        do=do,
        done=f"{found.name} no longer works for {place} here.",
    )


def switch(request: HttpRequest, user_id: int) -> HttpResponse:
    """Switch an account off, or on again, with a reason."""
    actor = looking(request, Permission.MANAGE_USERS)
    found = directory.person(actor, user_id)
    if found.active:
        return _with_reason(
            request,
            found,
            title=f"Switch off the account of {found.name}",
            lead="They are signed out at once and can't sign in. Roles they handed over end, and "
            "invitations they sent that nobody accepted. Nothing is deleted, and you can switch "
            "the account on again.",
            button=f"Switch off {found.name}'s account",
            do=lambda reason: actions.disable(actor=actor, user_id=user_id, reason=reason),
            done=f"The account of {found.name} is switched off.",
        )
    return _with_reason(
        request,
        found,
        title=f"Switch on the account of {found.name}",
        lead="They can sign in again, with the roles whose dates still hold.",
        button=f"Switch on {found.name}'s account",
        do=lambda reason: actions.enable(actor=actor, user_id=user_id, reason=reason),
        done=f"The account of {found.name} is switched on.",
    )


def second_factor(request: HttpRequest, user_id: int) -> HttpResponse:
    """Remove a person's second factor, whose phone or key is lost, with a reason."""
    actor = looking(request, Permission.UNLOCK)
    found = directory.person(actor, user_id)
    return _with_reason(
        request,
        found,
        title=f"Remove the second factor of {found.name}",
        lead="Their authenticator app, passkeys and recovery codes stop working, and they are "
        "signed out and told. Make sure who asks first: ring the work phone you know.",
        button=f"Remove {found.name}'s second factor",
        do=lambda reason: actions.remove_second_factor(actor=actor, user_id=user_id, reason=reason),
        done=f"{found.name} has no second factor any more and was told.",
    )


def _with_reason(
    request: HttpRequest,
    found: PersonPage,
    *,
    title: str,
    lead: str,
    button: str,
    do: Callable[[str], object],
    done: str,
) -> HttpResponse:
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, done)
            return redirect("people:list")
    context = {
        "person": found,
        "title": title,
        "lead": lead,
        "button": button,
        "form": form,
        "crumbs": _inside(found),
    }
    return render(request, "people/reason.jinja", context, status=409 if form.errors else 200)


def _at(actor: Actor, user_id: int, organisation_id: int) -> tuple[PersonPage, str]:
    """A person and the name of one of the organisations they work for."""
    found = directory.person(actor, user_id)
    name = dict(found.places).get(organisation_id)
    if name is None:
        raise NotFound("They don't work there.")
    return found, name


def _grant(found: PersonPage, grant_id: int) -> GrantRow:
    for row in found.now:
        if row.id == grant_id:
            return row
    raise NotFound("There is no such role.")


def _inside(found: PersonPage) -> list[tuple[str, str]]:
    return crumbs((found.name, reverse("people:person", args=[found.user_id])))
