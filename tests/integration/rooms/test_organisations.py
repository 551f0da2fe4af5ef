"""One model of organisations: dated relationships that can't overlap, list sizes from a source."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.organisations import actions, queries
from cqrs.portal.organisations.actions import NewListSize, NewOrganisation, NewRelationship
from cqrs.portal.organisations.models import ListSize, Organisation, Relationship
from tests.factories import NORTHMOOR, WESTMERE, actor, set_up
from tests.integration.rooms.road import everything

WORLD = "england"

OPERATOR = command_actor()


def test_setting_up_twice_changes_nothing(england: None) -> None:
    before = everything()
    set_up()
    assert everything() == before


def test_an_organisation_is_brought_up_to_date(england: None) -> None:
    renamed = NewOrganisation(
        "A99001", "Larkfield Road Medical Centre", "practice", supplier="Supplier 1"
    )
    outcome = actions.register(actor=OPERATOR, organisations=[renamed])
    assert (outcome.created, outcome.changed, outcome.unchanged) == (0, 1, 0)
    assert queries.by_code("A99001").name == "Larkfield Road Medical Centre"
    assert queries.by_code("A99001").payee_reference == "A99001"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2020, 4, 1), None),
        (date(2026, 4, 1), None),
        (date(2019, 1, 1), date(2020, 4, 1)),
        (date(2023, 1, 1), date(2023, 1, 1)),
    ],
)
def test_nobody_has_two_commissioners_on_one_day(
    england: None, start: date, end: date | None
) -> None:
    second = NewRelationship("A99001", NORTHMOOR, "commissioned_by", start, end)
    before = everything()
    with (
        pytest.raises(IntegrityError, match="relationship_one_commissioner_at_a_time"),
        transaction.atomic(),
    ):
        actions.relate(actor=OPERATOR, relationships=[second])
    assert everything() == before


def test_registering_again_keeps_what_the_commissioner_chose_and_what_is_not_said(
    england: None,
) -> None:
    start = date(2024, 4, 1)
    first = NewOrganisation(
        "A99901", "Chosen Surgery", "practice", "EMIS", "P-1", open_date=start, provider_steps=2
    )
    actions.register(actor=OPERATOR, organisations=[first])
    assert Organisation.objects.get(code="A99901").provider_steps == 2, "as it starts"
    Organisation.objects.filter(code="A99001").update(provider_steps=2)
    again = [
        NewOrganisation("A99901", "Chosen Medical Centre", "practice"),
        NewOrganisation("A99001", "Larkfield Road Surgery", "practice", provider_steps=1),
    ]
    actions.register(actor=OPERATOR, organisations=again)
    assert Organisation.objects.get(code="A99001").provider_steps == 2
    kept = Organisation.objects.get(code="A99901")
    assert (kept.name, kept.provider_steps) == ("Chosen Medical Centre", 2)
    assert (kept.supplier, kept.payee_reference, kept.open_date) == ("EMIS", "P-1", start)


def test_a_practice_may_change_its_commissioner_the_next_day(england: None) -> None:
    practice = queries.by_code("A99001").id
    held = Relationship.objects.get(child=practice, kind="commissioned_by")
    held.end_date = date(2026, 3, 31)
    held.save()
    moved = NewRelationship("A99001", NORTHMOOR, "commissioned_by", date(2026, 4, 1))
    assert actions.relate(actor=OPERATOR, relationships=[moved]) == 1
    before, after = (
        queries.commissioner_of(practice, day) for day in (date(2026, 3, 31), date(2026, 4, 1))
    )
    assert before is not None
    assert after is not None
    assert (before.code, after.code) == (WESTMERE, NORTHMOOR)
    assert not actor("priya").sees(practice)
    assert actor("tom").sees(practice)


def test_the_kinds_of_relationship_do_not_get_in_each_others_way(england: None) -> None:
    network = queries.network_of(queries.by_code("A99001").id)
    assert network is not None
    assert network.name == "Harbour and Vale PCN"


def test_a_list_size_of_another_day_is_not_taken_instead(england: None) -> None:
    practice = queries.by_code("A99001").id
    found = queries.list_size(practice, date(2026, 1, 1))
    assert found is not None
    assert found.registered == 9842
    assert queries.list_size(practice, date(2025, 1, 1)) is None


def test_a_corrected_list_size_is_a_new_record_and_counts(england: None) -> None:
    day = date(2026, 1, 1)
    for _ in range(2):
        actions.record_list_sizes(
            actor=OPERATOR,
            on_date=day,
            source_name="Corrected list sizes",
            source_digest="c" * 64,
            sizes=[NewListSize("A99001", 9900)],
        )
    practice = queries.by_code("A99001").id
    found = queries.list_size(practice, day)
    assert found is not None
    assert (found.registered, found.source_name) == (9900, "Corrected list sizes")
    assert ListSize.objects.filter(organisation=practice, on_date=day).count() == 2


def test_a_list_of_nobody_is_refused_by_the_database(england: None) -> None:
    with (
        pytest.raises(IntegrityError, match="list_size_is_one_or_more"),
        transaction.atomic(),
    ):
        actions.record_list_sizes(
            actor=OPERATOR,
            on_date=date(2026, 1, 1),
            source_name="Wrong",
            source_digest="d" * 64,
            sizes=[NewListSize("A99001", 0)],
        )


@pytest.mark.parametrize(
    ("do", "words"),
    [
        (
            lambda who: actions.register(
                actor=who, organisations=[NewOrganisation("X1", "X", "castle")]
            ),
            "'castle' is not known",
        ),
        (
            lambda who: actions.relate(
                actor=who,
                relationships=[NewRelationship("A99001", "X9", "part_of", date(2026, 1, 1))],
            ),
            "the first is X9",
        ),
        (
            lambda who: actions.record_list_sizes(
                actor=who,
                on_date=date(2026, 1, 1),
                source_name="s",
                source_digest="e" * 64,
                sizes=[NewListSize("A99001", 5), NewListSize("X9", 5)],
            ),
            "the first is X9",
        ),
    ],
)
def test_what_is_not_known_is_refused_whole(england: None, do: object, words: str) -> None:
    before = everything()
    with pytest.raises(Refused, match=words):
        do(OPERATOR)  # type: ignore[operator]
    assert everything() == before


@pytest.mark.parametrize("who", ["helen", "ama", "priya", "grace", "felix"])
def test_only_a_data_operator_changes_organisations(england: None, who: str) -> None:
    before = everything()
    with pytest.raises(Refused, match="Only a data operator"):
        actions.register(actor=actor(who), organisations=[NewOrganisation("X1", "X", "practice")])
    with pytest.raises(Refused, match="Only a data operator"):
        actions.relate(actor=actor(who), relationships=[])
    with pytest.raises(Refused, match="Only a data operator"):
        actions.record_list_sizes(
            actor=actor(who), on_date=date(2026, 1, 1), source_name="s", source_digest="e", sizes=[]
        )
    assert everything() == before


def test_unknown_organisations_are_not_found(england: None) -> None:
    with pytest.raises(NotFound):
        queries.by_code("X9")
    with pytest.raises(NotFound):
        queries.organisation(0)
    assert queries.totals()["practice"] == 6
    assert Organisation.objects.count() == sum(queries.totals().values())
