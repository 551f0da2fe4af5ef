"""Home of the national centre: what needs this person among runs, collections and the trail."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.claims.queries.calculations import with_final_statements
from cqrs.portal.collection.queries import overview
from cqrs.portal.payments.queries import RunCard, ready, runs
from cqrs.portal.web.national.collections import is_for_operator, waits_for
from cqrs.portal.web.request import acting
from cqrs.values import clock, pounds_text

SHOWN = 5


@dataclass(frozen=True)
class Task:
    """Something this person can do now, or that waits for somebody else."""

    title: str
    address: str
    sentence: str
    amount: str = ""


def home(request: HttpRequest) -> HttpResponse:
    """What needs this person first, then what waits for others."""
    actor = acting(request)
    needed, others = _runs(actor)
    more, rest = _collections(actor)
    context = {
        "today": clock.today(),
        "needed": [*needed, *more],
        "others": [*others, *rest],
        "audits": actor.may(Permission.READ_AUDIT),
    }
    return render(request, "national/home.jinja", context)


def _runs(actor: Actor) -> tuple[list[Task], list[Task]]:
    if not actor.may(Permission.SEE_RUNS):
        return [], []
    needed, others = [], []
    waiting = ready(actor)
    if waiting.claims:
        claims = (
            "1 approved claim" if waiting.claims == 1 else f"{waiting.claims:,} approved claims"
        )
        if actor.may(Permission.BUILD_RUN):
            needed.append(
                Task(
                    f"Build a payment run of {claims}",
                    reverse("national:payments-build"),
                    "Building sends nothing: a second person releases it.",
                    pounds_text(waiting.pence),
                )
            )
        else:
            others.append(
                Task(
                    claims.capitalize(),
                    reverse("national:payments"),
                    "Waiting for a payment operator. Next: a payment run is built.",
                    pounds_text(waiting.pence),
                )
            )
    open_runs = [card for card in runs(actor, newest=50) if card.state == "built"]
    needed += [_task(card, f"Release {card.reference}") for card in open_runs if _mine(card)]
    others += [_task(card, card.reference) for card in open_runs if not _mine(card)]
    return needed, others


def _mine(card: RunCard) -> bool:
    return "release" in card.may


def _task(card: RunCard, title: str) -> Task:
    address = reverse("national:payment-run", args=[card.reference])
    return Task(title, address, card.sentence, pounds_text(card.total_pence))


def _collections(actor: Actor) -> tuple[list[Task], list[Task]]:
    if not actor.may(Permission.SEE_COLLECTIONS):
        return [], []
    needed: list[Task] = []
    others: list[Task] = []
    final = with_final_statements(actor)
    for row in overview(actor)[:SHOWN]:
        calculated = row.id in final
        address = reverse("national:collection", args=[row.id])
        task = Task(row.title, address, waits_for(row, calculated=calculated))
        mine = actor.may(Permission.STRIKE) and is_for_operator(row, calculated=calculated)
        (needed if mine else others).append(task)
    return needed, others
