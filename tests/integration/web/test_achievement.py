"""The achievement page: the stored statement, row by row, for every kind and every role."""

import csv
import io
import re
from html import unescape

import pytest

from cqrs.portal.claims import queries
from cqrs.values import pounds_text
from tests import factories
from tests.integration.web.conftest import SignIn
from tests.integration.web.looking import counting, lines, main

REFERENCE = "QOF2526-2026-03-31-A99001"
ADDRESS = f"/claims/{REFERENCE}/achievement/"
EARLIER = "/claims/QOF2324-2024-03-31-A99001/achievement/"


def rows(page: str) -> dict[str, str]:
    """The words of each indicator's row."""
    found = {}
    for row in re.findall(r'<tr class="nhsuk-table__row" role="row">(.*?)</tr>', page, re.S):
        words = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", row))).strip()
        found[words.split(" ")[0]] = words
    return found


def test_every_figure_on_the_page_is_the_stored_statement_s(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    content = queries.claim(factories.actor("ama"), REFERENCE).content

    page = main(sign_in("ama").get(ADDRESS))

    shown = rows(page)
    assert len(content["lines"]) == 44
    for line in content["lines"]:
        words = shown[line["indicator"]]
        assert f"{line['numerator']:,} of {line['denominator']:,}" in words
        assert f"{line['points']} of {line['available']}" in words
        assert pounds_text(line["pence"]) in words
    assert f"{content['points']} of {content['attainable_points']}" in shown["Total,"]
    assert pounds_text(content["pence"]) in shown["Total,"]


def test_areas_stand_in_the_order_people_know_and_add_up(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    page = main(sign_in("ama").get(ADDRESS))

    titles = re.findall(r'app-ach__group" role="row" id="(\w+)"', page)
    assert titles[:5] == ["AF", "CHD", "CHOL", "HF", "HYP"]
    pence = [
        int(found.replace(",", "").replace(".", ""))
        for group in re.findall(r'app-ach__group".*?</tr>', page, re.S)
        for found in re.findall(r">£([\d,.]+)</td>", group)
    ]
    assert sum(pence) == queries.claim(factories.actor("ama"), REFERENCE).content["pence"]


@pytest.mark.parametrize(("show", "state"), [("below", "At maximum"), ("max", "for next point")])
def test_the_filter_is_a_link_that_leaves_the_other_rows_out(
    qof: factories.Loaded, sign_in: SignIn, show: str, state: str
) -> None:
    client = sign_in("ama")
    everything = main(client.get(ADDRESS))
    number = re.search(rf'href="\?show={show}#indicators">[^(]*\((\d+)\)', everything)

    page = main(client.get(ADDRESS, {"show": show}))

    table = page[page.index("<table") :]
    assert number is not None
    assert state not in table
    assert len(re.findall(r'class="app-ach__id"', table)) == int(number[1])
    assert "Total, 44 indicators" in table


def test_an_unknown_filter_shows_everything(qof: factories.Loaded, sign_in: SignIn) -> None:
    assert len(rows(main(sign_in("ama").get(ADDRESS, {"show": "<script>"})))) >= 44


def test_a_viewer_sees_no_pounds_at_all_and_why(qof: factories.Loaded, sign_in: SignIn) -> None:
    page = main(sign_in("joe").get(ADDRESS))

    assert "£" not in page
    assert "Pounds" not in page
    assert "Your role sees points, not pounds." in page
    assert "points missed" in page


def test_nobody_to_count_leaves_the_attainable_points(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    response = sign_in("quay").get("/claims/QOF2526-2026-03-31-A99002/achievement/")

    row = rows(main(response))["AST012"]
    assert "0 of 0" in row
    assert "Not counted" in row
    assert "no patients, not counted" in row
    text = lines(response)
    assert "AST012 could not be earned: nobody to count. 549 of the 564 points" in text
    assert "NHS England’s publications count 564 as attainable" in text


def test_registers_yes_no_missing_counts_protection_and_provisional_figures(
    england: None, sign_in: SignIn
) -> None:
    left_out = (("A99001", "AF006"), ("A99001", "QI014"))
    factories.load_service("qof/2023-24", final=False, leave_out=left_out)

    response = sign_in("ama").get(EARLIER)

    page, text = main(response), lines(response)
    assert "At least 1 on the register" in rows(page)["AF001"]
    assert "Yes" in rows(page)["QI013"]
    assert "No counts were submitted" in rows(page)["AF006"]
    assert "No counts for 2 indicators" in text
    assert "Nothing was submitted for AF006, QI014" in text
    assert "These figures are provisional" in text
    assert "Waiting for the national figures to become final since today." in text
    assert "No points of 2022/23 were given, so these indicators are scored on this year’s" in text
    assert "Check and declare" not in text


def test_items_of_service_have_no_points(england: None, sign_in: SignIn) -> None:
    factories.load_service("learning_disability_health_check/2025-26")

    text = lines(sign_in("ama").get("/claims/LDHC2526-2026-03-31-A99001/achievement/"))

    assert "108 of 155 on register" in text
    assert "£140.00 each £15,120.00" in text
    assert "next point" not in text
    assert "prevalence" not in text


def test_the_download_says_the_same_and_runs_nothing(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    page = queries.claim(factories.actor("ama"), REFERENCE)

    response = sign_in("ama").get(f"/claims/{REFERENCE}/achievement.csv")

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="{REFERENCE}-achievement.csv"' in response["Content-Disposition"]
    read = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    by_indicator = {row["indicator"]: row for row in read if row["indicator"]}
    for line in page.content["lines"]:
        row = by_indicator[line["indicator"]]
        assert row["points"] == line["points"]
        assert row["pounds"].replace(".", "") == str(line["pence"]).zfill(3)
    assert any(row["patients"] == page.card.statement_digest for row in read)
    viewer = sign_in("joe").get(f"/claims/{REFERENCE}/achievement.csv").content.decode()
    assert "pounds" not in viewer
    assert "£" not in viewer


@pytest.mark.parametrize("who", ["ama", "helen", "joe", "priya", "daniel", "ruth", "felix"])
def test_both_sides_open_the_same_statement(
    qof: factories.Loaded, sign_in: SignIn, who: str
) -> None:
    client = sign_in(who)

    with counting() as made:
        response = client.get(ADDRESS)

    assert response.status_code == 200
    assert "226.02 of 564" in lines(response)
    assert len(made) <= 12


@pytest.mark.parametrize("who", ["quay", "tom"])
def test_somebody_else_s_claim_is_not_there(
    qof: factories.Loaded, sign_in: SignIn, who: str
) -> None:
    client = sign_in(who)

    for address in (ADDRESS, f"/claims/{REFERENCE}/achievement.csv"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("who", ["grace", "liam", "anita"])
def test_roles_that_see_no_claims_are_refused(
    qof: factories.Loaded, sign_in: SignIn, who: str
) -> None:
    assert sign_in(who).get(ADDRESS).status_code == 403
