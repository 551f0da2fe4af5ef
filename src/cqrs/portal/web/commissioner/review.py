"""Deciding many claims together: check what was picked, confirm, and read what became of each.

What is confirmed is bound to the digests shown: a claim whose figures changed meanwhile is left
as it was, with its sentence, and the others go through.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.claims import actions
from cqrs.portal.claims.actions import Outcome
from cqrs.portal.claims.queries import ClaimCard, chosen, matching_ids
from cqrs.portal.web.commissioner.queue import ALL, Row, everything_matching, row, shown, turn
from cqrs.portal.web.request import acting

HOME = ("Home", "/")
KEPT = "bulk_outcomes"
WORDS = {"approve": "Approve", "finance_approve": "Finance-approve"}
DONE = {"approve": "approved", "finance_approve": "finance-approved"}
NOTHING_PICKED = "Select at least one claim"
Picks = dict[str, dict[int, str]]
"""{step: {claim id: statement digest}}"""


@dataclass(frozen=True)
class Result:
    """What became of one claim, as it stands now."""

    card: ClaimCard
    done: bool
    sentence: str


def review(request: HttpRequest) -> HttpResponse:
    """List what was picked, with the total, before anything is decided."""
    actor = deciding(request)
    if request.GET.get("select") == "all":
        ids: Iterable[int] = matching_ids(actor, everything_matching(request))
    else:
        ids = _numbers(request.POST.getlist("claim"))
    if not ids and request.method == "GET":
        return redirect("commissioner:queue")
    if not ids:
        return shown(_as_asked(request), problem=NOTHING_PICKED)
    rows = [row(actor, card) for card in chosen(actor, ids)]
    picked = [r for r in rows if r.step]
    context = {
        "picked": picked,
        "left_out": [r for r in rows if not r.step],
        "total": sum(r.card.pence or 0 for r in picked),
        "flagged": sum(bool(r.card.flags) for r in picked),
        "button": button(picked),
        "tokens": " ".join(f"{r.step}:{r.card.id}:{r.card.statement_digest}" for r in picked),
        "back": _back(request),
        "crumbs": _crumbs(),
    }
    return render(request, "commissioner/review.jinja", context)


def deciding(request: HttpRequest) -> Actor:
    """Who acts, when their role approves or finance-approves; Refused otherwise."""
    actor = acting(request)
    if turn(actor) == ALL:
        raise Refused("Your role may not approve claims.")
    return actor


def button(picked: list[Row]) -> str:
    """The verb of the button: what is done to everything that was picked."""
    return " and ".join(word for step, word in WORDS.items() if any(r.step == step for r in picked))


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Take the step on each claim that was shown, and go on to what became of them."""
    actor = deciding(request)
    picked = picks(request.POST.get("chosen", ""))
    outcomes = decide(actor, picked)
    request.session[KEPT] = {
        "done": " and ".join(word for step, word in DONE.items() if step in picked),
        "claims": {str(o.claim_id): [o.done, o.sentence] for o in outcomes},
    }
    return redirect("commissioner:outcome")


def decide(actor: Actor, picked: Picks) -> tuple[Outcome, ...]:
    """Approve and finance-approve what was picked for each."""
    steps = {"approve": actions.approve_many, "finance_approve": actions.finance_approve_many}
    return tuple(
        outcome
        for step, take in steps.items()
        if picked.get(step)
        for outcome in take(actor=actor, chosen=picked[step])
    )


@require_GET
def outcome(request: HttpRequest) -> HttpResponse:
    """What became of each claim: first what was refused and why, then what was done."""
    actor = deciding(request)
    kept = request.session.get(KEPT)
    if not kept:
        return redirect("commissioner:queue")
    claims = kept["claims"]
    results = [Result(card, *claims[str(card.id)]) for card in chosen(actor, map(int, claims))]
    done = [r for r in results if r.done]
    waiting = {r.card.waiting.sentence for r in done}
    context = {
        "done": done,
        "word": kept["done"],
        "then": waiting.pop() if len(waiting) == 1 else "",
        "refused": [r for r in results if not r.done],
        "total": sum(r.card.pence or 0 for r in done),
        "crumbs": _crumbs(),
    }
    return render(request, "commissioner/outcome.jinja", context)


def picks(text: str) -> Picks:
    """Read the hidden list of the review page. NotFound when it is not one of ours."""
    found: Picks = {}
    for token in text.split():
        step, number, digest = (*token.split(":"), "", "")[:3]
        if step not in WORDS or not number.isdecimal() or not digest:
            raise NotFound("There is no such claim.")
        found.setdefault(step, {})[int(number)] = digest
    if not found:
        raise NotFound("No claim was chosen.")
    return found


def _numbers(values: list[str]) -> list[int]:
    return [int(value) for value in values if value.isdecimal() and len(value) < 19]


def _as_asked(request: HttpRequest) -> HttpRequest:
    request.GET = QueryDict(request.POST.get("query", ""))
    return request


def _back(request: HttpRequest) -> str:
    query = request.POST.get("query", "")
    return reverse("commissioner:queue") + (f"?{query}" if query else "")


def _crumbs() -> list[tuple[str, str]]:
    return [HOME, ("Claims to approve", reverse("commissioner:queue"))]
