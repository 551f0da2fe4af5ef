"""The change report of a re-extraction: the newest statements beside the ones before them."""

from datetime import date

import pytest

from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.claims import actions as claims
from cqrs.portal.claims.models import Statement
from cqrs.portal.claims.queries.changes import HEADER, change_rows, changes
from tests import factories
from tests.factories import PRACTICES, Loaded, actor
from tests.integration.rooms.collecting import OPERATOR, QOF, open_at
from tests.integration.rooms.road import everything

WORLD = "qof"
DM = ("DM036", "Numerator")


def test_a_first_calculation_changed_nothing(qof: Loaded) -> None:
    found = changes(actor("felix"), qof.collection_id)
    assert found.practices == ()
    assert list(change_rows(found)) == []


def test_a_corrected_count_is_told_with_its_reason(qof: Loaded) -> None:
    fewer = factories.counts(QOF, "A99001", changed={DM: 1})
    factories.send_counts(qof.collection_id, QOF, [fewer])
    claims.calculate_nation(actor=OPERATOR, collection_id=qof.collection_id)
    before = everything()
    found = changes(actor("felix"), qof.collection_id)
    assert everything() == before
    (practice,) = found.practices
    first, second = Statement.objects.filter(provider__code="A99001").order_by("number")
    assert practice.practice_code == "A99001"
    assert practice.change.pence == second.pence - first.pence < 0
    assert found.parts == {"counts": practice.change}
    (row,) = change_rows(found)
    told = dict(zip(HEADER, row, strict=True))
    assert told["indicator"] == "DM036"
    assert float(told["pounds_by_counts"]) * 100 == pytest.approx(practice.change.pence)
    assert told["pounds_by_prevalence"] == told["points_by_rules"] == ""
    assert told["pounds_by_counts"].startswith("-")


def test_a_newly_struck_prevalence_is_a_reason_of_its_own(qof: Loaded) -> None:
    number = open_at(date(2025, 12, 31))
    many = [factories.counts(QOF, code) for code in PRACTICES]
    sent = [type(one)(one.practice_code, date(2025, 12, 31), one.values) for one in many]
    factories.send_counts(number, QOF, sent[:5])
    factories.calculate(number, final=False)
    factories.send_counts(number, QOF, sent)
    factories.calculate(number, final=False)
    found = changes(actor("felix"), number)
    assert found.counted == {"changed": 5, "unchanged": 0, "new": 0, "gone": 0}
    assert set(found.parts) == {"prevalence"}
    assert found.change.points == 0
    assert found.change.pence != 0


def test_only_who_sees_everything_sees_the_report(qof: Loaded) -> None:
    for who in ("helen", "priya", "grace"):
        with pytest.raises(Refused, match="Only national roles"):
            changes(actor(who), qof.collection_id)
    with pytest.raises(Refused, match="does not see pounds"):
        changes(actor("anita"), qof.collection_id)
    with pytest.raises(NotFound):
        changes(actor("felix"), qof.collection_id + 99)
