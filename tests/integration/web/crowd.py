"""Many practices of one commissioner, for pages that must stay quick however many there are."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from cqrs.definitions.counts import PracticeCounts
from cqrs.definitions.schema import Definition
from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.catalogue import actions as catalogue
from cqrs.portal.claims import actions as claims
from cqrs.portal.claims.models import Claim
from cqrs.portal.claims.queries import ClaimCard, QueueFilter, queue
from cqrs.portal.collection.queries import list_date
from cqrs.portal.organisations import actions as organisations
from cqrs.portal.organisations.actions import NewListSize, NewOrganisation, NewRelationship
from cqrs.values import digest
from tests import factories

MODELS = tuple(factories.PRACTICES)
STREETS = ("Quarry", "Cliff", "Glebe", "Vicarage", "Windmill", "Moor", "Spring", "Ash", "Church")
KINDS = ("Surgery", "Health Centre", "Medical Centre", "Practice")
GAP = "DM020"
"""The indicator that practices with gaps leave out."""
START = date(2020, 4, 1)


def codes(number: int) -> list[str]:
    """Codes of the crowd's practices."""
    return [f"B{n:05}" for n in range(1, number + 1)]


def add(
    loaded: factories.Loaded,
    number: int,
    *,
    silent: int = 0,
    gaps: int = 0,
    commissioner: str = factories.WESTMERE,
) -> list[str]:
    """Practices that take part in a loaded service.

    The last `silent` of them send nothing; the first `gaps` leave one indicator out, which flags
    their claims.
    """
    operator, definition = command_actor(), loaded.definition
    many = codes(number)
    organisations.register(
        actor=operator,
        organisations=[
            NewOrganisation(
                code,
                f"{STREETS[n % 9]} {n} {KINDS[n % 4]}",
                "practice",
                supplier=f"Supplier {1 + n % 3}",
            )
            for n, code in enumerate(many)
        ],
    )
    organisations.relate(
        actor=operator,
        relationships=[
            NewRelationship(code, commissioner, "commissioned_by", START) for code in many
        ],
    )
    day = list_date(definition)
    organisations.record_list_sizes(
        actor=operator,
        on_date=day,
        source_name=f"Practice list sizes, {day:%B %Y}, more",
        source_digest=digest(b"list sizes of the crowd"),
        sizes=[NewListSize(code, 5_000 + 37 * n) for n, code in enumerate(many)],
    )
    catalogue.enrol(
        actor=operator,
        service=definition.id,
        participants=[
            catalogue.NewParticipation(code, commissioner, definition.year.start) for code in many
        ],
    )
    sent = many[: number - silent]
    if sent:
        factories.send_counts(
            loaded.collection_id, definition, list(_counts(definition, sent, gaps))
        )
    return many


def _counts(definition: Definition, many: Iterable[str], gaps: int) -> Iterable[PracticeCounts]:
    for n, code in enumerate(many):
        model = MODELS[n % len(MODELS)]
        like = factories.counts(definition, model, ((model, GAP),) if n < gaps else ())
        yield PracticeCounts(code, like.achievement_date, like.values)


def declare(many: Iterable[str]) -> None:
    """Declare the claims of practices, each as Dr Ama Osei acting there."""
    ama = factories.actor("ama")
    for claim in Claim.objects.select_related("provider").filter(provider__code__in=list(many)):
        there = replace(
            ama,
            organisation_id=claim.provider_id,
            organisation_code=claim.provider.code,
            organisation_name=claim.provider.name,
        )
        claims.declare(actor=there, claim_id=claim.pk, statement_digest=claim.statement_digest)


def cards(who: str, state: str = "") -> tuple[ClaimCard, ...]:
    """The first hundred claims a person sees in a state, oldest first."""
    return queue(factories.actor(who), QueueFilter(state=state, size=100)).cards


def approve(who: str, chosen: Iterable[ClaimCard]) -> None:
    """Approve claims as an approval manager, or finance-approve them as a finance manager."""
    actor = factories.actor(who)
    many = {card.id: card.statement_digest for card in chosen}
    step = claims.approve_many if actor.may(Permission.APPROVE) else claims.finance_approve_many
    assert all(outcome.done for outcome in step(actor=actor, chosen=many))
