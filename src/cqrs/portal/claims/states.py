"""The road of a claim as a table: what each state is called, who owns it, what may be done in it.

Both sides of a claim read the same sentence: "Waiting for X since Y, N working days. Next: Z".
The database holds the same road in `guards.py`; a test walks both for every route.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.claims.calendar import working_days
from cqrs.portal.words import day_text

Route = Sequence[Mapping[str, str]]
"""[{"step": "declare"}, {"step": "approve"}, {"step": "finance_approve"}], or fewer."""


@dataclass(frozen=True)
class State:
    """Where a claim can stand."""

    code: str
    label: str
    colour: str
    """Colour of the NHS.UK tag."""
    owner: str
    """provider, commissioner, finance, payments, agency or nobody."""
    actions: tuple[str, ...]
    """What somebody with the right role may do in it."""


@dataclass(frozen=True)
class Action:
    """Something a person may do to a claim."""

    code: str
    words: str
    permission: Permission
    side: str
    """provider or commissioner: whose claim it must be."""


@dataclass(frozen=True)
class Waiting:
    """Who a claim waits for, since when, and what comes next."""

    who: str
    since: date
    working_days: int
    next_step: str
    sentence: str


STATES: Mapping[str, State] = {
    state.code: state
    for state in (
        State("awaiting_provider", "Awaiting provider", "blue", "provider", ("declare",)),
        State(
            "awaiting_commissioner", "Awaiting commissioner", "yellow", "commissioner",
            ("approve", "return", "withdraw"),
        ),
        State(
            "awaiting_finance", "Awaiting finance", "orange", "finance",
            ("finance_approve", "return"),
        ),
        State("approved", "Approved", "aqua-green", "payments", ()),
        State("scheduled", "In a payment run", "purple", "payments", ()),
        State("sent", "Sent", "green", "agency", ()),
        State("settled", "Settled, nothing to pay", "grey", "nobody", ()),
    )
}  # fmt: skip

ACTIONS: Mapping[str, Action] = {
    action.code: action
    for action in (
        Action("declare", "declare", Permission.DECLARE, "provider"),
        Action("withdraw", "take back", Permission.DECLARE, "provider"),
        Action("approve", "approve", Permission.APPROVE, "commissioner"),
        Action("finance_approve", "finance-approve", Permission.FINANCE_APPROVE, "commissioner"),
        Action("return", "return", Permission.APPROVE, "commissioner"),
    )
}

WAITS_IN: Mapping[str, str] = {
    "declare": "awaiting_provider",
    "approve": "awaiting_commissioner",
    "finance_approve": "awaiting_finance",
}
"""The state in which a claim waits for each step of a route."""

SIGNED_AS: Mapping[str, str] = {
    "declare": "declared",
    "approve": "approved",
    "finance_approve": "finance_approved",
}
"""The kind of event that each step leaves."""

OPEN_STATES = tuple(WAITS_IN.values())
FALLS_BACK_FROM = ("awaiting_commissioner", "awaiting_finance", "approved", "settled")
"""States from which a claim goes back to its start, in a new round, when its figures change."""

PAID_LATER = "the counts at the year end decide what is paid"
FOR_INFORMATION = f"Waiting for nobody: in-year figures are for information. Next: {PAID_LATER}."

RETURN_REASONS: Mapping[str, str] = {
    "counts": "The counts look wrong",
    "list_size": "The list size looks wrong",
    "records": "The records do not support the figures",
    "period": "It is for the wrong period",
    "other": "Something else",
}


def return_permission(state: str) -> Permission:
    """Returning belongs to whoever would approve in this state."""
    return Permission.FINANCE_APPROVE if state == "awaiting_finance" else Permission.APPROVE


def needed(action: str) -> tuple[Permission, ...]:
    """The permissions that an action asks for, in one state or another."""
    if action == "return":
        return tuple(dict.fromkeys(return_permission(state) for state in OPEN_STATES))
    return (ACTIONS[action].permission,)


def start(route: Route, pence: int) -> str:
    """Where a new claim stands."""
    return road(route, pence)[0]


def road(route: Route, pence: int) -> tuple[str, ...]:
    """The states of a route in order, up to where its last approval leaves the claim."""
    end = "approved" if pence else "settled"
    return (*(WAITS_IN[step["step"]] for step in route), end)


def after(state: str, route: Route, pence: int) -> str:
    """The state that the step taken in `state` leads to."""
    states = road(route, pence)
    return states[states.index(state) + 1]


def is_past(waits_in: str, state: str) -> bool:
    """Whether a claim in `state` has left the state `waits_in` behind."""
    order = tuple(STATES)
    return order.index(state) > order.index(waits_in)


def offered(state: str, route: Route) -> frozenset[str]:
    """What may be done in this state on this route, by whoever has the role."""
    actions = set(STATES[state].actions)
    if state not in (WAITS_IN[step["step"]] for step in route):
        return frozenset()
    if not any(step["step"] == "declare" for step in route):
        # Nobody on the provider's side acts, so there is nobody to give it back to.
        actions -= {"return", "withdraw"}
    return frozenset(actions)


def waiting(
    *,
    state: str,
    status: str,
    since: date,
    today: date,
    route: Route,
    provider_name: str,
    commissioner_name: str,
    pays: bool = True,
    newer_counts: date | None = None,
    answering_name: str = "",
) -> Waiting:
    """The sentence of a claim, the same for everybody who may read it.

    `pays` is no for an in-year claim, which only informs. `newer_counts` is the day on which
    counts came in that are not calculated yet. `answering_name` is the lead successor of a
    provider that has closed: it declares, and is paid by every run built since.
    """
    if not pays:
        days = working_days(since, today)
        return Waiting("nobody", since, days, PAID_LATER, FOR_INFORMATION)
    moving = status == "provisional" and state == start(route, pence=1)
    acting_name = answering_name or provider_name
    who, doing = _waits_for(state, acting_name, commissioner_name)
    next_step = _next(state, route, acting_name, commissioner_name)
    if answering_name and state == "sent":
        next_step = "the money reaches whom the payment run names"
    if moving:
        who, doing = "the national figures", " to become final"
        next_step = _does(state, acting_name, commissioner_name)
    if newer_counts and state in (*WAITS_IN.values(), "approved"):
        since, who, doing = newer_counts, "a data operator", " to calculate newer counts"
        next_step = _does(start(route, pence=1), acting_name, commissioner_name)
    days = working_days(since, today)
    when = f"{day_text(since)}, {_days(days)}" if since < today else "today"
    answers = ""
    if answering_name and who == answering_name:
        doing = f", which answers for {provider_name},{doing}"
    elif answering_name:
        answers = f" {answering_name} answers for {provider_name}."
    sentence = f"Waiting for {who}{doing} since {when}. Next: {next_step}.{answers}"
    if state == "settled":
        sentence = (
            f"Waiting for nobody since {day_text(since)}: the amount is £0.00, so it is settled "
            f"without a payment. Next: nothing, this claim is finished.{answers}"
        )
    return Waiting(who, since, days, next_step, sentence)


def _waits_for(state: str, provider: str, commissioner: str) -> tuple[str, str]:
    return {
        "awaiting_provider": (provider, " to declare"),
        "awaiting_commissioner": (commissioner, " to approve"),
        "awaiting_finance": (f"{commissioner} finance", " to approve"),
        "approved": ("the payment run", ""),
        "scheduled": ("a second person", " to release the payment run"),
        "sent": ("the payment agency", " to say what it paid"),
        "settled": ("nobody", ""),
    }[state]


def _does(state: str, provider: str, commissioner: str) -> str:
    return {
        "awaiting_provider": f"{provider} declares",
        "awaiting_commissioner": f"{commissioner} approves",
        "awaiting_finance": f"{commissioner} finance approves",
        "approved": "the payment run",
    }[state]


def _next(state: str, route: Route, provider: str, commissioner: str) -> str:
    if state in OPEN_STATES:
        return _does(after(state, route, pence=1), provider, commissioner)
    return {
        "approved": "a payment operator builds the run and a second person releases it",
        "scheduled": "the payment file goes to the payment agency",
        "sent": f"the money reaches {provider}",
        "settled": "nothing",
    }[state]


def _days(number: int) -> str:
    if number == 0:
        return "not yet a working day"
    return "1 working day" if number == 1 else f"{number} working days"


def steps_of(route: Iterable[str]) -> list[dict[str, str]]:
    """A definition's route as it is kept on a claim."""
    return [{"step": step} for step in route]
