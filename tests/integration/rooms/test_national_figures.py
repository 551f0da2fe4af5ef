"""Striking national figures: provisional as often as wanted, final once and only when whole."""

import json
from datetime import date

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from pytest_django.fixtures import Settings

from cqrs.calculation.prevalence import registers_needed
from cqrs.definitions import load
from cqrs.portal.accounts.permissions import Refused
from cqrs.portal.audit.models import Event
from cqrs.portal.catalogue import actions as catalogue
from cqrs.portal.collection import actions, queries
from cqrs.portal.collection.models import Collection, NationalReference
from cqrs.portal.organisations.models import ListSize
from tests import factories
from tests.factories import PRACTICES, actor
from tests.integration.rooms.collecting import OPERATOR, QOF, all_counts, enrolled, take_in
from tests.integration.rooms.road import everything

WORLD = "england"
SUPPLIER_1 = ("A99001", "A99003", "A99005")


@pytest.fixture
def opened(england: None) -> int:
    """A collection that everybody takes part in and nobody has sent counts for."""
    return enrolled()


def strike(number: int, *, final: bool) -> NationalReference:
    struck = actions.strike_reference(actor=OPERATOR, collection_id=number, final=final)
    return NationalReference.objects.get(pk=struck)


def test_final_is_refused_while_somebody_has_sent_nothing(opened: int) -> None:
    take_in(opened, *all_counts()[:4])
    before = everything()
    with pytest.raises(Refused) as refusal:
        strike(opened, final=True)
    assert refusal.value.sentence.startswith(
        "2 practices that take part have sent nothing: Castle Hill Surgery (A99005), "
        "Riverside Health Centre (A99006)."
    )
    assert everything() == before
    assert strike(opened, final=False).status == "provisional"


def test_2015_final_is_refused_while_one_supplier_has_omitted_31_march(
    opened: int, settings: Settings
) -> None:
    """Whatever share of single practices was agreed: half of them here."""
    settings.NATIONAL_MISSING_SHARE = "1/2"
    take_in(opened, *(factories.counts(QOF, code) for code in SUPPLIER_1))
    before = everything()
    with pytest.raises(Refused) as refusal:
        strike(opened, final=True)
    assert refusal.value.sentence == (
        "Supplier 2 is missing as a whole: none of its 3 practices has sent counts of "
        "31 March 2026: Quayside Surgery (A99002), Mill Lane Medical Centre (A99004), Riverside "
        "Health Centre (A99006). National figures become final when all counts are in. Strike "
        "them as provisional, or chase the suppliers."
    )
    assert everything() == before


def test_up_to_the_agreed_share_practices_may_be_missing_and_the_trail_names_them(
    opened: int, settings: Settings
) -> None:
    take_in(opened, *all_counts()[:5])
    settings.NATIONAL_MISSING_SHARE = "1/7"
    with pytest.raises(Refused, match=r"sent nothing, more than the 1 in 7 that was agreed: Riv"):
        strike(opened, final=True)
    settings.NATIONAL_MISSING_SHARE = "1/6"
    assert queries.overview(actor("anita"))[0].blocks_final == ""
    assert strike(opened, final=True).status == "final"
    event = Event.objects.get(action="collection.strike_reference")
    assert event.details["absent"] == ["A99006"]


@pytest.mark.parametrize("given", ["-1/200", "1", "a few", "1/0"])
def test_a_share_that_is_none_is_refused_before_anything_is_struck(
    opened: int, settings: Settings, given: str
) -> None:
    take_in(opened, *all_counts())
    before = everything()
    settings.NATIONAL_MISSING_SHARE = given
    with pytest.raises(ImproperlyConfigured, match="NATIONAL_MISSING_SHARE is"):
        strike(opened, final=True)
    assert everything() == before


def test_a_supplier_without_a_register_blocks_final_figures(opened: int) -> None:
    """All its practices have sent counts, and in none of them has anybody diabetes."""
    diabetes = {indicator for indicator, _ in registers_needed(QOF)["DM"]}
    take_in(
        opened,
        *(
            factories.counts(
                QOF,
                code,
                leave_out=tuple((code, indicator) for indicator in diabetes),
            )
            if code in SUPPLIER_1
            else factories.counts(QOF, code)
            for code in PRACTICES
        ),
    )
    with pytest.raises(Refused, match="Supplier 1 has nobody on the register DM in any of its"):
        strike(opened, final=True)
    assert strike(opened, final=False).status == "provisional"


def test_the_figures_pool_whole_lists_of_those_who_sent_counts(opened: int) -> None:
    take_in(opened, *all_counts()[:2])
    struck = strike(opened, final=False)
    people = [
        next(v for (_, name), v in one.values.items() if name == QOF.registers["DM"].field)
        for one in all_counts()[:2]
    ]
    assert struck.content["registers"]["DM"] == {
        "register": sum(people),
        "list": 9842 + 6120,
        "practices": 2,
    }


def test_striking_the_same_again_keeps_what_there_is(opened: int) -> None:
    take_in(opened, *all_counts())
    first = strike(opened, final=False)
    before = everything()
    assert strike(opened, final=False) == first
    assert everything() == before
    assert strike(opened, final=True) != first


def test_final_figures_are_final(opened: int) -> None:
    take_in(opened, *all_counts())
    strike(opened, final=True)
    assert Collection.objects.get().state == "final"
    before = everything()
    for final in (True, False):
        with pytest.raises(Refused, match="have been final since 12 May 2026"):
            strike(opened, final=final)
    assert everything() == before


def test_the_database_keeps_one_final_reference(opened: int) -> None:
    take_in(opened, *all_counts())
    row = strike(opened, final=True)
    row.pk = None
    with pytest.raises(IntegrityError, match="reference_is_final_once"), transaction.atomic():
        row.save(force_insert=True)


def test_a_list_size_of_the_wrong_year_is_not_used(england: None) -> None:
    """2013/14: last year's list sizes went in and cost every practice about 2 %."""
    catalogue.publish(actor=OPERATOR, definition=QOF)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        ListSize.objects.filter(on_date=date(2026, 1, 1), organisation__code="A99003").delete()
        cursor.execute("SET session_replication_role = origin")
    with pytest.raises(
        Refused, match=r"no list size of 1 January 2026: The Elms Practice \(A99003\)"
    ):
        factories.load_service()
    assert not NationalReference.objects.exists()


def test_nothing_is_struck_from_nothing(opened: int) -> None:
    with pytest.raises(Refused, match="Nobody has sent counts yet"):
        strike(opened, final=False)


def test_a_supplier_that_is_missing_as_a_whole_is_named_on_the_collections_page(
    opened: int,
) -> None:
    """2014/15: one supplier omitted 31 March, and nobody saw it before everybody was paid."""
    take_in(opened, *(factories.counts(QOF, code) for code in SUPPLIER_1))
    view = queries.collection(actor("anita"), opened)
    words = "3 of 6 practices have sent nothing; Supplier 2 is missing as a whole"
    assert view.overview.blocks_final == words
    assert queries.overview(actor("anita"))[0].blocks_final == words


def test_figures_are_not_final_while_the_value_of_a_point_is_provisional(england: None) -> None:
    raw = json.loads(QOF.content)
    raw["money"]["status"] = "provisional"
    number = enrolled(load.build(raw, "provisional"))
    take_in(number, *all_counts())
    before = everything()
    with pytest.raises(Refused) as refusal:
        strike(number, final=True)
    assert refusal.value.sentence.startswith(
        "The value of a point and the average list of QOF 2025/26 are provisional"
    )
    assert everything() == before
    assert strike(number, final=False).status == "provisional"
