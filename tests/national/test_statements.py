"""The whole country's statements as they are stored are, byte for byte, the exact reader's."""

from cqrs.calculation.columns.country import Country, Lines
from cqrs.calculation.nation import Nation as Results
from cqrs.calculation.statement import PracticeInputs, Reference, calculate
from cqrs.definitions.load import load
from cqrs.extraction.synthetic import counts
from cqrs.portal.claims.inputs import Nation as Inputs
from cqrs.portal.claims.models import Statement
from cqrs.portal.collection.models import Collection

from .conftest import Nation


def test_every_stored_statement_is_the_exact_reader_s(nation: Nation, db: None) -> None:
    collection = Collection.objects.select_related("definition").get(pk=nation.collection_id)
    inputs = Inputs.of(collection)
    rows = Statement.objects.filter(collection=collection).values_list("submission_id", "digest")
    stored = dict(rows)
    number = 0
    for submitted in inputs.submissions():
        assert stored[submitted.submission_id] == inputs.calculate(submitted).digest
        number += 1
    assert number == len(nation.world.country.practices)


def test_a_country_in_the_year_before_too(nation: Nation) -> None:
    """QOF 2024/25: registers, answers and quality improvement, besides fractions."""
    definition, country = load("qof/2024-25"), nation.world.country
    national = dict.fromkeys(definition.registers, (4_021_386, 63_911_204))
    reference = Reference(national, "provisional", "0" * 64)
    known = {(i.id, name) for i in definition.indicators for name in i.fields}
    many = [
        PracticeInputs(
            practice_code=practice.code,
            achievement_date=definition.year.end,
            values={key: value for key, value in one.values.items() if key in known},
            registered_list=practice.registered_list,
            list_date=definition.list_size_date or definition.year.end,
            submission_digest=one.digest,
            reference=reference,
        )
        for practice, one in zip(
            country.practices, counts(load("qof/2025-26"), country), strict=True
        )
    ]
    side_by_side = Country.of(definition, many)
    assert Lines(side_by_side).left_to_exact() == []
    found = Results(side_by_side).outcomes()
    for one, outcome in zip(many, found, strict=True):
        assert outcome.content == calculate(definition, one).content
