"""Taking counts in: all or nothing, and harmless when repeated."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cqrs.definitions.counts import PracticeCounts
from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.catalogue import actions as catalogue
from cqrs.portal.collection import actions, queries
from cqrs.portal.collection.models import SourceFile, Submission
from cqrs.values import digest
from tests import factories
from tests.factories import PRACTICES, Loaded, actor
from tests.integration.rooms.collecting import (
    FILE,
    OPERATOR,
    QOF,
    all_counts,
    enrolled,
    open_at,
    take_in,
)
from tests.integration.rooms.conftest import Sql
from tests.integration.rooms.road import everything

WORLD = "england"

DM = ("DM036", "Numerator")


@pytest.fixture
def opened(england: None) -> int:
    """A collection that everybody takes part in and nobody has sent counts for."""
    return enrolled()


def test_counts_of_everybody_complete_the_collection(opened: int) -> None:
    outcome = take_in(opened, *all_counts())
    assert (outcome.new, outcome.changed, outcome.unchanged) == (6, 0, 0)
    view = queries.collection(actor("anita"), opened)
    assert (view.overview.expected, view.overview.received) == (6, 6)
    assert view.overview.state == "complete"
    assert view.overview.blocks_final == ""
    assert [(f.name, f.sha256, f.practices) for f in view.files] == [("counts.csv", "f" * 64, 6)]
    stored = Submission.objects.get(provider__code="A99001")
    assert stored.digest == factories.counts(QOF, "A99001").digest
    assert queries.values_of(stored.counts) == factories.counts(QOF, "A99001").values


def test_the_same_file_again_changes_nothing_and_says_so(opened: int) -> None:
    take_in(opened, *all_counts())
    before = everything()
    again = take_in(opened, *all_counts())
    assert again.already_received
    assert "already received on 12 May 2026 as counts.csv" in again.sentence
    renamed = actions.FileDescription("renamed.csv", FILE.sha256, 1000, "tidy")
    assert take_in(opened, *all_counts(), file=renamed).already_received
    assert everything() == before


def test_other_content_under_the_same_name_makes_new_versions_of_what_changed(opened: int) -> None:
    take_in(opened, *all_counts())
    first = Submission.objects.get(provider__code="A99001")
    many = [factories.counts(QOF, code) for code in PRACTICES if code != "A99001"]
    lower = factories.counts(QOF, "A99001", changed={DM: 1})
    corrected = actions.FileDescription("counts.csv", "e" * 64, 1001, "tidy")
    outcome = take_in(opened, lower, *many, file=corrected)
    assert (outcome.new, outcome.changed, outcome.unchanged) == (0, 1, 5)
    newest = Submission.objects.get(provider__code="A99001", version=2)
    assert newest.supersedes == first
    assert newest.counts["DM036"]["Numerator"] == 1
    first.refresh_from_db()
    assert first.counts["DM036"]["Numerator"] != 1
    assert queries.current_versions(opened)[newest.provider_id].id == newest.pk


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (PracticeCounts("X99999", QOF.year.end, {}), "do not take part in QOF 2025/26"),
        (factories.counts(QOF, "A99001"), "A99001 stands in this file twice"),
        (
            PracticeCounts("A99002", date(2025, 12, 31), {}),
            "counts for 31 December 2025, but this collection is for 31 March 2026",
        ),
        (factories.counts(QOF, "A99002", changed={DM: 10**6}), "wrong with these counts"),
        (
            PracticeCounts("A99002", QOF.year.end, {("XX001", "Numerator"): 1}),
            "wrong with these counts",
        ),
    ],
)
def test_one_wrong_practice_stops_the_whole_file(
    opened: int, wrong: PracticeCounts, words: str
) -> None:
    before = everything()
    with pytest.raises(actions.IntakeRefused, match=words) as refusal:
        take_in(opened, factories.counts(QOF, "A99001"), wrong)
    assert "Nothing was taken in" in refusal.value.sentence
    assert everything() == before


def test_every_problem_is_told(opened: int) -> None:
    with pytest.raises(actions.IntakeRefused) as refusal:
        take_in(
            opened,
            factories.counts(QOF, "A99001", changed={DM: 10**6}),
            factories.counts(QOF, "A99002", changed={DM: 10**6}),
        )
    assert {p.practice_code for p in refusal.value.problems} == {"A99001", "A99002"}
    assert all(p.words and p.remedy for p in refusal.value.problems)


def test_an_empty_file_is_refused(opened: int) -> None:
    before = everything()
    with pytest.raises(actions.IntakeRefused, match="no counts in this file"):
        take_in(opened)
    assert everything() == before


def test_counts_that_were_not_typed_name_their_file(opened: int) -> None:
    with pytest.raises(Refused, match="must name the file"):
        actions.take_in(
            actor=OPERATOR, collection_id=opened, counts=all_counts(), source="uploaded"
        )
    with pytest.raises(Refused, match="not a way in which counts come in"):
        actions.take_in(actor=OPERATOR, collection_id=opened, counts=all_counts(), source="shouted")
    assert not Submission.objects.exists()


def test_data_entry_types_in_its_own_practice_only(opened: int) -> None:
    helen = actor("helen")
    actions.take_in(
        actor=helen,
        collection_id=opened,
        counts=[factories.counts(QOF, "A99001")],
        source="typed",
    )
    stored = Submission.objects.get()
    assert (stored.source, stored.received_by_name, stored.source_file) == (
        "typed", "Helen Marsh", None,
    )  # fmt: skip
    before = everything()
    with pytest.raises(Refused, match="A99002 is another practice"):
        actions.take_in(
            actor=helen,
            collection_id=opened,
            counts=[factories.counts(QOF, "A99002")],
            source="typed",
        )
    with pytest.raises(Refused, match="Only a data operator takes in extracted counts"):
        actions.take_in(
            actor=helen,
            collection_id=opened,
            counts=[factories.counts(QOF, "A99001")],
            source_file=actions.FileDescription("mine.csv", "0" * 64, 1, "INDICATOR_VALUES"),
            source="extracted",
        )
    for who in ("ama", "joe", "daniel", "grace", "felix"):
        with pytest.raises(Refused, match="Only data entry may send counts"):
            actions.take_in(
                actor=actor(who),
                collection_id=opened,
                counts=[factories.counts(QOF, "A99001")],
                source="typed",
            )
    assert everything() == before


def test_opening_again_is_harmless_and_a_collection_is_at_a_month_end(
    opened: int, sql: Sql
) -> None:
    before = everything()
    assert open_at(QOF.year.end) == opened
    with pytest.raises(Refused, match="not in the year of QOF 2025/26"):
        open_at(date(2025, 3, 31))
    with pytest.raises(IntegrityError, match="collection_is_at_a_month_end"), transaction.atomic():
        open_at(date(2026, 2, 27))
    assert everything() == before
    assert open_at(date(2026, 2, 28)) != opened


def test_unknown_collections_and_definitions_are_not_found(opened: int) -> None:
    with pytest.raises(NotFound):
        take_in(opened + 1, *all_counts())
    with pytest.raises(NotFound):
        actions.strike_reference(actor=OPERATOR, collection_id=opened + 1, final=False)
    with pytest.raises(NotFound):
        actions.open_collection(
            actor=OPERATOR,
            definition_digest="0" * 64,
            achievement_date=QOF.year.end,
            declare_by=date(2026, 5, 29),
        )
    with pytest.raises(NotFound):
        queries.collection(actor("anita"), opened + 1)


def test_only_a_data_operator_opens_takes_in_strikes_and_looks(qof: Loaded) -> None:
    before = everything()
    for who in ("helen", "ama", "priya", "daniel", "grace", "liam"):
        person = actor(who)
        with pytest.raises(Refused, match="Only a data operator"):
            actions.open_collection(
                actor=person,
                definition_digest=QOF.digest,
                achievement_date=QOF.year.end,
                declare_by=date(2026, 5, 29),
            )
        with pytest.raises(Refused, match="Only a data operator"):
            actions.strike_reference(actor=person, collection_id=qof.collection_id, final=False)
        with pytest.raises(Refused, match="Only a data operator or an auditor"):
            queries.overview(person)
        with pytest.raises(Refused, match="Only a data operator or an auditor"):
            queries.collection(person, qof.collection_id)
    assert everything() == before
    assert queries.overview(actor("felix"))[0].title == "QOF 2025/26, year end"


def test_what_is_missing_is_shown_by_supplier(opened: int) -> None:
    take_in(opened, *all_counts()[:3])
    view = queries.collection(actor("anita"), opened)
    assert view.missing_count == 3
    assert [p.provider_code for p in view.missing] == ["A99004", "A99005", "A99006"]
    assert view.missing_by_supplier == (("Supplier 1", 1, 3), ("Supplier 2", 2, 3))
    assert view.overview.blocks_final == "3 of 6 practices have sent nothing"
    assert queries.overview(actor("anita"))[0] == view.overview


def test_a_definition_is_published_once_and_never_under_another_content(england: None) -> None:
    import json

    from cqrs.definitions.load import build

    catalogue.publish(actor=OPERATOR, definition=QOF)
    before = everything()
    assert catalogue.publish(actor=OPERATOR, definition=QOF) == QOF.digest
    raw = json.loads(QOF.content)
    raw["summary"] = "Other words."
    with pytest.raises(Refused, match="already published with other content"):
        catalogue.publish(actor=OPERATOR, definition=build(raw, "test"))
    assert everything() == before


def test_a_stored_definition_is_read_back_as_it_was(qof: Loaded) -> None:
    from cqrs.portal.catalogue.queries import definition

    stored = definition(QOF.digest)
    assert stored.content == QOF.content
    assert stored == QOF
    assert digest(stored.content) == QOF.digest
    with pytest.raises(NotFound):
        definition("0" * 64)


def test_enrolling_an_unknown_provider_is_refused_whole(england: None) -> None:
    before = everything()
    with pytest.raises(Refused, match="the first is X99999"):
        catalogue.enrol(
            actor=OPERATOR,
            service=QOF.id,
            participants=[
                catalogue.NewParticipation("A99001", "QZ9", QOF.year.start),
                catalogue.NewParticipation("X99999", "QZ9", QOF.year.start),
            ],
        )
    assert everything() == before


def test_a_file_is_kept_once(qof: Loaded) -> None:
    row = SourceFile.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError, match="source_file_is_kept_once"), transaction.atomic():
        row.save(force_insert=True)
