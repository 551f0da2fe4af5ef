"""Rules that can't be paid soundly are not published, and the refusal says why."""

import json

import pytest

from cqrs.definitions import load
from cqrs.portal.accounts.permissions import Refused
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.catalogue import actions
from tests.integration.rooms.road import everything

WORLD = "england"
OPERATOR = command_actor()


def refused(raw: object) -> str:
    before = everything()
    with pytest.raises(Refused) as refusal:
        actions.publish(actor=OPERATOR, definition=load.build(raw, "spoilt"))
    assert everything() == before
    return refusal.value.sentence


def test_rules_that_do_not_agree_with_themselves_are_not_published(england: None) -> None:
    raw = json.loads(load.load("qof/2025-26").content)
    raw["money"]["average_list"]["value"] = "10185"
    assert "QOF 2025/26 can't be published: money.average_list: 10,185 patients" in refused(raw)


def test_a_formula_that_can_not_be_proven_is_not_published(england: None) -> None:
    raw = json.loads(load.load("qof/2025-26").content)
    raw["bounds"] = {"counts": str(10**18), "list": str(10**18), "national": str(10**18)}
    assert refused(raw).startswith("QOF 2025/26 can't be published: indicators.")


def test_facts_that_can_not_be_kept_here_are_named(england: None) -> None:
    raw = json.loads(load.load("local_care_homes/2025-26").content)
    sentence = refused(raw)
    assert "needs facts that can't be kept here yet: care_home_beds, days_held" in sentence
    assert "cqrs calculate --facts" in sentence


def test_protected_points_are_no_obstacle(england: None) -> None:
    """Without them this year's counts are scored, and the page says so."""
    rules = load.load("qof/2023-24")
    assert actions.publish(actor=OPERATOR, definition=rules) == rules.digest
