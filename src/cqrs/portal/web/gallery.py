"""Every component in every state with made-up data, on one page: for development only."""

from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cqrs.portal.accounts.permissions import NotFound
from cqrs.portal.claims.states import STATES
from cqrs.portal.web import tables
from cqrs.portal.web.tables import Cell, Column, Filter, Table
from cqrs.portal.web.tasks import Task
from cqrs.values import clock, pounds_text


@dataclass(frozen=True)
class Place:
    """A made-up practice."""

    code: str
    name: str
    people: int
    closed: bool


PLACES = tuple(
    Place(f"X{n:05}", f"{street} {n} Surgery", 4_000 + 7 * n, n % 9 == 0)
    for n in range(1, 1_261)
    for street in ("Quarry", "Cliff", "Glebe", "Mill", "Ash")
)
"""6,300 rows, as many as England has practices."""

TABLE: Table[Place] = Table(
    caption="Made-up practices",
    thing="practice",
    columns=(
        Column("Practice", lambda p: Cell(p.name, f"#{p.code}", sub=p.code), sort="name"),
        Column("Patients", lambda p: f"{p.people:,}", sort="people", numeric=True,
               orders=("fewest first", "most first")),
        Column("Worth", lambda p: pounds_text(p.people * 311), numeric=True),
        Column("State", lambda p: Cell("Closed" if p.closed else "Open",
                                       tag="grey" if p.closed else "green")),
    ),
    sort="name",
    filters=(
        Filter("text", "Name or code"),
        Filter("state", "State", {"open": "Open", "closed": "Closed"}),
    ),
)  # fmt: skip


class EveryField(forms.Form):
    """One field of every kind."""

    name = forms.CharField(
        label="Full name",
        help_text="First name and surname.",
        error_messages={"required": "Enter the full name"},
    )
    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput,
        error_messages={"required": "Enter a password"},
    )
    reason = forms.CharField(
        label="Why do you need access?",
        widget=forms.Textarea,
        error_messages={"required": "Enter why you need access"},
    )
    place = forms.ChoiceField(
        label="Practice",
        choices=[("", "Choose one"), ("x", "Mill Lane")],
        error_messages={"required": "Select a practice"},
    )
    decision = forms.ChoiceField(
        label="What do you decide?",
        choices=[("yes", "Agree"), ("no", "Refuse with a reason")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select agree or refuse"},
    )
    roles = forms.MultipleChoiceField(
        label="Roles",
        choices=[("viewer", "Practice viewer"), ("declarer", "Practice declarer")],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one role"},
    )


@require_GET
@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    """The components; nothing unless CQRS_GALLERY is 1."""
    if not settings.GALLERY:
        raise NotFound("There is no such page.")
    today = clock.today()
    context = {
        "places": tables.show(request, TABLE, _matching),
        "no_places": tables.show(request, TABLE, lambda asked: tables.cut((), asked)),
        "tasks": (
            Task("Declare: QOF 2025/26, year end", "#tasks", "480.58 of 564 points. No warnings.",
                 "£15,839.10", today - timedelta(3), "Returned"),
            Task("Approve 8 claims", "#tasks", "None has a flag.", "£200,397.73", today),
            Task("Decide on 2 requests for access", "#tasks", "The oldest is of Mon 11 May.",
                 due=today + timedelta(12)),
        ),
        "states": STATES.values(),
        "blank": EveryField(prefix="blank"),
        "wrong": EveryField({}, prefix="wrong"),
        "answers": (
            ("Full name", "Helen Marsh", "#answers"),
            ("Roles", ("Practice viewer", "Practice data entry"), "#answers"),
            ("Ends", (), ""),
        ),
    }  # fmt: skip
    return render(request, "gallery.jinja", context)


def _matching(asked: tables.Asked) -> tables.Cut[Place]:
    wanted = [
        place
        for place in PLACES
        if asked["text"].lower() in f"{place.name} {place.code}".lower()
        and asked["state"] in ("", "closed" if place.closed else "open")
    ]
    keys = {"name": lambda place: place.name, "people": lambda place: place.people}
    return tables.cut(wanted, asked, keys)
