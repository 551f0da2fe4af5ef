"""The claim page, and what every page of a statement says about its claim."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cqrs.calculation.prevalence import registers_needed
from cqrs.calculation.words import ROUNDED
from cqrs.definitions.schema import Definition
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.claims.queries import ClaimCard, ClaimPage, ClaimStatus, EventLine, RouteStep
from cqrs.portal.config.pages import day, list_day, long_day, moment
from cqrs.portal.payments.queries import PaymentLine
from cqrs.values import pounds_text

BAD = ("returned", "differs", "unscheduled")
"""Events that the timeline marks with a square."""


@dataclass(frozen=True)
class Check:
    """A statement of fact about the figures; not `ok` where somebody should look."""

    ok: bool
    sentence: str


@dataclass(frozen=True)
class Fact:
    """What stands behind the figures: counts, list, national figures, rules, statement."""

    name: str
    words: str
    digest: str = ""


@dataclass(frozen=True)
class Why:
    """The answer to "why is this not paid yet"."""

    heading: str
    sentence: str
    next: str


@dataclass(frozen=True)
class Stage:
    """A step of the route as the page shows it."""

    label: str
    state: str
    words: str


@dataclass(frozen=True)
class Happened:
    """An event of the timeline."""

    at: datetime
    sentence: str
    reason: str
    bad: bool
    reference: str


def why(page: ClaimPage | ClaimStatus) -> Why:
    """Whom the claim waits for, in the words both sides read."""
    card = page.card
    heading = {
        "sent": "Where is the money?",
        "settled": "Is anything left to do?",
    }.get(card.state.code, "Why is this not paid yet?")
    last = next((e for e in page.events if e.kind in ("returned", "recalculated")), None)
    sentence = card.waiting.sentence
    if card.state.code == "awaiting_provider" and last and last.kind == "returned":
        sentence = f"{last.organisation} returned it. {sentence}"
    now = next((f"{s.label}: {s.words}" for s in stages(page) if s.state == "now"), "")
    if not card.pays:
        heading = "Why is this not paid?"
    return Why(heading, sentence, now)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def stages(page: ClaimPage | ClaimStatus) -> tuple[Stage, ...]:
    """Every step with who did it and when, or who will."""
    return tuple(Stage(s.label, s.state, _stage_words(page.card, s)) for s in page.steps)


def _stage_words(card: ClaimCard, step: RouteStep) -> str:
    if step.state == "done":
        return f"{list_day(step.at)}, {step.who}" if step.at else step.who
    return {
        "declare": f"{card.provider_name}, by {list_day(card.declare_by)}",
        "approve": f"{card.commissioner_name}, an approval manager",
        "finance_approve": f"{card.commissioner_name}, a second officer in finance",
        "pay": "Built by a payment operator, released by a second person",
    }[step.code]


def timeline(events: Sequence[EventLine]) -> tuple[Happened, ...]:
    """What happened, the newest first; a reason is a quotation."""
    return tuple(
        Happened(e.at, e.sentence, _reason(e), e.kind in BAD, e.claim_reference) for e in events
    )


def _reason(event: EventLine) -> str:
    quoted = f"“{event.reason}”" if event.reason else ""
    return f"{event.reason_label}. {quoted}".strip() if event.reason_label else quoted


def payment_words(payment: PaymentLine | None, card: ClaimCard) -> str:
    """Where the money of a claim is, once it is in a run."""
    if payment is None:
        return ""
    run = f"payment run {payment.run_reference}"
    if payment.released_at:
        what = "It" if payment.amount_pence is None else pounds_text(payment.amount_pence)
        return (
            f"{what} was sent on {long_day(payment.released_at)} in {run}, to payee "
            f"{payment.payee_reference}."
        )
    if payment.run_state == "cancelled":
        then = " The next run takes it up." if card.state.code == "approved" else ""
        return f"It was in {run}, which was cancelled.{then}"
    return f"It is in {run}, built on {day(payment.built_at)}, which a second person releases."


def checklist(page: ClaimPage) -> tuple[Check, ...]:
    """Checks as statements of fact, so that a reader can disagree."""
    content, sources = page.content, page.sources
    missing, total = content["missing"], len(page.definition.paid)
    checks = [
        Check(False, f"No counts were submitted for {', '.join(missing)}; they earn nothing.")
        if missing
        else Check(True, _complete(total)),
        _list_check(page),
    ]
    if registers_needed(page.definition):
        checks.append(_england_check(page))
    told = [flag.words for flag in page.card.flags if flag.code not in ("warnings", "missing")]
    checks += [Check(False, _sentence(words)) for words in (*told, *sources.warnings)]
    return tuple(checks)


def _england_check(page: ClaimPage) -> Check:
    struck = page.sources.reference_struck_at
    if page.content["reference"]["status"] != "final":
        return Check(False, "National prevalence is provisional; pounds may still move.")
    when = f", struck on {day(struck)}" if struck else ""
    return Check(True, f"National prevalence is final{when}.")


def _complete(total: int) -> str:
    if total == 1:
        return "The one indicator has counts, and they agree with each other."
    return f"All {total} indicators have counts, and every count agrees with the others."


def _list_check(page: ClaimPage) -> Check:
    sources, definition = page.sources, page.definition
    figure = f"List size {sources.registered_list:,} is the figure for {day(sources.list_date)}"
    wanted = definition.list_size_date
    if wanted is None:
        return Check(True, f"{figure}.")
    if sources.list_date == wanted:
        return Check(True, f"{figure}, the date the rules name.")
    return Check(False, f"{figure}; the rules name {day(wanted)}.")


def _sentence(words: str) -> str:
    words = _capital(words)
    return words if words.endswith(".") else f"{words}."


def behind(page: ClaimPage) -> tuple[Fact, ...]:
    """Counts, list, national figures, rules and statement, each with its digest."""
    sources, card = page.sources, page.card
    current = next(s for s in page.statements if s.is_current)
    facts = [
        Fact(
            "Counts",
            f"{sources.submission_source} {moment(sources.received_at)}, submission "
            f"{sources.submission_version}",
            sources.submission_digest,
        ),
        Fact(
            "List",
            f"{sources.registered_list:,} at {day(sources.list_date)}",
            sources.list_source_digest,
        ),
    ]
    if registers_needed(page.definition):
        facts.append(
            Fact("England", f"Prevalence, {sources.reference_status}", sources.reference_digest)
        )
    rules = f"{sources.definition_title}, version {sources.definition_version}"
    facts += [
        Fact("Rules", rules, sources.definition_digest),
        Fact(
            "Result",
            f"Statement {card.statement_number}, {moment(current.calculated_at)}",
            card.statement_digest,
        ),
    ]
    return tuple(facts)


def calculated(page: ClaimPage) -> str:
    """When the current statement was made and which one it is."""
    current = next(s for s in page.statements if s.is_current)
    return f"{moment(current.calculated_at)}, statement {current.number}."


@dataclass(frozen=True)
class StatementFacts:
    """What the achievement page says above the figures, and how they are rounded."""

    achievement_date: date
    sentence: str
    tag: str
    tag_colour: str
    provisional: bool
    rules: tuple[str, ...]


def statement_facts(page: ClaimPage) -> StatementFacts:
    """The state of the counts and national figures, and the rounding in words."""
    sources, card = page.sources, page.card
    how = f"{sources.submission_source} {day(sources.received_at)}"
    provisional = not card.is_final
    england = ""
    if sources.reference_struck_at and registers_needed(page.definition):
        struck = day(sources.reference_struck_at)
        england = f" National prevalence {sources.reference_status}, {struck}."
    ready = card.state.code == "awaiting_provider"
    tag, colour = card.state.label, card.state.colour
    if ready:
        tag, colour = ("Provisional", "orange") if provisional else ("Ready to declare", "blue")
    return StatementFacts(
        achievement_date=card.achievement_date,
        sentence=f"{_counts_words(page)}, {how[0].lower()}{how[1:]}.{england}",
        tag=tag,
        tag_colour=colour,
        provisional=provisional,
        rules=_rules(page),
    )


def _counts_words(page: ClaimPage) -> str:
    when = "Year-end" if page.card.title.endswith("year end") else "In-year"
    if page.definition.collection.pays == "each":
        when = f"{page.card.achievement_date:%B}'s"
    return f"{when} counts, submission {page.sources.submission_version}"


def _rules(page: ClaimPage) -> tuple[str, ...]:
    """How the figures are rounded, and what this version does not do, in words."""
    definition = page.definition
    where = f"{definition.short_title}, version {page.sources.definition_version}"
    if definition.money is None:
        return (f"Each line is {_to_the_penny(definition)}. The total is the sum of the lines.",)
    rounding = (
        "Percentages are shown to 2 decimals and never rounded in the calculation. Points are "
        f"{ROUNDED[definition.rounding.mode][1].format(definition.rounding.points_places)}."
    )
    if page.card.pence is not None:
        rounding += (
            f" Pounds are {_to_the_penny(definition)}, once for each indicator. The total is "
            "the sum of the lines above."
        )
    setting = definition.settings.get("rounding")
    published = setting is not None and setting.confidence == "verified"
    whose = "The rules are" if published else "No source publishes this; it is a setting of"
    return (f"{rounding} {whose} {where}.", *protected(page))


def _to_the_penny(definition: Definition) -> str:
    return ROUNDED[definition.rounding.mode][0]


def protected(page: ClaimPage) -> tuple[str, ...]:
    """What income protection says, and how many indicators keep their earlier points here."""
    protection = page.definition.protection
    if protection is None:
        return ()
    kept = sum(bool(line.get("protected")) for line in page.content["lines"])
    told = (
        f"{kept} of {len(protection.indicators)} protected indicators keep their points of "
        f"{protection.base_year}."
    )
    if not kept:
        told = (
            f"No points of {protection.base_year} were given, so these indicators are scored on "
            "this year’s counts."
        )
    return (f"{protection.words} {told}",)


def just_did(actor: Actor, page: ClaimPage, kind: str) -> bool:
    """Whether the last thing that happened is this person doing this: the second of two clicks."""
    last = page.events[0] if page.events else None
    return last is not None and (last.kind, last.name, last.organisation) == (
        kind,
        actor.name,
        actor.organisation_name,
    )


def amount(card: ClaimCard) -> str:
    """The money of a claim, or its points to who sees no pounds."""
    if card.pence is not None:
        return pounds_text(card.pence)
    return f"{card.points:.2f} points" if card.attainable else ""
