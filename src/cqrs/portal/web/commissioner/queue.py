"""The work queue: what somebody asks of it, and each claim as its row shows it."""

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.claims.queries import ClaimCard, QueueFilter, QueuePage, queue
from cqrs.portal.claims.states import STATES, WAITS_IN
from cqrs.portal.web.middleware import NUL
from cqrs.portal.web.paging import address, page_number, paging
from cqrs.portal.web.request import acting
from cqrs.portal.web.watching import saw

ALL = "all"
STATUSES = {"final": "Final figures", "provisional": "Provisional figures"}
FLAGS = {
    "any": "Any flag",
    "none": "No flag",
    "typed": "Counts typed in",
    "warnings": "Warnings with the counts",
    "missing": "Indicators without counts",
}
STEPS = {"approve": Permission.APPROVE, "finance_approve": Permission.FINANCE_APPROVE}
"""What may be done to many claims at once, and who may."""


@dataclass(frozen=True)
class Tag:
    """A filter in use, and the address without it."""

    label: str
    address: str


@dataclass(frozen=True)
class Column:
    """A heading that sorts. `sorted` is the aria-sort of the column in use."""

    label: str
    key: str
    address: str
    sorted: str
    numbers: bool = False


@dataclass(frozen=True)
class Row:
    """A claim with the step it may be picked for, or why it has no checkbox."""

    card: ClaimCard
    step: str
    why_not: str

    @property
    def who(self) -> str:
        """Whom it waits for, from the reader's side."""
        who = self.card.waiting.who
        return "You" if STEPS.keys() & self.card.may else who[:1].upper() + who[1:]


def asked(request: HttpRequest) -> QueueFilter:
    """The filter in the address. Without a state it is what waits for this person."""
    query = request.GET
    state = query.get("state", turn(acting(request)))
    return QueueFilter(
        state=state if state in STATES else "",
        status=query.get("status", ""),
        flag=flag if (flag := query.get("flag", "")) in FLAGS else "",
        text=query.get("text", "").replace(NUL, "").strip()[:80],
        sort=query.get("sort", "oldest"),
        page=page_number(request),
    )


def turn(actor: Actor) -> str:
    """The state in which claims wait for this person; all states when they decide nothing."""
    return next((WAITS_IN[step] for step, needed in STEPS.items() if actor.may(needed)), ALL)


def row(actor: Actor, card: ClaimCard) -> Row:
    """Whether the claim may be picked for a bulk step, and why not in words."""
    step = next((step for step in STEPS if step in card.may), "")
    if step:
        return Row(card, "" if card.blocks_bulk else step, "Open it to decide" * card.blocks_bulk)
    mine = (action for action, needed in STEPS.items() if actor.may(needed))
    return Row(card, "", next((card.refusals[a] for a in mine if a in card.refusals), ""))


def tags(request: HttpRequest, wanted: QueueFilter) -> tuple[Tag, ...]:
    """The filters in use, each with the way to take it off."""
    used = []
    if wanted.state:
        label = f"State: {STATES[wanted.state].label.lower()}"
        used.append(Tag(label, address(request, state=ALL, page=1)))
    if wanted.status in STATUSES:
        used.append(Tag(STATUSES[wanted.status], address(request, status="", page=1)))
    if wanted.flag in FLAGS:
        used.append(Tag(f"Flag: {FLAGS[wanted.flag].lower()}", address(request, flag="", page=1)))
    if wanted.text:
        used.append(Tag(f"Search: {wanted.text}", address(request, text="", page=1)))
    return tuple(used)


def columns(request: HttpRequest, wanted: QueueFilter, *, pounds: bool) -> dict[str, Column]:
    """The headings that sort; a second press turns the order round where that helps."""

    def column(label: str, first: str, second: str, ascending: str, numbers: bool) -> Column:
        here = wanted.sort in (first, second)
        direction = "ascending" if wanted.sort == ascending else "descending"
        to = second if wanted.sort == first else first
        return Column(
            label, first, address(request, sort=to, page=1), direction if here else "", numbers
        )

    return {
        "name": column("Practice", "name", "name", "name", numbers=False),
        "money": column("To pay" if pounds else "Points", "most", "least", "least", numbers=True),
        "wait": column("Waiting for", "oldest", "newest", "oldest", numbers=False),
    }


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """The queue."""
    return shown(request)


def shown(request: HttpRequest, problem: str = "") -> HttpResponse:
    """The queue as asked for, with a problem on top when there is one."""
    actor = acting(request)
    wanted = asked(request)
    page = queue(actor, wanted)
    saw(actor, page.cards)
    rows = [row(actor, card) for card in page.cards]
    pounds = page.matching_pence is not None or any(card.shows_pounds for card in page.cards)
    pickable = [r for r in rows if r.step]
    context = {
        "page": page,
        "rows": rows,
        "wanted": wanted,
        "pounds": pounds,
        "points": pounds or any(card.points is not None for card in page.cards),
        "decides": turn(actor) != ALL,
        "finance": turn(actor) == WAITS_IN["finance_approve"],
        "tags": tags(request, wanted),
        "show_all": address(request, state=ALL, status="", flag="", text="", page=1),
        "flagged": address(request, flag="any", page=1),
        "columns": columns(request, wanted, pounds=pounds),
        "paging": paging(request, page.page, page.pages),
        "choices": {
            "state": _states(page),
            "status": STATUSES,
            "flag": FLAGS,
            "sort": _sorts(pounds=pounds),
        },
        "pickable": len(pickable),
        "first_box": f"claim-{pickable[0].card.id}" if pickable else "",
        "without_flag": _without_flag(actor, wanted, page),
        "query": request.GET.urlencode(),
        "problem": problem,
        "crumbs": [("Home", "/")],
    }
    return render(request, "commissioner/queue.jinja", context, status=400 if problem else 200)


def _states(page: QueuePage) -> dict[str, str]:
    everything = {ALL: f"All states ({page.everything:,})"}
    return everything | {s.state: f"{s.label} ({s.claims:,})" for s in page.by_state}


def _sorts(*, pounds: bool) -> dict[str, str]:
    what = "Amount" if pounds else "Points"
    return {
        "oldest": "Longest wait first",
        "newest": "Shortest wait first",
        "most": f"{what}, most first",
        "least": f"{what}, least first",
        "name": "Practice, A to Z",
    }


def _without_flag(actor: Actor, wanted: QueueFilter, page: QueuePage) -> int:
    """How many claims "select all" would pick: those that wait for this person, without a flag."""
    if wanted.state != turn(actor) or wanted.flag not in ("", "none"):
        return 0
    return page.matching - page.matching_flagged


def everything_matching(request: HttpRequest) -> QueueFilter:
    """The filter of "select all matching without a flag", whatever the page."""
    return replace(asked(request), flag="none", page=1)
