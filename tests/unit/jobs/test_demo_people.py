"""The demonstration has a made-up person for every role, and people with two organisations."""

from collections import defaultdict

from cqrs.extraction.synthetic import england
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.jobs import demo_people
from cqrs.portal.jobs.demo_load import sign_ins

PEOPLE = sign_ins(england(practices=60))


def test_every_role_is_somebody_s() -> None:
    assert {role for person in PEOPLE for role in person.roles} == set(ROLES)


def test_the_main_network_has_people() -> None:
    assert any(person.organisation_code == demo_people.NETWORK for person in PEOPLE)


def test_two_people_have_two_organisations_one_of_them_with_other_roles() -> None:
    places = defaultdict(list)
    for person in PEOPLE:
        places[person.email].append((person.organisation_code, person.roles))
    several = [found for found in places.values() if len(found) > 1]
    assert [len(found) for found in several] == [2, 2]
    assert [len({roles for _, roles in found}) for found in several] == [1, 2]
    assert all(len({code for code, _ in found}) == 2 for found in several)


def test_everybody_is_made_up_and_has_a_title_to_sign_in_with() -> None:
    for person in PEOPLE:
        assert person.email.endswith(".example")
        assert person.title
