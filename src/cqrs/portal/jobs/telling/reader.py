"""Reads the audit trail from where it stopped, and posts what the rules say.

At least once, and each notice once: the place is kept in the transaction of the notices, and a
notice's key holds the number of its event.
"""

from collections.abc import Callable, Iterator

from django.db import transaction

from cqrs.portal.accounts.recipients import holders, people_of_kinds
from cqrs.portal.audit.queries import Deed, following
from cqrs.portal.claims.queries.parties import Parties, awaiting_provider, of_run, parties
from cqrs.portal.jobs.telling.rules import RULES, About, At, Rule
from cqrs.portal.messages import actions as messages
from cqrs.portal.messages import queries as told
from cqrs.portal.messages.actions import Message
from cqrs.portal.messages.kinds import Kind

READER = "notices"

CLAIMS_OF: dict[About, Callable[[Deed], tuple[Parties, ...]]] = {
    About.CLAIMS: lambda deed: parties(deed.details.get("claims") or [deed.subject_reference]),
    About.COLLECTION: lambda deed: awaiting_provider(int(deed.subject_reference)),
    About.RUN: lambda deed: of_run(deed.subject_reference),
}


def tell() -> int:
    """Tell of everything new: events, then announcements that begin. Answers how many events."""
    number = 0
    while batch := _next():
        number += batch
    for row in told.to_be_told():
        with transaction.atomic():
            messages.post_all(
                messages=[
                    Message(
                        f"announcement:{row.id}", Kind.ANNOUNCEMENTS, row.title,
                        f"{row.author}, {row.organisation}, announced this. Read it on your home "
                        "page.",
                        "/", person,
                    )
                    for person in people_of_kinds(row.kinds)
                ]
            )  # fmt: skip
            messages.told(announcement_id=row.id)
    return number


@transaction.atomic
def _next() -> int:
    deeds = following(told.place(READER))
    for deed in deeds:
        for rule in RULES:
            if rule.action == deed.action:
                messages.post_all(messages=_messages(rule, deed))
    if deeds:
        messages.advance(reader=READER, seq=deeds[-1].seq)
    return len(deeds)


def _messages(rule: Rule, deed: Deed) -> Iterator[Message]:
    """What the rule says to whom. Nobody is told of what they did themselves."""
    if rule.about:
        yield from _of_claims(rule, deed)
        return
    # The set-up on the command line tells nobody: it makes hundreds of people known at once.
    if deed.actor_id is None:
        return
    words = {
        "actor": deed.actor_name,
        "organisation": deed.organisation_name,
        "reference": deed.subject_reference,
        "codes": ", ".join(deed.details.get("organisations") or []),
    }
    for person in sorted(_people(rule, deed) - {deed.actor_id}):
        yield _message(rule, deed, person, words)


def _people(rule: Rule, deed: Deed) -> set[int]:
    if rule.at == At.PERSON:
        return {int(deed.subject_reference)}
    codes = list(deed.details.get("organisations") or []) if rule.at == At.NAMED else None
    found = holders(rule.permission, codes=codes)
    return {person for people in found.values() for person in people}


def _of_claims(rule: Rule, deed: Deed) -> Iterator[Message]:
    claims = [
        claim
        for claim in CLAIMS_OF[rule.about](deed)
        if not rule.only_in_state or claim.state == rule.only_in_state
    ]
    at_provider = rule.at == At.PROVIDER
    places = {claim.provider_id if at_provider else claim.commissioner_id for claim in claims}
    # One read where there are many places, one per claim where a cluster may narrow it.
    everybody = holders(rule.permission, places) if len(claims) > 1 else {}
    for claim in claims:
        place = claim.provider_id if at_provider else claim.commissioner_id
        if len(claims) == 1:
            everybody = holders(
                rule.permission, [place], provider_id=claim.provider_id, service=claim.service
            )
        words = {
            "actor": deed.actor_name,
            "organisation": deed.organisation_name,
            "reference": claim.reference,
            "service": claim.service_title,
            "provider": claim.provider,
            "commissioner": claim.commissioner,
            "digest": claim.statement_digest,
        }
        for person in everybody.get(place, ()):
            if person != deed.actor_id:
                yield _message(rule, deed, person, words)


def _message(rule: Rule, deed: Deed, person: int, words: dict[str, str]) -> Message:
    key = rule.once_for.format(**words) or f"event:{deed.seq}:{words['reference']}"
    return Message(
        key,
        rule.kind,
        rule.title.format(**words),
        rule.body.format(**words),
        rule.link.format(**words),
        person,
    )
