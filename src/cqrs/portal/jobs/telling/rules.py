"""Which deeds are told, to whom, and in what words. No figures: `messages.wording` takes them out.

Words in braces: {actor} and {organisation} who did it and for whom, {reference} of the claim, run
or change, {service}, {provider} and {commissioner} of the claim, {codes} of the organisations.
"""

from dataclasses import dataclass
from enum import StrEnum

from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.messages.kinds import Kind


class At(StrEnum):
    """Where the people work who are told."""

    PROVIDER = "provider"
    COMMISSIONER = "commissioner"
    EVERYWHERE = "everywhere"
    NAMED = "named"
    """At the organisations whose codes the event names."""
    PERSON = "person"
    """The one person the event is about."""


class About(StrEnum):
    """Which claims the event is about, where it is about claims."""

    NONE = ""
    CLAIMS = "claims"
    """Those it names."""
    COLLECTION = "collection"
    """Those of its collection that wait for their provider."""
    RUN = "run"
    """Those its payment run pays."""


@dataclass(frozen=True)
class Rule:
    """One deed, those who are told of it, and the words."""

    action: str
    kind: Kind
    at: At
    permission: Permission
    """Who of the people there is told; of no account where it is one person."""
    title: str
    body: str
    link: str
    about: About = About.NONE
    only_in_state: str = ""
    """Only of claims that stand there now."""
    once_for: str = ""
    """The key, where the same should not be told twice though it was done twice."""


CLAIM = "/claims/{reference}/"
P = Permission

RULES = (
    Rule(
        "claims.declare", Kind.CLAIMS, At.COMMISSIONER, P.APPROVE,
        "{provider} declared {service}",
        "{actor} declared claim {reference} of {provider}. It waits for an approval at "
        "{commissioner}.",
        CLAIM, About.CLAIMS,
    ),
    Rule(
        "claims.withdraw", Kind.CLAIMS, At.COMMISSIONER, P.APPROVE,
        "{provider} took back its declaration of {service}",
        "{actor} took back the declaration of claim {reference}. {provider} will declare it again.",
        CLAIM, About.CLAIMS,
    ),
    Rule(
        "claims.approve", Kind.CLAIMS, At.COMMISSIONER, P.FINANCE_APPROVE,
        "{service} of {provider} waits for finance approval",
        "{actor} approved claim {reference} of {provider}. It waits for finance approval at "
        "{commissioner}.",
        CLAIM, About.CLAIMS, only_in_state="awaiting_finance",
    ),
    Rule(
        "claims.approve", Kind.CLAIMS, At.PROVIDER, P.DECLARE,
        "{commissioner} approved {service}",
        "{actor} at {commissioner} approved claim {reference}. The next payment run pays it.",
        CLAIM, About.CLAIMS, only_in_state="approved",
    ),
    Rule(
        "claims.finance_approve", Kind.CLAIMS, At.PROVIDER, P.DECLARE,
        "{commissioner} approved {service}",
        "{actor} at {commissioner} gave claim {reference} its last approval. The next payment run "
        "pays it.",
        CLAIM, About.CLAIMS,
    ),
    Rule(
        "claims.return", Kind.CLAIMS, At.PROVIDER, P.DECLARE,
        "{commissioner} returned {service}",
        "{actor} at {commissioner} returned claim {reference} to {provider}. The claim says why. "
        "Correct what is asked and declare it again.",
        CLAIM, About.CLAIMS,
    ),
    Rule(
        "claims.calculate_nation", Kind.CLAIMS, At.PROVIDER, P.DECLARE,
        "{service} is ready to check and declare",
        "The figures of {provider} were calculated. Check claim {reference} and declare it.",
        CLAIM, About.COLLECTION, once_for="ready:{reference}:{digest}",
    ),
    Rule(
        "payments.build_run", Kind.PAYMENTS, At.EVERYWHERE, P.RELEASE_RUN,
        "Payment run {reference} waits to be released",
        "{actor} built payment run {reference}. Somebody else releases it.",
        "/payments/{reference}/",
    ),
    Rule(
        "payments.cancel_run", Kind.PAYMENTS, At.EVERYWHERE, P.BUILD_RUN,
        "Payment run {reference} was cancelled",
        "{actor} cancelled payment run {reference}. Its claims wait for the next run.",
        "/payments/{reference}/",
    ),
    Rule(
        "payments.release_run", Kind.PAYMENTS, At.PROVIDER, P.SEE_POUNDS,
        "{service} is on its way to your account",
        "The payment of claim {reference} was released to the payment agency.",
        CLAIM, About.RUN,
    ),
    Rule(
        "collection.strike_reference", Kind.COLLECTIONS, At.EVERYWHERE, P.CALCULATE,
        "National figures are ready for calculation",
        "{actor} struck the national figures of a collection. It can be calculated now.",
        "/collections/{reference}/",
    ),
    Rule(
        "catalogue.publish", Kind.ORGANISATIONS, At.EVERYWHERE, P.OFFER,
        "New rules were published",
        "{actor} published {reference}.",
        "/",
    ),
    Rule(
        "accounts.grant", Kind.ACCESS, At.PERSON, P.SEE_CLAIMS,
        "You were given a role",
        "{actor} gave you a role. Your account page lists all your roles and who gave them.",
        "/account/",
    ),
    Rule(
        "organisations.apply_ods", Kind.ORGANISATIONS, At.EVERYWHERE, P.MANAGE_CLUSTERS,
        "Organisations were brought up to date",
        "{actor} took in new reference data: organisations may have opened, closed, moved or "
        "changed their names.",
        "/organisations/",
    ),
    Rule(
        "accounts.set_provider_steps", Kind.ORGANISATIONS, At.NAMED, P.DECLARE,
        "How many people agree your claims has changed",
        "{actor} of {organisation} changed whether {codes} works in one step or in two. Two steps: "
        "who entered counts can't declare them.",
        "/organisations/",
    ),
    Rule(
        "accounts.set_provider_steps", Kind.ORGANISATIONS, At.NAMED, P.MANAGE_USERS,
        "How many people agree your claims has changed",
        "{actor} of {organisation} changed whether {codes} works in one step or in two. Look at "
        "whether a second person can declare.",
        "/people/",
    ),
    Rule(
        "mergers.propose", Kind.ORGANISATIONS, At.EVERYWHERE, P.AGREE_CHANGE,
        "A change of providers waits for a second person",
        "{actor} proposed a merger, split or closure of {codes}. Somebody else agrees to it.",
        "/organisations/",
    ),
    Rule(
        "mergers.agree", Kind.ORGANISATIONS, At.NAMED, P.MANAGE_USERS,
        "Your organisation merges, splits or closes",
        "{actor} agreed to a merger, split or closure of {codes}. Look at who works for you "
        "and what they may do.",
        "/people/",
    ),
)  # fmt: skip
"""By action; an action may have several rules."""
