"""The table of states: no undecided cell, a sentence for every state, the same road in SQL."""

import json
from dataclasses import replace
from datetime import date
from itertools import pairwise, product
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.db import Error, connection, transaction

from cqrs.portal.accounts.duties import Duty
from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.accounts.queries import Actor, Held
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.claims import permissions, states
from cqrs.portal.claims.calendar import is_working_day, working_days
from cqrs.portal.claims.models import Claim, ClaimState
from cqrs.portal.collection.models import Collection
from tests.factories import Loaded
from tests.integration.rooms.road import claim_of

WORLD = "qof"

FULL = [{"step": step} for step in ("declare", "approve", "finance_approve")]
ROUTES = [
    [step for step, taken in zip(FULL, pattern, strict=True) if taken]
    for pattern in product((True, False), repeat=3)
]
PRACTICE, ICB, ELSEWHERE = 1, 2, 3
WHO_MAY = {
    # role: {state: actions}, for a final claim on the full route, at the claim's own organisation
    "practice_declarer": {"awaiting_provider": {"declare"}, "awaiting_commissioner": {"withdraw"}},
    "approval_manager": {"awaiting_commissioner": {"approve", "return"}},
    "finance_manager": {"awaiting_finance": {"finance_approve", "return"}},
}


def person(role: str, place: int) -> Actor:
    return Actor(
        user_id=7,
        name="Somebody",
        email="",
        organisation_id=place,
        organisation_code="",
        organisation_name="",
        organisation_kind="",
        held=(Held(ROLES[role]),),
    )


def claim(
    state: str,
    route: list[dict[str, str]],
    status: str = "final",
    purpose: str = "year_end",
    seen_from: int = 0,
) -> Claim:
    """A claim as a query answers it to somebody who acts there; 0 for both of its sides."""
    row: Any = SimpleNamespace(
        state=state,
        route=route,
        status=status,
        reference="QOF-1",
        may_declare=seen_from in (0, PRACTICE),
        may_approve=seen_from in (0, ICB),
        may_finance_approve=seen_from in (0, ICB),
        provider_id=PRACTICE,
        commissioner_id=ICB,
        collection=Collection(purpose=purpose),
        provider=SimpleNamespace(name="Larkfield Road Surgery"),
        commissioner=SimpleNamespace(name="NHS Westmere ICB"),
    )
    return cast(Claim, row)


def test_the_table_has_every_state_of_the_database_and_no_other() -> None:
    assert set(states.STATES) == set(ClaimState.values)


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_no_cell_of_state_role_and_route_is_undecided(route: list[dict[str, str]]) -> None:
    for state, role, action in product(states.STATES, ROLES, states.ACTIONS):
        home = PRACTICE if "practice" in ROLES[role].kinds else ICB
        on_route = state in states.road(route, pence=1)
        row = claim(state, route, seen_from=home)
        no = permissions.refusal(person(role, home), action, row, done=())
        wanted = on_route and action in WHO_MAY.get(role, {}).get(state, set())
        if action in ("return", "withdraw") and FULL[0] not in route:
            wanted = False
        assert (no == "") == wanted, (action, no)
        assert no == "" or no.endswith(".")


@pytest.mark.parametrize("role", WHO_MAY)
def test_nobody_acts_on_the_claim_of_another_organisation(role: str) -> None:
    for state, action in product(states.STATES, states.ACTIONS):
        assert permissions.refusal(
            person(role, ELSEWHERE), action, claim(state, FULL, seen_from=ELSEWHERE), done=()
        )


@pytest.mark.parametrize("role", WHO_MAY)
def test_an_empty_set_of_permissions_lets_nobody_in(role: str) -> None:
    for place, state, action in product((PRACTICE, ICB), states.STATES, states.ACTIONS):
        nobody = replace(person(role, place), held=())
        assert permissions.refusal(nobody, action, claim(state, FULL), done=())


