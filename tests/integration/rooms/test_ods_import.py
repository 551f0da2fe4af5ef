"""Loading ODS files: the difference is shown, then applied as shown, once, in one transaction."""

from collections.abc import Sequence
from datetime import date

import pytest

from cqrs.exchange import ods
from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.audit.models import Event
from cqrs.portal.organisations import actions, queries
from cqrs.portal.organisations.actions import NewOrganisation, NewRelationship
from cqrs.portal.organisations.difference import Difference
from cqrs.portal.organisations.models import OdsImport, Organisation, Relationship
from tests.factories import WESTMERE, actor
from tests.integration.rooms.road import everything
from tests.ods_files import epraccur, mapped, mapping, ord_json, ord_record, practice

WORLD = "england"

OPERATOR = command_actor()
APRIL = date(2026, 4, 1)
NAMES = {
    "A99001": "LARKFIELD ROAD SURGERY",
    "A99002": "QUAYSIDE SURGERY",
    "A99003": "THE ELMS PRACTICE",
}
Files = Sequence[tuple[str, bytes]]


def known(*changed: list[str]) -> bytes:
    """Epraccur with three practices as they are here, some rows of it changed or added."""
    other = {row[0]: row for row in changed}
    rows = [other.pop(code, practice(code, name, opened="", commissioner=WESTMERE))
            for code, name in NAMES.items()]  # fmt: skip
    return epraccur(*rows, *other.values())


def shown(*files: tuple[str, bytes], expect_fewer: bool = False) -> Difference:
    read = [ods.read(name, content) for name, content in files]
    return queries.difference(OPERATOR, read, APRIL, expect_fewer=expect_fewer)


def load(*files: tuple[str, bytes], expect_fewer: bool = False) -> dict[str, int]:
    upload = actions.receive_ods(
        actor=OPERATOR, files=files, effective_date=APRIL, expect_fewer=expect_fewer
    )
    found = queries.difference_of(OPERATOR, queries.upload(OPERATOR, upload))
    return actions.apply_ods(actor=OPERATOR, upload_id=upload, shown=found.digest)


def told(found: Difference) -> list[tuple[str, str, str, str]]:
    return [(one.what, one.code, one.before, one.after) for one in found.changes]


def commissioner(code: str, day: date) -> str:
    found = queries.commissioner_of(queries.by_code(code).id, day)
    return found.code if found else ""


def test_what_is_as_it_was_is_nothing_changed(england: None) -> None:
    before = everything()
    found = shown(("epraccur.csv", known()))
    assert (found.sentence, found.unchanged, found.absent) == ("Nothing changed.", 3, 3)
    assert found.problems == ()
    assert everything() == before


def test_the_difference_names_opened_closed_moved_renamed_and_changed(england: None) -> None:
    content = known(
        practice("A99001", "LARKFIELD HEALTH", opened="", commissioner=WESTMERE),
        practice("A99002", NAMES["A99002"], opened="", commissioner="QZ8", joined="20260401"),
        practice("A99003", NAMES["A99003"], opened="19740401", commissioner=WESTMERE,
                 status="C", closed="20260331"),
        practice("A99101", "NEW SURGERY", opened="20260401", commissioner=WESTMERE,
                 joined="20260401"),
        practice("A99102", "LONG GONE", status="C", closed="20100331", commissioner="OLD"),
    )  # fmt: skip
    found = shown(("epraccur.csv", content))
    assert told(found) == [
        ("renamed", "A99001", "Larkfield Road Surgery", "Larkfield Health"),
        ("moved", "A99002", "is commissioned by NHS Westmere ICB (QZ9)",
         "is commissioned by NHS Northmoor ICB (QZ8) from 1 April 2026"),
        ("changed", "A99003", "opened on a day not known", "opened 1 April 1974"),
        ("closed", "A99003", "", "on 31 March 2026"),
        ("opened", "A99101", "", "is commissioned by NHS Westmere ICB (QZ9)"),
    ]  # fmt: skip
    assert found.counts == {
        "opened": 1, "closed": 1, "moved": 1, "renamed": 1, "changed": 1, "unchanged": 0,
        "absent": 3,
    }  # fmt: skip
    assert found.passed_over == {"closed before they were known here": 1}


def test_a_move_ends_the_old_the_day_before_and_deletes_nothing(england: None) -> None:
    before = list(Relationship.objects.values_list("pk", flat=True))
    moved = practice("A99002", NAMES["A99002"], opened="", commissioner="QZ8", joined="20260401")
    counts = load(("epraccur.csv", known(moved)))
    assert counts["moved"] == 1
    assert commissioner("A99002", date(2026, 3, 31)) == "QZ9"
    assert commissioner("A99002", APRIL) == "QZ8"
    assert set(before) < set(Relationship.objects.values_list("pk", flat=True))
    assert shown(("epraccur.csv", known(moved))).sentence == "Nothing changed."


