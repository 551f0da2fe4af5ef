"""The address "/": a home for every role, with what needs the person first.

Who sees claims of a provider or an area gets the home that shows their money. Everybody else,
administrators and national roles, gets the list of what needs them and what they may open.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cqrs.portal.accounts.permissions import Permission, Reach
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.accounts.roles import COMMISSIONER, NETWORK, PROVIDER
from cqrs.portal.web import tasks
from cqrs.portal.web.commissioner import home as commissioner_home
from cqrs.portal.web.practice import views as practice_views
from cqrs.portal.web.request import acting
from cqrs.portal.web.served import served
from cqrs.values import clock


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The home of the organisation and the roles somebody acts with."""
    actor = acting(request)
    if actor.may(Permission.SEE_CLAIMS):
        if actor.organisation_kind in (*PROVIDER, *NETWORK):
            return practice_views.home(request)
        if actor.organisation_kind in COMMISSIONER:
            return commissioner_home.home(request)
    work = tasks.work(actor)
    context = {
        "today": clock.today(),
        "lead": tasks.lead(task.due for task in work.mine),
        "needed": work.mine,
        "others": work.others,
        "open": tuple(_open(actor)),
        "reads_only": actor.may(Permission.READ_AUDIT),
    }
    return render(request, "home.jinja", context)


@dataclass(frozen=True)
class Job:
    """A part of the portal that a role opens, and what one does there."""

    title: str
    address: str
    sentence: str


JOBS = (
    (Permission.MANAGE_USERS, "people:list", "People",
     "Who works here with which roles: invite, give and end roles, unlock."),
    (Permission.APPROVE_ACCESS, "people:requests", "Requests for access",
     "Who asks to join, and why: agree or refuse with a reason."),
    (Permission.MANAGE_USERS, "people:recertify", "Quarterly check of roles",
     "Confirm who still needs what they have; end the rest."),
    (Permission.VIEW_AS, "support:view-as", "View as a customer",
     "Look at the portal as somebody sees it, without pounds. They can read that you did."),
    (Permission.VIEW_AS, "unsent-mail", "Emails that did not go",
     "Which were refused or may be lost, and sending them again."),
    (Permission.SEE_COLLECTIONS, "national:collections", "Collections",
     "Who has sent counts, the national figures, and calculating the nation."),
    (Permission.SEE_RUNS, "national:payments", "Payment runs",
     "What is approved and unpaid, and every run with its file."),
    (Permission.MANAGE_ORGANISATIONS, "organisations:list", "Organisations",
     "Practices, networks and commissioners over time: load the latest list, merge, split, close."),
    (Permission.MANAGE_CLUSTERS, "organisations:list", "Organisations",
     "The providers of your area, and the clusters you keep."),
    (Permission.READ_AUDIT, "national:audit", "Audit trail",
     "Everything that anybody did, sealed so that a change shows."),
)  # fmt: skip


def _open(actor: Actor) -> Iterator[Job]:
    seen = set()
    for permission, name, title, sentence in JOBS:
        address = served(name)
        if address and address not in seen and actor.may(permission):
            seen.add(address)
            yield Job(title, address, sentence)
    if any(reach == Reach.NATION for reach, _ in actor.ways(Permission.MANAGE_USERS)):
        yield Job(
            "Where people work from",
            served("security:networks"),
            "From which networks each kind of organisation may sign in.",
        )