@pytest.mark.parametrize(
    ("action", "state"),
    [("declare", "awaiting_provider"), ("approve", "awaiting_commissioner"),
     ("finance_approve", "awaiting_finance")],
)  # fmt: skip
def test_one_person_with_every_role_takes_one_step(action: str, state: str) -> None:
    place = PRACTICE if action == "declare" else ICB
    mighty = replace(person("practice_declarer", place), extra=frozenset(Permission))
    assert permissions.refusal(mighty, action, claim(state, FULL), done=()) == ""
    for before in (Duty.DECLARE, Duty.APPROVE, Duty.FINANCE_APPROVE):
        no = permissions.refusal(mighty, action, claim(state, FULL), done=[before])
        assert no.startswith("You have already taken a step") == (before != action)


def test_provisional_figures_can_not_be_declared() -> None:
    no = permissions.refusal(
        person("practice_declarer", PRACTICE),
        "declare",
        claim("awaiting_provider", FULL, status="provisional"),
        done=(),
    )
    assert "provisional" in no


def test_in_year_figures_are_never_declared() -> None:
    no = permissions.refusal(
        person("practice_declarer", PRACTICE),
        "declare",
        claim("awaiting_provider", FULL, purpose="in_year"),
        done=(),
    )
    assert "is for information" in no


# The sentence ------------------------------------------------------------------------------------


def sentence(
    state: str, status: str = "final", route: list[dict[str, str]] = FULL, answering: str = ""
) -> str:
    return states.waiting(
        state=state,
        status=status,
        since=date(2026, 4, 24),
        today=date(2026, 5, 12),
        route=route,
        provider_name="Larkfield Road Surgery",
        commissioner_name="NHS Westmere ICB",
        answering_name=answering,
    ).sentence


SENTENCES = {
    "awaiting_provider": "Waiting for Larkfield Road Surgery to declare since 24 April 2026, "
    "11 working days. Next: NHS Westmere ICB approves.",
    "awaiting_commissioner": "Waiting for NHS Westmere ICB to approve since 24 April 2026, "
    "11 working days. Next: NHS Westmere ICB finance approves.",
    "awaiting_finance": "Waiting for NHS Westmere ICB finance to approve since 24 April 2026, "
    "11 working days. Next: the payment run.",
    "approved": "Waiting for the payment run since 24 April 2026, 11 working days. Next: a payment "
    "operator builds the run and a second person releases it.",
    "scheduled": "Waiting for a second person to release the payment run since 24 April 2026, "
    "11 working days. Next: the payment file goes to the payment agency.",
    "sent": "Waiting for the payment agency to say what it paid since 24 April 2026, "
    "11 working days. Next: the money reaches Larkfield Road Surgery.",
    "settled": "Waiting for nobody since 24 April 2026: the amount is £0.00, so it is settled "
    "without a payment. Next: nothing, this claim is finished.",
}


@pytest.mark.parametrize("state", states.STATES)
def test_every_state_has_its_sentence(state: str) -> None:
    assert sentence(state) == SENTENCES[state]


def test_a_closed_provider_s_claim_names_who_answers_for_it() -> None:
    told = {state: sentence(state, answering="Quayside Surgery") for state in states.STATES}
    assert told["awaiting_provider"] == (
        "Waiting for Quayside Surgery, which answers for Larkfield Road Surgery, to declare since "
        "24 April 2026, 11 working days. Next: NHS Westmere ICB approves."
    )
    assert told["sent"].endswith(
        "Next: the money reaches whom the payment run names. Quayside Surgery answers for "
        "Larkfield Road Surgery."
    )
    for state, words in told.items():
        assert words.count("Quayside Surgery") == words.count("Larkfield Road Surgery") == 1, state


def test_a_provisional_claim_waits_for_the_national_figures() -> None:
    assert sentence("awaiting_provider", "provisional") == (
        "Waiting for the national figures to become final since 24 April 2026, 11 working days. "
        "Next: Larkfield Road Surgery declares."
    )


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_the_next_step_is_the_route_s(route: list[dict[str, str]]) -> None:
    for state in states.road(route, pence=1):
        assert " Next: " in sentence(state, route=route)
    if route and route[0] == FULL[0] and FULL[1] not in route:
        wanted = "NHS Westmere ICB finance approves" if FULL[2] in route else "the payment run"
        assert f"Next: {wanted}." in sentence("awaiting_provider", route=route)


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 4, 24), "since today."),
        (date(2026, 4, 26), "since 24 April 2026, not yet a working day."),
        (date(2026, 4, 27), "since 24 April 2026, 1 working day."),
    ],
)
def test_the_first_days_read_well(today: date, words: str) -> None:
    told = states.waiting(
        state="awaiting_provider",
        status="final",
        since=date(2026, 4, 24),
        today=today,
        route=FULL,
        provider_name="Larkfield Road Surgery",
        commissioner_name="NHS Westmere ICB",
    )
    assert words in told.sentence


