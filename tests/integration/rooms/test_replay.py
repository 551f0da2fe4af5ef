"""Replaying what the portal stored: every statement again to the byte, and each change is named."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection

from cqrs.cli import main
from cqrs.definitions import load
from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.claims import actions as claims
from cqrs.portal.claims.models import Statement
from cqrs.portal.claims.queries.replays import Wanted, replayed
from cqrs.portal.collection import actions as collection
from cqrs.portal.organisations.models import ListSize
from tests import factories
from tests.factories import PRACTICES, Loaded, actor
from tests.integration.rooms.road import everything

WORLD = "qof"

OPERATOR = command_actor()
DECEMBER = date(2025, 12, 31)
GUARDS = (
    ("claims_statement", "statement_says_its_pence"),
    ("claims_statement", "claims_statement_digest_is_of_its_content"),
    ("catalogue_publisheddefinition", "catalogue_publisheddefinition_digest_is_of_its_content"),
)


def differences(wanted: Wanted = Wanted()) -> dict[str, tuple[str, ...]]:  # noqa: B008 - frozen
    """What differs, by the name of the statement; all identical gives nothing."""
    number, found = replayed(OPERATOR, wanted)
    every = list(found)
    assert len(every) == number
    return {one.name: one.differences for one in every if one.differences}


@contextmanager
def triggers_off() -> Iterator[None]:
    """As somebody with the keys of the server could: every guard of the tables asleep."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")


def corrupt(statement: str, *values: str | bytes | int) -> None:
    """Change one row behind every guard; the test's end puts the guards back."""
    with triggers_off(), connection.cursor() as cursor:
        for table, constraint in GUARDS:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {constraint}")
        cursor.execute(statement, values)
        assert cursor.rowcount == 1


def of(practice: str) -> Statement:
    return Statement.objects.get(provider__code=practice)


def test_everything_that_was_calculated_is_identical_and_nothing_is_written(qof: Loaded) -> None:
    before = everything()
    assert replayed(OPERATOR, Wanted())[0] == len(PRACTICES)
    assert differences() == {}
    assert everything() == before


def test_superseded_and_provisional_statements_replay_too(qof: Loaded) -> None:
    number = collection.open_collection(
        actor=OPERATOR,
        definition_digest=qof.definition.digest,
        achievement_date=DECEMBER,
        declare_by=date(2026, 2, 27),
    )
    many = [factories.counts(qof.definition, code) for code in PRACTICES]
    first = [type(one)(one.practice_code, DECEMBER, one.values) for one in many]
    factories.send_counts(number, qof.definition, first)
    factories.calculate(number, final=False)
    fewer = factories.counts(qof.definition, "A99001", changed={("DM036", "Numerator"): 1})
    again = [type(fewer)("A99001", DECEMBER, fewer.values)]
    factories.send_counts(number, qof.definition, again)
    factories.calculate(number, final=False)
    stored = Statement.objects.filter(collection=number)
    assert stored.filter(provider__code="A99001").count() == 2
    assert {one.status for one in stored} == {"provisional"}
    assert replayed(OPERATOR, Wanted(achievement_date=DECEMBER))[0] == stored.count() > 6
    assert differences() == {}


def test_the_rules_are_those_that_were_stored(qof: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    """A point at £300 in the files of today must not reach a statement of yesterday."""

    def of_today(service: str) -> None:
        raise AssertionError(f"{service} was read from the files")

    monkeypatch.setattr(load, "load", of_today)
    assert differences() == {}


def test_one_changed_count_in_the_database_is_named(qof: Loaded) -> None:
    submission = of("A99002").submission
    counts = submission.counts
    counts["DM036"]["Numerator"] -= 1
    corrupt(
        "UPDATE collection_submission SET counts = %s WHERE id = %s",
        json.dumps(counts), submission.pk,
    )  # fmt: skip
    found = differences()
    assert len(found) == 1
    ((name, words),) = found.items()
    assert name.startswith("A99002, qof/2025-26 at 31 March 2026, statement 1 (")
    assert words[0].startswith("the counts are not those that were submitted")
    assert any(word.startswith("DM036: numerator is ") for word in words)


def test_one_changed_byte_of_a_statement_is_named(qof: Loaded) -> None:
    content = bytes(of("A99003").content)
    assert b'"attainable":true' in content
    corrupt(
        "UPDATE claims_statement SET content = %s WHERE id = %s",
        content.replace(b'"pence":', b'"pence":1', 1), of("A99003").pk,
    )  # fmt: skip
    ((name, words),) = differences().items()
    assert name.startswith("A99003")
    assert "they were changed after they were stored" in words[0]
    assert any("pence is 1" in word for word in words)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("UPDATE claims_statement SET pence = pence + 1", "pence stands beside the statement as"),
        ("UPDATE claims_statement SET points = points + 1", "points stands beside the statement"),
        ("UPDATE claims_statement SET attainable = 0", "attainable_points stands beside the"),
        ("UPDATE claims_statement SET status = 'provisional'", "status stands beside the"),
        ("UPDATE claims_statement SET content = '{}'", "the stored bytes are no statement"),
        ("UPDATE claims_statement SET digest = repeat('0', 64)", "they were changed after they"),
    ],
)
def test_a_column_that_no_longer_fits_is_named(qof: Loaded, sentence: str, words: str) -> None:
    corrupt(f"{sentence} WHERE id = %s", of("A99004").pk)
    ((name, found),) = differences().items()
    assert name.startswith("A99004")
    assert any(words in one for one in found), found


