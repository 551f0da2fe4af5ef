"""What changes between two definitions: every rule that differs is named, with its path."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from cqrs.definitions import diff, load
from cqrs.definitions.schema import Definition

Edit = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def old() -> Definition:
    return load.load("qof/2023-24")


@pytest.fixture(scope="module")
def new() -> Definition:
    return load.load("qof/2025-26")


def edited(definition: Definition, edit: Edit) -> Definition:
    raw = json.loads(definition.content)
    edit(raw)
    return load.build(raw, "edited")


def indicator(raw: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in raw["indicators"] if one["id"] == name)
    return found


def only(definition: Definition, edit: Edit) -> diff.Change:
    """The one change that an edit makes."""
    (change,) = diff.difference(definition, edited(definition, edit)).changes
    return change


def test_a_definition_differs_from_itself_in_nothing(new: Definition) -> None:
    found = diff.difference(new, new)
    assert found.changes == ()
    assert found.lineage.pairs == tuple((one.id, one.id) for one in new.paid)
    assert (found.lineage.retired, found.lineage.new, found.lineage.merged) == ((), (), ())


def test_prose_and_sources_are_no_rules(new: Definition) -> None:
    def reword(raw: dict[str, Any]) -> None:
        one = indicator(raw, "DM020")
        one["title"], one["description"] = "Other words", "Other words"
        one["points"]["note"] = "seen again"
        raw["reviewed"], raw["version"] = "2027-01-01", "2"

    assert diff.difference(new, edited(new, reword)).changes == ()


def test_every_point_that_moved_is_told_and_the_totals_agree(
    old: Definition, new: Definition
) -> None:
    found = diff.difference(old, new)
    assert (found.before, found.after) == (diff.Totals(76, 635), diff.Totals(44, 564))
    moved = 0
    for change in found.changes:
        if change.what == "points":
            moved += int(change.after) - int(change.before)
        elif change.what in ("new", "merged") and change.indicator:
            moved += points(new, change.indicator)
        if change.what == "retired" and change.indicator:
            moved -= points(old, change.indicator)
        if change.what == "merged":
            moved -= sum(points(old, one) for one in change.before.split(" and "))
    assert moved == 564 - 635


def points(definition: Definition, name: str) -> int:
    return next(one.points.value for one in definition.scored if one.id == name)


def test_points_and_thresholds_of_a_year_in_words(old: Definition, new: Definition) -> None:
    told = {change.path: change for change in diff.difference(old, new).changes}
    points = told["indicators.CHD015.points"]
    assert (points.before, points.after, points.sentence) == (
        "12",
        "33",
        "CHD015: 12 points become 33.",
    )
    assert told["indicators.CHD015.thresholds"].sentence == (
        "CHD015: thresholds 40% to 77% become 40% to 90%."
    )
    assert told["money.point_value"].sentence == (
        "The service: value of a point £213.43 becomes £225.49."
    )
    assert told["domains.CL.total_points"].sentence == ("Clinical: total points 401 become 437.")
    assert told["indicators.AF001"].sentence == "AF001 is retired: Register kept, 5 points."
    assert told["registers.PAD"].what == "retired"
    assert not [path for path in told if path.startswith("registers.PAD.")]
    assert "AF001" in told["protection"].before


def _set(path: str, value: object) -> Edit:
    def edit(raw: dict[str, Any]) -> None:
        one: Any = indicator(raw, "DM020")
        *way, last = path.split(".")
        for step in way:
            one = one[step]
        one[last] = value

    return edit


LUMP = {"value": "3", "source": "our setting", "confidence": "doubtful"}


@pytest.mark.parametrize(
    ("path", "value", "changed", "sentence"),
    [
        ("prevalence_adjusted.value", "no", "prevalence_adjusted", "factor yes becomes no."),
        ("register_id", "NDH", "register_id", "DM020: register DM becomes NDH."),
        ("lump", LUMP, "lump", "DM020: points at the lower threshold is new: 3."),
        ("entry", "manual", "entry", "DM020: entry is new: manual."),
        ("thresholds.upper", "80.5", "thresholds", "35% to 75% become 35% to 80.5%."),
    ],
)
def test_a_setting_of_an_indicator(
    new: Definition, path: str, value: object, changed: str, sentence: str
) -> None:
    change = only(new, _set(path, value))
    assert change.path == f"indicators.DM020.{changed}"
    assert change.indicator == "DM020"
    assert change.sentence.endswith(sentence)


def test_a_rule_that_goes_is_told_with_what_it_was(new: Definition) -> None:
    lumped = edited(new, _set("lump", LUMP))
    (change,) = diff.difference(lumped, new).changes
    assert change.sentence == ("DM020: points at the lower threshold no longer applies (it was 3).")


def test_fields_that_come_and_go(new: Definition) -> None:
    def edit(raw: dict[str, Any]) -> None:
        fields = indicator(raw, "DM020")["fields"]
        fields["DMOTHER"] = fields.pop("DMMAX")

    change = only(new, edit)
    assert (change.before, change.after) == ("DMMAX", "DMOTHER")
    assert change.sentence == "DM020 counts no longer DMMAX; now DMOTHER."


def test_a_changed_kind_is_named(new: Definition) -> None:
    def edit(raw: dict[str, Any]) -> None:
        one = indicator(raw, "DM020")
        keep = ("id", "title", "description", "group", "points", "fields_source")
        kept = {key: one[key] for key in keep}
        one.clear()
        one.update(kept, kind="yes_no", fields={"Yes/No Flag": {"kind": "yes_no"}})

    changes = diff.difference(new, edited(new, edit)).changes
    told = {change.path: change.sentence for change in changes}
    assert told["indicators.DM020.kind"] == "DM020: kind of payment fraction becomes yes_no."
    assert "no longer applies (it was 35% to 75%)" in told["indicators.DM020.thresholds"]


# Lineage -----------------------------------------------------------------------------------------


def follow(**follows: list[str]) -> Edit:
    """Rename DM020 to the one given id, or add what it follows."""

    def edit(raw: dict[str, Any]) -> None:
        for name, before in follows.items():
            one = next((one for one in raw["indicators"] if one["id"] == name), None)
            one = one or indicator(raw, "DM020")
            one["id"], one["follows"] = name, before

    return edit


def test_a_follower_is_the_same_indicator_under_another_id(new: Definition) -> None:
    renamed = edited(new, follow(DM099=["DM020"]))
    found = diff.difference(new, renamed)
    assert found.lineage.renamed == (("DM020", "DM099"),)
    (change,) = found.changes
    assert (change.what, change.before, change.after) == ("renamed", "DM020", "DM099")
    assert change.sentence.startswith("DM020 is now DM099: ")


def test_without_lineage_it_is_retired_and_new(new: Definition) -> None:
    found = diff.difference(new, edited(new, follow(DM099=[])))
    assert {change.what for change in found.changes} == {"retired", "new"}
    assert (found.lineage.retired, found.lineage.new) == (("DM020",), ("DM099",))


def test_lineage_goes_through_the_years_between(new: Definition) -> None:
    middle = edited(new, follow(DM098=["DM020"]))
    last = edited(new, follow(DM099=["DM098"]))
    assert diff.lineage(new, last).renamed == ()
    assert diff.lineage(new, last, [middle]).renamed == (("DM020", "DM099"),)


def test_a_circle_in_the_lineage_ends(new: Definition) -> None:
    middle = edited(new, follow(DM098=["DM099"]))
    last = edited(new, follow(DM099=["DM098"]))
    assert diff.lineage(new, last, [middle]).new == ("DM099",)


def test_several_that_become_one_are_told_and_not_paired(new: Definition) -> None:
    def edit(raw: dict[str, Any]) -> None:
        follow(DM099=["DM020", "DM012"])(raw)
        raw["indicators"] = [one for one in raw["indicators"] if one["id"] != "DM012"]

    found = diff.difference(new, edited(new, edit))
    assert found.lineage.merged == (("DM099", ("DM020", "DM012")),)
    assert "DM099" not in dict(found.lineage.pairs).values()
    assert found.changes[0].sentence.startswith("DM020 and DM012 become one, DM099: ")


def test_an_indicator_that_stays_is_nobody_elses_predecessor(new: Definition) -> None:
    """OB004 may follow OB003 in words; while OB003 itself stays, OB004 is new."""
    found = diff.lineage(new, edited(new, follow(DM099=["DM012"])))
    assert found.new == ("DM099",)
    assert ("DM012", "DM012") in found.pairs