def test_an_import_is_kept_with_its_files_counts_and_who(england: None) -> None:
    content = known(practice("A99101", "NEW SURGERY", commissioner=WESTMERE))
    load(("epraccur.csv", content))
    kept = OdsImport.objects.get()
    (file,) = kept.files
    assert (file["name"], file["layout"], file["rows"]) == ("epraccur.csv", "epraccur", 4)
    assert (kept.counts["opened"], kept.applied_by_name) == (1, OPERATOR.name)
    newest = Event.objects.order_by("-seq")[0]
    assert newest.sentence.lower().endswith("loaded epraccur.csv: 1 opened; 3 unchanged.")
    assert queries.by_code("A99101").payee_reference == "A99101"
    read = [ods.read("other name.csv", content)]
    assert queries.loaded_before(OPERATOR, read) == queries.imports(OPERATOR)[0]


def test_the_mapping_makes_every_level_and_a_second_load_changes_nothing(england: None) -> None:
    new = ("98X", "NHS Eastmere ICB - 98X")
    levels = {"icb": ("QZ7", "NHS Eastmere ICB"), "pcn": ("U99907", "Coast PCN"), "sub_icb": new}
    content = mapping(*(mapped(f"B9900{n}", f"Surgery {n}", **levels) for n in range(1, 4)))
    counts = load(("mapping.csv", content))
    assert counts["opened"] == 7
    eastmere = queries.by_code("QZ7").id
    assert {o.code for o in queries.beneath(eastmere, APRIL)} == {
        "98X", "U99907", "B99001", "B99002", "B99003",
    }  # fmt: skip
    network = queries.network_of(queries.by_code("B99001").id, APRIL)
    assert network is not None
    assert network.code == "U99907"
    assert commissioner("B99001", date(2026, 3, 31)) == ""
    assert shown(("mapping.csv", content)).sentence == "Nothing changed."


def test_epraccur_speaks_for_a_practice_where_the_mapping_only_names_it(england: None) -> None:
    place = ("98X", "NHS Eastmere ICB - 98X")
    both = (
        ("epraccur.csv", epraccur(practice("B99001", "SURGERY ONE", commissioner="98X"))),
        ("mapping.csv", mapping(
            mapped("B99001", "Surgery One (old name)"), mapped("B99002", sub_icb=place))),
    )  # fmt: skip
    for files in (both, both[::-1]):
        found = shown(*files)
        assert found.problems == ()
        (one,) = [change for change in found.changes if change.code == "B99001"]
        assert one.name == "Surgery One"
        assert one.after == (
            "is commissioned by NHS Eastmere ICB - 98X (98X); "
            "is a member of Harbour and Vale PCN (U99901)"
        )


def test_ord_json_brings_one_practice_up_to_date(england: None) -> None:
    record = ord_record(
        "A99005", "CASTLE HILL SURGERY", start="1980-01-01",
        rels=[("RE4", WESTMERE, "2026-04-01", ""), ("RE8", "U99901", "2026-04-01", "")],
    )  # fmt: skip
    counts = load(("ods.json", ord_json(record)))
    assert (counts["moved"], counts["changed"]) == (1, 1)
    assert commissioner("A99005", APRIL) == WESTMERE


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            practice("A99101", commissioner="NONE"),
            "row 4, parent: A99101 is commissioned by NONE, which is not known. Load the file that "
            "names it together with this one, or correct the code.",
        ),
        (
            practice("A99101", commissioner="U99901"),
            "A99101 is commissioned by U99901, which is a primary care network. Correct the code.",
        ),
        (
            practice("A99001", opened="", commissioner="QZ8", joined="20200401"),
            "row 1, dates: the dates overlap: A99001 is commissioned by QZ8 from 1 April 2020, but "
            "here QZ9 from 1 April 2020. Correct the date, or load the file with a later date",
        ),
        (
            practice("U99901", "HARBOUR AND VALE", commissioner="QZ8"),
            "row 4, kind: U99901 is known here as a primary care network, not a practice.",
        ),
        (practice("A99001", commissioner="QZ8")[:-1], "row 1, columns: this row has 26 columns"),
    ],
)
def test_what_cannot_be_is_refused_whole(england: None, row: list[str], words: str) -> None:
    content = known(row, practice("A99150", "NEW SURGERY", commissioner=WESTMERE))
    found = shown(("epraccur.csv", content))
    assert words in found.problems[0].text()
    upload = actions.receive_ods(
        actor=OPERATOR, files=[("epraccur.csv", content)], effective_date=APRIL
    )
    before = everything()
    with pytest.raises(Refused, match="can't be loaded"):
        actions.apply_ods(actor=OPERATOR, upload_id=upload, shown=found.digest)
    assert everything() == before


def test_a_difference_that_is_no_longer_what_was_shown_is_refused(england: None) -> None:
    content = known(practice("A99101", "NEW SURGERY", commissioner=WESTMERE))
    upload = actions.receive_ods(
        actor=OPERATOR, files=[("epraccur.csv", content)], effective_date=APRIL
    )
    seen = queries.difference_of(OPERATOR, queries.upload(OPERATOR, upload))
    actions.register(actor=OPERATOR, organisations=[NewOrganisation("A99101", "Other", "practice")])
    before = everything()
    with pytest.raises(Refused, match="no longer what you were shown"):
        actions.apply_ods(actor=OPERATOR, upload_id=upload, shown=seen.digest)
    assert everything() == before


