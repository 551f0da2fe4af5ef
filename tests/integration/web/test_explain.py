"""The page that explains a figure: it re-adds, names every source, and stops at the points."""

import csv
import io
import re
from html import unescape

import pytest

from cqrs.portal.claims import queries
from cqrs.values import pounds_text, short_digest
from tests import factories
from tests.integration.web.conftest import SignIn
from tests.integration.web.looking import counting, lines, main

REFERENCE = "QOF2526-2026-03-31-A99001"
ADDRESS = f"/claims/{REFERENCE}/explain/DM020/"


def stored(indicator: str, reference: str = REFERENCE, who: str = "ama") -> dict[str, object]:
    content = queries.claim(factories.actor(who), reference).content
    return next(line for line in content["lines"] if line["indicator"] == indicator)


def test_the_answer_is_the_stored_line_and_its_factors_stand_beside_it(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    line = stored("DM020")

    text = lines(sign_in("ama").get(ADDRESS))

    amount = pounds_text(int(str(line["pence"])))
    assert f"How we worked out {amount} for DM020" in text
    assert f"{line['points']} points × £225.49 value of a point × 0.966418" in text
    assert f"rounded to the penny, half a penny up: {amount}" in text


def test_four_stages_in_the_order_of_the_rule_in_words_and_with_numbers(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    line = stored("DM020")

    page = main(sign_in("ama").get(ADDRESS))

    assert [unescape(h) for h in re.findall(r"<h3[^>]*>(.*?)</h3>", page)] == [
        "Patients: what share had the right result?",
        "Points: how far between the thresholds?",
        "Your list and your share of the disease",
        "Pounds",
    ]
    for words in (
        "denominator = register − exclusions − PCAs",
        "share of patients achieved = numerator ÷ denominator × 100",
        f"{line['numerator']} ÷ {line['denominator']} × 100 = ",
        "list size (CPI) = your registered list ÷ average list",
    ):
        assert words in unescape(page)


def test_the_keys_re_add_on_a_calculator_to_the_stored_pennies(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    from fractions import Fraction

    client = sign_in("ama")
    for line in queries.claim(factories.actor("ama"), REFERENCE).content["lines"]:
        page = main(client.get(f"/claims/{REFERENCE}/explain/{line['indicator']}/"))
        keys = re.findall(r"<kbd>(.*?)</kbd>", page)
        if not line["pence"]:
            assert not keys
            continue
        total = Fraction(keys[0])
        for sign, number in zip(keys[1:-1:2], keys[2::2], strict=True):
            total = total * Fraction(number) if sign == "×" else total / Fraction(number)
        assert abs(total * 100 - line["pence"]) <= Fraction(1, 2), line["indicator"]


def test_every_number_names_its_file_its_list_its_reference_and_its_rules(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    sources = queries.claim(factories.actor("ama"), REFERENCE).sources

    response = sign_in("ama").get(ADDRESS)

    text = lines(response)
    assert sources.file_name in text
    assert "Practice list sizes, January 2026" in text
    assert "National figures, final" in text
    assert "QOF 2025/26 definition, version 1" in text
    assert "Practice Index 2025/26 (verified)" in text
    assert "point value law (derived)" in text
    for digest in (
        sources.file_sha256,
        sources.list_source_digest,
        sources.reference_digest,
        sources.definition_digest,
    ):
        assert short_digest(digest) in text
        assert f'title="{digest}"' in main(response)


def test_without_pounds_the_workings_stop_at_the_points(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    line = stored("DM020", who="joe")

    response = sign_in("joe").get(ADDRESS)

    assert "£" not in main(response)
    text = lines(response)
    assert f"How we worked out {line['points']} points for DM020" in text
    assert "so the workings stop at the points" in text
    assert "Value of a point" not in text
    assert "calculator" not in text


def test_nobody_in_the_denominator_is_said(qof: factories.Loaded, sign_in: SignIn) -> None:
    response = sign_in("quay").get("/claims/QOF2526-2026-03-31-A99002/explain/AST012/")

    text = lines(response)
    assert "No patients are in the denominator" in text
    assert "no patients in the denominator, so no points: 0.00 points" in text
    assert "Check it with a calculator" not in text


@pytest.mark.parametrize(
    ("indicator", "words"),
    [
        ("AF001", "people are on the register. One is enough for all the points."),
        ("QI013", "The answer submitted is yes. A yes earns all the points."),
        ("PC001", "The points are paid even at nil."),
    ],
)
def test_registers_and_answers_are_explained_too(
    england: None, sign_in: SignIn, indicator: str, words: str
) -> None:
    factories.load_service("qof/2023-24")

    text = lines(sign_in("ama").get(f"/claims/QOF2324-2024-03-31-A99001/explain/{indicator}/"))

    assert words in text


def test_an_item_of_service_is_number_times_fee(england: None, sign_in: SignIn) -> None:
    factories.load_service("learning_disability_health_check/2025-26")

    text = lines(sign_in("ama").get("/claims/LDHC2526-2026-03-31-A99001/explain/LDHC021/"))

    assert "108 number paid × £140.00 fee for each = £15,120.00" in text
    assert "the smaller of 108 and 155 = 108" in text


def test_the_download_carries_full_digests_and_the_keys(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    page = queries.claim(factories.actor("ama"), REFERENCE)

    response = sign_in("ama").get(f"{ADDRESS}workings.csv")

    content = response.content.decode("utf-8-sig")
    parts = {row["part"] for row in csv.DictReader(io.StringIO(content))}
    assert parts == {
        "patients", "points", "factors", "pounds", "calculator", "input", "statement",
    }  # fmt: skip
    assert page.sources.file_sha256 in content
    assert page.card.statement_digest in content
    assert "£" not in sign_in("joe").get(f"{ADDRESS}workings.csv").content.decode()


@pytest.mark.parametrize("indicator", ["DM999", "DM020X", "..", "COPD009MI1"])
def test_a_figure_that_is_not_there_is_a_404(
    qof: factories.Loaded, sign_in: SignIn, indicator: str
) -> None:
    assert sign_in("ama").get(f"/claims/{REFERENCE}/explain/{indicator}/").status_code == 404


def test_an_indicator_without_counts_has_no_workings(england: None, sign_in: SignIn) -> None:
    factories.load_service(leave_out=(("A99001", "DM020"),))

    assert sign_in("ama").get(ADDRESS).status_code == 404


@pytest.mark.parametrize("who", ["quay", "tom"])
def test_somebody_else_s_figure_is_not_there(
    qof: factories.Loaded, sign_in: SignIn, who: str
) -> None:
    client = sign_in(who)

    assert client.get(ADDRESS).status_code == 404
    assert client.get(f"{ADDRESS}workings.csv").status_code == 404


@pytest.mark.parametrize("who", ["helen", "priya", "daniel", "felix"])
def test_both_sides_open_the_same_workings(
    qof: factories.Loaded, sign_in: SignIn, who: str
) -> None:
    line = stored("DM020")

    response = sign_in(who).get(ADDRESS)

    assert f"How we worked out {pounds_text(int(str(line['pence'])))} for DM020" in lines(response)


def test_any_pound_is_three_clicks_from_home_in_twelve_queries(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    client = sign_in("ama")
    home = main(client.get("/"))
    assert f'href="/claims/{REFERENCE}/achievement/"' in home
    assert f'href="{ADDRESS}"' in main(client.get(f"/claims/{REFERENCE}/achievement/"))

    with counting() as made:
        client.get(ADDRESS)

    assert len(made) <= 12