def test_a_list_size_nobody_recorded_is_named(qof: Loaded) -> None:
    size = ListSize.objects.get(organisation__code="A99005", on_date=date(2026, 1, 1))
    corrupt("UPDATE organisations_listsize SET registered = 1 WHERE id = %s", size.pk)
    ((name, words),) = differences().items()
    assert name.startswith("A99005")
    assert words == ("no list size of 8,007 on 1 January 2026 is recorded for it",)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        (
            "UPDATE collection_nationalreference SET content = "
            "jsonb_set(content, '{registers,DM,register}', '1') WHERE true",
            "England's figures were changed",
        ),
        (
            "UPDATE catalogue_publisheddefinition SET content = "
            "convert_to(replace(convert_from(content, 'UTF8'), '225.49', '225.50'), 'UTF8')",
            "the rules QOF 2025/26, version 1, were changed",
        ),
        (
            "UPDATE catalogue_publisheddefinition SET content = '{}'",
            "the rules QOF 2025/26, version 1, can't be read",
        ),
    ],
)
def test_what_all_statements_share_is_named_on_each(qof: Loaded, sentence: str, words: str) -> None:
    corrupt(sentence)
    found = differences()
    assert len(found) == len(PRACTICES)
    assert all(any(words in one for one in told) for told in found.values())


def test_only_what_is_asked_for_is_replayed(qof: Loaded) -> None:
    factories.load_service("learning_disability_health_check/2025-26")
    one = of_service(qof, "A99001")
    assert replayed(OPERATOR, Wanted(service="qof/2025-26"))[0] == len(PRACTICES)
    assert replayed(OPERATOR, Wanted(digest=one.digest))[0] == 1
    assert replayed(OPERATOR, Wanted())[0] == 2 * len(PRACTICES)
    assert differences() == {}
    for wanted in (
        Wanted(service="qof/2024-25"),
        Wanted(digest="0" * 64),
        Wanted(service="qof/2025-26", achievement_date=DECEMBER),
    ):
        with pytest.raises(NotFound, match="No statement that is stored fits"):
            replayed(OPERATOR, wanted)


def of_service(loaded: Loaded, practice: str) -> Statement:
    return Statement.objects.get(collection=loaded.collection_id, provider__code=practice)


def test_only_national_roles_replay(qof: Loaded) -> None:
    for who in ("helen", "priya", "grace"):
        with pytest.raises(Refused, match="Only national roles may replay"):
            replayed(actor(who), Wanted())
    assert replayed(actor("felix"), Wanted())[0] == len(PRACTICES)


def test_a_statement_of_a_claim_that_changed_keeps_both(qof: Loaded) -> None:
    """A correction after the year end: the older statement replays from the older submission."""
    fewer = factories.counts(qof.definition, "A99001", changed={("DM036", "Numerator"): 1})
    factories.send_counts(qof.collection_id, qof.definition, [fewer])
    claims.calculate_nation(actor=OPERATOR, collection_id=qof.collection_id)
    assert Statement.objects.filter(provider__code="A99001").count() == 2
    assert differences(Wanted(service="qof/2025-26")) == {}


# On the command line ----------------------------------------------------------------------------


def test_the_command_says_so_and_ends_with_nought(
    qof: Loaded, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", "--all", "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["statements"], summary["identical"], summary["different"]) == (6, 6, [])
    assert summary["milliseconds"] >= 0
    arguments = ["--service", "qof/2025-26", "--date", "2026-03-31"]
    assert main(["replay", *arguments]) == 0
    assert "identical   6\ndifferent   0\n" in capsys.readouterr().out


def test_the_command_names_what_differs_and_ends_with_one(
    qof: Loaded, capsys: pytest.CaptureFixture[str]
) -> None:
    corrupt("UPDATE claims_statement SET pence = pence + 1 WHERE id = %s", of("A99006").pk)
    assert main(["replay", "--all"]) == 1
    shown = capsys.readouterr()
    assert "different   1\n" in shown.out
    assert shown.err.startswith("A99006, qof/2025-26 at 31 March 2026, statement 1 (")
    assert main(["replay", "--statement", of("A99001").digest]) == 0


def test_the_command_refuses_what_is_not_stored(
    qof: Loaded, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", "--service", "qof/1999-00"]) == 1
    assert "No statement that is stored fits what you ask for" in capsys.readouterr().err
    assert main(["replay", "--all", "--date", "2026-03-31"]) == 2
    assert "--date goes with --service" in capsys.readouterr().err