def test_bank_holidays_of_england_are_not_working_days() -> None:
    assert not is_working_day(date(2026, 5, 4))
    assert not is_working_day(date(2026, 12, 28))
    assert is_working_day(date(2026, 11, 30)), "St Andrew's Day is a holiday in Scotland only"
    assert working_days(date(2026, 5, 1), date(2026, 5, 5)) == 1
    assert working_days(date(2026, 5, 5), date(2026, 5, 5)) == 0
    assert working_days(date(2026, 5, 6), date(2026, 5, 5)) == 0


# The same road in SQL ----------------------------------------------------------------------------

COPY_OF_A_CLAIM = """
CREATE TEMP TABLE road_test (LIKE claims_claim) ON COMMIT DROP;
CREATE TRIGGER road_test BEFORE INSERT OR UPDATE ON road_test
    FOR EACH ROW EXECUTE FUNCTION claim_moves_legally();
"""


def legal(
    route: list[dict[str, str]], pence: int, before: str, after: str, new_round: bool
) -> bool:
    """Whether the table of states says that a claim may move so."""
    road = states.road(route, pence)
    if new_round:
        return after == road[0] and before in states.FALLS_BACK_FROM
    forward = dict(pairwise(road))
    to_payment = {("approved", "scheduled"), ("scheduled", "approved"), ("scheduled", "sent")}
    return (
        after == before
        or forward.get(before) == after
        or (pence > 0 and (before, after) in to_payment)
    )


@pytest.mark.parametrize("pence", [0, 100])
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_the_database_holds_the_same_road(
    qof: Loaded, route: list[dict[str, str]], pence: int
) -> None:
    """Every state to every state, with and without a new round, on every route."""
    row = claim_of("A99001")
    with connection.cursor() as cursor:
        cursor.execute(COPY_OF_A_CLAIM)
        for before, after, new_round in product(states.STATES, states.STATES, (False, True)):
            cursor.execute("TRUNCATE road_test")
            cursor.execute("ALTER TABLE road_test DISABLE TRIGGER road_test")
            cursor.execute(
                "INSERT INTO road_test SELECT * FROM claims_claim WHERE id = %s", [row.pk]
            )
            cursor.execute(
                "UPDATE road_test SET route = %s, pence = %s, state = %s",
                [json.dumps(route), pence, before],
            )
            cursor.execute("ALTER TABLE road_test ENABLE TRIGGER road_test")
            try:
                with transaction.atomic():
                    cursor.execute(
                        "UPDATE road_test SET state = %s, round = round + %s",
                        [after, int(new_round)],
                    )
                moved = True
            except Error as error:
                moved = "may not go from" not in str(error)
            assert moved == legal(route, pence, before, after, new_round), (
                before,
                after,
                new_round,
            )


@pytest.mark.parametrize("pence", [0, 100])
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_claim_starts_at_the_start_of_its_route(
    qof: Loaded, route: list[dict[str, str]], pence: int
) -> None:
    row = claim_of("A99001")
    with connection.cursor() as cursor:
        cursor.execute(COPY_OF_A_CLAIM)
        cursor.execute("CREATE TEMP TABLE seed ON COMMIT DROP AS SELECT * FROM claims_claim")
        cursor.execute("DELETE FROM seed WHERE id <> %s", [row.pk])
        for state, number in product(states.STATES, (1, 2)):
            cursor.execute(
                "UPDATE seed SET route = %s, pence = %s, state = %s, round = %s",
                [json.dumps(route), pence, state, number],
            )
            try:
                with transaction.atomic():
                    cursor.execute("INSERT INTO road_test SELECT * FROM seed")
                started = True
            except Error as error:
                started = "must start as" not in str(error)
            assert started == (state == states.start(route, pence) and number == 1)