def test_an_upload_is_applied_once_and_never_without_need(england: None) -> None:
    content = known(practice("A99101", "NEW SURGERY", commissioner=WESTMERE))
    load(("epraccur.csv", content))
    first = queries.imports(OPERATOR)[0].upload_id
    again = actions.receive_ods(
        actor=OPERATOR, files=[("epraccur.csv", content)], effective_date=APRIL
    )
    seen = queries.difference_of(OPERATOR, queries.upload(OPERATOR, again))
    before = everything()
    with pytest.raises(Refused, match="applied these files on 12 May 2026"):
        actions.apply_ods(actor=OPERATOR, upload_id=first, shown=seen.digest)
    with pytest.raises(Refused, match="already as they say"):
        actions.apply_ods(actor=OPERATOR, upload_id=again, shown=seen.digest)
    assert everything() == before


def test_a_list_in_which_half_the_practices_are_missing_is_stopped(england: None) -> None:
    many = [NewOrganisation(f"B{n:05}", f"Surgery {n}", "practice") for n in range(20)]
    actions.register(actor=OPERATOR, organisations=many)
    found = shown(("epraccur.csv", known()))
    (problem,) = found.problems
    assert problem.text() == (
        "epraccur.csv: only 3 of the 26 open practices known here are in the file. Check that it "
        "is the whole list; to load it all the same, say that you expect fewer."
    )
    assert shown(("epraccur.csv", known()), expect_fewer=True).problems == ()
    one = ord_record("A99101", rels=[("RE4", WESTMERE, "2026-04-01", "")])
    assert shown(("ods.json", ord_json(one))).problems == (), "one record is never a whole list"


def test_closing_leaves_the_road_alone_and_asks_for_a_closure(england: None) -> None:
    closed = practice(
        "A99003", NAMES["A99003"], opened="", commissioner=WESTMERE, status="C", closed="20260331"
    )
    assert queries.closed_without_wizard() == ()
    load(("epraccur.csv", known(closed)))
    (task,) = queries.closed_without_wizard()
    assert (task.code, task.close_date) == ("A99003", date(2026, 3, 31))
    assert commissioner("A99003", date(2026, 5, 12)) == WESTMERE, "its claims are still seen"
    assert actor("priya").sees(task.id)
    Relationship.objects.filter(child=task.id).update(end_date=date(2026, 3, 31))
    assert queries.closed_without_wizard() == ()
    assert shown(("epraccur.csv", known(closed))).sentence == "Nothing changed."


def test_a_file_never_opens_again_what_was_closed_here(england: None) -> None:
    Organisation.objects.filter(code="A99001").update(close_date=date(2026, 3, 31))
    found = shown(("epraccur.csv", known()))
    assert found.sentence == "Nothing changed."
    assert found.passed_over == {"closed here and open in the file, left closed": 1}


def test_a_federation_stands_beside_the_network(england: None) -> None:
    actions.register(
        actor=OPERATOR, organisations=[NewOrganisation("FED1", "Westmere Federation", "federation")]
    )
    actions.relate(
        actor=OPERATOR, relationships=[NewRelationship("A99005", "FED1", "member_of", APRIL)]
    )
    joins = ord_record("A99005", "CASTLE HILL SURGERY", start="",
                       rels=[("RE8", "U99901", "2026-05-01", "")])  # fmt: skip
    found = shown(("ods.json", ord_json(joins)))
    assert found.problems == ()
    assert told(found) == [
        ("moved", "A99005", "", "is a member of Harbour and Vale PCN (U99901) from 1 May 2026")
    ]


@pytest.mark.parametrize("who", ["helen", "priya", "grace", "felix"])
def test_only_a_data_operator_loads_organisations(england: None, who: str) -> None:
    upload = actions.receive_ods(
        actor=OPERATOR, files=[("epraccur.csv", known())], effective_date=APRIL
    )
    before = everything()
    with pytest.raises(Refused, match="Only a data operator"):
        actions.receive_ods(actor=actor(who), files=[("a", b"b")], effective_date=APRIL)
    with pytest.raises(Refused, match="Only a data operator"):
        actions.apply_ods(actor=actor(who), upload_id=upload, shown="")
    for ask in (
        lambda: queries.upload(actor(who), upload),
        lambda: queries.imports(actor(who)),
        lambda: queries.difference(actor(who), [], APRIL, expect_fewer=False),
        lambda: queries.loaded_before(actor(who), []),
    ):
        with pytest.raises(Refused, match="Only a data operator"):
            ask()
    assert everything() == before


def test_an_upload_needs_files_but_not_too_many(england: None) -> None:
    before = everything()
    with pytest.raises(Refused, match="Select at least one file"):
        actions.receive_ods(actor=OPERATOR, files=[], effective_date=APRIL)
    many = [(f"{n}.csv", str(n).encode()) for n in range(11)]
    with pytest.raises(Refused, match="Send 10 files or fewer"):
        actions.receive_ods(actor=OPERATOR, files=many, effective_date=APRIL)
    with pytest.raises(NotFound):
        queries.upload(OPERATOR, 0)
    assert everything() == before
